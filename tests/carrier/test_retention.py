"""What is kept goes in time, or when its owner asks; a hold keeps it; opt-outs stay."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from carrier import consent, outbox, retention
from carrier.errors import Refused, Unreachable
from carrier.retention import keeping
from models.company import Company
from models.database import Database
from models.enums import (
    CallbackStatus,
    CallStatus,
    Channel,
    ConsentScope,
    JobStatus,
    MessageStatus,
    Purpose,
    RunStatus,
)
from models.lawful import Retention
from models.once import about, insert_once
from models.tables import (
    Access,
    Call,
    Callback,
    Consent,
    DeadNumber,
    Decision,
    Job,
    Message,
    PageRun,
    Seen,
    Timer,
    Utterance,
)
from tests.carrier.conftest import TurnedClock
from tests.carrier.fakes import FakeCarrier, Inline
from tests.carrier.world import World

ANN = "+15125550777"
TAPE = "RE" + "0" * 31 + "7"


@pytest.fixture
def session(database: Database):  # type: ignore[no-untyped-def]
    with database.transaction() as session:
        yield session


def a_call(session: Session, clock: TurnedClock, sid: str = "CA1", **more: Any) -> Call:
    """Ann rang about her heater, said where she lives, and is owed a call."""
    call = Call(sid=sid, caller=ANN, received_at=clock(), status=CallStatus.ENDED, **more)
    call.assessment = {"priority": "P2", "entities": {"name": "Ann Lee"}}
    session.add(call)
    session.flush()
    session.add(Utterance(call_id=call.id, position=1, start_ms=0, end_ms=9, text="Ann Lee, 412 Maple"))
    moves = [{"move": "Say", "lines": [["confirm", {"name": "Ann"}]]}]
    session.add(Decision(call_id=call.id, position=1, event="Heard", moves=moves, evidence=[{"words": "Ann"}]))
    job = Job(number=int(sid[2:]), call_id=call.id, intent="routine", caller=ANN, name="Ann Lee", created_at=clock())
    job.details = {"access": "gate code 1379"}
    session.add(job)
    owed = Callback(call_id=call.id, number=ANN, reason="missed", created_at=clock())
    session.add(owed)
    to = {"channel": Channel.TEXT, "purpose": Purpose.REPLY, "to": ANN, "call_id": call.id}
    outbox.enqueue(session, key=f"t{sid}", body="Ann, we will call.", now=clock(), **to)  # type: ignore[arg-type]
    session.flush()
    return call


def everything(session: Session) -> str:
    """Every row of Ann's, as text."""
    tables = (Call, Utterance, Decision, Job, Callback, Message)
    session.expire_all()
    return " ".join(one.model_dump_json() for table in tables for one in session.exec(select(table)).all())


def an_hour(session: Session, company: Company, clock: TurnedClock) -> None:
    keeping.due(session, Timer(kind="retention", ref="x", due_at=clock()), company, clock())


def test_words_go_after_half_a_year_and_what_the_business_needs_stays(
    session: Session, clock: TurnedClock, company: Company
) -> None:
    call = a_call(session, clock)
    row = session.exec(select(Message)).one()
    outbox.settle(session, row, MessageStatus.CANCELLED, clock())
    clock.turn(179 * 86400)
    an_hour(session, company, clock)
    assert "Maple" in everything(session)
    clock.turn(2 * 86400)
    an_hour(session, company, clock)
    left = everything(session)
    assert not any(word in left for word in ("Maple", "1379", "we will call", "confirm"))
    assert ANN in left and "Ann Lee" in left and call.assessment == {"priority": "P2"} and call.wiped_at == clock()


def test_names_and_numbers_go_when_the_shop_says_so(session: Session, clock: TurnedClock, company: Company) -> None:
    a_call(session, clock)
    outbox.settle(session, session.exec(select(Message)).one(), MessageStatus.CANCELLED, clock())
    short = replace(company, retention=Retention(words_days=30, structured_days=60))
    clock.turn(61 * 86400)
    an_hour(session, short, clock)
    left = everything(session)
    assert ANN not in left and "Ann" not in left and "gate" not in left


