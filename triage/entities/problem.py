"""The problem in the caller's own words: the utterance that tells it, less the clauses that only tell who and where."""

import re
from collections.abc import Collection, Sequence

from triage.words.normalise import with_sources
from triage.words.written import write

LONG = 14
"""An utterance of fewer words stays as it is."""

_SHORTEST = 3
"""Fewer words than these beside what was cut are no problem, nor do they stand as a piece of one."""

_LEAD = re.compile(
    r"(?:^|(?<= ))(?:(?:hi|hello|hey|yes|yeah|yep|ok|okay|well|so|uh|um|and|hola|bueno|y) )*"
    r"(?:"
    r"(?:my|the|her|his) (?:\w+ ){0,2}(?:name|number|address|code|cell|phone)(?: number| code)?(?: is| was)?(?: at)? |"
    r"(?:this is|me llamo|mi nombre es|soy|habla|mi numero es|mi direccion es|vivo en|estoy en|(?:last|first) name) |"
    r"(?:you can |please |just |can you )*(?:reach|call|text)(?: (?:me|us|him|her|them))?(?: back)?(?: (?:at|on))? |"
    r"(?:calling from|i am calling from|located at|over at|out at|over on) |"
    r"(?:i am|we are|it is|that is|i live|we live|i am over|we are over|i am calling)(?: (?:at|on|in|over at))? |"
    r"(?:zip|zip code|the|is|apartment|unit|suite) "
    r")*(?:(?:at|on|in|en) )?$"
)
"""What stands before a name, a number or an address, and tells nothing else."""

_BEGINNINGS = frozenset("and so uh um but y here calling".split())
_ENDINGS = frozenset("and so uh um but y at the i".split())
"""Words that a piece of the problem does not begin or end with where something was cut beside it."""


def tell_problem(text: str, words: Sequence[str], told: Collection[tuple[int, int]]) -> str:
    """The problem in writing; `told` are the places, in the normalised words, of names, numbers and addresses.

    Never empty where something was said: what holds little besides stays whole.
    """
    whole = str(write(text))
    if len(words) < LONG or not told:
        return whole
    cut = {at for start, end in told for at in range(_with_lead(words, start), end)}
    pieces = [_trimmed(words, piece) for piece in _pieces(len(words), cut)]
    sources, spoken = with_sources(text).sources, text.split()
    kept = [
        str(write(" ".join(spoken[sources[piece[0]] : sources[piece[-1]] + 1])))
        for piece in pieces
        if len(piece) >= _SHORTEST
    ]
    return ", ".join(kept) or whole


def _with_lead(words: Sequence[str], start: int) -> int:
    """Where the words begin that lead to what is told at this place."""
    before = "".join(word + " " for word in words[:start])
    lead = _LEAD.search(before)
    return start - (len(lead.group().split()) if lead else 0)


def _pieces(length: int, cut: Collection[int]) -> list[list[int]]:
    """The places that are left, in runs."""
    runs: list[list[int]] = [[]]
    for at in range(length):
        if at in cut:
            runs.append([])
        else:
            runs[-1].append(at)
    return [run for run in runs if run]


def _trimmed(words: Sequence[str], piece: list[int]) -> list[int]:
    """A piece without the little words at its ends, where it was cut."""
    while piece and piece[0] and words[piece[0]] in _BEGINNINGS:
        piece = piece[1:]
    while piece and piece[-1] + 1 < len(words) and words[piece[-1]] in _ENDINGS:
        piece = piece[:-1]
    return piece
