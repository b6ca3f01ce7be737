"""Who rings again is one person in the queue: while their time stands it is theirs, afterwards they get a new one."""

import pytest

from callbacks import queue
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus
from models.tables import Job
from routing import jobs
from tests.callbacks.callers import Desk
from tests.conftest import Clock


@pytest.fixture
def desk(database: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(database, shop, wednesday)


def test_who_rings_again_while_their_time_stands_keeps_it_and_gets_no_second_text(
    database: Database, shop: Company, night: Clock
) -> None:
    desk = Desk(database, shop, night)
    desk.missed()
    night.turn(minutes=31)
    desk.missed()
    (owed,) = desk.callbacks()
    assert owed.calls == 2 and len(desk.texts()) == 1


def test_who_rings_again_after_their_time_has_passed_gets_a_new_one_and_waits_once(desk: Desk) -> None:
    first = desk.missed()

    def tells(session: object) -> None:
        facts = {"intent": "routine", "priority": "P2", "situation": None, "name": "Rosa Diaz"}
        number = jobs._next_number(session)  # type: ignore[arg-type]
        session.add(Job(number=number, call_id=first, created_at=desk.clock(), **facts))  # type: ignore[attr-defined]

    desk.work(tells)
    desk.leaves()
    desk.clock.turn(minutes=50)
    second = desk.missed()
    (waiting,) = desk.work(queue.waiting, desk.clock.turn(minutes=1))
    assert waiting.call_id == second and waiting.promised_at > desk.clock() and waiting.calls == 2
    assert len(desk.texts()) == 2 and desk.call(first).callback_id == waiting.id
    assert desk.work(queue.job_of, waiting).name == "Rosa Diaz"
    (older,) = [one for one in desk.callbacks() if one.call_id == first]
    assert (older.status, older.closed_by) == (CallbackStatus.CLOSED, "firstring")
