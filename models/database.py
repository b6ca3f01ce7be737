"""The session: one SQL text for SQLite and PostgreSQL, one transaction a piece of work."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, create_engine

T = TypeVar("T")

BUSY_SECONDS = 4
"""How long a writer waits for another on SQLite before it gives up; one transaction here takes milliseconds."""

RUN_SECONDS = 8.0
"""For one piece of work seen from the event loop: well under the 15 s that Twilio gives a webhook."""

TRIES = 3
"""A piece that lost a race (two jobs, one number) or found the database locked is done again so often in all."""

WAL_TRIES, WAL_PAUSE_S = 40, 0.1
"""For turning a new SQLite file's journal to WAL while other processes do the same."""


class Database:
    """A database by its URL. `transaction()` for threads, `run()` for the event loop.

    SQLite runs in WAL with full synchronisation: what was committed survives a power cut.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}}
        if not self.sqlite:
            patience = {"connect_timeout": BUSY_SECONDS, "options": f"-c statement_timeout={BUSY_SECONDS * 1000}"}
            options = {"pool_pre_ping": True, "connect_args": patience}
        self.engine: Engine = create_engine(url, hide_parameters=True, **options)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_immediate)
        self._reading = self.engine.execution_options(reading=True)
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="database")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking only: on SQLite it neither takes the writers' lock nor waits for it."""
        with Session(self._reading, expire_on_commit=False) as session, session.begin():
            yield session

    def work(self, piece: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `piece(session, ...)` in one transaction; again when it lost a race, so it may touch rows only."""
        for _ in range(TRIES - 1):
            try:
                with self.transaction() as session:
                    return piece(session, *args, **kwargs)
            except (IntegrityError, OperationalError):
                continue
        with self.transaction() as session:
            return piece(session, *args, **kwargs)

    async def run(self, piece: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `piece(session, ...)` in one transaction on a database thread, so that the event loop is never held.

        Raises TimeoutError when it takes longer than RUN_SECONDS; it may still come to its end.
        """
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, partial(self.work, piece, *args, **kwargs))
        return await asyncio.wait_for(work, RUN_SECONDS)

    def close(self) -> None:
        """Let go of threads and connections."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    _into_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _into_wal(connection: Any) -> None:
    """Turn the journal to WAL. SQLite does not wait for its busy timeout here: who start together try again."""
    for _ in range(WAL_TRIES):
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode=WAL")
            return
        time.sleep(WAL_PAUSE_S)
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_immediate(connection: Any) -> None:
    # A transaction that reads first and writes later cannot wait for its lock: take the lock at once.
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
