"""Service addresses, from spoken words ("four twelve maple street apartment two b") to the written form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from triage.assessment import Address
from triage.numbers import TENS, Number, is_number_word, read_digits

SUFFIXES = {
    word: word.title()
    for word in (
        "street avenue road drive lane court circle boulevard way place terrace trail parkway highway loop cove path "
        "plaza square alley run pass crossing ridge pike row bend"
    ).split()
} | {
    "st": "Street", "ave": "Avenue", "av": "Avenue", "rd": "Road", "dr": "Drive", "ln": "Lane", "ct": "Court",
    "cir": "Circle", "blvd": "Boulevard", "pl": "Place", "ter": "Terrace", "trl": "Trail", "pkwy": "Parkway",
    "hwy": "Highway", "cv": "Cove", "plz": "Plaza", "sq": "Square",
}  # fmt: skip
"""Street suffixes, written out, and the postal abbreviations (USPS Publication 28) that written texts hold."""

STATES = {
    "texas": "TX", "tx": "TX", "california": "CA", "florida": "FL", "ohio": "OH", "illinois": "IL", "georgia": "GA",
    "michigan": "MI", "colorado": "CO", "arizona": "AZ", "washington": "WA", "oregon": "OR", "virginia": "VA",
    "pennsylvania": "PA", "massachusetts": "MA", "tennessee": "TN", "missouri": "MO", "minnesota": "MN",
    "wisconsin": "WI", "maryland": "MD", "indiana": "IN", "kentucky": "KY", "oklahoma": "OK", "utah": "UT",
    "nevada": "NV", "iowa": "IA", "kansas": "KS", "alabama": "AL", "louisiana": "LA", "connecticut": "CT",
}  # fmt: skip

_UNIT_WORDS = frozenset("apartment apt unit suite ste lot space number departamento apartamento".split())
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "seventieth": 70,
    "eightieth": 80,
    "ninetieth": 90,
}
_NUMBERED = frozenset("county state route interstate".split())
_CORRECTIONS = (("no", "wait"), ("i", "mean"), ("sorry",), ("actually",), ("correction",), ("i", "meant"), ("wait",))
_NOT_STREET = frozenset(
    "and i i'm it's it is the my we there there's water gas no yes is are was in at for on with have has a an of to "
    "minutes minute hours hour days day years year weeks degrees feet inches dollars am pm o'clock times people kids "
    "toilets bathrooms breakers outlets that's that this please thank thanks zip code because but so um uh".split()
)
_WRITTEN_UNIT = re.compile(r"\d+[a-z]|[a-z]\d+")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_LONGEST_NAME = 4
ZIP_LENGTH, LONGEST_NUMBER = 5, 6
WITH_SUFFIX, KNOWN, GUESSED, NOT_SAID = 0.85, 0.95, 0.55, 0.3
"""How sure a street is with its suffix, one the company knows, a guess because we asked, and a number alone."""


@dataclass(frozen=True, slots=True)
class Area:
    """The company's service area: it helps to hear addresses. Streets are written names ("Maple Street")."""

    zips: frozenset[str] = frozenset()
    city: str = ""
    state: str = ""
    streets: tuple[str, ...] = ()


def find_address(words: Sequence[str], *, asked: bool, area: Area, known: Address | None = None) -> Address | None:
    """The address after these words, `known` being what earlier ones told; None while nothing was ever said.

    A later street or number replaces an earlier one ("no wait, four seventeen").
    """
    found = known
    at = 0
    while at < len(words):
        number = _house_number(words, at)
        street = _street(words, number.end, asked=asked, area=area) if number else None
        if number is not None and _is_unit(words, number, found):
            at = number.end
        elif number is not None and street is not None:
            name, at, sure = street
            found = replace(found or Address(), number=number.digits, street=name, confidence=sure)
        elif number is not None:
            found = _number_alone(words, number, found, asked=asked)
            at = number.end
        else:
            at += 1
    if asked and found is not None and found.number and not found.street:
        found = _street_alone(words, found, area)
    if found is None or not (found.number or found.street):
        return found
    return _rest(words, found, area)


def _is_unit(words: Sequence[str], number: Number, found: Address | None) -> bool:
    """Whether this number is a unit's ("apartment two"); "number four" is one once there is a house number."""
    before = words[number.start - 1] if number.start else ""
    return before in _UNIT_WORDS and (before != "number" or (found is not None and found.number is not None))


def _house_number(words: Sequence[str], at: int) -> Number | None:
    """The number at this word; shorter where its tail belongs to a numbered street ("fifty fifth street")."""
    if not is_number_word(words[at]) or (at and is_number_word(words[at - 1])):
        return None
    number = read_digits(words, at, longest=15)
    return number if number and len(number.digits) <= LONGEST_NUMBER and number.digits.strip("0") else None


def _number_alone(words: Sequence[str], number: Number, found: Address | None, *, asked: bool) -> Address | None:
    """A number without a street: a correction of the house number, or the first half of an address we asked for."""
    corrects = any(
        tuple(words[back : back + len(marker)]) == marker
        for marker in _CORRECTIONS
        for back in range(max(0, number.start - 4), number.start)
    )
    only = asked and number.end - number.start >= len(words) - 2
    is_zip = len(number.digits) == ZIP_LENGTH and number.start and words[number.start - 1] in ("code", "zip", *STATES)
    if is_zip or (len(number.digits) == ZIP_LENGTH and found is not None and found.complete and not corrects):
        return found
    if found is not None and found.number and (corrects or (only and found.street)):
        return replace(found, number=number.digits)
    if asked and (found is None or not found.number):
        return replace(found or Address(), number=number.digits, confidence=NOT_SAID)
    return found


