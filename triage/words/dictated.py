"""Digits as they are dictated: in pieces, with "uh" and "dash" between, taken back, denied, said twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from triage.words.numbers import HOMOPHONES, UNITS, is_number_word, read_piece

CORRECTING = frozenset(
    "no wait sorry mean meant scratch make actually correction oops rather whoops perdon digo espera really pero "
    "wrong instead mejor".split()
)
"""What was said before one of these is replaced by what comes after."""

DENYING = frozenset("not".split())
EXTENSION = frozenset("extension ext extencion".split())
_BEGINNING = frozenset("call called cell phone cellphone text mobile reach celular telefono".split())
LEADING = _BEGINNING | frozenset("number numero is code it's its at es el".split())
"""Words after which a number begins; after some of them always a new one."""

_FILLERS = (
    (LEADING - _BEGINNING)
    | EXTENSION
    | frozenset(
        "um uh and then dash hyphen area it that that's the so ah er hmm like y ok okay yeah yes i am guion luego "
        "de con la let me see my you know said dije excuse again repeat otra vez lo siento plus followed by a un to in "
        "of just this if do over start una right got point dot period parentheses rest oh o god gosh".split()
    )
)
COUNTED = frozenset(
    "digits digit numbers digitos year years minute minutes hour hours day days week weeks month months times people "
    "kids degrees bedroom bathroom o'clock am pm dollars percent anos dias horas minutos".split()
)
"""A number before one of these counts something and is not dictated."""

AREA_LENGTH = 3
_LONGEST_GAP = 6
_ALIKE = 0.6
"""The share of letters in common that makes a misheard word a digit (difflib's ratio); "live" and "five" have 0.75."""

_REACH = 2
"""So near to a number word must a misheard digit stand."""

_NEVER_DIGITS = _FILLERS | CORRECTING | DENYING | COUNTED | frozenset(UNITS)
_DIGIT_NAMES = tuple(word for word in UNITS if len(word) > 1)


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit and the words that say it. `first`: of a piece. `led`: a word before it says that a number begins."""

    digit: str
    start: int
    end: int
    first: bool
    led: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Digits said in one breath, by pieces, and the words between them and the digits before."""

    pieces: tuple[tuple[str, int, int], ...]
    gap: frozenset[str]

    def digits(self) -> list[Digit]:
        """The digits in their order."""
        return [
            Digit(digit, start, end, place == 0, led=place == 0 and number == 0 and bool(self.gap & LEADING))
            for number, (said, start, end) in enumerate(self.pieces)
            for place, digit in enumerate(said)
        ]


Stretch = tuple[Group, ...]


def stretches(words: Sequence[str], *, blurred: bool = False) -> list[Stretch]:
    """Every stretch of dictated digits. `blurred`: words that sound like a digit count as one beside digits."""
    found: list[Stretch] = []
    at = 0
    while at < len(words):
        groups: list[Group] = []
        gap: list[str] = list(words[max(0, at - 2) : at])
        while at < len(words) and (not groups or len(gap) <= _LONGEST_GAP):
            pieces, end = _pieces(words, at, blurred=blurred)
            if pieces:
                groups.append(Group(pieces, frozenset(gap)))
                gap, at = [], end
            elif groups and (words[at] in _FILLERS or words[at] in CORRECTING or words[at] in DENYING):
                gap, at = [*gap, words[at]], at + 1
            else:
                break
        if groups:
            found.append(tuple(groups))
            at = max(groups[-1].pieces[-1][2], 1)
        else:
            at += 1
    return found


def _pieces(words: Sequence[str], at: int, *, blurred: bool) -> tuple[tuple[tuple[str, int, int], ...], int]:
    pieces: list[tuple[str, int, int]] = []
    while at < len(words):
        piece = read_piece(words, at, adds=False)
        if piece is None and blurred and (digit := _sounds_like(words, at)):
            piece = digit, at + 1
        if piece is None or (piece[1] < len(words) and words[piece[1]] in COUNTED):
            break
        pieces.append((piece[0], at, piece[1]))
        at = piece[1]
    return tuple(pieces), at


def _sounds_like(words: Sequence[str], at: int) -> str:
    """The digit that the word beside a digit is most like; "" when it is like none."""
    word = words[at]
    if not any(map(is_number_word, words[max(0, at - _REACH) : at + _REACH + 1])):
        return ""
    if word in HOMOPHONES:
        return str(UNITS.get(HOMOPHONES[word], ""))
    if word in _NEVER_DIGITS:
        return ""
    return _nearest_digit(word)


@lru_cache(maxsize=4096)
def _nearest_digit(word: str) -> str:
    share, name = max((SequenceMatcher(None, name, word).ratio(), name) for name in _DIGIT_NAMES)
    return str(UNITS[name]) if share >= _ALIKE else ""


def readings(stretch: Stretch, *, blurred: bool = False) -> Iterator[Stretch]:
    """The stretch as it was read, then with one piece of it read another way.

    "Nine twenty five" is 925 or 920 5; "five hundred fifty five" 500 55 or 555. `blurred`: "eighty" may have been
    "eight".
    """
    yield stretch
    for place, group in enumerate(stretch):
        for number, (said, start, end) in enumerate(group.pieces):
            others: list[tuple[tuple[str, int, int], ...]] = []
            if len(said) == 2 and end - start == 2 and said[0] != said[1] and said[1] != "0":
                others.append(((said[0] + "0", start, start + 1), (said[1], start + 1, end)))
            if blurred and len(said) == 2 and end - start == 1:
                others.append(((said[1] if said[0] == "1" else said[0], start, end),))
            for other in others:
                yield _with(stretch, place, group.pieces[:number] + other + group.pieces[number + 1 :])
            if said.endswith("00") and len(said) == 3 and number + 1 < len(group.pieces):
                rest, _, rest_end = group.pieces[number + 1]
                if len(rest) <= 2:
                    both = (said[0] + rest.zfill(2), start, rest_end)
                    yield _with(stretch, place, (*group.pieces[:number], both, *group.pieces[number + 2 :]))


def _with(stretch: Stretch, place: int, pieces: tuple[tuple[str, int, int], ...]) -> Stretch:
    return (*stretch[:place], replace(stretch[place], pieces=pieces), *stretch[place + 1 :])


def area_first(stretch: Stretch) -> Stretch:
    """The stretch with an area code that was told last in front ("five five five oh one two three area code ...")."""
    last = stretch[-1]
    if len(stretch) > 1 and "area" in last.gap and sum(len(said) for said, _, _ in last.pieces) == AREA_LENGTH:
        return (replace(last, gap=LEADING), replace(stretch[0], gap=frozenset()), *stretch[1:-1])
    return stretch


def meant(stretch: Stretch, length: int) -> list[Digit]:
    """The digits less what was taken back or denied, `length` being how many a whole number has.

    "... oh one two four no sorry two three": as many digits are kept as the new ones leave of a whole number.
    """
    kept: list[Digit] = []
    for place, group in enumerate(stretch):
        if place and group.gap & DENYING:
            continue
        if place and group.gap & CORRECTING:
            rest = sum(len(said) for later in stretch[place:] for said, _, _ in later.pieces)
            whole = 7 if len(kept) == 7 else length
            kept = kept[: max(0, whole - rest)] if whole - rest <= len(kept) else kept
        kept += group.digits()
    return kept


def said_again(part: str, number: str) -> bool:
    """Whether digits beside a number only repeat it, or part of it: two digits of ten, four of seven."""
    return not part or (len(part) >= (2 if len(number) > 7 else 4) and (part in number or not part.replace(number, "")))
