"""Who is rung, and in which order: pure functions of the company and of who is talking."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.company import Company, Person
from models.presence import at_desk


@dataclass(frozen=True, slots=True)
class Ring:
    """This person is rung now."""

    person: Person


@dataclass(frozen=True, slots=True)
class Hold:
    """Everybody who is left and at the desk is talking to somebody else."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is left, or nobody of them at the desk."""


def line_up(
    company: Company, caller: str | None, language: str, given: Mapping[str, datetime], trade: str | None = None
) -> tuple[Person, ...]:
    """The CSRs in the order they are tried: the caller's language first, then the job's trade, then the company's rule.

    `given` is when each last got a call; in turn, who waited longest comes first. Never the caller's own telephone.
    A room rings people by an automated call, so there only those who agreed to that (docs/domain/legal.md L3).
    """
    rules = company.transfers
    able = [one for one in company.with_role("csr") if one.phone != caller and (rules.way == "plain" or one.opted_in)]
    if rules.order == "in_turn":
        able.sort(key=lambda one: given[one.id].timestamp() if one.id in given else 0.0)
    return tuple(sorted(able, key=lambda one: (language not in one.languages, trade not in one.trades)))


def choose(
    left: Collection[Person],
    busy: Collection[str],
    signs: Mapping[str, bool],
    company: Company,
    now: datetime,
    *,
    may_hold: bool,
) -> Ring | Hold | Nobody:
    """The first of those left who is at the desk now and not `busy`; nobody when the shop is closed.

    `signs` is who signed in or out today (models/presence.py). A caller holds only so long, and not for somebody
    whose hours begin later.
    """
    here = [one for one in left if at_desk(one, company, now, signs)] if company.is_open(now) else []
    if not here:
        return Nobody()
    free = next((one for one in here if one.id not in busy), None)
    if free is not None:
        return Ring(free)
    return Hold() if may_hold else Nobody()
