"""What happens to one run in the same instant, in two transactions of a PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, select

from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, TimerStatus
from models.tables import Message, Timer
from routing import paging
from tests.conftest import Clock
from tests.pg import postgres_url
from tests.routing.paging_rig import Night, run_of
from voice.webhooks import delivery_news

pytestmark = pytest.mark.postgres
SECONDS = 30.0
"""That no test waits for."""


@pytest.fixture
def night(shop: Company, wednesday: Clock) -> Iterator[Night]:
    for url in postgres_url():
        database = Database(url)
        SQLModel.metadata.create_all(database.engine)
        night = Night(database, shop, wednesday)
        night.begin()
        assert night.paged() == ["marcus call", "marcus text"]
        yield night
        database.close()


def bad_news(night: Night, channel: Channel) -> Callable[[Session], None]:
    """Twilio tells that a page to Marcus did not reach him."""
    said = "no-answer" if channel is Channel.CALL else "undelivered"

    def write(session: Session) -> None:
        row = session.exec(select(Message).where(Message.channel == channel, col(Message.step) == 0)).one()
        delivery_news.write(session, night.company, row.id, row.sid or "", said, {}, night.clock())

    return write


def passes(night: Night) -> Callable[[Session], Any]:
    return lambda session: paging.decline(
        session, run_of(session), night.person("marcus"), night.company, night.clock()
    )


def together(night: Night, first: Callable[[Session], Any], second: Callable[[Session], Any]) -> None:
    """`second` begins when `first` has done its work, and before it is committed."""
    begun = Event()

    def after() -> None:
        begun.set()
        night.database.work(second)

    with ThreadPoolExecutor(1) as pool:
        with night.database.transaction() as session:
            first(session)
            ends = pool.submit(after)
            assert begun.wait(SECONDS)
            with pytest.raises(TimeoutError):
                ends.result(0.3)  # it waits for the first
        ends.result(SECONDS)


def step(night: Night) -> int:
    return night.database.work(lambda session: run_of(session).step)


def test_a_call_and_a_text_that_fail_together_bring_the_next_person(night: Night) -> None:
    together(night, bad_news(night, Channel.TEXT), bad_news(night, Channel.CALL))
    assert step(night) == 1
    assert night.paged()[2:]


def test_somebody_who_passes_while_their_page_fails_is_followed_by_the_next_person_once(night: Night) -> None:
    together(night, bad_news(night, Channel.TEXT), passes(night))
    rows = night.database.work(lambda session: list(session.exec(select(Message).where(col(Message.step) > 0))))
    assert {(one.step, one.person_id == "marcus") for one in rows} == {(step(night), False)}


def test_news_of_a_page_does_not_wait_for_a_timer_that_rings_for_its_run(night: Night) -> None:
    with night.database.transaction() as ringing:
        timer = ringing.exec(
            select(Timer).where(Timer.kind == paging.RUNG_TIMER, Timer.status == TimerStatus.PENDING).with_for_update()
        ).one()
        for channel in (Channel.TEXT, Channel.CALL):
            night.database.work(bad_news(night, channel))
        timer.status = TimerStatus.DONE
        ringing.add(timer)
        paging.rung_due(ringing, timer, night.company, night.clock())
    assert step(night) == 1
    rows = night.database.work(lambda session: list(session.exec(select(Message).where(col(Message.step) == 1))))
    assert rows and all(one.status is MessageStatus.PENDING for one in rows)
