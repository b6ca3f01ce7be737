"""Whisper's written text ("I'm at 235 Oak St.") as every recogniser here gives it: lower case, numbers in words."""

import re
import unicodedata

from voice.recogniser.spoken import ONES, cardinal, digits, ordinal, pair

SPANISH_ONES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
).split()
SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()

LETTERS = "[a-zß-öø-ÿ]+"
PIECE = re.compile(rf"\$?[0-9][0-9,.:-]*(?:st|nd|rd|th)?%?|{LETTERS}(?:'{LETTERS})*")
ABBREVIATIONS = {"st": "street", "ave": "avenue", "dr": "drive", "rd": "road", "ln": "lane", "apt": "apartment"}
INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
MONEY = re.compile(r"\$([0-9]{1,5})(?:\.([0-9]{2}))?")
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})[.,:-]*")
DECIMAL = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})[.,:-]*")
DIGITS_ONE_BY_ONE = 5
"""From this many digits on a number is read digit by digit: a ZIP, a telephone number."""


def plain(text: str, language: str = "en", dictated: bool = False) -> list[str]:
    """The words of a written text. `dictated`: a telephone number was asked for, so every number is read by digits.

    >>> plain("I'm at 235 Oak St., $99, 7:30 p.m.")
    ["i'm", 'at', 'two', 'thirty', 'five', 'oak', 'street', 'ninety', 'nine', 'dollars', 'seven', 'thirty', 'pm']
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    text = INITIALS.sub(lambda match: match.group().replace(".", "") + " ", text)
    words: list[str] = []
    for match in PIECE.finditer(text):
        piece = match.group()
        if piece.lstrip("$")[0] in "0123456789":
            words += _spanish(piece, dictated) if language == "es" else _english(piece, dictated)
        else:
            ended = text[match.end() : match.end() + 1] == "."
            words.append(ABBREVIATIONS.get(piece, piece) if ended and language == "en" else piece)
    return words


def _english(piece: str, dictated: bool) -> list[str]:
    figures = re.sub(r"\D", "", piece)
    number = int(figures)
    unit = ["percent"] if piece.endswith("%") else []
    if dictated:
        return digits(figures).split()
    if match := MONEY.fullmatch(piece.replace(",", "").rstrip(".:-")):
        cents = f" and {cardinal(int(match[2]))} cents" if match[2] and match[2] != "00" else ""
        return f"{cardinal(int(match[1]))} dollars{cents}".split()
    if match := CLOCK.fullmatch(piece):
        return [*cardinal(int(match[1])).split(), *([] if match[2] == "00" else pair(int(match[2])).split())]
    if match := DECIMAL.fullmatch(piece.rstrip("%")):
        return [*cardinal(int(match[1])).split(), "point", *digits(match[2], "zero").split(), *unit]
    if "-" in piece.strip("-") or len(figures) >= DIGITS_ONE_BY_ONE or figures[0] == "0":
        return [*digits(figures).split(), *unit]
    if piece[-1].isalpha():
        return (ordinal(number) if 0 < number < 70 else cardinal(number)).split()
    return [*_grouped(number), *unit]


def _grouped(number: int) -> list[str]:
    """A bare number as an address has it: 235 is "two thirty five", 1205 "twelve oh five", 2000 "two thousand"."""
    first, last = divmod(number, 100)
    if number < 100 or (number >= 1000 and first % 10 == 0):
        return cardinal(number).split()
    if number < 1000:
        return [ONES[first], *pair(last).split()]
    return [*cardinal(first).split(), *pair(last).split()]


def _spanish(piece: str, dictated: bool) -> list[str]:
    figures = re.sub(r"\D", "", piece)
    number = int(figures)
    if dictated or len(figures) > 2 or figures[0] == "0":
        return [SPANISH_ONES[int(figure)] for figure in figures]
    words = [SPANISH_ONES[number]] if number < 30 else [SPANISH_TENS[number // 10 - 3]]
    if number >= 30 and number % 10:
        words += ["y", SPANISH_ONES[number % 10]]
    return [*words, *(["dólares"] if piece.startswith("$") else [])]
