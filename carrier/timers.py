"""Timers: rows that say what to look at and when. The look and the timer's end are one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from carrier.errors import fault
from models.database import Database
from models.enums import TimerStatus
from models.once import insert_once
from models.tables import Timer

log = structlog.get_logger(__name__)

Handler = Callable[[Session, Timer, datetime], None]

RETRY = timedelta(seconds=5)
"""Before a look that raised is tried again; the others go on meanwhile."""


def schedule(session: Session, kind: str, ref: str, due_at: datetime, step: int = 0) -> bool:
    """Set a timer, once for (kind, ref, step); False when it was set before. Wake the engine after the transaction."""
    return insert_once(session, Timer(kind=kind, ref=ref, step=step, due_at=due_at))


def cancel(session: Session, kind: str, ref: str, step: int | None = None, *, wait: bool = True) -> int:
    """Call off the timers of this kind about `ref` (of one step, or all); how many were still running.

    Whoever already holds a row that the timer's look asks for does not `wait`: that look then finds nothing to do.
    """
    return _change(session, kind, ref, step, wait=wait, status=TimerStatus.CANCELLED)


def put_off(session: Session, kind: str, ref: str, due_at: datetime, step: int) -> int:
    """Let a timer that still runs ring at another time, without waiting; how many there were."""
    return _change(session, kind, ref, step, wait=False, due_at=due_at)


def _change(session: Session, kind: str, ref: str, step: int | None, *, wait: bool, **changes: Any) -> int:
    """Without `wait` a timer that rings this instant is left alone: its look may itself wait for a row that we hold."""
    running = select(Timer.id).where(Timer.kind == kind, Timer.ref == ref, Timer.status == TimerStatus.PENDING)
    if step is not None:
        running = running.where(Timer.step == step)
    statement = (
        update(Timer)
        .where(col(Timer.id).in_(running if wait else running.with_for_update(skip_locked=True)))
        .where(col(Timer.status) == TimerStatus.PENDING)
        .values(**changes)
        .execution_options(synchronize_session=False)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def due(now: datetime) -> ColumnElement[bool]:
    """Timers whose time has come."""
    return (col(Timer.status) == TimerStatus.PENDING) & (col(Timer.due_at) <= now)


class TimerPass:
    """A pass of the engine over the timers whose kind has a handler, one transaction each.

    A timer of an unknown kind stays where it is: overdue, for the watchdog to bark at.
    """

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._handlers = handlers
        self._resting: dict[str, datetime] = {}  # timers whose look raised, until when

    def __call__(self, now: datetime) -> int:
        """Look at everything that is due; how many looks were done."""
        self._resting = {id_: until for id_, until in self._resting.items() if until > now}
        looks = 0
        while self._look_at_one(now):
            looks += 1
        return looks

    def _look_at_one(self, now: datetime) -> bool:
        claimed: tuple[str, str] | None = None
        try:
            with self._database.transaction() as session:
                timer = self._claim(session, now)
                if timer is not None:
                    claimed = timer.id, timer.kind
                    self._handlers[timer.kind](session, timer, now)
        except Exception as error:
            if claimed is None:
                raise
            log.error("timer.failed", timer=claimed[0], kind=claimed[1], **fault(error))
            self._resting[claimed[0]] = now + RETRY
        return claimed is not None

    def _claim(self, session: Session, now: datetime) -> Timer | None:
        chosen = (
            select(Timer.id)
            .where(
                due(now),
                col(Timer.kind).in_(self._handlers),
                col(Timer.id).not_in(self._resting),
            )
            .order_by(col(Timer.due_at))
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("chosen")
        )
        statement = (
            update(Timer)
            .where(col(Timer.id).in_(select(chosen.c.id)))
            .values(status=TimerStatus.DONE)
            .returning(Timer)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        return session.scalars(statement).one_or_none()
