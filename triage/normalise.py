"""Any text, written or recognised, to plain words: lower case, no accents, no punctuation, nothing contracted."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_ABBREVIATION = re.compile(r"\b(?:[a-z]\.\s?)+[a-z]\b\.?")
_NOT_A_WORD = re.compile(r"[^a-z0-9']+")
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


def normalise(text: str) -> str:
    """Plain words separated by single spaces, contractions written out. Numbers stay as they came. Idempotent.

    >>> normalise("I don't smell GAS — it's “rotten eggs”, ¡huele a gas en el baño!")
    'i do not smell gas it is rotten eggs huele a gas en el bano'
    """
    lowered = unicodedata.normalize("NFKD", text.lower().translate(_APOSTROPHES))
    plain = "".join(letter for letter in lowered if not unicodedata.combining(letter)).lower()
    joined = _ABBREVIATION.sub(lambda match: re.sub(r"[.\s]", "", match.group()), plain)
    words = (word.strip("'") for word in _NOT_A_WORD.sub(" ", joined).split())
    return " ".join(_written_out(word) for word in words if word)


def _written_out(word: str) -> str:
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return f"{_written_out(word[: -len(ending)])} {full}"
    return word


def words_of(text: str) -> tuple[str, ...]:
    """The normalised words of a text; positions in evidence count these."""
    return tuple(normalise(text).split())


@cache
def data_file(name: str) -> bytes:
    """The bytes of a file in `triage/data`. Raises FileNotFoundError."""
    return (files("triage") / "data" / name).read_bytes()
