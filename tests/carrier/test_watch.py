"""The watch on the watch: proof that each of its dogs barks, and that none of them takes a lock."""

from dataclasses import replace
from datetime import datetime
from threading import Event

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from carrier import timers
from carrier.engine import Engine
from carrier.errors import Throttled, UnknownOutcome, Unreachable
from carrier.heartbeat import EVERY_SECONDS, Heartbeat
from carrier.notify import Listener
from carrier.refusals import GIVEN_UP
from carrier.watch import STUCK_SECONDS, Glance, Watch
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose
from tests.carrier.conftest import TurnedClock
from tests.carrier.fakes import FakeCarrier
from tests.carrier.world import World

LONG = 30.0
"""Seconds that no test waits for: an end to waiting, should the code be wrong."""
URL = "https://outside.example/beat"


class Dog:
    """A heartbeat over a world whose engine last turned at `turned`."""

    def __init__(self, world: World) -> None:
        self.turned: datetime | None = world.clock()
        self.heard: list[str] = []
        self.watch = Watch(world.database, world.clock, lambda: self.turned)
        self.heart = Heartbeat(self.watch, URL, self.heard.append)


@pytest.fixture
def dog(world: World) -> Dog:
    return Dog(world)


def test_while_all_is_well_the_heart_beats(dog: Dog) -> None:
    assert dog.heart.beat()
    assert dog.heard == [URL]
    assert dog.watch.wrong() == []


def test_it_falls_silent_and_cries_out_when_a_page_is_overdue(world: World, dog: Dog) -> None:
    world.page()
    world.clock.turn(STUCK_SECONDS + 1)
    dog.turned = world.clock()
    with capture_logs() as logs:
        assert not dog.heart.beat()
    assert dog.heard == []
    assert [one["event"] for one in logs] == ["watch.barks"]
    assert dog.watch.overdue() == STUCK_SECONDS + 1
    world.sweep()
    assert dog.heart.beat()


class DownMailer:
    def send(self, key: str, to: str, body: str) -> str:  # noqa: ARG002 - the protocol's
        raise Throttled("the mail server asks us to wait", 450)


@pytest.fixture
def by_mail(database: Database, carrier: FakeCarrier, company: Company, clock: TurnedClock) -> World:
    """Sam has an address, and the mail server says 450."""
    sam = replace(company.staff[0], email="sam@shop.example")
    return World(database, carrier, replace(company, staff=(sam,)), clock, mailer=DownMailer())


def test_a_mail_server_that_is_down_is_no_stall_and_a_real_stall_is_still_seen(by_mail: World) -> None:
    watch = Watch(by_mail.database, by_mail.clock, lambda: None)
    by_mail.page(channel=Channel.EMAIL, to="sam@shop.example", purpose=Purpose.STAFF)
    for _ in range(60):
        by_mail.sweep()
        assert watch.wrong() == []
        by_mail.clock.turn(10)
    by_mail.sweep()
    by_mail.clock.turn(2 * STUCK_SECONDS)  # now the engine stands still
    assert watch.wrong()


@pytest.mark.parametrize("purpose", [Purpose.STAFF, Purpose.PAGE])
def test_a_mail_is_given_up_after_some_hours_and_routing_hears_of_it(by_mail: World, purpose: Purpose) -> None:
    by_mail.page(channel=Channel.EMAIL, to="sam@shop.example", purpose=purpose)
    by_mail.sweep()
    by_mail.clock.turn(GIVEN_UP.total_seconds() - 1)
    by_mail.sweep()
    assert by_mail.row().status is MessageStatus.PENDING
    by_mail.clock.turn(60)
    by_mail.sweep()
    assert (by_mail.row().status, by_mail.told) == (MessageStatus.FAILED, [("page", MessageStatus.FAILED)])


def test_a_mail_that_breaks_off_is_not_repeated_for_ever(by_mail: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_mailer: DownMailer, key: str, to: str, body: str) -> str:
        raise UnknownOutcome("the connection to the mail server broke")

    monkeypatch.setattr(DownMailer, "send", breaks)
    by_mail.page(channel=Channel.EMAIL, to="sam@shop.example", purpose=Purpose.STAFF)
    by_mail.sweep()
    by_mail.clock.turn(GIVEN_UP.total_seconds())
    by_mail.sweep()
    assert by_mail.row().status is MessageStatus.FAILED


