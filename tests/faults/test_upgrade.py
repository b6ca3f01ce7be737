"""What lets an engine of the version before run on while the database is brought up to date."""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import models.tables
from models.database import Database
from models.migrate import upgrade


def versions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(Path(models.tables.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def columns(url: str) -> dict[tuple[str, str], Any]:
    """Every column by its table and its name."""
    database = Database(url)
    try:
        seen = inspect(database.engine)
        return {(table, one["name"]): one for table in seen.get_table_names() for one in seen.get_columns(table)}
    finally:
        database.close()


def test_a_version_only_adds_and_what_it_adds_may_be_left_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    first, *later = versions()
    upgrade(url, first)
    for version in later:
        before = columns(url)
        upgrade(url, version)
        after = columns(url)
        tables = {table for table, _ in before}
        added = {where: one for where, one in after.items() if where not in before and where[0] in tables}
        assert before.keys() <= after.keys(), version
        assert [where for where, one in added.items() if not one["nullable"] and one["default"] is None] == [], version
