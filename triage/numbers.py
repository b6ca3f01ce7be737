"""Spoken numbers to digits: "four twelve", "eighteen oh four", "double five", "seven eight seven oh four"."""

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
    "quince": 15,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
REPEATS = {"double": 2, "triple": 3}


@dataclass(frozen=True, slots=True)
class Number:
    """Digits as written, and the words from `start` up to `end` that say them."""

    digits: str
    start: int
    end: int


def is_number_word(word: str) -> bool:
    """Whether a word can be part of a spoken number."""
    return word.isdigit() or word in UNITS or word in TEENS or word in TENS or word in REPEATS


def _small(words: Sequence[str], at: int) -> tuple[str, int] | None:
    """A piece below one hundred, or written digits: "five" -> "5", "fifty five" -> "55", "512" -> "512"."""
    word = words[at]
    if word.isdigit():
        return word, at + 1
    if word in REPEATS and at + 1 < len(words) and words[at + 1] in UNITS:
        return str(UNITS[words[at + 1]]) * REPEATS[word], at + 2
    if word in UNITS:
        return str(UNITS[word]), at + 1
    if word in TEENS:
        return str(TEENS[word]), at + 1
    if word not in TENS:
        return None
    unit = UNITS.get(words[at + 1], 0) if at + 1 < len(words) and words[at + 1] not in ("oh", "o", "zero") else 0
    return str(TENS[word] + unit), at + (2 if unit else 1)


def _piece(words: Sequence[str], at: int, *, adds: bool) -> tuple[str, int] | None:
    """A piece with its hundred or thousand. `adds`: "four hundred twelve" is 412, and not 400 12."""
    small = _small(words, at)
    if small is None:
        return None
    digits, end = small
    for scale, zeros in (("thousand", 3), ("hundred", 2)):
        if end < len(words) and words[end] == scale and len(digits) <= 2:
            end += 1
            rest = _after_scale(words, end, zeros) if adds else None
            if rest is None:
                return digits + "0" * zeros, end
            return digits + rest[0].zfill(zeros), rest[1]
    return digits, end


def _after_scale(words: Sequence[str], at: int, zeros: int) -> tuple[str, int] | None:
    if at < len(words) - 1 and words[at] == "and":
        at += 1
    if at >= len(words) or words[at] in REPEATS or words[at].isdigit():
        return None
    rest = _piece(words, at, adds=True) if zeros == 3 else _small(words, at)
    return rest if rest is not None and len(rest[0]) <= zeros else None


def read_digits(words: Sequence[str], start: int, *, adds: bool = True, longest: int = 15) -> Number | None:
    """The run of number words from `start`, its pieces put side by side; None when there is none.

    >>> read_digits("eighteen oh four oak".split(), 0)
    Number(digits='1804', start=0, end=3)
    """
    digits, at = "", start
    while at < len(words):
        piece = _piece(words, at, adds=adds)
        if piece is None or len(digits) + len(piece[0]) > longest:
            break
        digits, at = digits + piece[0], piece[1]
    return Number(digits, start, at) if digits else None


def read_value(words: Sequence[str], start: int) -> tuple[int, int] | None:
    """A quantity ("fifty eight", "ninety", "one hundred and two") and where it ends; None when there is none."""
    piece = _piece(words, start, adds=True)
    return (int(piece[0]), piece[1]) if piece else None
