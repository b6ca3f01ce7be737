from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from models.database import Database
from models.enums import CallStatus
from models.once import insert_once
from models.tables import Call, Seen

NOW = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)


def test_a_row_is_written_once_and_the_first_stays(database: Database) -> None:
    first, second = (Call(sid="CA1", caller=caller, received_at=NOW) for caller in ("+15125550101", None))
    assert database.work(insert_once, first)
    assert not database.work(insert_once, second)
    with database.transaction() as session:
        row = session.exec(select(Call)).one()
        stored = session.execute(text("SELECT status, assessment FROM call")).one()
    assert (row.id, row.caller, row.status) == (first.id, "+15125550101", CallStatus.RINGING)
    assert tuple(stored) == ("ringing", None), "words are stored as words, and nothing as nothing"


def test_of_many_who_try_at_once_one_writes(database: Database) -> None:
    with ThreadPoolExecutor(8) as together:
        wrote = list(together.map(lambda _: database.work(insert_once, Seen(key="token", at=NOW)), range(16)))
    assert sum(wrote) == 1


def test_a_database_error_does_not_show_what_was_stored(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)null") as caught, database.transaction() as session:
        session.add(Call(sid=None, caller="+15125550101", received_at=NOW))  # type: ignore[arg-type]
        session.flush()
    if database.sqlite:  # PostgreSQL itself tells the failing row
        assert "5125550101" not in str(caught.value)
