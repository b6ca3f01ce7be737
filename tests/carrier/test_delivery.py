from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Semaphore

import pytest
from sqlmodel import Session

from carrier import outbox
from carrier.claims import CLAIM_SECONDS, LEASE_SECONDS, claim_due
from carrier.delivery import LOOK_SECONDS, Delivery
from carrier.doors import Doors
from carrier.engine import Engine
from carrier.errors import CarrierError, Refused, Throttled, TimedOut, UnknownOutcome, Unreachable
from carrier.methods import RING_SECONDS, Methods
from carrier.refusals import MENDING_SECONDS
from carrier.watch import overdue_seconds
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, RunStatus
from models.moves import move
from models.tables import Consent, Message, PageRun
from tests.carrier.conftest import TurnedClock
from tests.carrier.fakes import LOST, Inline
from tests.carrier.test_outbox import page_run
from tests.carrier.world import SAM, World


def test_a_page_leaves_in_the_first_sweep_with_its_row_id_in_the_callback(world: World) -> None:
    world.page()
    world.sweep()
    row, [sent] = world.row(), world.carrier.sent
    assert (row.status, row.sid, row.attempt) == (MessageStatus.ACCEPTED, sent.sid, 1)
    assert sent.callback == f"https://firstring.example/twilio/sms/status?message={row.id}"
    assert world.told == [("page", MessageStatus.ACCEPTED)]


def test_a_page_by_call_is_placed(world: World) -> None:
    world.page(channel=Channel.CALL)
    world.sweep()
    [sent] = world.carrier.sent
    door = f"https://firstring.example/twilio/pages/{world.row().id}"
    assert (sent.page, sent.callback, sent.rings_s) == (f"{door}/answer", f"{door}/status", RING_SECONDS)


def test_nothing_leaves_before_its_time(world: World) -> None:
    world.page(due_at=world.clock() + timedelta(seconds=60))
    world.sweep()
    assert world.carrier.sent == []
    world.clock.turn(60)
    world.sweep()
    assert len(world.carrier.sent) == 1


def test_no_database_session_is_held_while_twilio_is_asked(world: World) -> None:
    world.page()
    free: list[str] = []
    world.carrier.before = lambda: free.append(world.database.engine.pool.status())
    world.sweep()
    assert "Current Checked out connections: 0" in free[0]


def test_pages_go_before_everything_else(world: World) -> None:
    with world.database.transaction() as session:
        for number in range(8):
            outbox.enqueue(
                session,
                key=f"receipt {number}",
                channel=Channel.TEXT,
                purpose=Purpose.RECEIPT,
                to=f"+1512555020{number}",
                body="We have it.",
                now=world.clock(),
            )
    world.clock.turn(1)
    world.page()
    world.engine.run_once()
    assert world.carrier.sent[0].to == SAM


def test_page_is_not_sent_again_when_the_engine_died_after_twilio_accepted(world: World) -> None:
    world.page()
    world.carrier.plan.append(LOST)
    world.sweep()
    assert world.row().status is MessageStatus.SENDING
    world.clock.turn(LOOK_SECONDS - 1)
    world.sweep()
    assert world.carrier.looks == 0
    world.lease_over()
    assert len(world.carrier.sent) == 1
    assert (world.row().status, world.row().sid) == (MessageStatus.ACCEPTED, world.carrier.sent[0].sid)
    assert world.told == [("page", MessageStatus.ACCEPTED)]


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.CALL])
def test_a_page_whose_engine_died_with_a_mere_claim_leaves_as_soon_as_the_claim_is_over(
    world: World, channel: Channel
) -> None:
    world.page(channel=channel)
    with world.database.transaction() as session:  # the engine that died: it claimed, and that was all
        assert len(claim_due(session, "dead", 4, world.clock())) == 1
    world.sweep()
    assert world.carrier.sent == []
    world.clock.turn(CLAIM_SECONDS)
    world.sweep()
    assert (len(world.carrier.sent), world.carrier.looks) == (1, 0)
    assert (world.row().status, world.row().attempt, world.row().repeats) == (MessageStatus.ACCEPTED, 1, 0)


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.CALL])
def test_page_is_sent_once_more_when_the_engine_died_before_twilio_had_it(world: World, channel: Channel) -> None:
    world.page(channel=channel)
    world.carrier.plan.append(TimedOut("the request never arrived"))
    world.sweep()
    world.clock.turn(LEASE_SECONDS)
    world.sweep()
    assert (world.carrier.looks, world.carrier.sent) == (1, [])  # the list may lag behind
    world.clock.turn(LOOK_SECONDS)
    world.sweep()
    assert (world.carrier.looks, len(world.carrier.sent)) == (2, 1)
    row = world.row()
    assert (row.status, row.attempt, row.repeats) == (MessageStatus.ACCEPTED, 2, 1)
    assert world.carrier.sent[0].body == ("(repeat) P1 #4821" if channel is Channel.TEXT else None)
    world.lease_over()
    assert len(world.carrier.sent) == 1


