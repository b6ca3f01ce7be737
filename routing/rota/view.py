"""The rota as plain JSON, for other systems and for people: local times of the company, no telephone numbers."""

from datetime import UTC, datetime
from typing import Any

from models.company import Company
from routing.rota.duty import EVERY_TRADE, Change, Duty, Span
from routing.rota.turns import instant

YEARS = range(2000, 2201)


def moment(company: Company, given: datetime) -> datetime:
    """A time that somebody wrote as an instant (UTC); without an offset it is on our wall. Raises ValueError."""
    if given.year not in YEARS:
        raise ValueError(f"a year between {YEARS[0]} and {YEARS[-1]}, please")
    return given.astimezone(UTC) if given.tzinfo else instant(company.timezone, given)


def duty(company: Company, one: Duty) -> dict[str, Any]:
    """Somebody's place on the rota."""
    return {
        "level": one.level,
        "person": one.person,
        "name": company.person(one.person).name,
        "turn": one.turn or None,
        "trades": _trades(one.trades),
        "covers": one.covers,
        "until": _local(company, one.until),
    }


def span(company: Company, one: Span) -> dict[str, Any]:
    """From handoff to handoff."""
    return {
        "starts_at": _local(company, one.starts),
        "ends_at": _local(company, one.ends),
        "duties": [duty(company, each) for each in one.duties],
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
