"""What happens to one run in the same instant, in two transactions of a PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, TimerStatus
from models.tables import Message, Timer
from routing import paging
from tests.conftest import Clock
from tests.routing.paging_rig import Night, run_of
from voice.webhooks import delivery_news

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database", ["postgres"], indirect=True)]
SECONDS = 30.0
"""That no test waits for."""


@pytest.fixture
def night(database: Database, shop: Company, wednesday: Clock) -> Night:
    night = Night(database, shop, wednesday)
    night.begin()
    assert night.paged() == ["marcus call", "marcus text"]
    return night


def bad_news(night: Night, channel: Channel) -> Callable[[Session], None]:
    """Twilio tells that a page to Marcus did not reach him."""
    said = "no-answer" if channel is Channel.CALL else "undelivered"

    def write(session: Session) -> None:
        row = session.exec(select(Message).where(Message.channel == channel, col(Message.step) == 0)).one()
        delivery_news.write(session, night.company, row.id, row.sid or "", said, {}, night.clock())

    return write


def by_marcus(night: Night, verb: Callable[..., Any], *args: Any, **more: Any) -> Callable[[Session], Any]:
    """A verb of paging by Marcus, of the run as it is: passes, sets out, hands over."""

    def piece(session: Session) -> Any:
        return verb(session, run_of(session), night.person("marcus"), *args, night.clock(), **more)

    return piece


def passes(night: Night) -> Callable[[Session], Any]:
    return by_marcus(night, paging.decline, night.company)


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


@contextmanager
def ringing(night: Night, kind: str) -> Iterator[Callable[[], None]]:
    """A timer that rings: its row is held, as the engine holds it; what is given makes its look."""
    with night.database.transaction() as session:
        pending = select(Timer).where(Timer.kind == kind, Timer.status == TimerStatus.PENDING)
        timer = session.exec(pending.with_for_update()).one()
        timer.status = TimerStatus.DONE
        session.add(timer)
        session.flush()
        yield lambda: paging.LOOKS[kind](session, timer, night.company, night.clock())


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
    with ringing(night, paging.RUNG_TIMER) as look:
        for channel in (Channel.TEXT, Channel.CALL):
            night.database.work(bad_news(night, channel))
        look()
    assert step(night) == 1
    rows = night.database.work(lambda session: list(session.exec(select(Message).where(col(Message.step) == 1))))
    assert rows and all(one.status is MessageStatus.PENDING for one in rows)


def test_a_yes_does_not_wait_for_the_rung_that_is_just_over_and_nobody_else_is_woken(night: Night) -> None:
    with ringing(night, paging.RUNG_TIMER) as look:
        night.database.work(by_marcus(night, paging.acknowledge, night.company))
        look()
    assert (night.run().acknowledged_by, step(night)) == ("marcus", 0)


@pytest.mark.parametrize("kind", ["silent", "reopen"])
@pytest.mark.parametrize("answer", ["passes", "hands over", "sets out", "phones", "says again", "says again, going"])
def test_an_answer_in_the_instant_in_which_the_silence_is_over_waits_for_nothing_and_counts(
    night: Night, kind: str, answer: str
) -> None:
    night.writes("marcus", "A4821")
    if kind == "reopen":
        night.wait(minutes=10, seconds=1)
    company, told = night.company, len(night.notices("marcus"))
    does: dict[str, Callable[[Session], Any]] = {
        "passes": passes(night),
        "hands over": by_marcus(night, paging.reassign, night.person("walt"), company),
        "sets out": by_marcus(night, paging.on_way, company),
        "phones": by_marcus(night, paging.called),
        "says again": by_marcus(night, paging.acknowledge, company),
        "says again, going": by_marcus(night, paging.acknowledge, company, going=True, minutes=20),
    }
    with ThreadPoolExecutor(1) as pool, ringing(night, kind) as look:
        pool.submit(night.database.work, does[answer]).result(SECONDS)  # its row is held, and nobody waits for it
        look()
    keeps = answer not in ("passes", "hands over")
    asked_now = (kind, answer) == ("silent", "says again")  # a yes said twice is no news: the question goes out
    assert (night.run().acknowledged_by, night.run().reopened) == (("marcus", 0) if keeps else (None, 1))
    assert (len(night.notices("marcus")) > told) == asked_now


@pytest.mark.parametrize("kind", ["silent", "reopen"])
def test_a_look_that_holds_the_run_and_somebody_who_passes_come_one_after_the_other(night: Night, kind: str) -> None:
    night.writes("marcus", "A4821")
    if kind == "reopen":
        night.wait(minutes=10, seconds=1)
    begun = Event()

    def after() -> None:
        begun.set()
        night.database.work(passes(night))

    with ThreadPoolExecutor(1) as pool:
        with ringing(night, kind) as look:
            look()
            ends = pool.submit(after)
            assert begun.wait(SECONDS)
            with pytest.raises(TimeoutError):
                ends.result(0.3)
        ends.result(SECONDS)
    assert (night.run().acknowledged_by, night.run().reopened) == (None, 1)
