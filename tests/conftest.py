"""The world of the tests: the example shop, a database, a clock that stands still until it is turned."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company
from models.database import Database
from tests.pg import postgres_url

SHARED = Path(__file__).parents[2] / "shared"
"""Twilio's files and recordings of people, beside the project; tests that need them skip where they are absent."""


class Clock:
    """Stands still until it is turned."""

    def __init__(self, at: str) -> None:
        self.at = datetime.fromisoformat(at).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def shop() -> Company:
    return profiles.load(EXAMPLE_PROFILE)


@pytest.fixture
def wednesday() -> Clock:
    return Clock("2026-11-18T10:15:00-06:00")


@pytest.fixture
def night() -> Clock:
    return Clock("2026-11-18T23:40:00-06:00")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    for url in postgres_url():
        database = Database(url)
        SQLModel.metadata.create_all(database.engine)
        yield database
        database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Empty tables on either database."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'test.db'}")
        SQLModel.metadata.create_all(database.engine)
        yield database
        database.close()
    else:
        database = request.getfixturevalue("postgres")
        yield database
        with database.transaction() as session:
            session.execute(text("TRUNCATE " + ", ".join(f'"{table}"' for table in SQLModel.metadata.tables)))


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'books.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def session(books: Database) -> Iterator[Session]:
    with books.transaction() as session:
        yield session


@pytest.fixture(scope="module")
def shelf() -> Iterator[Database]:
    """A database that all examples of a state machine share."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'machine.db'}")
        SQLModel.metadata.create_all(database.engine)
        yield database
        database.close()
