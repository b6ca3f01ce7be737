"""Whose name was said: the caller's, somebody else's, or the same name once more, put right."""

import tomllib
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from triage.words.normalise import data_file
from triage.words.numbers import word_at

_OF_WHOM = frozenset("the my our his her their your a mi el la su nuestro nuestra".split())
_OWN = frozenset({("this", "is"), ("i", "am"), ("am", "the")})
_CONTACT = frozenset("call for under contact text reach".split())
"""Before a relation these make the name one to ask for or to call, which is worth keeping."""

_ALIKE = 0.5
"""So alike, by difflib's ratio, are a part of a name and the word that corrects it ("rays" and "reyes": 0.67)."""

_LONGEST = 3


@cache
def _listed(*lists: str) -> frozenset[str]:
    table = tomllib.loads(data_file("names.toml").decode())
    return frozenset(word for name in lists for word in table[name].split())


def is_somebody_else(words: Sequence[str], start: int, end: int) -> bool:
    """Whether the name in these places is of a person the caller only speaks of.

    "The landlord is joe tilman", "my neighbor bob jones told me", "joe tilman is our landlord"; not "this is the
    super bob jones" nor "call my husband arturo".
    """
    if (
        word_at(words, end) == "is"
        and word_at(words, end + 1) in _OF_WHOM
        and word_at(words, end + 2) in _listed("relations")
    ):
        return True
    for at in range(start, max(start - _LONGEST, 0), -1):
        if at < start and words[at] not in _listed("given", "titles"):
            return False
        last = at - 1
        while last > 0 and words[last] in ("is", "name", "named", "called"):
            last -= 1
        if words[last] in _listed("relations") and last and words[last - 1] in _OF_WHOM:
            own = last == at - 1 and tuple(words[max(0, last - 3) : last - 1]) in _OWN
            return not own and not _CONTACT & set(words[max(0, last - 3) : last - 1])
    return False


def corrected_name(known: str, said: str) -> str:
    """The name after a correction: a single word replaces the part it is most like, else the whole name.

    >>> [corrected_name("Tom Rays", said) for said in ("Reyes", "Tim", "Ann Lee", "Okonkwo")]
    ['Tom Reyes', 'Tim Rays', 'Ann Lee', 'Okonkwo']
    """
    parts = known.split()
    if len(parts) < 2 or len(said.split()) != 1:
        return said
    alike = [SequenceMatcher(None, part.lower(), said.lower(), autojunk=False).ratio() for part in parts]
    place = alike.index(max(alike))
    return " ".join((*parts[:place], said, *parts[place + 1 :])) if alike[place] >= _ALIKE else said
