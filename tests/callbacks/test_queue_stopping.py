"""A telephone of ours rings only for a caller who is still to be called: after an outage, a closing, a late pick-up."""

import pytest
from sqlmodel import Session, select

from callbacks import queue
from callbacks.queue import calling
from carrier import calling_off, departure, outbox
from carrier.claims import claim_due
from carrier.methods import errand
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus
from models.tables import Message
from tests.callbacks.queue_rig import NOT_BEGUN, Rig
from tests.conftest import Clock


@pytest.fixture
def rig(database: Database, shop: Company, wednesday: Clock) -> Rig:
    return Rig(database, shop, wednesday, by_hand=True)


def calls(rig: Rig) -> list[Message]:
    rows = select(Message).where(Message.channel == Channel.CALL)
    return rig.work(lambda session: list(session.exec(rows).all()))


def pending(rig: Rig) -> int:
    return sum(one.status == MessageStatus.PENDING for one in calls(rig))


def to_be_stopped(rig: Rig) -> list[Message]:
    rows = select(Message).where(calling_off.due(rig.clock()))
    return rig.work(lambda session: list(session.exec(rows).all()))


def leaves(rig: Rig, claimed: Message) -> Message:
    """What the engine does with a row that it claimed, up to the request."""

    def depart(session: Session) -> None:
        now = rig.clock()
        departure.depart(session, errand(claimed, lost=False), "engine", rig.company, now, lambda *_: None)

    rig.work(depart)
    return next(one for one in calls(rig) if one.id == claimed.id)


def test_while_no_call_leaves_for_forty_minutes_one_at_most_waits_to_leave(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    rig = Rig(database, shop, wednesday)
    rig.owed()
    for _ in range(160):
        rig.passes(seconds=15)
        assert pending(rig) <= 1
    over = {one.id for one in rig.attempts() if one.status == NOT_BEGUN}
    assert len(over) > 5
    for row in calls(rig):
        dead = row.key.removeprefix("callback:") in over
        assert row.status == (MessageStatus.CANCELLED if dead else MessageStatus.PENDING)


def test_closed_before_our_telephone_rings_it_does_not_ring(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.act(queue.close, caller, "came by in person", "priya", rig.clock())
    assert (pending(rig), rig.attempt().status) == (0, NOT_BEGUN)


def test_closed_while_our_telephone_rings_it_is_stopped_at_twilio(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.staff_hears("ringing")
    assert to_be_stopped(rig) == []
    rig.act(queue.close, caller, "came by in person", "priya", rig.clock())
    assert [one.person_id for one in to_be_stopped(rig)] == ["dana"]


def test_whoever_has_picked_up_is_not_cut_off(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.staff_hears("in-progress")
    rig.on(calling.picked_up, "CAstaff", rig.clock())
    rig.act(queue.close, caller, "came by in person", "priya", rig.clock())
    assert rig.on(calling.dial, rig.company, rig.clock()).number is None
    assert to_be_stopped(rig) == []


def test_a_call_that_was_being_sent_when_the_attempt_ended_does_not_leave_on_the_next_try(rig: Rig) -> None:
    rig.begin(rig.owed())

    def settle(status: MessageStatus) -> None:
        (row,) = calls(rig)
        rig.work(lambda session: outbox.settle(session, session.get_one(Message, row.id), status, rig.clock()))

    settle(MessageStatus.SENDING)
    rig.passes(seconds=90)
    assert rig.attempt().status == NOT_BEGUN
    settle(MessageStatus.PENDING)  # Twilio did not get it
    (claimed,) = rig.work(claim_due, "engine", 1, rig.clock())
    assert leaves(rig, claimed).status == MessageStatus.CANCELLED
