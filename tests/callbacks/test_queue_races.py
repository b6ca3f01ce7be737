"""The product and the desk give one person two callers in the same instant, on a PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from callbacks import queue
from callbacks.queue import Answer, beginning
from callbacks.queue.taking import Taking
from models.company import Company
from models.database import Database
from models.tables import Callback
from tests.callbacks.queue_rig import OPEN, Rig
from tests.conftest import Clock
from tests.pg import postgres_url

pytestmark = pytest.mark.postgres


@pytest.fixture
def rig(shop: Company, wednesday: Clock) -> Iterator[Rig]:
    for url in postgres_url():
        database = Database(url)
        SQLModel.metadata.create_all(database.engine)
        yield Rig(database, shop, wednesday)
        database.close()


def test_the_desk_takes_the_second_caller_for_who_is_just_given_the_first(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = rig.owed("+15125550151"), rig.owed("+15125550152")
    rig.clock.turn(seconds=60)
    now, dana, begin = rig.clock(), rig.company.person("dana"), beginning.begin
    locked: list[str] = []
    desks: list[Future[Taking]] = []

    def presses(session: Session) -> Taking:
        try:
            return begin(session, session.get_one(Callback, second), dana, rig.company, now)
        except OperationalError as error:
            locked.append(type(error.orig).__name__)
            raise

    with ThreadPoolExecutor(1) as pool:

        def given(*args: Any) -> Taking:
            taking = begin(*args)
            if not desks:
                desks.append(pool.submit(rig.work, presses))
                wait(desks, 0.5)  # it holds the second caller, and waits for what dana gets
            return taking

        monkeypatch.setattr(beginning, "begin", given)
        with rig.database.transaction() as session:
            assert queue.look(session, rig.company, now)
        assert desks[0].result(10).answer is Answer.HOLDING
    assert locked == []
    assert (rig.row(first).taken_by, rig.row(second).status) == ("dana", OPEN)
    rig.look(now)
    assert rig.row(second).taken_by == "priya"
