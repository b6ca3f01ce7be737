"""City, state and ZIP of an address, beside its street or said alone."""

from collections.abc import Mapping, Sequence

from triage.assessment import Address
from triage.entities.equipment import find_devices
from triage.entities.street_words import NOT_STREET
from triage.entities.streets import STATES, SUFFIXES, UNIT_WORDS, Area
from triage.learned.encoder import Span
from triage.words.numbers import HUNDREDS, SCALES, UNITS, is_number_word, read_digits

ZIP_LENGTH = 5
TAGGED = 0.5
"""The least confidence in which the tagger's city or state is taken."""

_LONGEST_CITY = 3
_UNIT_BETWEEN = 4
"""Words of a unit that stand between a street and its city, at most."""

_LIVING = frozenset("am are is live living lives vivo estamos estoy vive somos located house home over out".split())
_OTHER_NUMBERS = frozenset(
    "account invoice claim po o order member membership customer policy contract gate lockbox door ticket job "
    "reference "
    "permit model serial confirmation authorization".split()
)
_WORDS_TOO = frozenset("in or me ok hi oh la de id al".split())
"""Letters of states that stand before numbers as words."""

_ROUND = frozenset({*HUNDREDS, *SCALES})
_IN = frozenset("in en past".split())
_TWO_STATES: Mapping[tuple[str, ...], str] = {
    ("new", "york"): "NY", ("new", "jersey"): "NJ", ("new", "mexico"): "NM", ("new", "hampshire"): "NH",
    ("north", "carolina"): "NC", ("south", "carolina"): "SC", ("north", "dakota"): "ND", ("south", "dakota"): "SD",
    ("west", "virginia"): "WV", ("rhode", "island"): "RI",
}  # fmt: skip
ABBREVIATED = {written.lower(): written for written in ("DC", *STATES.values(), *_TWO_STATES.values())}
"""States as their two letters, many of which are words as well: only between a city and a ZIP or the end."""

_ZIP_LEADS = frozenset({"zip", "code", "postal", "is", "zona", *STATES, *ABBREVIATED.keys() - _WORDS_TOO})
_NO_CITY = (
    NOT_STREET
    | UNIT_WORDS
    | frozenset(
        "here back front side there bed basement garage attic kitchen bathroom bedroom winter summer case charge "
        "trouble "
        "hospital town school church pain two minutes building room his her our their your this these those one "
        "hot cold "
        "some shock panic good bad between need town service there's person total full walls between tears danger "
        "labor "
        "cuidado mi su tu una un el los las casa cocina bano".split()
    )
)


def find_localities(
    words: Sequence[str],
    found: Address | None,
    area: Area,
    spans: Sequence[Span],
    *,
    after: int | None,
    others: frozenset[int],
) -> dict[str, str]:
    """What was said of city, state and ZIP, by part.

    `after`: where the street in these words ends; `others`: places of numbers that are an account's or a telephone's.
    """
    parts: dict[str, str] = {}
    end = None
    if city := _city(words, area, spans, after):
        parts["city"], end = city
    home = area.city.lower().split()
    told = _state(words, found, end, spans)
    if told or (end is not None and area.state and parts["city"] == area.city):
        parts["state"] = told or (found.state if found and found.state else area.state)
    if code := _zip(words, found, area, home, after, others):
        parts["zip"] = code
    return parts


def _city(words: Sequence[str], area: Area, spans: Sequence[Span], after: int | None) -> tuple[str, int] | None:
    """The company's own city, the tagger's, or what follows "in" after a street or "we live"; and where it ends."""
    home = area.city.lower().split()
    for at in range(len(words) if home else 0):
        if list(words[at : at + len(home)]) == home:
            return area.city, at + len(home)
    heard = [
        span
        for span in spans
        if span.kind == "city" and span.confidence >= TAGGED and _is_placed(words, span.start, span.end, after)
    ]
    if heard:
        best = max(heard, key=lambda span: span.confidence)
        return " ".join(words[best.start : best.end]).title(), best.end
    if after is not None and (written := _before_state(words, after)):
        return written
    devices = {at for device in find_devices(words) for at in range(device.start, device.end)}
    for at in range(1, len(words)):
        if devices & {at - 1, at}:  # "walk in freezer"
            continue
        follows = after is not None and 0 <= at - 1 - after <= _UNIT_BETWEEN
        if words[at - 1] in _IN and (follows or (at > 1 and words[at - 2] in _LIVING)):
            end = _city_end(words, at)
            if end > at:
                return " ".join(words[at:end]).title(), end
    return None


