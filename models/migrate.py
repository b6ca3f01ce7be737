"""Bringing a database to the present version: `firstring db upgrade`, and the check at start.

A new version: change `models/tables.py`, run `python -m models.migrate "what changed"`, read what it wrote.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

import models.tables  # the tables register themselves
from models.database import Database

METADATA = SQLModel.metadata

LOCK = 4_821_000_001
"""PostgreSQL advisory lock: two processes that start together do not both migrate."""


IN_THE_WAY = frozenset({"40P01", "55P03"})
"""PostgreSQL's words for two that wait for each other, and for a lock that was not had in time."""

LOCK_WAIT_MS, TRIES, PAUSE_S = 300, 60, 0.5
"""A table that is waited for holds up everybody behind: so long at most, then again, so often in all."""


def undisturbed(database: Database, change: Callable[[Connection], None]) -> None:
    """Change the tables in one transaction, beside processes that go on using them: again where one was in the way."""
    for left in reversed(range(TRIES)):
        try:
            with database.engine.begin() as connection:
                if not database.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}"))
                change(connection)
        except OperationalError as error:
            if not left or getattr(error.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def upgrade(url: str, version: str = "head") -> None:
    """Create or bring up to date all tables at this URL. Does nothing where nothing is to be done."""
    database = Database(url)
    try:
        undisturbed(database, lambda connection: command.upgrade(_config(connection), version))
    finally:
        database.close()


def check_current(url: str) -> bool:
    """Whether the database at this URL has exactly the present version."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            now = MigrationContext.configure(connection).get_current_heads()
            return set(now) == set(ScriptDirectory.from_config(_config(connection)).get_heads())
    finally:
        database.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(models.tables.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _write_version(message: str) -> None:
    """Compare the tables with the versions so far, and write the difference as a new version."""
    database = Database("sqlite://")
    with database.engine.begin() as connection:
        config = _config(connection)
        command.upgrade(config, "head")
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
    database.close()


if __name__ == "__main__":
    _write_version(" ".join(sys.argv[1:]) or "change")
