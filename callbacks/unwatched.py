"""A pass of the engine: callers who are owed a call and whom no timer looks after get their looks.

Rows from before an upgrade, and those that a process of the version before goes on writing beside us, have none.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from callbacks import keeping
from callbacks.queue import watch
from callbacks.queue.order import tried_out
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, TimerStatus
from models.tables import Callback, Timer

LOOK_EVERY = timedelta(minutes=10)


class Unwatched:
    """See the module: at the engine's start, and then every ten minutes. Any number of engines at once."""

    def __init__(self, database: Database, company: Company) -> None:
        self._database, self._company = database, company
        self._looked: datetime | None = None

    def __call__(self, now: datetime) -> int:
        """Look; how many looks were missing."""
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return 0
        self._looked = now
        return self._database.work(look_after, self._company, now)


def look_after(session: Session, company: Company, now: datetime) -> int:
    """Set the looks that are missing, at the promise and at the caller's turn; how many."""
    promised = _open_with(session, _no_look_at_the_promise(now))
    for callback in promised:
        keeping.watch(session, callback, now)
    turns = _open_with(session, col(Callback.number).is_not(None), ~_waits(watch.OWED), ~_queue_waits())
    unrung = [one for one in turns if not tried_out(one, company)] if company.callbacks.ring else []
    for callback in unrung:
        watch.owed(session, callback, company, now)
    return len(promised) + len(unrung)


def _open_with(session: Session, *which: ColumnElement[bool]) -> list[Callback]:
    """Held, so that of two engines one looks after a caller."""
    rows = select(Callback).where(Callback.status == CallbackStatus.OPEN, *which)
    return list(session.exec(rows.with_for_update(skip_locked=True)).all())


def _no_look_at_the_promise(now: datetime) -> ColumnElement[bool]:
    """No look is to come; for a time that has passed, none has ever been: it is told once that it was broken."""
    to_come = (col(Callback.promised_at) > now) & ~_waits(keeping.PROMISE_TIMER)
    unseen = or_(to_come, ~select(Timer.id).where(*_of(keeping.PROMISE_TIMER)).exists())
    return col(Callback.promised_at).is_not(None) & col(Callback.first_tried_at).is_(None) & unseen


def _waits(kind: str) -> ColumnElement[bool]:
    return select(Timer.id).where(*_of(kind), Timer.status == TimerStatus.PENDING).exists()


def _of(kind: str) -> tuple[ColumnElement[bool], ...]:
    return col(Timer.kind) == kind, col(Timer.ref) == col(Callback.id)


def _queue_waits() -> ColumnElement[bool]:
    return select(Timer.id).where(Timer.kind == watch.QUEUE, Timer.status == TimerStatus.PENDING).exists()