def _before_state(words: Sequence[str], after: int) -> tuple[str, int] | None:
    """ "Apt 5 Jacksonville FL 32210": the words after street and unit, up to a state at the end or before a ZIP."""
    for at in range(after + 1, min(after + _UNIT_BETWEEN + _LONGEST_CITY + 1, len(words))):
        if _ends_address(words, at):
            start = at
            while start > after and at - start < _LONGEST_CITY and _can_be_city(words[start - 1]):
                start -= 1
            return (" ".join(words[start:at]).title(), at) if start < at else None
    return None


def _ends_address(words: Sequence[str], at: int) -> bool:
    """Whether a state stands here before a ZIP or, if its letters are no word as well, at the end."""
    if at + 1 < len(words):
        return words[at] in ABBREVIATED | STATES and is_number_word(words[at + 1])
    return words[at] in STATES or words[at] in ABBREVIATED.keys() - _WORDS_TOO


def _can_be_city(word: str) -> bool:
    return len(word) > 2 and word not in _NO_CITY | SUFFIXES.keys() | STATES.keys() and not is_number_word(word)


def _is_placed(words: Sequence[str], start: int, end: int, after: int | None) -> bool:
    """Whether a city can stand here: after "in" or the street, or before its state or ZIP."""
    before = words[start - 1] if start else ""
    following = words[end] if end < len(words) else ""
    return before in _IN | {"to", "from", "is"} or start == after or following in {"zip", *STATES}


def _city_end(words: Sequence[str], start: int) -> int:
    """Where a city's name of one word ends, or of two before the end, a ZIP or a state; `start` where there is none."""

    def can(at: int) -> bool:
        return at < len(words) and _can_be_city(words[at])

    if not can(start):
        return start
    two_words = can(start + 1) and (start + 2 == len(words) or words[start + 2] in {"zip", *STATES})
    return start + 2 if two_words else start + 1


def _state(words: Sequence[str], found: Address | None, city_end: int | None, spans: Sequence[Span]) -> str | None:
    for at in range(len(words)):
        if (written := _TWO_STATES.get(tuple(words[at : at + 2]))) and (at == city_end or at + 2 == len(words)):
            return written
        if at == city_end and words[at] in ABBREVIATED and _ends_address(words, at):
            return ABBREVIATED[words[at]]
        if _is_state(words, at, found, city_end):
            return STATES[words[at]]
    said = [words[span.start] for span in spans if span.kind == "state" and span.confidence >= TAGGED]
    return next((STATES[word] for word in said if word in STATES), None)


def _is_state(words: Sequence[str], at: int, found: Address | None, city_end: int | None) -> bool:
    """Whether a state is named here: after a city, before a ZIP or a unit, or at the end; not a street."""
    before, after = words[max(0, at - 1) : at], words[at + 1 :]
    if words[at] not in STATES or not before or (after and after[0] in SUFFIXES):
        return False
    if at == city_end:
        return True
    if before[0] in NOT_STREET | {"from"} or words[at].title() in (found.street or "" if found else "").title().split():
        return False
    number = read_digits(after, 0, adds=False, longest=9) if after else None
    is_zip = number is not None and len(number.digits) == ZIP_LENGTH
    return bool(found) and (not after or is_zip or after[0] in UNIT_WORDS | {"zip"})


def is_zip_code(words: Sequence[str], start: int, end: int) -> bool:
    """Whether five digits are said one by one here, and nothing before them says that they are another number."""
    alone = end - start == ZIP_LENGTH and all(word in UNITS for word in words[start:end])
    return alone and not _OTHER_NUMBERS & set(words[max(0, start - 3) : start])


def _zip(
    words: Sequence[str],
    found: Address | None,
    area: Area,
    home: Sequence[str],
    after: int | None,
    others: frozenset[int],
) -> str | None:
    """The last five digits in one run that are no house number: led by "zip" or a place, served, or after a street."""
    code = None
    for at in range(len(words)):
        if at in others or (at and is_number_word(words[at - 1])):
            continue
        number = read_digits(words, at, adds=False, longest=9) if is_number_word(words[at]) else None
        if number is None or len(number.digits) != ZIP_LENGTH or _ROUND & set(words[at : number.end]):
            continue
        led = at > 0 and words[at - 1] in (*_ZIP_LEADS, *home)
        led = led and not _OTHER_NUMBERS & set(words[max(0, at - 3) : at])
        follows = after is not None and 0 <= at - after <= 3 and number.digits != (found.number if found else None)
        if led or follows or number.digits in area.zips or is_zip_code(words, at, number.end):
            code = number.digits
    return code
