"""Claiming rows of the outbox: one statement each, any number of engines on one PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, or_, update
from sqlmodel import Session, col, select

from models.enums import MessageStatus, Purpose
from models.tables import Message

LEASE_SECONDS = 30
"""How long a claim is good for. Longer than the slowest request (`client.REQUEST_SECONDS`, connecting and one late
read on top: 23 s), and as short as that allows, because a page claimed by an engine that died waits so long."""


def claim_due(session: Session, owner: str, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` rows that are due, pages first, oldest first; each counts one attempt."""
    rested = or_(col(Message.lease_until).is_(None), col(Message.lease_until) <= now)
    due = (col(Message.status) == MessageStatus.PENDING) & (col(Message.due_at) <= now) & rested
    return _claim(
        session, due, owner, limit, now, status=MessageStatus.SENDING, attempt=col(Message.attempt) + 1, reason=None
    )


def claim_interrupted(session: Session, owner: str, limit: int, now: datetime) -> list[Message]:
    """Take up to `limit` rows whose lease ran out while they were being sent: they may or may not have gone."""
    return _claim(
        session,
        (col(Message.status) == MessageStatus.SENDING) & (col(Message.lease_until) <= now),
        owner,
        limit,
        now,
    )


def _claim(
    session: Session, which: ColumnElement[bool], owner: str, limit: int, now: datetime, **changes: Any
) -> list[Message]:
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
        .values(owner=owner, lease_until=now + timedelta(seconds=LEASE_SECONDS), **changes)
        .returning(Message)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    rows = list(session.scalars(statement))
    return sorted(rows, key=lambda row: (row.purpose is not Purpose.PAGE, row.due_at))
