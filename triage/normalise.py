"""Any text, written or as a recogniser writes it, to plain words: lower case, no accents, no punctuation."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_ABBREVIATION = re.compile(r"\b(?:[a-z]\.\s?)+[a-z]\b\.?")
_NOT_A_WORD = re.compile(r"[^a-z0-9']+")
_CONTRACTIONS = frozenset(
    "ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't "
    "wouldn't i'm i've that's there's what's where's who's you're they're it'll you've they've we've".split()
)
_BARE = {word.replace("'", ""): word for word in _CONTRACTIONS}


def normalise(text: str) -> str:
    """Plain words separated by single spaces. Numbers stay as they came (words or digits). Idempotent.

    >>> normalise("I smell GAS — “rotten eggs”, ¡huele a gas en el baño!")
    'i smell gas rotten eggs huele a gas en el bano'
    """
    lowered = unicodedata.normalize("NFKD", text.lower().translate(_APOSTROPHES))
    plain = "".join(letter for letter in lowered if not unicodedata.combining(letter)).lower()
    joined = _ABBREVIATION.sub(lambda match: re.sub(r"[.\s]", "", match.group()), plain)
    words = (word.strip("'") for word in _NOT_A_WORD.sub(" ", joined).split())
    return " ".join(_BARE.get(word, word) for word in words if word)


def words_of(text: str) -> tuple[str, ...]:
    """The normalised words of a text; positions in evidence count these."""
    return tuple(normalise(text).split())


@cache
def data_file(name: str) -> bytes:
    """The bytes of a file in `triage/data`. Raises FileNotFoundError."""
    return (files("triage") / "data" / name).read_bytes()
