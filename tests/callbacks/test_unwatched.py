"""Callers of before an upgrade are looked after like those that came since."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from callbacks.keeping import PROMISE_TIMER
from callbacks.queue.watch import OWED
from callbacks.unwatched import LOOK_EVERY, Unwatched
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, TimerStatus
from models.tables import Callback, Timer
from tests.callbacks.callers import Desk
from tests.conftest import Clock


@pytest.fixture
def desk(database: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(database, shop, wednesday)


def left_by_the_version_before(desk: Desk, number: str | None, **more: Any) -> str:
    """A row that nothing but a look at the list would ever find."""
    now = desk.clock()
    facts: dict[str, Any] = {"promised_at": now + timedelta(minutes=30), "created_at": now, **more}
    row = Callback(call_id=desk.rings(number), number=number, reason="abandoned", **facts)
    desk.work(lambda session: session.add(row))
    return row.id


def looks(desk: Desk, row: str) -> Counter[str]:
    return Counter(one.kind for one in desk.rows(Timer, Timer.ref == row, Timer.status == TimerStatus.PENDING))


def test_an_engine_that_starts_looks_after_everybody_who_waits(desk: Desk) -> None:
    open_one = left_by_the_version_before(desk, "+15125550181")
    nameless = left_by_the_version_before(desk, None)
    done = left_by_the_version_before(desk, "+15125550182", status=CallbackStatus.DONE)
    Unwatched(desk.database, desk.company)(desk.clock())
    assert looks(desk, open_one) == {PROMISE_TIMER: 3, OWED: 1}
    assert looks(desk, nameless) == {PROMISE_TIMER: 3} and not looks(desk, done)


def test_a_second_engine_and_a_second_start_change_nothing(desk: Desk) -> None:
    row = left_by_the_version_before(desk, "+15125550181")
    assert Unwatched(desk.database, desk.company)(desk.clock()) == 2
    before = looks(desk, row)
    assert Unwatched(desk.database, desk.company)(desk.clock()) == 0 and looks(desk, row) == before


def test_what_an_old_process_writes_meanwhile_is_found_within_ten_minutes(desk: Desk) -> None:
    alone = Unwatched(desk.database, desk.company)
    assert alone(desk.clock()) == 0
    row = left_by_the_version_before(desk, "+15125550181")
    desk.clock.turn(minutes=9)
    assert alone(desk.clock()) == 0
    desk.clock.at += LOOK_EVERY
    assert alone(desk.clock()) == 2 and looks(desk, row)[OWED] == 1


def test_a_promise_that_was_seen_to_break_is_not_told_again_at_every_start(desk: Desk) -> None:
    row = left_by_the_version_before(desk, "+15125550181", promised_at=desk.clock() - timedelta(hours=1))
    seen = Timer(kind=PROMISE_TIMER, ref=row, due_at=desk.clock(), status=TimerStatus.DONE)
    desk.work(lambda session: session.add(seen))
    Unwatched(desk.database, desk.company)(desk.clock())
    assert looks(desk, row) == {OWED: 1}
