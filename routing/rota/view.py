"""The rota as plain JSON, for other systems and for people: local times of the company, no telephone numbers."""

from datetime import UTC, datetime
from typing import Any

from models.company import Company
from models.enums import Trade
from routing.rota.duty import EVERY_TRADE, Change, Duty, Span
from routing.rota.fitness import by_licence
from routing.rota.turns import instant

YEARS = range(2000, 2201)


def moment(company: Company, given: datetime) -> datetime:
    """A time that somebody wrote as an instant (UTC); without an offset it is on our wall. Raises ValueError."""
    if given.year not in YEARS:
        raise ValueError(f"a year between {YEARS[0]} and {YEARS[-1]}, please")
    return given.astimezone(UTC) if given.tzinfo else instant(company.timezone, given)


def duty(company: Company, one: Duty, at: datetime) -> dict[str, Any]:
    """Somebody's place on the rota at an instant. `cannot_go`: why a page passes them over; None when it does not."""
    return {
        "level": one.level,
        "person": one.person,
        "name": company.person(one.person).name,
        "turn": one.turn or None,
        "trades": _trades(one.trades),
        "covers": one.covers,
        "until": _local(company, one.until),
        "cannot_go": _cannot_go(company, one, at),
    }


def _cannot_go(company: Company, one: Duty, at: datetime) -> str | None:
    """By the day on the company's wall; only for trades that are the person's: the others are never theirs."""
    person = company.person(one.person)
    if not person.opted_in:
        return f"{person.name}: has not opted in to be paged"
    fit, day = by_licence(company), at.astimezone(company.timezone).date()
    theirs = sorted(one.trades & person.trades & company.trades - {Trade.OFFICE})
    reasons = (fit(person, trade, trade is Trade.GAS, day) for trade in theirs)
    return "; ".join(dict.fromkeys(filter(None, reasons))) or None


def span(company: Company, one: Span) -> dict[str, Any]:
    """From handoff to handoff."""
    return {
        "starts_at": _local(company, one.starts),
        "ends_at": _local(company, one.ends),
        "duties": [duty(company, each, one.starts) for each in one.duties],
    }


def change(company: Company, one: Change) -> dict[str, Any]:
    """A change as it was written."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "person": one.person,
        "covers": one.covers,
        "trades": _trades(one.trades),
        "starts_at": _local(company, one.starts),
        "ends_at": _local(company, one.ends),
    }


def _trades(trades: frozenset[Any]) -> list[str]:
    """Empty for all, as in the profile."""
    return [] if trades == EVERY_TRADE else sorted(one.value for one in trades)


def _local(company: Company, at: datetime | None) -> str | None:
    return at.astimezone(company.timezone).isoformat() if at else None
