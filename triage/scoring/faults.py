"""What is wrong with an outcome, and which outcomes are the worst."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

from models.enums import Priority
from triage.scoring.entities import missed
from triage.scoring.figures import Outcome, asks_about_it, is_near_miss, is_p1, right_intent

LIFE_MISSED, P1_MISSED, LIFE_ASKED, FALSE_P1, INTENT, PRIORITY, SITUATION, TRADE, ENTITY = range(9)
"""Kinds of fault, the worst first."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An outcome that is not right: how bad the worst of it is, and all that is wrong, in words."""

    rank: int
    wrong: tuple[str, ...]
    outcome: Outcome


def worst(outcomes: Sequence[Outcome], count: int) -> list[Fault]:
    """The worst outcomes, first the worst: by kind of fault, then by how sure we were of it, then by text."""
    faults = (fault for one in outcomes if (fault := fault_of(one)))
    return nsmallest(count, faults, key=lambda one: (one.rank, -one.outcome.assessment.confidence, one.outcome.heard))


def fault_of(one: Outcome) -> Fault | None:
    """What is wrong with one outcome; None where nothing is."""
    found = sorted([*_danger(one), *_labels(one)])
    return Fault(found[0][0], tuple(words for _, words in found), one) if found else None


def _danger(one: Outcome) -> list[tuple[int, str]]:
    """Faults that cost a life, or a night's sleep."""
    label, got = one.text.priority, one.assessment.priority or "no priority"
    if one.text.life_safety and not is_p1(one):
        asked = asks_about_it(one)
        return [(LIFE_ASKED, "danger to life only asked about") if asked else (LIFE_MISSED, "danger to life missed")]
    if label is Priority.P1 and not is_p1(one):
        return [(P1_MISSED, f"priority {got} instead of P1")]
    if is_p1(one) and is_near_miss(one):
        return [(FALSE_P1, "near miss raised to P1")]
    if is_p1(one) and one.text.labelled("priority") and label is not Priority.P1:
        return [(FALSE_P1, f"priority P1 instead of {label or 'none'}")]
    return []


def _labels(one: Outcome) -> list[tuple[int, str]]:
    """Labels that are not met, those of P1 left to `_danger`."""
    text, got = one.text, one.assessment
    faults = []
    if not right_intent(one):
        faults.append((INTENT, f"intent {got.intent} instead of {text.intent}"))
    if text.labelled("priority") and text.priority != got.priority and Priority.P1 not in (text.priority, got.priority):
        faults.append((PRIORITY, f"priority {got.priority or 'none'} instead of {text.priority or 'none'}"))
    if text.labelled("situation") and text.situation != got.situation:
        faults.append((SITUATION, f"situation {got.situation or 'none'} instead of {text.situation or 'none'}"))
    if text.labelled("trade") and text.trade != got.trade:
        faults.append((TRADE, f"trade {got.trade or 'none'} instead of {text.trade or 'none'}"))
    if kinds := missed(one.told):
        faults.append((ENTITY, f"not taken down right: {', '.join(kinds)}"))
    return faults