def test_a_page_that_shows_up_late_in_twilios_list_is_not_sent_again(world: World) -> None:
    world.page()
    world.carrier.plan.append(LOST)
    world.sweep()
    hidden, world.carrier.sent = world.carrier.sent, []
    world.clock.turn(LOOK_SECONDS)
    world.sweep()
    world.carrier.sent = hidden
    world.clock.turn(LOOK_SECONDS)
    world.sweep()
    row = world.row()
    assert (row.status, row.repeats, len(world.carrier.sent)) == (MessageStatus.ACCEPTED, 0, 1)


def test_one_telephone_rings_once_at_a_time(world: World) -> None:
    world.page("one", Channel.CALL)
    world.clock.turn(1)
    world.page("two", Channel.CALL)
    world.carrier.plan.append(LOST)
    world.sweep()
    assert world.row("two").status is MessageStatus.PENDING
    world.lease_over()
    assert [world.row(key).sid for key in ("one", "two")] == [each.sid for each in world.carrier.sent]


def test_a_callback_that_came_meanwhile_settles_an_interrupted_send(world: World) -> None:
    world.page()
    world.carrier.plan.append(LOST)
    world.sweep()
    sid = world.carrier.sent[0].sid
    world.database.work(outbox.news, world.row().id, sid, "delivered", None, world.clock())
    world.lease_over()
    assert world.carrier.looks == 0
    assert (world.row().status, len(world.carrier.sent)) == (MessageStatus.DELIVERED, 1)


def test_two_interrupted_pages_with_the_same_words_are_two_pages(world: World) -> None:
    world.page("first")
    world.page("second")
    world.carrier.plan.extend([LOST, UnknownOutcome("timeout")])
    world.sweep()
    world.lease_over()
    assert len(world.carrier.sent) == 2
    assert {world.row("first").sid, world.row("second").sid} == {each.sid for each in world.carrier.sent}


def test_an_interrupted_send_waits_while_twilio_cannot_be_asked(world: World) -> None:
    world.page()
    world.carrier.plan.append(LOST)
    world.sweep()
    world.carrier.plan.append(Unreachable("down"))
    world.clock.turn(LEASE_SECONDS)
    world.sweep()
    assert (world.row().status, len(world.carrier.sent)) == (MessageStatus.SENDING, 1)
    world.lease_over()
    assert (world.row().status, len(world.carrier.sent)) == (MessageStatus.ACCEPTED, 1)


def test_unsure_is_sent_again(world: World) -> None:
    world.page()
    world.carrier.plan.append(LOST)
    world.sweep()
    world.carrier.plan.append(Refused(20403, permanent=True))  # this account may not list
    world.lease_over()
    assert (world.row().status, world.row().attempt) == (MessageStatus.ACCEPTED, 2)


@pytest.mark.parametrize("error", [Throttled("wait", 20429), Unreachable("down")])
def test_not_now_is_tried_again_a_little_later(world: World, error: CarrierError) -> None:
    world.page()
    world.carrier.plan.append(error)
    world.sweep()
    row = world.row()
    assert row.status is MessageStatus.PENDING
    assert row.lease_until is not None
    assert 0.5 <= (row.lease_until - world.clock()).total_seconds() <= 1.0
    world.sweep()
    assert world.carrier.sent == []
    world.clock.turn(1)
    world.sweep()
    assert (world.row().status, world.carrier.looks) == (MessageStatus.ACCEPTED, 0)


