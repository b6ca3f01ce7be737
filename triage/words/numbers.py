"""Spoken numbers to digits: "four twelve", "eighteen oh four", "double five", "mil doscientos", "forty third"."""

from collections.abc import Sequence
from dataclasses import dataclass

UNITS = {
    "oh": 0, "o": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "cero": 0, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "fo": 4, "fife": 5, "niner": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14,
    "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21, "veintiun": 21,
    "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
    "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
"""Two digits in one word that nothing is added to."""

TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
HUNDREDS = {
    "cien": 1, "ciento": 1, "doscientos": 2, "trescientos": 3, "cuatrocientos": 4, "quinientos": 5, "seiscientos": 6,
    "setecientos": 7, "ochocientos": 8, "novecientos": 9,
}  # fmt: skip
"""Hundreds in one word, as Spanish has them."""

REPEATS = {"double": 2, "triple": 3, "doble": 2, "quadruple": 4}
SCALES = {"thousand": 3, "hundred": 2, "mil": 3}
HOMOPHONES = {
    "for": "four", "fore": "four", "to": "two", "too": "two", "ate": "eight", "won": "one", "tree": "three",
    "sex": "six", "sicks": "six", "owe": "oh", "ow": "oh", "nein": "nine", "tin": "ten", "fort": "forty",
}  # fmt: skip
"""What a recogniser writes for a digit; one only where spoken digits stand on both sides of it."""

_LITTLE_WORDS = frozenset("for to too".split())
_DIGITS_ABOUT = 4
"""So many single digits must stand about "to" and "for", and before "oh no": "between two to four" holds no "to"."""

ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {
    "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80,
    "ninetieth": 90, "hundredth": 100,
}  # fmt: skip
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_ZEROS = frozenset("oh o zero cero".split())
_CRIES = frozenset("oh o".split())
_AFTER_A_CRY = frozenset("no god gosh wait sorry dear man lord boy my".split())
"""After these words "oh" is no zero ("oh no wait")."""

_SPANISH_LEADS = frozenset("las calle numero apartamento departamento unidad el hace casa avenida y mil".split())
"""Beside these, or another number, "once" is eleven; elsewhere it is English."""

_SOME = frozenset("couple few several of some".split())
_POINTING = frozenset("that this which another same other right wrong no".split())
"""After these "one" is no number, unless more follows ("yes that one")."""

_THANKS = frozenset("gracias disculpas perdones".split())


LONGEST_QUANTITY = 6
"""So many digits at most are a quantity; more are a telephone number, an account or nonsense."""


@dataclass(frozen=True, slots=True)
class Number:
    """Digits as written, and the words from `start` up to `end` that say them."""

    digits: str
    start: int
    end: int


def is_number_word(word: str) -> bool:
    """Whether a word can be part of a spoken number."""
    return word.isdecimal() or any(word in table for table in (UNITS, TEENS, TENS, HUNDREDS, REPEATS)) or word == "mil"


def word_at(words: Sequence[str], at: int) -> str:
    """The word at a place; "" before the first and after the last."""
    return words[at] if 0 <= at < len(words) else ""


def _heard(words: Sequence[str], at: int) -> str:
    """The number word that this word stands for; "" when it is none here."""
    word, before, after = word_at(words, at), word_at(words, at - 1), word_at(words, at + 1)
    if word in _CRIES:
        beside = is_number_word(before) or before in SCALES or (is_number_word(after) and after not in _CRIES)
        dictated = _digits_about(words, at) >= _DIGITS_ABOUT  # "eight one two oh no sorry"
        return word if (beside or after in _CRIES) and (dictated or after not in _AFTER_A_CRY) else ""
    if word == "one" and before in _POINTING and not is_number_word(after):
        return ""
    if word == "mil" and after in _THANKS:
        return ""
    if word == "once":
        return word if any(_spanish(near) for near in (before, after)) else ""
    if word in HOMOPHONES and is_number_word(before) and is_number_word(after):
        return HOMOPHONES[word] if word not in _LITTLE_WORDS or _digits_about(words, at) >= _DIGITS_ABOUT else ""
    return word


def _spanish(word: str) -> bool:
    return word in _SPANISH_LEADS or (is_number_word(word) and word != "once")


def _digits_about(words: Sequence[str], at: int) -> int:
    count = 0
    for step in (-1, 1):
        place = at + step
        while word_at(words, place) in UNITS:
            count, place = count + 1, place + step
    return count


def _small(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """A piece below one hundred, or written digits: "five" -> "5", "fifty five" -> "55", "512" -> "512"."""
    word = _heard(words, at)
    if word.isdecimal():
        return word, at + 1
    if word in REPEATS and word_at(words, at + 1) in UNITS:
        return str(UNITS[words[at + 1]]) * REPEATS[word], at + 2
    if word in UNITS:
        return str(UNITS[word]), at + 1
    if word in TEENS:
        return str(TEENS[word]), at + 1
    if word not in TENS or ORDINALS.get(word_at(words, at + 1), 10) < 10:  # "forty third" is no forty
        return None
    unit_at = at + 2 if word_at(words, at + 1) == "y" else at + 1
    unit = _heard(words, unit_at)
    if unit in UNITS and unit not in _ZEROS:
        return str(TENS[word] + UNITS[unit]), unit_at + 1
    return str(TENS[word]), at + 1


def read_piece(words: Sequence[str], at: int, *, adds: bool) -> tuple[str, int] | None:
    """One piece with its hundred or thousand, and where it ends. `adds`: "four hundred twelve" is 412, not 400 12."""
    word = _heard(words, at)
    if word in HUNDREDS:
        return _scaled(words, str(HUNDREDS[word]), at + 1, 2, adds=adds or word == "ciento")
    if word == "hundred" and word_at(words, at - 1) not in _SOME and not is_number_word(word_at(words, at - 1)):
        return _scaled(words, "1", at + 1, 2, adds=adds)  # "hundred and sixty dollars"
    if word in SCALES and word != "mil":
        return None
    if word == "mil" or (word == "a" and word_at(words, at + 1) in SCALES):
        return _scaled(
            words, "1", at + (1 if word == "mil" else 2), SCALES[word_at(words, at + (word == "a"))], adds=adds
        )
    small = _small(words, at)
    if small is None:
        return None
    digits, end = small
    zeros = SCALES.get(word_at(words, end))
    if zeros is None or len(digits) > 2 or words[at] in REPEATS:
        return small
    return _scaled(words, digits, end + 1, zeros, adds=adds)


def _scaled(words: Sequence[str], digits: str, at: int, zeros: int, *, adds: bool) -> tuple[str, int]:
    """So many hundreds or thousands and, where it `adds`, what is said after them."""
    rest = _after_scale(words, at, zeros) if adds else None
    return (digits + rest[0].zfill(zeros), rest[1]) if rest else (digits + "0" * zeros, at)


def _after_scale(words: Sequence[str], at: int, zeros: int) -> tuple[str, int] | None:
    if word_at(words, at) == "and":
        at += 1
    word = word_at(words, at)
    if not word or word in REPEATS or word.isdecimal() or word in ("a", "mil"):
        return None
    if word in _ZEROS:  # "twelve hundred oh four"
        rest = _small(words, at + 1)
        return rest if rest and len(rest[0]) == 1 else None
    rest = read_piece(words, at, adds=True) if zeros == 3 else _small(words, at)
    return rest if rest is not None and len(rest[0]) <= zeros else None


def read_digits(words: Sequence[str], start: int, *, adds: bool = True, longest: int = 15) -> Number | None:
    """The run of number words from `start`, its pieces put side by side; None when there is none.

    >>> read_digits("eighteen oh four oak".split(), 0)
    Number(digits='1804', start=0, end=3)
    >>> read_digits("four twenty two forty third street".split(), 0)  # the tens of an ordinal are the street's
    Number(digits='422', start=0, end=3)
    """
    digits, at = "", start
    while at < len(words):
        piece = read_piece(words, at, adds=adds)
        if piece is None or len(digits) + len(piece[0]) > longest:
            break
        digits, at = digits + piece[0], piece[1]
    return Number(digits, start, at) if digits else None


def read_value(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """A quantity ("fifty eight", "ninety", "one hundred and two") and where it ends; None when there is none."""
    piece = read_piece(words, start, adds=True) if start < len(words) else None
    return (int(piece[0]), piece[1]) if piece and len(piece[0]) <= LONGEST_QUANTITY else None


def read_ordinal(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """An ordinal ("third", "forty third", "one hundred and tenth") and where it ends; None when there is none."""
    before, at = 0, start
    if word_at(words, at + 1) == "hundred" and UNITS.get(word_at(words, at), 1 if word_at(words, at) == "a" else 0):
        before, at = UNITS.get(words[at], 1) * 100, at + 2
        at += word_at(words, at) == "and"
    elif word_at(words, at + 1) == "hundredth" and word_at(words, at) in UNITS:
        return UNITS[words[at]] * 100, at + 2
    if word_at(words, at) in TENS and ORDINALS.get(word_at(words, at + 1), 10) < 10:
        before, at = before + TENS[words[at]], at + 1
    last = ORDINALS.get(word_at(words, at))
    return (before + last, at + 1) if last is not None else None


def ordinal(value: int) -> str:
    """An ordinal as it is written.

    >>> [ordinal(number) for number in (1, 12, 43, 111)]
    ['1st', '12th', '43rd', '111th']
    """
    return f"{value}{'th' if value // 10 % 10 == 1 else _ENDINGS.get(value % 10, 'th')}"
