"""What the passes that ask Twilio about sent rows share: a claim of a few rows, and threads that ask, bounded."""

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from threading import BoundedSemaphore

import structlog
from sqlalchemy import ColumnElement
from sqlmodel import Session

from carrier.claims import claim
from carrier.errors import CarrierError, fault
from models.database import Database
from models.tables import Message

log = structlog.get_logger(__name__)

ASKERS = 2
"""Requests under way at once of one such pass; they must not stand in the way of pages."""

OWNER = "asking"
"""Whom a claim of a sent row belongs to; any engine's, since a doubled question does no harm."""


class Asking:
    """A pass that takes the rows `which` names, leases them for so many seconds, and does `ask` with each in a thread.

    A question that fails is asked again when the lease is over.
    """

    def __init__(
        self,
        database: Database,
        pool: Executor,
        which: Callable[[datetime], ColumnElement[bool]],
        ask: Callable[[Message], None],
        lease_s: float,
        mark: str | None = None,
    ) -> None:
        """`mark`: a column of `Message` that the claim sets to the present instant."""
        self._database = database
        self._pool = pool
        self._which = which
        self._ask = ask
        self._lease_s = lease_s
        self._mark = mark
        self._free = BoundedSemaphore(ASKERS)

    def __call__(self, now: datetime) -> int:
        """Claim and ask; how many rows were taken up."""
        places = 0
        while self._free.acquire(blocking=False):
            places += 1
        rows: list[Message] = []
        try:
            if places:
                rows = self._database.work(self._claim, places, now)
        finally:
            for _ in range(places - len(rows)):
                self._free.release()
        for row in rows:
            self._pool.submit(self._run, row)
        return len(rows)

    def _claim(self, session: Session, places: int, now: datetime) -> list[Message]:
        marked = {self._mark: now} if self._mark else {}
        return claim(session, self._which(now), OWNER, places, now, lease_s=self._lease_s, **marked)

    def _run(self, row: Message) -> None:
        try:
            self._ask(row)
        except CarrierError as error:
            log.warning("message.not_asked", message=row.id, error=str(error))
        except Exception as error:
            log.error("message.not_asked", message=row.id, **fault(error))
        finally:
            self._free.release()