def test_the_wait_grows_and_is_bounded_and_the_row_stays_overdue(world: World) -> None:
    world.page()
    waits = []
    for _ in range(10):
        world.carrier.plan.append(Throttled("wait"))
        world.sweep()
        until = world.row().lease_until
        assert until is not None
        waits.append((until - world.clock()).total_seconds())
        world.clock.now = until
    assert waits[3] > waits[0]
    assert 10 <= max(waits[6:]) <= 20
    with world.database.transaction() as session:
        assert overdue_seconds(session, world.clock()) == pytest.approx(sum(waits))


def test_a_permanent_refusal_fails_the_row_and_routing_hears_of_it(world: World) -> None:
    world.page()
    world.carrier.plan.append(Refused(21211, permanent=True))
    world.sweep()
    row = world.row()
    assert (row.status, row.error_code, row.sid) == (MessageStatus.FAILED, 21211, None)
    assert world.told == [("page", MessageStatus.FAILED)]


def test_a_recipient_who_stopped_us_is_opted_out_and_not_tried_again(world: World) -> None:
    world.page("one")
    world.carrier.plan.append(Refused(21610, permanent=True))
    world.sweep()
    world.page("two")
    world.sweep()
    assert (world.row("two").status, world.carrier.sent) == (MessageStatus.REFUSED, [])


def test_bad_credentials_lose_no_page(world: World) -> None:
    world.page()
    world.carrier.plan.append(Refused(20003, permanent=False))
    world.sweep()
    assert (world.row().status, world.told) == (MessageStatus.PENDING, [])
    world.clock.turn(MENDING_SECONDS)
    world.sweep()
    assert world.row().status is MessageStatus.ACCEPTED


def test_what_the_gate_refuses_does_not_leave_and_says_why(world: World) -> None:
    world.page(to="+15125550102")  # Pat has not agreed to be paged
    world.sweep()
    row = world.row()
    assert (row.status, world.carrier.sent) == (MessageStatus.REFUSED, [])
    assert row.reason is not None
    assert row.reason.startswith("L3")
    assert world.told == [("page", MessageStatus.REFUSED)]


