"""Callback numbers: from spoken words to E.164."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

import phonenumbers

from triage.assessment import Slot
from triage.words.dictated import (
    CORRECTING,
    EXTENSION,
    Digit,
    Stretch,
    area_first,
    meant,
    readings,
    said_again,
    stretches,
)
from triage.words.numbers import is_number_word

REGION = "US"
WHOLE, LOCAL_LENGTH = 10, 7
_MENTIONS = frozenset("number call phone cell reach cellphone mobile callback telefono numero celular text".split())
_OTHER_NUMBERS = frozenset(
    "account claim po order policy invoice serial confirmation reference ticket permit license tracking zip zip's "
    "postal request case model part cuenta reclamo poliza".split()
)
_NEAR, _BESIDE = 6, 3
_LONGEST_EXTENSION = 6
_FEWEST_PIECES = 4
"""In fewer pieces nobody says a telephone number unasked ("number two thousand twenty one"); many write one so."""

_GUESSED = 3
"""So many digits at most may be guessed by their sound; one where nothing says that it is a telephone number."""
SURE, LOCAL, BLURRED, CONFIRMED = 0.95, 0.8, 0.5, 0.95
"""How sure a well-heard number with area code is, one without, one with a digit guessed by its sound, and the caller's
own number that they agreed to."""


class Care(Enum):
    """How a stretch of digits is read: as it stands, a piece of it otherwise, or with digits guessed by their sound."""

    AS_READ = 0
    OTHERWISE = 1
    BY_SOUND = 2


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone number as digits, ten or seven, the words that say it, and how sure we are of it."""

    digits: str
    start: int
    end: int
    confidence: float
    extension: str = ""

    def __str__(self) -> str:
        area = f"({self.digits[:-7]}) " if len(self.digits) == WHOLE else ""
        extension = f" ext. {self.extension}" if self.extension else ""
        return f"{area}{self.digits[-7:-4]}-{self.digits[-4:]}{extension}"


def e164(digits: str, caller: str | None = None, company_area_code: str = "") -> str | None:
    """Ten digits, eleven with a leading 1, or seven (with the caller's, else the company's area code) as E.164.

    Reserved numbers (555-01xx) are possible numbers and pass. None when it cannot be a number of the region.
    """
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if len(digits) == LOCAL_LENGTH:
        digits = _area_code(caller, company_area_code) + digits
    if len(digits) != WHOLE or not _can_be_dialled(digits):
        return None
    number = phonenumbers.parse(digits, REGION)
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _can_be_dialled(digits: str) -> bool:
    """Neither an area code nor an exchange begins with 0 or 1 (North American Numbering Plan)."""
    return all(digits[place] not in "01" for place in range(0, len(digits) - 4, 3))


def _area_code(caller: str | None, company: str) -> str:
    return caller[2:5] if caller and caller.startswith("+1") and len(caller) == 12 else company


