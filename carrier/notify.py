"""Waking engines in other processes: LISTEN/NOTIFY on PostgreSQL. On SQLite the poll of a second does it."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import structlog
from sqlalchemy import text
from sqlmodel import Session

from carrier.errors import fault
from models.database import Database

log = structlog.get_logger(__name__)

CHANNEL = "firstring_work"

HEARING_SECONDS = 5.0
"""How long one wait for a notification lasts; between two the listener sees whether it is to stop."""

AGAIN_SECONDS = 5.0
"""Between tries while PostgreSQL cannot be reached; the engine polls meanwhile."""


def notify(session: Session) -> None:
    """Wake every engine when this transaction commits. Several in one transaction are one."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"NOTIFY {CHANNEL}"))


class Listener:
    """A thread that calls `wake` whenever work was written by anybody. Does nothing on SQLite."""

    def __init__(self, database: Database, wake: Callable[[], object]) -> None:
        self._database = database
        self._wake = wake
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to listen."""
        if not self._database.sqlite:
            self._thread = Thread(target=self._loop, name="listener", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End; waits until the connection is closed."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(HEARING_SECONDS + 1)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except Exception as error:
                log.warning("listener.lost", **fault(error))
                self._stopping.wait(AGAIN_SECONDS)

    def _listen(self) -> None:
        """On a connection of its own, outside the pool and outside of transactions."""
        pooled = self._database.engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {CHANNEL}")
            self._wake()  # what was written before we listened
            while not self._stopping.is_set():
                for _ in connection.notifies(timeout=HEARING_SECONDS, stop_after=1):
                    self._wake()
        finally:
            pooled.close()