def test_a_legal_hold_keeps_everything(session: Session, clock: TurnedClock, company: Company) -> None:
    a_call(session, clock, held=True)
    clock.turn(400 * 86400)
    before = everything(session)
    an_hour(session, company, clock)
    assert retention.forget(session, ANN, "walt", clock(), really=True).held == 1
    assert everything(session) == before


def test_who_asks_to_be_forgotten_is_but_for_their_no(session: Session, clock: TurnedClock, company: Company) -> None:
    a_call(session, clock)
    consent.opt_out(session, company, ANN, "stop", None, "SM1", clock())
    looked = retention.forget(session, ANN, "walt", clock(), really=False)
    assert (looked.calls, looked.messages, looked.consents_kept) == (1, 1, 2) and "Ann Lee" in everything(session)
    assert retention.forget(session, ANN, "walt", clock(), really=True) == looked
    left = everything(session)
    assert ANN not in left and "Ann" not in left
    assert session.exec(select(Message)).one().status is MessageStatus.CANCELLED
    assert session.exec(select(Callback)).one().status is CallbackStatus.CLOSED
    assert consent.latest(session, ANN, Channel.TEXT, ConsentScope.SERVICE) is False
    assert [(one.who, one.what) for one in session.exec(select(Access)).all()] == [("walt", "wiped")]


def test_whoever_is_on_the_line_is_not_forgotten_in_mid_sentence(session: Session, clock: TurnedClock) -> None:
    call = a_call(session, clock)
    call.status = CallStatus.TALKING
    session.flush()
    assert retention.forget(session, ANN, "walt", clock(), really=True).busy == 1
    assert "Maple" in everything(session)


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.ACKNOWLEDGED])
def test_whom_a_technician_drives_to_is_not_forgotten_before_the_job_is_closed(
    session: Session, clock: TurnedClock, status: RunStatus
) -> None:
    call = a_call(session, clock)
    job = session.exec(select(Job).where(Job.call_id == call.id)).one()
    session.add(PageRun(job_id=job.id, code=job.number, status=status, created_at=clock()))
    session.flush()
    assert retention.forget(session, ANN, "walt", clock(), really=True).busy == 1
    assert "Maple" in everything(session) and "Ann Lee" in everything(session)
    job.status = JobStatus.CLOSED
    session.flush()
    assert retention.forget(session, ANN, "walt", clock(), really=True).calls == 1
    assert ANN not in everything(session)


def test_a_ladder_that_ended_with_nobody_keeps_nothing(session: Session, clock: TurnedClock) -> None:
    call = a_call(session, clock)
    job = session.exec(select(Job).where(Job.call_id == call.id)).one()
    session.add(PageRun(job_id=job.id, code=job.number, status=RunStatus.EXHAUSTED, created_at=clock()))
    session.flush()
    assert retention.forget(session, ANN, "walt", clock(), really=True).busy == 0


def test_answers_that_belong_to_no_call_are_to_nobody_in_the_end(
    session: Session, clock: TurnedClock, company: Company
) -> None:
    for number, person in ((ANN, None), ("+15125550101", "sam")):
        to = {"channel": Channel.TEXT, "purpose": Purpose.REPLY, "to": number, "person_id": person}
        row = outbox.enqueue(session, key=number, body="Please call.", now=clock(), **to)  # type: ignore[arg-type]
        outbox.settle(session, row, MessageStatus.CANCELLED, clock())
        session.add(DeadNumber(number=number, channel=Channel.TEXT, error_code=30006, at=clock()))
    short = replace(company, retention=Retention(words_days=30, structured_days=60))
    clock.turn(61 * 86400)
    an_hour(session, short, clock)
    session.expire_all()
    assert {one.to for one in session.exec(select(Message)).all()} == {"", "+15125550101"}
    assert [one.number for one in session.exec(select(DeadNumber)).all()] == ["+15125550101"]


def test_nothing_about_a_forgotten_number_can_be_found_by_trying_numbers(session: Session, clock: TurnedClock) -> None:
    for key in (about(ANN, "caller"), about(ANN, "texts"), about("+15125550778", "texts")):
        insert_once(session, Seen(key=key, at=clock()))
    retention.forget(session, ANN, "walt", clock(), really=True)
    assert [one.key for one in session.exec(select(Seen)).all()] == [about("+15125550778", "texts")]


