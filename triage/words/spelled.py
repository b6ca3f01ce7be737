"""Words spelled letter by letter: "s m y t h e", "b as in boy", "double l", "bravo echo november", "b de burro"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.words.numbers import read_digits, word_at

NATO = {
    word: word[0]
    for word in (
        "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar "
        "papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
    ).split()
}
"""The radio alphabet, which some people spell with alone."""

LETTER_NAMES = {
    "bee": "b", "cee": "c", "see": "c", "dee": "d", "gee": "g", "jay": "j", "kay": "k", "el": "l", "em": "m", "en": "n",
    "pee": "p", "cue": "q", "queue": "q", "are": "r", "ar": "r", "ess": "s", "es": "s", "tee": "t", "tea": "t",
    "you": "u", "vee": "v", "ex": "x", "why": "y", "wye": "y", "zee": "z", "zed": "z", "aitch": "h", "eff": "f",
}  # fmt: skip
"""Names of letters that a recogniser writes as words; letters only between letters."""

SPANISH_NAMES = {
    "be": "b", "ce": "c", "de": "d", "efe": "f", "ge": "g", "hache": "h", "jota": "j", "ka": "k", "ele": "l",
    "eme": "m", "ene": "n", "pe": "p", "cu": "q", "erre": "r", "ere": "r", "ese": "s", "te": "t", "uve": "v", "ve": "v",
    "equis": "x", "zeta": "z",
}  # fmt: skip
_PLAINLY_SPANISH = frozenset("efe hache jota ele eme cu erre ere uve equis zeta".split())
_LIKE = (("as", "in"), ("is", "in"), ("as", "an"), ("is", "and"), ("like", "in"), ("como", "en"), ("como", "de"))
_LIKE_WORD = frozenset("as like for de como".split())
_BETWEEN = frozenset("then and um uh dash hyphen guion".split())
_CASES = frozenset("capital uppercase lowercase mayuscula".split())
_VERBS = frozenset(
    "am was have had need want live think just got can could will would do did own rent tried called said hope know "
    "mean guess would've spell spelled turned smell see hear heard found left work manage".split()
)
"""After these words' "i" is the speaker, and no letter."""

_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class _Letter:
    letters: str
    end: int
    sure: bool  # said with a word that begins so, doubled, or as a capital


def read(words: Sequence[str], start: int) -> tuple[str, int] | None:
    """The word spelled from `start`, in lower case, and where it ends; None when nothing is spelled here.

    Three letters or more; two where one is explained; one where it is ("b as in boy").

    >>> read("b as in boy a t e s maple".split(), 0)
    ('bates', 7)
    """
    return _radio(words, start) or _letters(words, start, _letter) or _spanish(words, start)


def read_code(words: Sequence[str], start: int) -> tuple[str, int] | None:
    """Letters and digits side by side, as account and claim numbers have them, in upper case; None when none are here.

    >>> read_code("c l four four oh nine".split(), 0)
    ('CL4409', 6)
    """
    code, at = "", start
    while at < len(words):
        if number := read_digits(words, at, adds=False):
            code, at = code + number.digits, number.end
        elif letter := _letter(words, at):
            code, at = code + letter.letters, letter.end
        else:
            break
    return (code.upper(), at) if code else None


def _radio(words: Sequence[str], start: int) -> tuple[str, int] | None:
    end = start
    while end < len(words) and words[end] in NATO:
        end += 1
    return ("".join(NATO[word] for word in words[start:end]), end) if end - start >= _SHORTEST else None


def _letters(
    words: Sequence[str], start: int, letter: Callable[[Sequence[str], int], _Letter | None]
) -> tuple[str, int] | None:
    found: list[_Letter] = []
    at = start
    while at < len(words):
        one = letter(words, at) or (_between(words, at) if found else None)
        if one is not None:
            found.append(one)
            at = one.end
        elif found and words[at] in _BETWEEN:
            at += 1
        else:
            break
    while found and words[found[-1].end - 1] == "i" and word_at(words, found[-1].end) in _VERBS:
        found.pop()
    spelled = "".join(one.letters for one in found)
    sure = [one.sure for one in found]
    fewest = 1 if all(sure) else 2 if any(sure) else _SHORTEST
    return (spelled, found[-1].end) if found and len(spelled) >= fewest else None


def _letter(words: Sequence[str], at: int) -> _Letter | None:
    """The letter here, said alone or explained ("s as in sam", "double l", "capital d", "double u")."""
    word = words[at]
    following = word_at(words, at + 1)
    if word in _CASES and len(following) == 1 and following.isalpha():
        return _explained(words, at + 1) or _Letter(following, at + 2, True)
    if word == "double" and following in ("u", "you"):
        return _Letter("w", at + 2, True)
    if word in ("double", "doble") and len(following) == 1 and following.isalpha() and following != "o":
        return _Letter(following * 2, at + 2, True)
    if word == "apostrophe" and at:
        return _Letter("'", at + 1, False)
    if len(word) != 1 or not word.isalpha():
        return None
    return _explained(words, at) or _Letter(word, at + 1, False)


def _explained(words: Sequence[str], at: int) -> _Letter | None:
    """ "b as in boy"; after "for", "like" and "de" only a word that begins with the letter."""
    if tuple(words[at + 1 : at + 3]) in _LIKE and at + 3 < len(words):
        return _Letter(words[at], at + 4, True)
    if at + 2 < len(words) and words[at + 1] in _LIKE_WORD:
        example = words[at + 2]
        if len(example) > 1 and example[0] == words[at]:
            return _Letter(words[at], at + 3, True)
    return None


def _between(words: Sequence[str], at: int) -> _Letter | None:
    """The name of a letter, where letters stand on both sides."""
    after = word_at(words, at + 1)
    if words[at] in LETTER_NAMES and len(after) == 1 and len(words[at - 1]) == 1:
        return _Letter(LETTER_NAMES[words[at]], at + 1, False)
    return None


def _spanish(words: Sequence[str], start: int) -> tuple[str, int] | None:
    """Letters by their Spanish names, where some of them can be nothing else."""
    found = _letters(words, start, _spanish_letter)
    return found if found and sum(word in _PLAINLY_SPANISH for word in words[start : found[1]]) >= 2 else None


def _spanish_letter(words: Sequence[str], at: int) -> _Letter | None:
    word = words[at]
    if word == "i" and word_at(words, at + 1) == "griega":
        return _Letter("y", at + 2, True)
    name = SPANISH_NAMES.get(word, word if len(word) == 1 and word.isalpha() else "")
    return _Letter(name, at + 1, False) if name else None
