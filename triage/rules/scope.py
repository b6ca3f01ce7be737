"""Is what was matched really so, now? Negation, doubt, the past and the repaired, questions and conditions.

Third persons ("my tenant says she smells gas") and playing down ("probably nothing") change nothing
(docs/domain/intake.md section 2, points 2 and 3).
"""

import tomllib
from collections.abc import Mapping
from enum import Enum
from functools import cache

from triage.rules.book import Utterable, begins_between, found_near
from triage.rules.patterns import Pattern, compile_pattern
from triage.words.normalise import data_file


class Reading(Enum):
    """How a match is to be taken."""

    PRESENT = "present"
    DOUBTFUL = "doubtful"
    HAD = "had"  # "we had a ...": said of what is over, and of what has just happened
    OVER = "over"  # past, or repaired
    DENIED = "denied"


NEGATORS = frozenset("not never without nor neither nobody sin ni nunca tampoco ningun ninguna nada jamas".split())
BARE = frozenset({"no", "zero"})
BETWEEN = frozenset(
    "any a an the really actually even currently more longer smelling smell see seeing hear hearing have has had "
    "having notice noticing noticed got getting be been is of like kind sort strong real that this in some "
    "visible active sign signs hint evidence trace to un una el la los de hay ve veo siento oigo tengo se siente "
    "anything such my our".split()
)
"""Words that may stand between a negator and what it denies; any other word ends its reach."""

BETWEEN_BARE = frozenset(
    "one more longer sign signs of strong real visible active actual hint evidence kind trace "
    "hay ve veo siento oigo huele tengo sale se el la".split()
)
"""The same for a bare "no", which may also be the answer to a question: "no the pipe burst" denies nothing."""

VERBS = frozenset(
    "is are was burst leaking flooding spraying everywhere coming pouring broke gushing overflowing will can".split()
)
SWEEPING = frozenset("never nobody nunca jamas nadie".split())
"""Negators that also say how strong it is: "i never smelled gas like this" (scope.toml, `unheard_of`)."""

NOT_DENIALS = frozenset({"doubt", "question", "joke", "kidding", "wonder", "only", "just"})

REACH = 12
"""How many words away a mark of time still speaks of the match."""

UNHEARD_OF_REACH = 6
"""How many words after the match it may be said to be like nothing before."""

DOUBT_REACH, QUESTION_REACH, HAD_REACH = 6, 10, 3
"""How many words before the match a doubt, a question or "had" may begin."""


@cache
def _marks() -> Mapping[str, tuple[Pattern, ...]]:
    table = tomllib.loads(data_file("scope.toml").decode())
    return {name: tuple(compile_pattern(source, {}) for source in sources) for name, sources in table.items()}


def played_down(heard: Utterable) -> frozenset[int]:
    """The places of words that play down what is told."""
    found: set[int] = set()
    for pattern in _marks()["played_down"]:
        for at in range(len(heard.words)):
            end = heard.find(pattern, at)
            found.update(range(at, end or at))
    return frozenset(found)


def reading(heard: Utterable, start: int, end: int, *, event: bool = False) -> Reading:
    """How the words from `start` to `end` are meant in their utterance.

    `event`: what they speak of has happened (somebody was shocked), so "okay now" takes nothing back.
    """
    marks = _marks()
    negator = _negator(heard, start, end)
    if negator is not None:
        return Reading.DOUBTFUL if _denies_nothing(heard, negator, end) else Reading.DENIED
    if _precedes(marks["doubt"], heard, start, DOUBT_REACH):
        return Reading.DOUBTFUL
    if found_near(marks["now"], heard, start, end, REACH) or _turned(heard, start, end):
        return Reading.PRESENT
    if found_near(marks["past"], heard, start, end, REACH) or (not event and _resolved(heard, end)):
        return Reading.OVER
    if _precedes(marks["question"], heard, start, QUESTION_REACH):
        return Reading.DOUBTFUL
    return Reading.HAD if _precedes(marks["had"], heard, start, HAD_REACH) else Reading.PRESENT


def _turned(heard: Utterable, start: int, end: int) -> bool:
    """Whether the story comes to the present ("now there is"); "it's fixed now i want" stays with the repair."""
    marks = _marks()

    def repaired(at: int) -> bool:
        begins = ((pattern, back) for pattern in marks["resolved"] for back in heard.places(pattern))
        return any(end <= back < at and heard.find(pattern, back) in (at, at + 1) for pattern, back in begins)

    places = (at for pattern in marks["turned"] for at in heard.places(pattern))
    return any(start - REACH <= at < end + REACH and not repaired(at) for at in places)


def _resolved(heard: Utterable, end: int) -> bool:
    """Whether what follows says that it was repaired or has gone, and not that it has yet to be."""
    marks = _marks()
    repaired = found_near(marks["resolved"], heard, end, end, REACH)
    return repaired and not found_near(marks["not_yet"], heard, end, end, REACH)


def _precedes(patterns: tuple[Pattern, ...], heard: Utterable, start: int, reach: int) -> bool:
    """Whether one of the patterns begins within `reach` words before `start`."""
    return any(begins_between(pattern, heard, start - reach, start) for pattern in patterns)


def _denies_nothing(heard: Utterable, negator: int, end: int) -> bool:
    """Whether the word that seems to deny is a cry ("no no no gas") or says how strong it is ("never so strong")."""
    words = heard.words
    if words[negator] in BARE:
        return negator > 0 and words[negator - 1] in BARE
    unheard_of = _marks()["unheard_of"]
    until = end + UNHEARD_OF_REACH
    return words[negator] in SWEEPING and any(begins_between(one, heard, negator, until) for one in unheard_of)


def _negator(heard: Utterable, start: int, end: int) -> int | None:
    """The place of the word that denies what was matched, as far as words tell; None when there is none."""
    words = heard.words
    if words[start] in NEGATORS | BARE:
        return None
    at = start - 1
    while at >= 0 and words[at] in BETWEEN | BETWEEN_BARE:
        at -= 1
    if at < 0:
        return None
    between = set(words[at + 1 : start])
    if words[at] in NEGATORS:
        return None if NOT_DENIALS & between else at
    if words[at] not in BARE or not between <= BETWEEN_BARE:
        return None
    said_as_answer = at == 0 and bool(VERBS & set(words[start:end]))  # "no, water is coming in"
    return None if said_as_answer else at
