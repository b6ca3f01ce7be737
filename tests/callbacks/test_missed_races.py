"""Two processes that end two calls of one caller in the same instant, on a PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlmodel import Session, SQLModel

from models.company import Company
from models.database import Database
from models.enums import CallStatus
from tests.callbacks.callers import Desk
from tests.conftest import Clock
from tests.pg import postgres_url
from voice import ending, ledger

pytestmark = pytest.mark.postgres
SECONDS = 30.0
"""That no test waits for."""


@pytest.fixture
def desk(shop: Company, wednesday: Clock) -> Iterator[Desk]:
    for url in postgres_url():
        database = Database(url)
        SQLModel.metadata.create_all(database.engine)
        yield Desk(database, shop, wednesday)
        database.close()


def test_two_calls_that_end_together_are_one_row_and_one_text(desk: Desk) -> None:
    number = "+15125550151"
    first, second = (desk.rings(number, status=CallStatus.TALKING, stream_at=desk.clock()) for _ in range(2))
    begun = Event()

    def other() -> None:
        begun.set()
        desk.hangs_up(second)

    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            ending.end(session, desk.company, first, "completed", desk.clock())
            ends = pool.submit(other)
            assert begun.wait(SECONDS)
            with pytest.raises(TimeoutError):
                ends.result(0.3)  # it waits for the first
        ends.result(SECONDS)
    mine = [one for one in desk.callbacks() if one.number == number]
    assert len(mine) == 1 and mine[0].calls == 2
    assert sum(one.to == number for one in desk.texts()) == 1


def test_however_the_ends_of_many_calls_fall_together_there_is_one_row_and_one_text(desk: Desk) -> None:
    number, together = "+15125550152", 6
    calls = [desk.rings(number, status=CallStatus.TALKING, stream_at=desk.clock()) for _ in range(together)]
    gate = Barrier(together)

    def end(call_id: str) -> None:
        gate.wait(SECONDS)
        for _ in range(2):  # its news comes twice
            desk.hangs_up(call_id)

    with ThreadPoolExecutor(together) as pool:
        list(pool.map(end, calls))
    mine = [one for one in desk.callbacks() if one.number == number]
    assert len(mine) == 1 and mine[0].calls == together
    assert sum(one.to == number for one in desk.texts()) == 1

    def joined(session: Session) -> set[str | None]:
        return {session.get_one(ledger.Call, one).callback_id for one in calls}

    assert desk.work(joined) == {mine[0].id}
