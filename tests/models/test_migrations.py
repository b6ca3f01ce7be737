from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, DateTime, bindparam, inspect, text
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models.clock import system_clock
from models.database import Database
from models.migrate import METADATA, check_current, undisturbed, upgrade
from models.tables import Callback
from tests.pg import postgres_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
    else:
        yield from postgres_url()


def test_the_versions_make_the_tables_that_the_code_expects(url: str) -> None:
    upgrade(url)
    database = Database(url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(url: str) -> None:
    assert not check_current(url)
    upgrade(url)
    assert check_current(url)


def test_upgrading_twice_changes_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    assert check_current(url)


def test_a_database_of_a_later_version_is_not_current(url: str) -> None:
    upgrade(url)
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    assert not check_current(url)


def test_a_hand_over_of_the_first_version_keeps_no_csr_busy(url: str) -> None:
    upgrade(url, "0001")
    database = Database(url)
    with database.engine.begin() as connection:
        for number, status in enumerate(("bridged", "ringing", "failed")):
            call = {"id": f"{number:032x}", "at": "2026-10-20 15:00:00+00:00", "status": status}
            connection.execute(
                text(
                    "INSERT INTO call (id, sid, called, status, language, twiml, recording_s, received_at) "
                    "VALUES (:id, :id, '', 'ended', 'en', '', 0, :at)"
                ),
                call,
            )
            connection.execute(
                text(
                    "INSERT INTO transfer (id, call_id, status, reason, summary, people, tried, created_at) "
                    "VALUES (:id, :id, :status, '', '', '[]', 1, :at)"
                ),
                call,
            )
    upgrade(url)
    with database.engine.begin() as connection:
        statuses = connection.execute(text("SELECT status FROM transfer ORDER BY id")).scalars().all()
    database.close()
    assert statuses == ["over", "left", "failed"]


def test_who_was_owed_a_call_long_before_the_upgrade_is_not_rung_after_it(url: str) -> None:
    upgrade(url, "0002")
    database = Database(url)
    now = system_clock()
    with database.engine.begin() as connection:
        for number, age in enumerate((timedelta(days=400), timedelta(days=2), timedelta(hours=3))):
            row = {"id": f"{number:032x}", "at": now - age}
            connection.execute(
                text(
                    "INSERT INTO call (id, sid, called, status, language, twiml, recording_s, received_at) "
                    "VALUES (:id, :id, '', 'ended', 'en', '', 0, :at)"
                ).bindparams(bindparam("at", type_=DateTime(timezone=True))),
                row,
            )
            connection.execute(
                text(
                    "INSERT INTO callback (id, call_id, number, reason, status, created_at) "
                    "VALUES (:id, :id, '+15125550199', 'visit', 'open', :at)"
                ).bindparams(bindparam("at", type_=DateTime(timezone=True))),
                row,
            )
    upgrade(url)
    with database.transaction() as session:
        owed = session.exec(select(Callback).order_by(col(Callback.created_at))).all()
        assert [one.status for one in owed] == ["closed", "closed", "open"]
        assert [one.closed_reason for one in owed] == ["before the upgrade", "before the upgrade", None]
        assert owed[0].closed_at is not None and owed[2].closed_at is None
    database.close()


def test_processes_that_start_together_migrate_once(url: str) -> None:
    with ThreadPoolExecutor(3) as together:
        list(together.map(upgrade, [url] * 3))
    assert check_current(url)


def test_every_constraint_has_a_name_that_a_later_version_can_use(url: str) -> None:
    upgrade(url)
    database = Database(url)
    reflected = inspect(database.engine)
    names = [
        constraint["name"]
        for table in METADATA.tables
        for constraint in [*reflected.get_unique_constraints(table), *reflected.get_foreign_keys(table)]
    ]
    database.close()
    assert names
    assert all(names)


class Ended(Exception):
    """As the database's driver tells of it."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "tries"), [("40P01", 2), ("55P03", 2), ("53100", 1)])
def test_an_upgrade_that_an_engine_stood_in_the_way_of_is_done_again_and_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch, sqlstate: str, tries: int
) -> None:
    monkeypatch.setattr("models.migrate.PAUSE_S", 0)
    done: list[bool] = []

    def change(_connection: Connection) -> None:
        done.append(True)
        if len(done) == 1:
            raise OperationalError("ALTER TABLE", None, Ended(sqlstate))

    with nullcontext() if tries == 2 else pytest.raises(OperationalError):
        undisturbed(database, change)
    assert len(done) == tries
