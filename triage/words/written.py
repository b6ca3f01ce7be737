"""An utterance as a person would write it down: digits for numbers, one word for what was spelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from triage.entities.phone import Telephone, telephones
from triage.words.normalise import with_sources
from triage.words.numbers import ordinal, read_digits, read_ordinal, read_piece, read_value, word_at
from triage.words.spelled import read as read_spelled
from triage.words.times import read_date, read_hours, read_time


class Kind(StrEnum):
    """What a written word is."""

    WORD = "word"
    NUMBER = "number"
    PHONE = "phone"
    ORDINAL = "ordinal"
    ZIP = "zip"
    TIME = "time"
    DATE = "date"
    SPELLED = "spelled"
    UNIT = "unit"
    MONEY = "money"
    TEMPERATURE = "temperature"


@dataclass(frozen=True, slots=True)
class Word:
    """A written word (or "(904) 555-0123", "3:30 pm") and the spoken words from `start` up to `end` that say it."""

    text: str
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Written:
    """An utterance in writing. Its words stand for every spoken word, in order and without overlap."""

    words: tuple[Word, ...]

    def __str__(self) -> str:
        return " ".join(word.text for word in self.words)


Piece = tuple[str, Kind, int]
"""What is written, of which kind, and the normalised word at which it ends."""

UNIT_WORDS = frozenset("apartment apt unit suite ste lot space building room apartamento departamento".split())
STREET_WORDS = frozenset("street avenue road drive lane court boulevard way place terrace st ave floor".split())
ACRONYMS = frozenset("gfci afci hvac led pvc cpvc pex usa ups mri copd rpz vip crac eta nte".split())
"""What is written in capitals when its letters are said."""

COUNTED = frozenset(
    "minute minutes hour hours day days week weeks month months year years percent gallon gallons amp amps feet foot "
    "inch inches volts times ton tons minutos horas dias semanas meses anos".split()
)
_DOLLARS = frozenset("dollars dollar bucks dolares".split())
_DEGREES = frozenset("degrees degree grados".split())
_BELOW_ZERO = frozenset("minus negative menos".split())
_ZIP_LEADS = frozenset("code postal is it's es".split())
_LONGEST_UNIT, _ZIP = 4, 5
_LETTERS_TO_A_UNIT = frozenset("abcdefghjklmnpqrstuvwxyz")
_SMALLEST_IN_DIGITS, _SMALLEST_ORDINAL = 10, 10


def write(text: str) -> Written:
    """The utterance in writing; never raises.

    >>> str(write("i'm at four twenty two oak street apartment two b my number is nine oh four five five five oh one "
    ... "two three"))
    "i'm at 422 oak street apartment 2B my number is (904) 555-0123"
    """
    spoken, heard = text.split(), with_sources(text)
    phones = {one.start: one for one in telephones(heard.words, asked=False)}
    words: list[Word] = []
    at, place = 0, 0
    while at < len(heard.words):
        piece = _piece(heard.words, at, phones)
        source = heard.sources[at]
        if piece is None or source < place or not _whole(heard.sources, at, piece[2]):
            at += 1
            continue
        end = heard.sources[piece[2] - 1] + 1
        words += [Word(word, Kind.WORD, n, n + 1) for n, word in enumerate(spoken[place:source], start=place)]
        words.append(Word(piece[0], piece[1], source, end))
        at, place = piece[2], end
    words += [Word(word, Kind.WORD, n, n + 1) for n, word in enumerate(spoken[place:], start=place)]
    return Written(tuple(words))


def _whole(sources: Sequence[int], start: int, end: int) -> bool:
    """Whether these normalised words are whole spoken words."""
    begins = start == 0 or sources[start - 1] != sources[start]
    return begins and (end == len(sources) or sources[end] != sources[end - 1])


def _piece(words: Sequence[str], at: int, phones: dict[int, Telephone]) -> Piece | None:
    """What is written otherwise than it is said, from this word; None when the word stays."""
    if at in phones:
        return str(phones[at]), Kind.PHONE, phones[at].end
    date = read_date(words, at)
    if date:
        return date[0], Kind.DATE, date[1]
    time = read_time(words, at) or read_hours(words, at)
    if time:
        return time[0], Kind.TIME, time[1]
    return _amount(words, at) or _zip(words, at) or _unit(words, at) or _ordinal(words, at) or _spelled(words, at) or (
        _number(words, at, phones)
    )  # fmt: skip


def _amount(words: Sequence[str], at: int) -> Piece | None:
    """Money and temperature."""
    first = at + 1 if words[at] in _BELOW_ZERO else at
    value = read_value(words, first)
    if value is None or value[1] >= len(words):
        return None
    number, end = value
    if words[end] in _DEGREES:
        return f"{'-' if first > at else ''}{number} {words[end]}", Kind.TEMPERATURE, end + 1
    if words[end] not in _DOLLARS or first > at:
        return None
    cents = read_value(words, end + 2) if word_at(words, end + 1) == "and" else None
    if cents and cents[1] < len(words) and words[cents[1]] in ("cents", "cent"):
        return f"${number:,}.{cents[0]:02}", Kind.MONEY, cents[1] + 1
    return f"${number:,}", Kind.MONEY, end + 1


def _zip(words: Sequence[str], at: int) -> Piece | None:
    """The word "zip" itself, and five digits after it."""
    if words[at] == "zip" and _zip_digits(words, at + 1):
        return "ZIP", Kind.WORD, at + 1
    before = at
    while before and words[before - 1] in _ZIP_LEADS:
        before -= 1
    if not before or words[before - 1] not in ("zip", "zip's", "codigo"):
        return None
    number = read_digits(words, at, adds=False, longest=_ZIP)
    return (number.digits, Kind.ZIP, number.end) if number and len(number.digits) == _ZIP else None


def _zip_digits(words: Sequence[str], at: int) -> bool:
    while at < len(words) and words[at] in _ZIP_LEADS:
        at += 1
    number = read_digits(words, at, adds=False, longest=_ZIP)
    return number is not None and len(number.digits) == _ZIP


def _unit(words: Sequence[str], at: int) -> Piece | None:
    """ "Two b", "b four", "twelve" after a word for a unit."""
    before = word_at(words, at - 2) if word_at(words, at - 1) == "number" else word_at(words, at - 1)
    if before not in UNIT_WORDS:
        return None
    letter = words[at] if words[at] in _LETTERS_TO_A_UNIT else ""
    number = read_digits(words, at + bool(letter), longest=_LONGEST_UNIT)
    if number is None:
        return (letter.upper(), Kind.UNIT, at + 1) if letter not in ("", "a", "y", "o", "s") else None
    if word_at(words, number.end) in COUNTED:
        return None
    if letter:
        return letter.upper() + number.digits, Kind.UNIT, number.end
    after = word_at(words, number.end)
    if after in _LETTERS_TO_A_UNIT and not _one_letter_more(words, number.end):
        return number.digits + after.upper(), Kind.UNIT, number.end + 1
    return number.digits, Kind.UNIT, number.end


def _one_letter_more(words: Sequence[str], at: int) -> bool:
    """Whether "a" or "y" here is a word of its own, or the first letter of a spelled word."""
    return read_spelled(words, at) is not None or (words[at] in ("a", "y") and at + 1 < len(words))


def _ordinal(words: Sequence[str], at: int) -> Piece | None:
    found = read_ordinal(words, at)
    if found is None:
        return None
    value, end = found
    of_a_street = word_at(words, end) in STREET_WORDS
    return (ordinal(value), Kind.ORDINAL, end) if value >= _SMALLEST_ORDINAL or of_a_street else None


def _spelled(words: Sequence[str], at: int) -> Piece | None:
    found = read_spelled(words, at)
    if found is None:
        return None
    word, end = found
    return word.upper() if word in ACRONYMS or len(word) == 1 else word.title(), Kind.SPELLED, end


def _number(words: Sequence[str], at: int, phones: dict[int, Telephone]) -> Piece | None:
    """Digits, save for a small number in one word; what is counted is one piece ("twenty thirty minutes" are two)."""
    limit = min((start for start in phones if start > at), default=len(words))
    number = read_digits(words[:limit], at)
    if number is None:
        return None
    digits, end = number.digits, number.end
    if word_at(words, end) in COUNTED:
        digits, end = read_piece(words, at, adds=True) or (digits, end)
    if end == at + 1 and not words[at].isdecimal() and int(digits) < _SMALLEST_IN_DIGITS:
        return None
    return digits, Kind.NUMBER, end
