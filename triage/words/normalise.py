"""Any text, written or recognised, to plain words: lower case, no accents, no punctuation, nothing contracted."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_ABBREVIATION = re.compile(r"\b(?:[a-z]\.\s?)+[a-z]\b\.?")
_WORD = re.compile(r"[a-z0-9']+")
_NOT = (
    "aren't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't wouldn't needn't mustn't"
).split()
_ODD = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "ain't": "is not", "y'all": "you all",
    "let's": "let us", "gonna": "going to", "gotta": "got to", "wanna": "want to", "dunno": "do not know",
    "i'm": "i am", "im": "i am", "ive": "i have", "theres": "there is", "thats": "that is", "whats": "what is",
    "theyre": "they are", "youre": "you are", "yall": "you all", "cant": "can not", "wont": "will not",
    "aint": "is not",
}  # fmt: skip
_UNHEARD = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories of what stands in a word and is no letter of it: accents, soft hyphens, zero widths, marks."""

_ENDINGS = {"'re": "are", "'ll": "will", "'ve": "have", "'d": "would"}
_BEFORE_IS = frozenset(
    "it that there what who where how here this he she when everything everyone everybody someone somebody something "
    "nothing nobody water power heat furnace ac toilet basement pipe sink panel outlet breaker house kitchen name "
    "ceiling tub shower drain alarm detector gas smoke fire wife husband mom dad son daughter tech plumber guy unit "
    "conditioning conditioner heater thermostat tank pump pilot valve faucet light breaker switch boiler".split()
)
"""Words after which "'s" is "is", and not a possessive."""

_WHOLE = (
    _ODD
    | {word: word[:-3] + " not" for word in _NOT}
    | {word.replace("'", ""): word[:-3] + " not" for word in _NOT}
    | {word + "'s": word + " is" for word in _BEFORE_IS}
)


@dataclass(frozen=True, slots=True)
class Words:
    """Normalised words, and for each the place of the spoken word it came from (those that `spoken.split()` gives).

    A spoken word can give two ("don't": do, not), or none; of several that make one ("a. c.": ac) it is the first.
    """

    words: tuple[str, ...]
    sources: tuple[int, ...]


def normalise(text: str) -> str:
    """Plain words separated by single spaces, contractions written out. Numbers stay as they came. Idempotent.

    >>> normalise("I don't smell GAS — it's “rotten eggs”, ¡huele a gas en el baño!")
    'i do not smell gas it is rotten eggs huele a gas en el bano'
    """
    return " ".join(words_of(text))


def words_of(text: str) -> tuple[str, ...]:
    """The normalised words of a text; positions in evidence count these."""
    joined = _ABBREVIATION.sub(lambda match: _without_dots(match.group()), _plain(" ".join(text.split())))
    words = (match.group().strip("'") for match in _WORD.finditer(joined))
    return tuple(" ".join(_written_out(word) for word in words if word).split())


def with_sources(text: str) -> Words:
    """The normalised words of a text, as `words_of` gives them, and where in the spoken text each comes from.

    >>> with_sources("the a.c. doesn't work")
    Words(words=('the', 'ac', 'does', 'not', 'work'), sources=(0, 1, 2, 2, 3))
    """
    words: list[str] = []
    sources: list[int] = []
    plain, owners = _owned(text)
    for match in _WORD.finditer(plain):
        found = _written_out(match.group().strip("'")).split()
        words += found
        sources += [owners[match.start()]] * len(found)
    return Words(tuple(words), tuple(sources))


def _owned(text: str) -> tuple[str, list[int]]:
    """The plain text with abbreviations joined, and for each of its letters the place of the spoken word it is of."""
    plain, owners = "", []
    for place, token in enumerate(text.split()):
        letters = _plain(token) + " "
        plain += letters
        owners += [place] * len(letters)
    joined, kept, last = "", list[int](), 0
    for match in _ABBREVIATION.finditer(plain):
        inside = [at for at in range(match.start(), match.end()) if plain[at] != "." and not plain[at].isspace()]
        joined += plain[last : match.start()] + "".join(plain[at] for at in inside)
        kept += owners[last : match.start()] + [owners[at] for at in inside]
        last = match.end()
    return joined + plain[last:], kept + owners[last:]


def _plain(text: str) -> str:
    lowered = unicodedata.normalize("NFKD", text.lower().translate(_APOSTROPHES))
    return "".join(letter for letter in lowered if unicodedata.category(letter) not in _UNHEARD).lower()


def _without_dots(text: str) -> str:
    return "".join(letter for letter in text if letter != "." and not letter.isspace())


def _written_out(word: str) -> str:
    endings: list[str] = []
    while word not in _WHOLE:
        ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) > len(one)), None)
        if ending is None:
            break
        word = word.removesuffix(ending)
        endings.insert(0, _ENDINGS[ending])
    return " ".join([_WHOLE.get(word, word), *endings])


@cache
def data_file(name: str) -> bytes:
    """The bytes of a file in `triage/data`. Raises FileNotFoundError."""
    return (files("triage") / "data" / name).read_bytes()
