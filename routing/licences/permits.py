"""A hint at a permit: yes, no or ask, by the kind of work and the town. The authority on the spot decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.company import Company
from routing.licences.needs import table
from triage.situations import SITUATIONS


class PermitAnswer(StrEnum):
    """What the table says."""

    YES = "yes"  # usually
    NO = "no"  # usually not; never said aloud
    ASK = "ask"  # it depends


@dataclass(frozen=True, slots=True)
class PermitHint:
    """The answer, who pulls the permit, and the only sentence that may be said of it: empty when there is none."""

    answer: PermitAnswer
    holder: str
    says: str


_DATA = table("permits.toml")

WORKS: Mapping[str, PermitAnswer] = MappingProxyType(
    {work: PermitAnswer(row["answer"]) for work, row in _DATA["work"].items()}
)
"""Kind of work to the usual answer."""

WORKS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {row: tuple(work for work, about in _DATA["work"].items() if row in about["rows"]) for row in SITUATIONS}
)
"""Situation id to the kinds of work that it may lead to."""


def permit_hint(company: Company, situation: str) -> PermitHint:
    """Whether the situation's work is likely to need a permit where the company is. Raises KeyError for no situation.

    The shop's own word goes before its town's, that before its state's, that before the usual. Works that differ: ask.
    """
    answers = {_answer(company, work) for work in WORKS_OF[situation]}
    answer = answers.pop() if len(answers) == 1 else PermitAnswer.ASK
    holder = _DATA["holder"][SITUATIONS[situation].trade]
    says = f"This kind of work often needs a permit; our licensed {holder} will confirm."
    return PermitHint(answer, holder, "" if answer is PermitAnswer.NO else says)


def _answer(company: Company, work: str) -> PermitAnswer:
    places = (f"{company.state}/{company.city}", company.state)
    told = [dict(company.permits), *(_DATA["jurisdiction"].get(place, {}) for place in places), WORKS]
    return PermitAnswer(next(rules[work] for rules in told if work in rules))