def test_a_page_by_telephone_is_owed_and_overdue_however_long_nobody_can_be_asked(world: World, dog: Dog) -> None:
    world.page()
    world.carrier.plan.extend([Unreachable("down")] * 2)
    world.sweep()
    world.clock.turn(2 * GIVEN_UP.total_seconds())
    world.sweep()
    assert world.row().status is MessageStatus.PENDING
    assert dog.watch.overdue() == 2 * GIVEN_UP.total_seconds()


def test_it_falls_silent_when_a_timer_is_overdue_that_nobody_handles(world: World, dog: Dog) -> None:
    world.database.work(timers.schedule, "of an older version", "ref", world.clock())
    world.clock.turn(STUCK_SECONDS + 1)
    dog.turned = world.clock()
    assert not dog.heart.beat()


def test_it_falls_silent_when_the_engine_stands_still_with_nothing_to_do(world: World, dog: Dog) -> None:
    world.clock.turn(STUCK_SECONDS + 1)
    assert not dog.heart.beat()
    assert dog.watch.wrong() == ["the engine's loop stands still"]
    assert dog.heard == []


def test_with_the_engine_elsewhere_the_rows_alone_tell(world: World, dog: Dog) -> None:
    dog.turned = None
    world.clock.turn(STUCK_SECONDS + 1)
    assert dog.watch.wrong() == []
    world.page()
    world.clock.turn(STUCK_SECONDS + 1)
    assert dog.watch.wrong() == ["a message is overdue by 31 s: the engine is stuck"]


def test_a_database_that_is_gone_is_silence(world: World, dog: Dog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.database, "read", lambda: 1 / 0)
    assert not dog.heart.beat()
    assert dog.heard == []


def test_an_outside_service_that_is_down_breaks_nothing(world: World, dog: Dog) -> None:
    def down(url: str) -> None:
        raise httpx.ConnectError("no")

    assert not Heartbeat(dog.watch, URL, down).beat()
    assert Heartbeat(dog.watch, None).beat()


def test_the_heart_beats_beside_the_engine_and_stops_with_it(
    world: World, dog: Dog, monkeypatch: pytest.MonkeyPatch
) -> None:
    beaten = Event()
    monkeypatch.setattr("carrier.heartbeat.EVERY_SECONDS", 0.01)
    world.engine.companions = (Heartbeat(dog.watch, URL, lambda _url: beaten.set()),)
    world.engine.start()
    assert beaten.wait(LONG)
    world.engine.stop()
    assert EVERY_SECONDS == 30


def test_looking_takes_no_lock_that_a_writer_holds(world: World, dog: Dog) -> None:
    world.page()
    with world.database.transaction() as session:
        session.execute(text("UPDATE message SET attempt = 0"))  # a writer in the middle of its work
        assert dog.watch.wrong() == []
        assert Glance(world.database)(world.clock())
        with world.database.read() as reading:
            reading.execute(text("SELECT count(*) FROM message"))
            session.execute(text("UPDATE message SET attempt = 1"))


def test_a_glance_sees_all_that_a_sweep_would_do(world: World) -> None:
    glance = Glance(world.database)

    def due() -> bool:
        return glance(world.clock())

    assert not due()
    world.page(channel=Channel.CALL)
    assert due()
    world.sweep()
    assert not due()
    world.clock.turn(45)
    assert due()  # no news came: Twilio is asked
    world.sweep()
    assert not due()
    world.database.work(timers.schedule, "rung", "ref", world.clock())
    assert due()


def test_a_poll_with_nothing_due_turns_the_loop_and_sweeps_nothing(clock: TurnedClock) -> None:
    sweeps, glances = [0], [0]
    third = Event()

    def sweep(now: datetime) -> int:
        sweeps[0] += 1
        return 0

    def nothing(now: datetime) -> bool:
        glances[0] += 1
        if glances[0] == 3:
            third.set()
        return False

    engine = Engine([sweep], clock, poll_s=0.001, glance=nothing)
    engine.start()
    assert third.wait(LONG)
    engine.stop()
    assert sweeps == [1]  # the first, at the start
    assert engine.beat == clock()


def test_an_engine_in_another_process_is_woken_by_the_transaction_that_writes(world: World) -> None:
    if world.database.sqlite:
        pytest.skip("SQLite has no notifications: the poll does it")
    elsewhere = Database(world.database.url)
    woken = Event()
    listener = Listener(elsewhere, woken.set)
    listener.start()
    assert woken.wait(LONG)  # it listens, and looks once at what was written before
    woken.clear()
    world.page()
    assert woken.wait(LONG)
    listener.stop()
    elsewhere.close()
