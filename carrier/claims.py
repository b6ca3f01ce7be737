"""Claiming rows of the outbox: one statement each, any number of engines on one PostgreSQL.

A claim of a pending row is short and changes no status: it lasts from the sweep to the moment before the request. Only
`delivery` moves the row to sending, in the transaction just before the request, so that "sending" means: it may have
gone. A row whose engine died with a mere claim leaves again after `CLAIM_SECONDS`, and nobody has to be asked.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, or_, update
from sqlmodel import Session, col, select

from models.enums import MessageStatus, Purpose
from models.tables import Message

CLAIM_SECONDS = 3
"""From the claim to the request: a free thread waits for it, so milliseconds."""

LEASE_SECONDS = 20
"""For one request. Longer than the slowest (connecting 3 s, `client.REQUEST_SECONDS` and one late read: 15 s), and as
short as that allows, because a page whose engine died while Twilio was asked waits so long."""


def due(now: datetime) -> ColumnElement[bool]:
    """Rows that ought to leave, and that nobody has claimed."""
    return (col(Message.status) == MessageStatus.PENDING) & (col(Message.due_at) <= now) & unclaimed(now)


def interrupted(now: datetime) -> ColumnElement[bool]:
    """Rows that were being sent when their lease ran out: they may or may not have gone."""
    return (col(Message.status) == MessageStatus.SENDING) & (col(Message.lease_until) <= now)


def unclaimed(now: datetime) -> ColumnElement[bool]:
    """Rows that no engine holds, and that do not rest."""
    return or_(col(Message.lease_until).is_(None), col(Message.lease_until) <= now)


def claim_due(session: Session, owner: str, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` rows that are due, pages first, oldest first."""
    return claim(session, due(now), owner, limit, now, lease_s=CLAIM_SECONDS)


def claim_interrupted(session: Session, owner: str, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` rows that must be looked for."""
    return claim(session, interrupted(now), owner, limit, now, lease_s=LEASE_SECONDS)


def claim(
    session: Session,
    which: ColumnElement[bool],
    owner: str,
    limit: int,
    now: datetime,
    *,
    lease_s: float,
    **changes: Any,
) -> list[Message]:
    """Take up to `limit` rows for so many seconds, pages first, oldest first; `changes` are written with the claim."""
    urgency = case((col(Message.purpose) == Purpose.PAGE, 0), else_=1)
    # A CTE, because PostgreSQL may run a LIMIT inside IN (...) more than once and so take more than the limit.
    chosen = (
        select(Message.id)
        .where(which)
        .order_by(urgency, col(Message.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    statement = (
        update(Message)
        .where(col(Message.id).in_(select(chosen.c.id)))
        .values(owner=owner, lease_until=now + timedelta(seconds=lease_s), **changes)
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    rows = list(session.scalars(statement))
    return sorted(rows, key=lambda row: (row.purpose is not Purpose.PAGE, row.due_at))
