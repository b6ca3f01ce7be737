"""House numbers and streets in the order of the words: by rule, and where no rule finds one by the tagger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.entities.corners import is_block, names_building, read_corner
from triage.entities.street_words import DIRECTIONS, KINDS_FIRST, NOT_STREET, TYPE_FIRST
from triage.entities.streets import KNOWN, WITH_SUFFIX, Area, Street, read_street, written_street
from triage.entities.units import unit_before
from triage.learned.encoder import Span
from triage.words.dictated import DENYING
from triage.words.numbers import ORDINALS, TENS, Number, is_number_word, read_digits

LONGEST_NUMBER, ZIP_LENGTH = 6, 5
_LONG_NUMBER = 3
_LETTERS = frozenset("abcdfghjklmpqrtuvxyz")
"""Letters of a house number; those of the compass points are the street's."""

TAGGED = {"number": 0.5, "street": 0.5, "unit": 0.5}
"""The least confidence in which the tagger's words are taken where no rule found any."""

_PLACED = frozenset("on at off from over in of near is en sobre somos mean meant".split())
"""Words before a street that is said without its house number."""

_PLAIN = frozenset("street avenue road drive lane boulevard parkway".split())
"""Suffixes that are hardly ever anything but a street's, where a word stands before them."""


@dataclass(frozen=True, slots=True)
class Door:
    """A house number, a street, or both as they were said together. `doubtful`: it can be read in two ways.

    `unit`: a letter told with the number ("two twenty one b baker street").
    """

    number: str | None
    street: Street | None
    start: int
    end: int
    doubtful: bool = False
    unit: str | None = None


def find_doors(words: Sequence[str], *, asked: bool, area: Area, numbered: bool) -> list[Door]:
    """Every house number and street that the rules find, in the order of the words."""
    found: list[Door] = []
    at = 0
    while at < len(words):
        door = None
        number = _house_number(words, at)
        has_number = numbered or any(one.number for one in found)
        if number is not None and (is_block(words, number.end) or _is_units(words, number, area, numbered=has_number)):
            at = number.end
            continue
        if corner := read_corner(words, at):
            door = Door(None, corner, at, corner.end)
        elif number is not None:
            door = _numbered_street(words, number, asked=asked, area=area)
            if door and (meant := _number_before_not(words, at)):  # "forty not forty two cliff view"
                door = replace(door, number=meant.digits, start=meant.start)
            if door is None and not (at and words[at - 1] in DENYING):  # "four seventeen not seventy"
                door = Door(number.digits, None, number.start, number.end)
        elif _may_begin(words, at):
            door = _lone_street(words, at, area)
        if door is not None:
            found.append(door)
        at = door.end if door else number.end if number else at + 1
    return found


def _house_number(words: Sequence[str], at: int) -> Number | None:
    """The number at this word, of at most six digits."""
    if not is_number_word(words[at]) or (at and is_number_word(words[at - 1])):
        return None
    number = read_digits(words, at, longest=15)
    return number if number and len(number.digits) <= LONGEST_NUMBER and number.digits.strip("0") else None


def _is_units(words: Sequence[str], number: Number, area: Area, *, numbered: bool) -> bool:
    """Whether a number is a unit's, and no house's that follows "unit": "second floor unit 1420 north main street"."""
    if not unit_before(words, number.start, numbered=numbered):
        return False
    long = not numbered and len(number.digits) >= _LONG_NUMBER
    street = read_street(words, number.end, asked=False, area=area) if long else None
    return street is None or street.confidence < WITH_SUFFIX


def _number_before_not(words: Sequence[str], at: int) -> Number | None:
    """The number that is meant where the one at this word is denied, both being said."""
    if at < 2 or words[at - 1] not in DENYING or not is_number_word(words[at - 2]):
        return None
    start = at - 2
    while start and is_number_word(words[start - 1]):
        start -= 1
    return _house_number(words, start)


