"""Dangers in an utterance, by rule, before anything else (docs/domain/intake.md section 2)."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from triage.assessment import Evidence, Hazard
from triage.rules.book import Match, RuleBook, Utterable, found_near, load_book
from triage.rules.scope import Reading, reading
from triage.situations import SITUATIONS

REACH = 8
"""How many words away an `unless` still silences a match."""

LOW_CONFIDENCE = 0.35
"""Below this mean word confidence a danger is asked about before it is believed (intake.md section 2, point 6)."""

SCRIPT_ORDER: tuple[frozenset[str], ...] = (
    frozenset({"S01", "S02", "S03"}),
    frozenset({"S05", "S14"}),
    frozenset({"S07", "S04"}),
    frozenset({"S11", "S15"}),
    frozenset({"S06", "S18", "S10", "S09", "S23", "S24"}),
    frozenset({"S08"}),
    frozenset({"S12", "S13"}),
)
"""Several dangers at once: whose script is spoken first (intake.md section 2, point 8)."""

_AFTER_ELECTRIC = 2.5
"""S17 (flue, burning smell) and S22 (a person in danger) are not in the list; they come after the electrical ones."""


def rank(hazard: Hazard) -> tuple[float, int, int]:
    """Sorts dangers: by script order, those to life first, then as they were said."""
    place = next((float(n) for n, scripts in enumerate(SCRIPT_ORDER) if hazard.script in scripts), _AFTER_ELECTRIC)
    return place, not hazard.life_safety, hazard.evidence.start


@dataclass(frozen=True, slots=True)
class Found:
    """Dangers believed, and dangers to ask about, each situation once, in script order."""

    hazards: tuple[Hazard, ...] = ()
    unsure: tuple[Hazard, ...] = ()
    replaced: frozenset[str] = frozenset()  # rules and rows that these dangers stand in for
    denied: frozenset[int] = frozenset()  # the words that speak of a danger only to say that there is none
    denied_names: frozenset[str] = frozenset()  # those dangers


@cache
def danger_of(row: str) -> str:
    """The name of the danger that a row stands for; "" when it is none."""
    return next((rule.hazard for rule in load_book("hazards.toml").rules if rule.stands_for == row), "")


def make_hazard(name: str, situation: str, evidence: Evidence) -> Hazard:
    """A hazard of a row, with its script."""
    row = SITUATIONS[situation]
    return Hazard(name=name, situation=row.id, script=row.script, life_safety=row.life_safety, evidence=evidence)


def find_hazards(heard: Utterable, confidence: float = 1.0, book: RuleBook | None = None) -> Found:
    """The dangers in one utterance. `confidence` is the recogniser's mean for it."""
    believed: dict[str, Match] = {}
    doubted: dict[str, Match] = {}
    denied: dict[str, set[int]] = defaultdict(set)
    unclear = confidence < LOW_CONFIDENCE
    for match in (book or load_book("hazards.toml")).matches(heard):
        rule = match.rule
        if rule.id in believed:
            continue
        meant = reading(heard, match.start, match.end, event="event" in rule.flags)
        inside = match.start in denied[rule.hazard]  # "no [rotten [egg smell]]"
        if inside or meant is Reading.DENIED or "denies" in rule.flags:
            denied[rule.hazard].update(range(match.start, match.end))
            continue
        if silenced(match, heard) or ("unclear" in rule.flags and not unclear):
            continue
        belief = _belief(meant, life_safety=SITUATIONS[rule.stands_for].life_safety)
        if belief is None:
            denied[rule.hazard].update(range(match.start, match.end))
            continue
        asks = unclear or "doubtful" in rule.flags or belief is Reading.DOUBTFUL
        (doubted if asks else believed).setdefault(rule.id, match)
    replaced = frozenset[str]().union(*(match.rule.instead_of for match in believed.values()))
    sure = _hazards([match for rule, match in believed.items() if rule not in replaced])
    names = {hazard.name for hazard in sure}
    unsure = [hazard for hazard in _hazards(list(doubted.values())) if hazard.name not in names]
    names_denied = frozenset(name for name, places in denied.items() if places)
    return Found(sure, tuple(unsure), replaced, frozenset().union(*denied.values()), names_denied)


def _belief(meant: Reading, *, life_safety: bool) -> Reading | None:
    """PRESENT, DOUBTFUL or, where there is nothing to say, None.

    A danger to life is never dropped for being past or repaired: it becomes a question. Of water, "we had a pipe
    burst" is said while standing in it; of gas it is asked.
    """
    match meant:
        case Reading.OVER:
            return Reading.DOUBTFUL if life_safety else None
        case Reading.HAD:
            return Reading.DOUBTFUL if life_safety else Reading.PRESENT
        case _:
            return meant


def silenced(match: Match, heard: Utterable) -> bool:
    """Whether the rule's own `unless` or `never`, or a missing `also`, takes the match away."""
    rule, whole = match.rule, len(heard.words)
    if rule.also and not found_near(rule.also, heard, 0, whole, 0):
        return True
    if found_near(rule.unless, heard, match.start, match.end, REACH):
        return True
    return found_near(rule.never, heard, 0, whole, 0)


def _hazards(matches: list[Match]) -> tuple[Hazard, ...]:
    best: dict[str, Hazard] = {}
    for match in matches:
        evidence = Evidence(f"hazard:{match.rule.id}", match.words, match.start, match.end)
        best.setdefault(match.rule.stands_for, make_hazard(match.rule.hazard, match.rule.stands_for, evidence))
    return tuple(sorted(best.values(), key=rank))