def _street_alone(words: Sequence[str], found: Address, area: Area) -> Address:
    """The street said after its number, in the next breath."""
    for start in range(len(words)):
        street = None if words[start] in _NOT_STREET else _street(words, start, asked=False, area=area)
        if street is not None:
            return replace(found, street=street[0], confidence=street[2])
    return found


def _street(words: Sequence[str], start: int, *, asked: bool, area: Area) -> tuple[str, int, float] | None:
    """The street that begins at this word: its written name, where it ends, how sure."""
    for end in range(start + 1, min(start + _LONGEST_NAME + 2, len(words) + 1)):
        if words[end - 1] in _NOT_STREET:
            break
        suffix = SUFFIXES.get(words[end - 1])
        if suffix is not None and end - start >= 2:
            number = read_digits(words, end, longest=4) if end < len(words) else None
            if number is not None and words[end - 2] in _NUMBERED:  # "county road nine"
                return f"{' '.join(words[start:end]).title()} {number.digits}", number.end, WITH_SUFFIX
            return _known_street(" ".join((*words[start : end - 1], suffix.lower())), area, WITH_SUFFIX, end)
    known = _known_without_suffix(words, start, area)
    if known is not None:
        return known
    name = _guess(words, start, frozenset(area.city.lower().split())) if asked else ()
    return (" ".join(name).title(), start + len(name), GUESSED) if name else None


def _known_street(spoken: str, area: Area, sure: float, end: int) -> tuple[str, int, float]:
    """The spoken street as the company writes it, where it knows one that sounds so."""
    known = {_plain(street): street for street in area.streets}
    close = get_close_matches(_plain(spoken), known, n=1, cutoff=0.85)
    if close:
        return known[close[0]], end, KNOWN
    return " ".join(_written_name(spoken.split())), end, sure


def _written_name(spoken: Sequence[str]) -> Iterator[str]:
    """The words of a street's name as written: "forty third" is "43rd"."""
    tens = 0
    for at, word in enumerate(spoken):
        following = spoken[at + 1] if at + 1 < len(spoken) else ""
        if word in TENS and _ORDINALS.get(following, 10) < 10:
            tens = TENS[word]
        elif word in _ORDINALS:
            number, tens = tens + _ORDINALS[word], 0
            yield f"{number}{_ENDINGS.get(number % 10, 'th') if number // 10 != 1 else 'th'}"
        else:
            yield word.title()


def _known_without_suffix(words: Sequence[str], start: int, area: Area) -> tuple[str, int, float] | None:
    for street in area.streets:
        name = _plain(street).split()[:-1]
        if name and tuple(words[start : start + len(name)]) == tuple(name):
            return street, start + len(name), KNOWN - 0.1
    return None


def _guess(words: Sequence[str], start: int, city: frozenset[str]) -> tuple[str, ...]:
    name: list[str] = []
    for word in words[start : start + 3]:
        if word in _NOT_STREET | _UNIT_WORDS | city or is_number_word(word) or word in STATES:
            break
        name.append(word)
    return tuple(name)


def _plain(street: str) -> str:
    *name, suffix = street.lower().replace(".", "").split() or [""]
    return " ".join((*name, SUFFIXES.get(suffix, suffix).lower()))


def _rest(words: Sequence[str], found: Address, area: Area) -> Address:
    """Unit, city, state and ZIP, wherever they were said."""
    for at, word in enumerate(words):
        if word in _UNIT_WORDS and (unit := _unit(words, at + 1)):
            found = replace(found, unit=unit)
        elif word in STATES and at and words[at - 1] not in ("in", "from"):
            found = replace(found, state=STATES[word])
    city = area.city.lower().split()
    if city and any(list(words[at : at + len(city)]) == city for at in range(len(words))):
        found = replace(found, city=area.city, state=found.state or area.state or None)
    code = _zip(words, found, area)
    if code is None:
        return found
    sure = min(1.0, found.confidence + 0.05) if code in area.zips else found.confidence
    return replace(found, zip=code, confidence=sure)


def _unit(words: Sequence[str], at: int) -> str:
    if at < len(words) and words[at] == "number":
        at += 1
    if at < len(words) and (written := _WRITTEN_UNIT.fullmatch(words[at])):
        return written.group().upper()
    number = read_digits(words, at, longest=5) if at < len(words) else None
    end = number.end if number else at
    letter = words[end] if end < len(words) and len(words[end]) == 1 and words[end].isalpha() else ""
    letter = "" if letter in ("i", "o") and end + 1 < len(words) else letter
    return (number.digits if number else "") + letter.upper()


def _zip(words: Sequence[str], found: Address, area: Area) -> str | None:
    """The last five digits in one run that are no house number: after the street, or a ZIP the company serves."""
    code = None
    for at in range(len(words)):
        if at and is_number_word(words[at - 1]):
            continue
        number = read_digits(words, at, adds=False, longest=9) if is_number_word(words[at]) else None
        if number and len(number.digits) == ZIP_LENGTH:
            led = at > 0 and words[at - 1] in ("zip", "code", "postal", "is", *STATES, *area.city.lower().split())
            if led or number.digits in area.zips or (number.digits != found.number and found.complete and at > 0):
                code = number.digits
    return code
