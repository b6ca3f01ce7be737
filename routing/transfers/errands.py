"""Passes of the engine over timers about which Twilio is told or asked something: in threads, in no transaction."""

from abc import ABC, abstractmethod
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlmodel import Session, col, select, update

from carrier.timers import due
from models.database import Database
from models.tables import Timer

AT_ONCE = 4
"""Requests under way of one such pass; the threads for them are its own, so that no page waits behind them."""

E = TypeVar("E")


class Errands(ABC, Generic[E]):
    """A pass over the timers of some kinds: each is put off by `rest` and carried out; who is done with it ends it.

    An errand that dies with its engine comes again after the rest.
    """

    def __init__(self, database: Database, pool: Executor, kinds: tuple[str, ...], rest: timedelta) -> None:
        self._database, self._pool = database, pool
        self._kinds, self._rest = kinds, rest
        self._under_way: list[Future[None]] = []

    def __call__(self, now: datetime) -> int:
        """Take up what is due; how many errands were begun."""
        self._under_way = [one for one in self._under_way if not one.done()]
        free = AT_ONCE - len(self._under_way)
        errands = self._database.work(self._claim, free, now) if free else []
        self._under_way += [self._pool.submit(self._run, errand) for errand in errands]
        return len(errands)

    @abstractmethod
    def _errand(self, session: Session, timer: Timer, now: datetime) -> E | None:
        """What there is to do about a timer that was put off; None: nothing now."""

    @abstractmethod
    def _run(self, errand: E) -> None:
        """One errand, in a thread of the pool. Raises nothing."""

    def _claim(self, session: Session, limit: int, now: datetime) -> list[E]:
        chosen = (
            select(Timer.id)
            .where(due(now), col(Timer.kind).in_(self._kinds))
            .order_by(col(Timer.due_at))
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("chosen")
        )
        statement = (
            update(Timer)
            .where(col(Timer.id).in_(select(chosen.c.id)))
            .values(due_at=now + self._rest)
            .returning(Timer)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        claimed = session.scalars(statement).all()
        return [errand for timer in claimed if (errand := self._errand(session, timer, now)) is not None]