@pytest.mark.parametrize("status", [RunStatus.ACKNOWLEDGED, RunStatus.CANCELLED])
def test_no_page_leaves_after_an_acknowledgement_that_came_between_claim_and_request(
    world: World, status: RunStatus
) -> None:
    with world.database.transaction() as session:
        run_id = page_run(session, world.clock)
    world.page(run_id=run_id)
    pool = Inline()
    submit = pool.submit

    def just_then(fn: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        with world.database.transaction() as session:
            move(session, session.get_one(PageRun, run_id), RunStatus.RUNNING, status)
            assert outbox.cancel_run(session, run_id, world.clock()) == 1
        return submit(fn, *args, **kwargs)

    pool.submit = just_then  # type: ignore[method-assign,assignment]
    Engine([world.delivery(pool=pool)], world.clock).run_once()
    assert (world.row().status, world.carrier.sent) == (MessageStatus.CANCELLED, [])


@pytest.mark.parametrize("status", [RunStatus.ACKNOWLEDGED, RunStatus.CANCELLED])
def test_no_page_leaves_after_the_acknowledgement(world: World, status: RunStatus) -> None:
    with world.database.transaction() as session:
        run_id = page_run(session, world.clock)
    world.page(run_id=run_id)
    with world.database.transaction() as session:
        run = session.get(PageRun, run_id)
        assert run is not None
        assert move(session, run, RunStatus.RUNNING, status)
    world.sweep()
    assert (world.row().status, world.carrier.sent) == (MessageStatus.CANCELLED, [])


def test_an_acknowledgement_between_two_tries_calls_the_second_off(world: World) -> None:
    with world.database.transaction() as session:
        run_id = page_run(session, world.clock)
    world.page(run_id=run_id)
    world.carrier.plan.append(UnknownOutcome("timeout"))
    world.sweep()
    with world.database.transaction() as session:
        run = session.get(PageRun, run_id)
        assert run is not None
        move(session, run, RunStatus.RUNNING, RunStatus.ACKNOWLEDGED)
    world.lease_over()
    assert (world.row().status, world.carrier.sent) == (MessageStatus.CANCELLED, [])


def test_what_routing_writes_in_its_reaction_leaves_too(world: World) -> None:
    def next_method(session: Session, row: Message) -> None:
        if row.status is MessageStatus.FAILED:
            outbox.enqueue(
                session,
                key="call",
                channel=Channel.CALL,
                purpose=Purpose.PAGE,
                to=row.to,
                body="",
                now=world.clock(),
            )

    world.engine = world.another_engine(next_method)
    world.page()
    world.carrier.plan.append(Refused(30006, permanent=True))
    world.sweep()
    assert world.row("call").status is MessageStatus.ACCEPTED


def test_a_reaction_that_raises_neither_loses_nor_doubles_the_page(world: World) -> None:
    broken = [True]

    def reaction(session: Session, row: Message) -> None:
        if broken:
            raise RuntimeError

    world.engine = world.another_engine(reaction)
    world.page()
    world.sweep()
    assert world.row().status is MessageStatus.SENDING
    broken.clear()
    world.lease_over()
    assert (world.row().status, len(world.carrier.sent)) == (MessageStatus.ACCEPTED, 1)


def test_a_row_that_cannot_be_judged_keeps_no_other_back(world: World) -> None:
    def reaction(session: Session, row: Message) -> None:
        if row.status is MessageStatus.REFUSED:
            raise RuntimeError

    world.engine = world.another_engine(reaction)
    world.page("broken", to="+15125550102")
    world.clock.turn(1)
    world.page("good")
    world.sweep()
    assert (world.row("good").status, world.row("broken").status) == (MessageStatus.ACCEPTED, MessageStatus.PENDING)


def test_a_send_is_given_up_when_its_thread_slept_through_the_lease(world: World) -> None:
    world.page()
    slept = Inline()
    submit = slept.submit

    def after_a_long_sleep(fn: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        world.clock.turn(CLAIM_SECONDS)
        assert world.another_engine().run_once() == 1  # takes the row, and sends it
        return submit(fn, *args, **kwargs)

    slept.submit = after_a_long_sleep  # type: ignore[method-assign,assignment]
    Engine([world.delivery(pool=slept)], world.clock).run_once()
    assert (world.row().status, len(world.carrier.sent)) == (MessageStatus.ACCEPTED, 1)


def test_an_answer_that_comes_after_the_row_was_given_up_for_lost_is_kept(world: World) -> None:
    world.page()

    def meanwhile() -> None:  # another engine finds the lease over, looks, and does not find it
        world.carrier.before = lambda: None
        for seconds in (LEASE_SECONDS, LOOK_SECONDS):
            world.clock.turn(seconds)
            world.another_engine().run_once()
        assert world.row().status is MessageStatus.PENDING

    world.carrier.before = meanwhile
    world.sweep()
    assert (world.row().status, len(world.carrier.sent)) == (MessageStatus.ACCEPTED, 1)


@pytest.mark.parametrize("workers", [1, 4])
def test_many_engines_on_one_database_send_each_page_once(
    world: World, database: Database, company: Company, clock: TurnedClock, workers: int
) -> None:
    for number in range(24):
        world.page(f"page {number}", body=f"P1 #{number}")
    accepted = Semaphore(0)
    with ThreadPoolExecutor(3 * workers) as pool:
        engines = []
        for _ in range(3):
            delivery = Delivery(
                database,
                Methods((world.carrier,), Doors("https://x")),
                company,
                clock,
                pool,
                workers=workers,
                on_outcome=lambda _session, _row: accepted.release(),
            )
            engine = Engine([delivery], clock)
            delivery.woken = engine.wake
            engine.start()
            engines.append(engine)
        assert all(accepted.acquire(timeout=30) for _ in range(24))
        for engine in engines:
            engine.stop()
    assert len(world.carrier.sent) == 24
    assert {world.row(f"page {number}").sid for number in range(24)} == {each.sid for each in world.carrier.sent}


def test_a_claim_takes_no_more_than_asked(world: World) -> None:
    for number in range(5):
        world.page(f"page {number}")
    with world.database.transaction() as session:
        assert len(claim_due(session, "me", 2, world.clock())) == 2
        assert len(claim_due(session, "me", 9, world.clock())) == 3


def test_consent_is_read_at_the_moment_of_sending(world: World) -> None:
    world.page()
    with world.database.transaction() as session:
        session.add(Consent(number=SAM, channel=Channel.TEXT, granted=False, source="voice", at=world.clock()))
    world.sweep()
    assert (world.row().status, world.carrier.sent) == (MessageStatus.REFUSED, [])
