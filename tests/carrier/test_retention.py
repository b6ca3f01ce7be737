"""What is kept goes in time, or when its owner asks; a hold keeps it; opt-outs stay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from carrier import consent, outbox, retention
from carrier.errors import Unreachable
from carrier.retention import keeping
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, CallStatus, Channel, ConsentScope, MessageStatus, Purpose
from models.lawful import Retention
from models.tables import Access, Call, Callback, Consent, Decision, Job, Message, Timer, Utterance
from tests.carrier.conftest import TurnedClock
from tests.carrier.fakes import Inline
from tests.carrier.world import World

ANN = "+15125550777"
TAPE = "RE" + "0" * 31 + "7"


@pytest.fixture
def session(database: Database):  # type: ignore[no-untyped-def]
    with database.transaction() as session:
        yield session


def a_call(session: Session, clock: TurnedClock, sid: str = "CA1", **more: object) -> Call:
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
    world.clock.turn(601)
    assert tapes(world.clock()) == 1 and world.carrier.tapes == {}
    world.clock.turn(601)
    assert tapes(world.clock()) == 0
