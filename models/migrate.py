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


DEADLOCK, TRIES, PAUSE_S = "40P01", 6, 0.5
"""PostgreSQL's word for two that wait for each other, and how often the change is done again in all."""


def undisturbed(change: Callable[[], None]) -> None:
    """Change the tables in one transaction beside processes that use them: again when PostgreSQL took it back.

    An engine locks rows of one table while it waits for another, a version locks whole tables: one of the two is ended.
    """
    for _ in range(TRIES - 1):
        try:
            change()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
            time.sleep(PAUSE_S)
        else:
            return
    change()


def upgrade(url: str, version: str = "head") -> None:
    """Create or bring up to date all tables at this URL. Does nothing where nothing is to be done."""
    database = Database(url)

    def change() -> None:
        with database.engine.begin() as connection:
            if not database.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            command.upgrade(_config(connection), version)

    try:
        undisturbed(change)
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