def test_the_last_word_of_a_number_is_never_deleted(session: Session, clock: TurnedClock, company: Company) -> None:
    for granted in (True, False):
        consent.note(session, ANN, Channel.TEXT, ConsentScope.ALL, granted, "keyword", clock())
        clock.turn(86400)
    clock.now += timedelta(days=6 * 365)
    an_hour(session, company, clock)
    (last,) = session.exec(select(Consent)).all()
    assert last.granted is False


def test_the_timer_sets_itself_again(session: Session, clock: TurnedClock, company: Company) -> None:
    retention.begin(session, clock())
    retention.begin(session, clock())
    clock.turn(3600)
    an_hour(session, company, clock)
    assert len(session.exec(select(Timer)).all()) == 2


def test_a_tape_is_deleted_at_twilio_after_thirty_days_and_tried_until_it_is(world: World) -> None:
    tapes = retention.Tapes(world.database, world.methods, world.company, Inline())
    with world.database.transaction() as session:
        url = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{TAPE}"
        a_call(session, world.clock, recording_url=url)
    world.carrier.tapes[TAPE] = b"RIFF"
    world.clock.turn(29 * 86400)
    assert tapes(world.clock()) == 0
    world.clock.turn(2 * 86400)
    world.carrier.plan.append(Unreachable("Twilio cannot be reached"))
    assert tapes(world.clock()) == 1 and TAPE in world.carrier.tapes
    assert tapes(world.clock()) == 0  # not at once
    world.clock.turn(6 * 3600 + 1)
    assert tapes(world.clock()) == 1 and world.carrier.tapes == {}
    world.clock.turn(601)
    assert tapes(world.clock()) == 0


def with_tapes(world: World, calls: int, **facts: Any) -> list[str]:
    """So many messages on tape, the oldest first."""
    sids = [f"RE{number:032d}" for number in range(calls)]
    with world.database.transaction() as session:
        for number, sid in enumerate(sids):
            a_call(session, world.clock, f"CA{number}", recording_url=f"https://twilio/Recordings/{sid}", **facts)
            world.clock.turn(1)
    return sids


def test_a_tape_with_a_card_number_on_it_goes_at_the_next_look(world: World) -> None:
    (sid,) = with_tapes(world, 1, untape=True)
    world.carrier.tapes[sid] = b"RIFF"
    assert retention.Tapes(world.database, world.methods, world.company, Inline())(world.clock()) == 1
    assert world.carrier.tapes == {}


def test_tapes_that_cannot_be_deleted_keep_no_other_waiting(world: World) -> None:
    sids = with_tapes(world, 12)
    world.carrier.tapes.update(dict.fromkeys(sids, b"RIFF"))
    world.carrier.plan.extend(Refused(20003, permanent=False) for _ in range(10))
    world.clock.turn(31 * 86400)
    tapes = retention.Tapes(world.database, world.methods, world.company, Inline())
    assert tapes(world.clock()) == 10 and len(world.carrier.tapes) == 12
    world.clock.turn(601)
    assert tapes(world.clock()) == 2 and list(world.carrier.tapes) == sids[:10]
    world.clock.turn(6 * 3600)
    assert tapes(world.clock()) == 10 and world.carrier.tapes == {}


@pytest.mark.parametrize("at", [0, 1])
def test_an_account_that_refuses_us_keeps_no_tape_of_the_other(world: World, at: int) -> None:
    accounts = (FakeCarrier(world.clock), FakeCarrier(world.clock))
    accounts[at].tapes[TAPE] = b"RIFF"
    accounts[1 - at].plan.append(Refused(20003, permanent=False))
    replace(world.methods, accounts=accounts).delete_recording(TAPE)
    assert accounts[at].tapes == {}


def test_a_tape_that_nobody_could_say_is_gone_is_tried_again(world: World) -> None:
    accounts = (FakeCarrier(world.clock), FakeCarrier(world.clock))
    accounts[0].plan.append(Unreachable("Twilio cannot be reached"))
    with pytest.raises(Unreachable):
        replace(world.methods, accounts=accounts).delete_recording(TAPE)