def _numbered_street(words: Sequence[str], number: Number, *, asked: bool, area: Area) -> Door | None:
    """The number with the street after it; "six forty third street" is 640 3rd or 6 43rd, by the company's streets."""
    skipped = _past_links(words, number.end)
    if words[skipped : skipped + 1] and words[skipped] in _LETTERS:
        lettered = read_street(words, skipped + 1, asked=False, area=area)
        if lettered is not None and lettered.confidence >= WITH_SUFFIX:
            return Door(number.digits, lettered, number.start, lettered.end, unit=words[skipped].upper())
    street = read_street(words, skipped, asked=asked, area=area)
    if street is None or (not asked and _is_no_street(words, skipped, street)):
        return None
    start, end = number.start, street.end
    if _is_ordinal_of_two(words, number.end):
        longer = read_digits((*words[start : number.end + 1], "street"), 0)
        other = read_street(words, number.end + 1, asked=asked, area=area)
        if longer and other and street.confidence < KNOWN:
            if other.confidence == KNOWN:
                return Door(longer.digits, other, start, other.end)
            if len(number.digits) == 1:
                return Door(longer.digits, other, start, other.end, doubtful=True)
            return Door(number.digits, street, start, end, doubtful=len(longer.digits) <= 4)
    return Door(number.digits, street, start, end)


def _past_links(words: Sequence[str], at: int) -> int:
    """Past what links a number to its street: "on", "de", "de la" before "calle"."""
    end = at
    while end < len(words) and words[end] in ("de", "en", "la", "el"):
        end += 1
    if end < len(words) and words[end] in TYPE_FIRST:
        return end
    return at + (at < len(words) and words[at] in ("de", "on"))


def _is_ordinal_of_two(words: Sequence[str], at: int) -> bool:
    """Whether "forty third" or its like is here."""
    return at + 1 < len(words) and words[at] in TENS and ORDINALS.get(words[at + 1], 10) < 10


def _is_no_street(words: Sequence[str], start: int, street: Street) -> bool:
    """Whether the street's name, of no list, is about something else ("fifty amp plug run")."""
    listed = street.confidence >= KNOWN
    units = (
        "amp",
        "amps",
        "gallon",
        "gallons",
        "foot",
        "ton",
        "tons",
        "volt",
        "inch",
        "unit",
        "units",
        "food",
        "story",
    )
    return not listed and words[start] in units


def _may_begin(words: Sequence[str], at: int) -> bool:
    """Whether a street without its house number can begin here.

    After "on" and its like, where its kind comes first, or a word before a plain suffix ("willow street number three").
    """
    if (at and words[at - 1] in _PLACED) or words[at] in KINDS_FIRST:
        return True
    apart = at == 0 or words[at - 1] in NOT_STREET or is_number_word(words[at - 1])
    begin = at + 1 if apart or words[at] in DIRECTIONS | {"saint", "old"} else at
    return any(word in _PLAIN for word in words[at + 1 : begin + 2])


def _lone_street(words: Sequence[str], at: int, area: Area) -> Door | None:
    """A street without its number ("on plum street"); the number can come after it ("calle roble ciento doce")."""
    street = read_street(words, at, asked=False, area=area, lone=True)
    if street is None or words[at] in NOT_STREET or names_building(words, street.end):
        return None
    after = street.end + (words[street.end : street.end + 1] in (("numero",), ["numero"], ("number",), ["number"]))
    number = _house_number(words, after) if after < len(words) else None
    if number is not None and (after > street.end or words[at] in KINDS_FIRST) and len(number.digits) < ZIP_LENGTH:
        return Door(number.digits, street, at, number.end)
    return Door(None, street, at, street.end)


def with_heard(words: Sequence[str], told: list[Door], spans: Sequence[Span], area: Area) -> list[Door]:
    """The doors of the rules, and the one that the tagger hears where they found no street."""
    best = {
        kind: max((span for span in spans if span.kind == kind and span.confidence >= least), default=None,
                  key=lambda span: span.confidence)
        for kind, least in TAGGED.items()
    }  # fmt: skip
    street, number = best["street"], best["number"]
    if street is None or names_building(words, street.end) or names_building(words, street.end - 1):
        return told
    if any(door.street and door.start < street.end and street.start < door.end for door in told):
        return told
    if any(door.street and door.number for door in told):
        return told
    name = written_street(words[street.start : street.end], area)
    digits = read_digits(words, number.start) if number and not is_block(words, number.end) else None
    end = max(street.end, digits.end if digits else 0)
    start = min(street.start, digits.start if digits else street.start)
    others = [door for door in told if door.end <= start or door.start >= end]
    sure = replace(name, end=street.end, confidence=min(WITH_SUFFIX, street.confidence))
    return sorted((*others, Door(digits.digits if digits else None, sure, start, end)), key=lambda door: door.start)
