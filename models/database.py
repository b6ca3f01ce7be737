"""The session: one SQL text for SQLite and PostgreSQL, one transaction a piece of work."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlmodel import Session, create_engine

T = TypeVar("T")

BUSY_SECONDS = 10
"""How long a writer waits for another on SQLite before it gives up; one transaction here takes milliseconds."""


class Database:
    """A database by its URL. `transaction()` for threads, `run()` for the event loop.

    SQLite runs in WAL with full synchronisation: what was committed survives a power cut.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        options: dict[str, Any] = (
            {"connect_args": {"timeout": BUSY_SECONDS}} if self.sqlite else {"pool_pre_ping": True}
        )
        # An error of the database shows its statement, never the values: they are people's numbers and words.
        self.engine: Engine = create_engine(url, hide_parameters=True, **options)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_immediate)
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="database")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def work(self, piece: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `piece(session, ...)` in one transaction, here and now."""
        with self.transaction() as session:
            return piece(session, *args, **kwargs)

    async def run(self, piece: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `piece(session, ...)` in one transaction on a database thread, so that the event loop is never held."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(self.work, piece, *args, **kwargs))

    def close(self) -> None:
        """Let go of threads and connections."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # A transaction that reads first and writes later cannot wait for its lock: take the lock at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
