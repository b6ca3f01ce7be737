"""Units inside a building: "apartment two b", "suite two ten", "building c apartment twelve", "tenant in three c"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.entities.streets import UNIT_WORDS
from triage.words.numbers import is_number_word, read_digits

KINDS = UNIT_WORDS | frozenset(
    "building bldg floor trailer room bay cottage slip cabin pad unidad depto edificio piso cuarto local".split()
)
"""Words that a unit's number follows."""

_LOOSE = frozenset("number space room trailer floor cabin bay slip pad local cuarto piso cottage building lot".split())
"""Those that are much else as well: only with a number after them."""

_LEVELS = frozenset("basement upstairs downstairs upper lower garage rear".split())
_DWELLINGS = frozenset("unit apartment apt flat".split())
_NO_UNITS = frozenset("rooftop roof packaged condensing condenser outdoor outside ac".split())
_OTHER_NUMBERS = frozenset("house member account invoice claim order o po property phone cell the a my street".split())
_LIVES = frozenset("resident residents tenant renter neighbor lady guy apartment live me".split())
_NOT_AFTER = frozenset(
    "hundred thousand minutes minute hours hour days day weeks week months month years year degrees dollars "
    "percent of a an "
    "people kids times gallons feet foot inches amp amps volt volts more or and to other separate different "
    "o'clock am pm "
    "the rooms bedrooms bathrooms places spots".split()
)
_WRITTEN = re.compile(r"\d+[a-z]?|[a-z]\d+")
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is written ("2B"), and the words that say it."""

    value: str
    start: int
    end: int


def find_unit(words: Sequence[str], *, numbered: bool, doors: frozenset[int] = frozenset()) -> Unit | None:
    """The last unit in the words; `numbered`: a house number is known, so "number four" can be a unit.

    `doors` are the words at which house numbers begin.
    """
    found = None
    at = 0
    while at < len(words):
        unit = _named(words, at, doors, numbered=numbered) or _level(words, at) or _lived_in(words, at, doors)
        if unit is not None:
            inside = found and found.end == unit.start and words[found.start] in ("building", "bldg", "edificio")
            found = Unit(f"{found.value} {unit.value}", found.start, unit.end) if found and inside else unit
        at = unit.end if unit else at + 1
    return found


def read_unit(words: Sequence[str], start: int, doors: frozenset[int] = frozenset()) -> tuple[str, int] | None:
    """What a unit is called, from this word on ("two b", "b four", "three oh four"), and where it ends."""
    if start >= len(words) or start in doors:
        return None
    if _WRITTEN.fullmatch(words[start]) and not words[start].isdigit():
        return words[start].upper(), start + 1
    first = _letter(words, start)
    at = start + len(first)
    number = read_digits(words, at, longest=_LONGEST) if at < len(words) and at not in doors else None
    if number is None:
        return (first.upper(), start + 1) if first else None
    last = "" if first else _letter(words, number.end)
    end = number.end + len(last)
    return f"{first}{number.digits}{last}".upper(), end + 3 * (list(words[end : end + 2]) == ["as", "in"])


def _letter(words: Sequence[str], at: int) -> str:
    """A letter that is a unit's, and no article or pronoun of the sentence that goes on."""
    if at >= len(words) or len(words[at]) != 1 or not words[at].isalpha():
        return ""
    goes_on = at + 1 < len(words) and not is_number_word(words[at + 1])
    return "" if words[at] in ("a", "i", "o", "y", "e") and goes_on and not _can_follow(words[at + 1]) else words[at]


def _can_follow(word: str) -> bool:
    """Whether a word can come after a unit that ends in "a"; few, since "five a flutters" is like "five a man"."""
    return word in ("at", "in", "on", "and", "is", "says", "has", "as", "my", "the", "please", "calling")


def _named(words: Sequence[str], at: int, doors: frozenset[int], *, numbered: bool) -> Unit | None:
    word, before = words[at], words[at - 1] if at else ""
    if word not in KINDS or before in _NO_UNITS or (word == "number" and not _is_units(before, numbered=numbered)):
        return None
    start = at + 1
    if start < len(words) and (words[start] == "number" or (words[start] == "is" and word in _DWELLINGS)):
        start += 1
    read = read_unit(words, start, doors)
    if read is None or (word in _LOOSE and word not in ("building", "bldg") and not any(map(str.isdigit, read[0]))):
        return None
    value, end = read
    counts = end < len(words) and words[end] in _NOT_AFTER and any(map(str.isdigit, value)) and word in _LOOSE
    return None if counts else Unit(value, at, end)


def _is_units(before: str, *, numbered: bool) -> bool:
    """Whether "number" after this word is a unit's: "in number four", and elsewhere once a house number is known."""
    return before in ("in", "unit") or (numbered and before not in _OTHER_NUMBERS)


def _level(words: Sequence[str], at: int) -> Unit | None:
    """ "The upstairs unit", "basement apartment"."""
    if words[at] in _LEVELS and at + 1 < len(words) and words[at + 1] in _DWELLINGS:
        return Unit(words[at].title(), at, at + 2)
    return None


def _lived_in(words: Sequence[str], at: int, doors: frozenset[int]) -> Unit | None:
    """ "Tenant in three c", "in two eleven": a number with a letter, of three digits, or after who lives there."""
    if words[at] != "in" or at == 0 or at + 1 >= len(words) or not is_number_word(words[at + 1]):
        return None
    read = read_unit(words, at + 1, doors)
    if read is None or (read[1] < len(words) and words[read[1]] in _NOT_AFTER):
        return None
    lettered = read[0][-1].isalpha()
    lives = words[at - 1] in _LIVES or len(read[0]) == 3
    return Unit(read[0], at + 1, read[1]) if lettered or lives else None


def unit_before(words: Sequence[str], at: int, *, numbered: bool) -> bool:
    """Whether the number at this word is a unit's: "apartment two"; "number four" once there is a house number."""
    before = words[at - 1] if at else ""
    return before in KINDS and (before != "number" or numbered)
