"""What is done while a caller waits costs the same in the tenth year: no statement walks through a whole table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from callbacks import promise, queue
from carrier import gate
from carrier.retention import keeping
from models.company import Company
from models.database import Database
from models.enums import Channel, Purpose, TimerStatus
from models.tables import Message, Timer
from tests.callbacks.callers import CALLER, Desk
from tests.conftest import Clock

GROWING = ("attempt", "call", "callback", "job", "message", "timer", "transfer")


@contextmanager
def scanned(database: Database) -> Iterator[set[str]]:
    """Statements that walk through one of the tables that grow, as SQLite plans them."""
    found: set[str] = set()

    def plan(_conn: Any, cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and not many:
            steps = [row[3].split() for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            found.update(statement for step in steps if step[0] == "SCAN" and step[1] in GROWING)

    event.listen(database.engine, "before_cursor_execute", plan)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", plan)


def missed(session: Session, desk: Desk) -> None:
    message = Message(key="m", channel=Channel.TEXT, purpose=Purpose.MISSED, to=CALLER, created_at=desk.clock())
    gate.may_send(session, message, desk.company, desk.clock())


def an_hour(session: Session, desk: Desk) -> None:
    keeping.due(session, Timer(kind=keeping.RETENTION, ref="", due_at=desk.clock()), desk.company, desk.clock())


WHILE_A_CALLER_WAITS: tuple[Callable[[Session, Desk], Any], ...] = (
    lambda session, desk: queue.look(session, desk.company, desk.clock()),
    lambda session, desk: queue.idle(session, desk.company, desk.clock()),
    lambda session, desk: promise.give(session, desk.company, desk.clock(), priority=None),
    missed,
    an_hour,
)


@pytest.mark.parametrize("work", WHILE_A_CALLER_WAITS, ids=["ringing", "free", "promise", "gate", "hour"])
def test_no_table_is_walked_through(
    books: Database, shop: Company, wednesday: Clock, work: Callable[[Session, Desk], Any]
) -> None:
    desk = Desk(books, shop, wednesday)
    desk.missed()
    desk.clock.turn(minutes=5)
    with scanned(books) as found:
        desk.work(work, desk)
    assert found == set()


def test_a_missed_call_is_written_without_walking_through_a_table(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    desk = Desk(books, shop, wednesday)
    call = desk.rings()
    with scanned(books) as found:
        desk.owes(call, "abandoned")
    assert found == set()


def test_timers_that_have_rung_are_gone_after_a_week(books: Database, shop: Company, wednesday: Clock) -> None:
    desk = Desk(books, shop, wednesday)
    ages = {"old": timedelta(days=8), "new": timedelta(days=6)}
    for status in TimerStatus:
        for age, ago in ages.items():
            row = Timer(kind=status.value, ref=age, due_at=desk.clock() - ago, status=status)
            desk.work(lambda session, row=row: session.add(row))
    desk.work(an_hour, desk)
    left = {(one.kind, one.ref) for one in desk.rows(Timer) if one.ref in ages}
    assert left == {("done", "new"), ("cancelled", "new"), ("pending", "new"), ("pending", "old")}