def runs(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Every run of spoken digits, fillers inside it skipped: (digits, first word, after the last word)."""
    return [(_all_digits(stretch), stretch[0].pieces[0][1], stretch[-1].pieces[-1][2]) for stretch in stretches(words)]


def _all_digits(stretch: Stretch) -> str:
    return "".join(said for group in stretch for said, _, _ in group.pieces)


def telephones(words: Sequence[str], *, asked: bool) -> list[Telephone]:
    """Every telephone number in the words, in their order, corrections and repetitions settled.

    Seven digits count when a number was asked for, is spoken of, or they come one by one; digits guessed by their
    sound only when a number was asked for or is spoken of. The digits of an account, claim or order are none.
    """
    clear, alike = stretches(words), stretches(words, blurred=True)
    ways: tuple[tuple[list[Stretch], int, Care], ...] = (
        (clear, WHOLE, Care.AS_READ),
        ([stretch for stretch in clear if stretch in alike], LOCAL_LENGTH, Care.AS_READ),
        (clear, WHOLE, Care.OTHERWISE),
        (alike, WHOLE, Care.BY_SOUND),
        (clear if asked else [], LOCAL_LENGTH, Care.OTHERWISE),
        (alike, LOCAL_LENGTH, Care.BY_SOUND),
    )
    for found, length, care in ways:
        told = (_told(words, stretch, asked, length, care) for stretch in found)
        if numbers := [number for number in told if number]:
            return numbers
    return []


def _told(words: Sequence[str], stretch: Stretch, asked: bool, length: int, care: Care) -> Telephone | None:
    """The number of this length that a stretch of digits says; None when it says none."""
    start, end = stretch[0].pieces[0][1], stretch[-1].pieces[-1][2]
    spoken_of = _spoken_of(words, start, end, asked=asked)
    pieces = sum(len(group.pieces) for group in stretch)
    if spoken_of is False or (not asked and pieces < _FEWEST_PIECES and not _in_writing(words, stretch)):
        return None
    blurred = care is Care.BY_SOUND
    if not _enough(words, stretch, length, blurred, spoken_of=bool(spoken_of)):
        return None
    stretch, extension, end = _without_extension(area_first(stretch), end)
    corrected = any(group.gap & CORRECTING for group in stretch[1:])
    for reading in islice(readings(stretch, blurred=blurred), 1 if care is Care.AS_READ else None):
        digits = meant(reading, length)
        if number := _window(digits, length, loose=length == WHOLE and not blurred, latest=corrected):
            sure = BLURRED if blurred else LOCAL if length == LOCAL_LENGTH else SURE
            first, last = min(one.start for one in number), max(one.end for one in number)
            said = "".join(one.digit for one in number)
            return Telephone(said, first, end if extension else last, sure, extension)
    return None


def _in_writing(words: Sequence[str], stretch: Stretch) -> bool:
    """Whether it is written as telephone numbers are: "(904) 555-0118", "9045550118"."""
    lengths = [len(said) for group in stretch for said, start, _ in group.pieces if words[start].isdecimal()]
    return lengths[-3:] == [3, 3, 4] or lengths[-1:] == [WHOLE]


def _enough(words: Sequence[str], stretch: Stretch, length: int, blurred: bool, *, spoken_of: bool) -> bool:
    """Whether so many digits can be a telephone number by themselves, or because one is spoken of."""
    pieces = [(said, words[start]) for group in stretch for said, start, _ in group.pieces]
    if blurred:
        heard = sum(is_number_word(word) for _, word in pieces)
        return heard >= length - _GUESSED if spoken_of else length == WHOLE and heard >= length - 1
    return length == WHOLE or spoken_of or all(len(said) == 1 for said, _ in pieces)


def _spoken_of(words: Sequence[str], start: int, end: int, *, asked: bool) -> bool | None:
    """Whether the words about a stretch of digits speak of a telephone; False when of another number, else None."""
    for word in reversed(words[max(0, start - _BESIDE) : start]):
        if word in _OTHER_NUMBERS:
            return False
        if word in _MENTIONS and word != "number":
            return True
    about = {*words[max(0, start - _NEAR) : start], *words[end : end + _BESIDE]}
    inside = set(words[start:end]) - {"number"}
    return True if asked or _MENTIONS & (about | inside) else None


def _without_extension(stretch: Stretch, end: int) -> tuple[Stretch, str, int]:
    """The stretch before the word "extension", the digits after it, and where they end."""
    for place, group in enumerate(stretch):
        if place and group.gap & EXTENSION and len(digits := _all_digits((group,))) <= _LONGEST_EXTENSION:
            return stretch[:place], digits, group.pieces[-1][2]
    return stretch, "", end


def _window(digits: Sequence[Digit], length: int, *, loose: bool, latest: bool) -> Sequence[Digit] | None:
    """The whole number in the digits: what is beside it only repeats it, or is, when `loose`, another number's.

    `latest`: something was taken back, so of two that fit as well the later one is meant.
    """
    said = "".join(one.digit for one in digits)
    if length == WHOLE and said[:LOCAL_LENGTH] == said[LOCAL_LENGTH:]:  # seven digits, said twice
        return None
    fitting = [
        (_beside(digits, said, at, length), _parted(digits, at) + _parted(digits, at + length), at if latest else -at)
        for at in range(len(said) - length + 1)
        if digits[at].first
        and (at + length == len(said) or digits[at + length].first)
        and _can_be_dialled(said[at : at + length])
    ]
    best = max((one for one in fitting if one[0] > (0 if loose else 1)), default=None)
    return digits[abs(best[2]) :][:length] if best else None


def _parted(digits: Sequence[Digit], at: int) -> bool:
    """Whether words stand before the digit at this place, or nothing does, or it is the end."""
    return at in (0, len(digits)) or digits[at - 1].end < digits[at].start


def _beside(digits: Sequence[Digit], said: str, at: int, length: int) -> int:
    """2 when what stands before and after a number repeats it, 1 when it is told apart by a word, else 0."""
    number, before, after = said[at : at + length], said[:at], said[at + length :]
    repeats_before = (before == "1" and length == WHOLE) or said_again(before, number)
    if repeats_before and said_again(after, number):
        return 2
    parted_before = repeats_before or digits[at].led or not digits[at - 1].first  # "twelve nineteen nine..."
    parted_after = said_again(after, number) or _parted(digits, at + length)
    return int(parted_before and parted_after)


def find_phone(words: Sequence[str], *, asked: bool, caller: str | None, area_code: str = "") -> Slot | None:
    """The last phone number in the words. Seven digits count only when a number was asked for or is spoken of."""
    for told in reversed(telephones(words, asked=asked)):
        written = e164(told.digits, caller, area_code)
        if written is not None:
            return Slot(written, " ".join(words[told.start : told.end]), told.confidence, told.start, told.end)
    return None
