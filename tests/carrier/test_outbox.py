from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from carrier import outbox
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose
from models.moves import ALLOWED
from models.tables import Call, Consent, Job, Message, PageRun
from tests.carrier.conftest import TurnedClock

SID, OTHER_SID = "SM" + "1" * 32, "SM" + "2" * 32


def write(session: Session, clock: TurnedClock, key: str = "k", channel: Channel = Channel.TEXT, **more: object) -> str:
    row = outbox.enqueue(
        session,
        key=key,
        channel=channel,
        purpose=Purpose.PAGE,
        to="+15125550101",
        body="P1 #4821",
        now=clock(),
        **more,  # type: ignore[arg-type]
    )
    return row.id


def tell(
    database: Database, clock: TurnedClock, message_id: str, sid: str, status: str, code: int | None = None
) -> bool:
    return database.work(lambda session: outbox.news(session, message_id, sid, status, code, clock()) is not None)


def status(database: Database, message_id: str) -> MessageStatus:
    with database.transaction() as session:
        row = outbox.by_id(session, message_id)
        assert row is not None
        return row.status


def page_run(session: Session, clock: TurnedClock) -> str:
    call = Call(sid="CA1", received_at=clock())
    session.add(call)
    session.flush()
    job = Job(number=4821, call_id=call.id, intent="emergency", created_at=clock())
    session.add(job)
    session.flush()
    run = PageRun(job_id=job.id, code=4821, created_at=clock())
    session.add(run)
    session.flush()
    return run.id


def test_a_message_is_written_once_for_its_key(database: Database, clock: TurnedClock) -> None:
    first = database.work(write, clock)
    clock.turn(5)
    assert database.work(write, clock) == first
    with database.transaction() as session:
        row = session.exec(select(Message)).one()
    assert (row.created_at, row.due_at) == (clock() - timedelta(seconds=5),) * 2


def test_two_in_one_transaction_are_one(database: Database, clock: TurnedClock) -> None:
    with database.transaction() as session:
        assert write(session, clock) == write(session, clock)


def test_a_rolled_back_transaction_leaves_nothing_to_send(database: Database, clock: TurnedClock) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        write(session, clock)
        raise RuntimeError
    with database.transaction() as session:
        assert session.exec(select(Message)).all() == []


def test_an_acknowledged_run_calls_off_only_what_has_not_left(database: Database, clock: TurnedClock) -> None:
    with database.transaction() as session:
        run = page_run(session, clock)
        waiting = write(session, clock, "waiting", run_id=run, step=1)
        gone = write(session, clock, "gone", run_id=run, step=0)
        foreign = write(session, clock, "foreign")
    tell(database, clock, gone, SID, "queued")
    assert database.work(outbox.cancel_run, run, clock()) == 1
    assert [status(database, each) for each in (waiting, gone, foreign)] == [
        MessageStatus.CANCELLED,
        MessageStatus.ACCEPTED,
        MessageStatus.PENDING,
    ]


def test_delivered_stays_delivered_when_sent_arrives_late(database: Database, clock: TurnedClock) -> None:
    id_ = database.work(write, clock)
    assert tell(database, clock, id_, SID, "delivered")
    assert not tell(database, clock, id_, SID, "sent")
    assert not tell(database, clock, id_, SID, "undelivered", 30003)
    assert status(database, id_) is MessageStatus.DELIVERED


def test_the_same_news_twice_is_news_once(database: Database, clock: TurnedClock) -> None:
    id_ = database.work(write, clock)
    assert tell(database, clock, id_, SID, "sent")
    assert not tell(database, clock, id_, SID, "queued")
    assert not tell(database, clock, id_, SID, "sent")


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("ringing", MessageStatus.ACCEPTED),
        ("in-progress", MessageStatus.ACCEPTED),
        ("completed", MessageStatus.DELIVERED),
        ("busy", MessageStatus.NO_ANSWER),
        ("no-answer", MessageStatus.NO_ANSWER),
        ("failed", MessageStatus.FAILED),
        ("canceled", MessageStatus.CANCELLED),
    ],
)
def test_what_a_call_status_means(database: Database, clock: TurnedClock, said: str, means: MessageStatus) -> None:
    id_ = database.work(write, clock, channel=Channel.CALL)
    assert tell(database, clock, id_, SID, said)
    assert status(database, id_) is means


def test_news_of_an_unknown_row_or_in_an_unknown_word_is_no_news(database: Database, clock: TurnedClock) -> None:
    id_ = database.work(write, clock)
    assert not tell(database, clock, "0" * 32, SID, "sent")
    assert not tell(database, clock, id_, SID, "teleported")
    assert status(database, id_) is MessageStatus.PENDING


def test_bad_news_of_an_earlier_try_does_not_fail_a_later_one(database: Database, clock: TurnedClock) -> None:
    id_ = database.work(write, clock)
    tell(database, clock, id_, SID, "sent")
    assert not tell(database, clock, id_, OTHER_SID, "failed", 30008)
    assert tell(database, clock, id_, OTHER_SID, "delivered")


def test_a_stop_at_twilio_is_a_revocation_here(database: Database, clock: TurnedClock) -> None:
    id_ = database.work(write, clock)
    assert tell(database, clock, id_, SID, "failed", 21610)
    with database.transaction() as session:
        event = session.exec(select(Consent)).one()
    assert (event.number, event.channel, event.granted) == ("+15125550101", Channel.TEXT, False)


FRESH = count()
WORDS = ["accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled", "read", "scheduled"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([SID, OTHER_SID]), st.sampled_from(WORDS)), max_size=8))
def test_whatever_order_news_arrives_in_only_allowed_moves_are_made(
    database: Database, clock: TurnedClock, heard: list[tuple[str, str]]
) -> None:
    id_ = database.work(write, clock, f"example {next(FRESH)}")
    for sid, word in heard:
        before = status(database, id_)
        changed = tell(database, clock, id_, sid, word)
        after = status(database, id_)
        assert changed == (before is not after)
        assert before is after or after in ALLOWED[MessageStatus][before]
    delivered = any(word in ("delivered", "read") for _, word in heard)
    final = [word for _, word in heard if word in ("delivered", "read", "undelivered", "failed", "canceled")]
    if delivered and set(final) <= {"delivered", "read"}:
        assert status(database, id_) is MessageStatus.DELIVERED
