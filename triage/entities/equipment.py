"""The equipment that callers speak of, and who made it: by the trade's own words, also where one was misheard."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from triage.words.normalise import data_file

CERTAIN, SURE, WEAK = 0.8, 0.7, 0.3
"""How sure a name is by its list in `equipment.toml`; a maker that is an ordinary word too is as sure as the second."""

ALIKE = 0.78
"""How alike, by difflib's ratio, a misheard word of equipment is to the one that was said."""

_LONGEST = 4
_SHORTEST_MISHEARD = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in the words from `start` up to `end`, as it is written, and how sure it is what was meant."""

    value: str
    start: int
    end: int
    confidence: float


@cache
def _devices() -> Mapping[tuple[str, ...], float]:
    table = tomllib.loads(data_file("equipment.toml").decode())
    grades = (("weak", WEAK), ("sure", SURE), ("certain", CERTAIN))
    return {tuple(name.split()): grade for key, grade in grades for name in table[key]}


@cache
def _makers() -> Mapping[tuple[str, ...], tuple[str, bool]]:
    table = tomllib.loads(data_file("equipment.toml").decode())
    only = set(table["near"]["only"])
    return {tuple(said.split()): (maker, said not in only) for maker, ways in table["makers"].items() for said in ways}


def find_devices(words: Sequence[str]) -> list[Named]:
    """Every piece of equipment in the words, the longest name at each place, as it was said."""
    return [
        Named(" ".join(words[start:end]), start, end, _devices()[_singular(words[start:end])])
        for start, end in _longest(words, lambda name: _singular(name) in _devices())
    ]


def find_makers(words: Sequence[str]) -> list[Named]:
    """Every maker in the words, as it is written; an ordinary word only beside equipment ("my train furnace")."""
    devices = find_devices(words)
    found = []
    for start, end in _longest(words, lambda name: tuple(name) in _makers()):
        maker, sure = _makers()[tuple(words[start:end])]
        if sure or any(end <= device.start <= end + 1 for device in devices if device.confidence >= SURE):
            found.append(Named(maker, start, end, CERTAIN if sure else SURE))
    return found


def maker_of(words: Sequence[str]) -> str | None:
    """The maker's written name, where these words are one's."""
    return _makers().get(tuple(words), (None, False))[0]


def device_like(words: Sequence[str]) -> str:
    """The equipment that misheard words most likely were ("water heder"); the words themselves where none is alike."""
    said = " ".join(words)
    if _singular(words) in _devices() or len(said) < _SHORTEST_MISHEARD:
        return said
    names = [" ".join(name) for name in _devices()]
    return next(iter(get_close_matches(said, names, n=1, cutoff=ALIKE)), said)


def _is_spelling(words: Sequence[str], start: int, end: int) -> bool:
    """Whether a name of single letters only ("a c", "g e") is part of a word that is spelled or explained."""
    if any(len(word) > 1 for word in words[start:end]):
        return False
    before, after = words[start - 1] if start else "", words[end] if end < len(words) else ""
    beside = (one for one in (before, after) if len(one) == 1 and one not in "ai")
    return before in ("with", "not") or after in ("as", "like", "for") or any(beside)


def _longest(words: Sequence[str], listed: Callable[[Sequence[str]], bool]) -> Iterator[tuple[int, int]]:
    """The longest listed names, from left to right, none inside another."""
    at = 0
    while at < len(words):
        ends = (
            end
            for end in range(min(at + _LONGEST, len(words)), at, -1)
            if listed(words[at:end]) and not _is_spelling(words, at, end)
        )
        end = next(ends, None)
        if end is not None:
            yield at, end
        at = end or at + 1


def _singular(words: Sequence[str]) -> tuple[str, ...]:
    """The words, the last of them without the ending of many or of owning: "outlets", "furnace's", "generadores"."""
    name = tuple(words)
    if not name or name in _devices():
        return name
    last = name[-1].removesuffix("'s")
    shorter = ((*name[:-1], last.removesuffix(ending)) for ending in ("", "s", "es"))
    return next((one for one in shorter if one in _devices()), name)
