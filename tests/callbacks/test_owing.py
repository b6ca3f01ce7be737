"""Who is owed a call and who gets a text: each caller their own right answer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from callbacks import owing, voicemail
from carrier import consent, gate
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, CallStatus, Channel, MessageStatus, TransferStatus
from models.lawful import Texting
from models.tables import BlockedNumber, Call, Callback, DeadNumber, Job, Message, Transfer
from tests.callbacks.callers import CALLER, Desk
from tests.conftest import Clock
from voice.webhooks import delivery_news


@pytest.fixture
def desk(database: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(database, shop, wednesday)


def test_three_calls_in_two_minutes_are_one_row_and_one_text(desk: Desk) -> None:
    calls = []
    for _ in range(3):
        calls.append(desk.missed())
        desk.clock.turn(seconds=40)
    (owed,) = desk.callbacks()
    assert owed.calls == 3 and len(desk.texts()) == 1
    assert {desk.call(one).callback_id for one in calls} == {owed.id}
    assert desk.story().count("redialled") == 2


def test_the_first_promise_is_kept_in_mind(desk: Desk) -> None:
    desk.missed()
    (owed,) = desk.callbacks()
    assert owed.promised_at is not None and owed.first_promised_at == owed.promised_at
    assert desk.story()[:2] == ["owed", "promised"]


def test_after_half_an_hour_it_is_another_episode(desk: Desk) -> None:
    desk.missed()
    desk.leaves()
    desk.clock.turn(minutes=31)
    desk.missed()
    assert len(desk.callbacks()) == len(desk.texts()) == 2


def test_a_later_reading_makes_a_callback_more_urgent_and_never_less(desk: Desk) -> None:
    call = desk.rings(status=CallStatus.TALKING)
    assert desk.owes(call, priority="P2").priority == "P2"
    assert desk.owes(call, priority="P3").priority == "P2"
    assert desk.owes(call, priority="P1").priority == "P1"


def bridged(desk: Desk) -> str:
    call = desk.rings(status=CallStatus.AFTER, stream_at=desk.clock())
    row = Transfer(call_id=call, status=TransferStatus.OVER, created_at=desk.clock())
    desk.work(lambda session: session.add(row))
    desk.hangs_up(call)
    return call


def test_who_gets_through_on_the_second_call_need_not_be_called_and_the_text_is_called_off(desk: Desk) -> None:
    desk.missed()
    desk.clock.turn(minutes=1)
    assert desk.call(bridged(desk)).missed is None
    (owed,) = desk.callbacks()
    assert (owed.status, owed.closed_reason) == (CallbackStatus.CLOSED, owing.HELPED)
    assert [one.status for one in desk.texts()] == [MessageStatus.CANCELLED]


def test_a_text_that_has_left_stays_as_it_is(desk: Desk) -> None:
    desk.missed()
    desk.leaves()
    desk.clock.turn(minutes=1)
    bridged(desk)
    assert [one.status for one in desk.texts()] == [MessageStatus.DELIVERED]
    assert desk.callbacks()[0].status == CallbackStatus.CLOSED


def test_while_the_caller_is_on_another_line_the_text_waits_for_its_end(desk: Desk) -> None:
    other = desk.rings(status=CallStatus.TALKING, stream_at=desk.clock(), outcome="wrong_number")
    desk.missed()
    assert desk.callbacks() and desk.texts() == []
    desk.clock.turn(seconds=20)
    desk.hangs_up(other)
    assert len(desk.texts()) == 1


def test_a_call_that_has_ended_in_silence_holds_no_text_back(desk: Desk) -> None:
    desk.rings(status=CallStatus.RINGING)
    desk.clock.turn(hours=5)
    desk.missed()
    assert len(desk.texts()) == 1


def test_a_blocked_number_gets_no_text_and_no_place_in_the_queue(desk: Desk) -> None:
    desk.work(lambda session: session.add(BlockedNumber(number=CALLER, at=desk.clock())))
    desk.missed()
    (owed,) = desk.callbacks()
    assert (owed.status, owed.closed_reason, owed.promised_at) == (CallbackStatus.CLOSED, owing.BLOCKED, None)
    assert desk.texts() == []


def test_an_emergency_from_a_blocked_number_is_paged_all_the_same(desk: Desk) -> None:
    desk.work(lambda session: session.add(BlockedNumber(number=CALLER, at=desk.clock())))
    desk.missed(assessment={"priority": "P1", "situation": "G01"})
    assert desk.rows(Message, Message.run_id.is_not(None))  # type: ignore[union-attr]
    (help_comes,) = desk.texts()
    assert not desk.work(gate.may_send, help_comes, desk.company, desk.clock()).allowed


@pytest.mark.parametrize("whose", ["ours", "second", "technician"])
def test_our_own_telephones_get_no_text(desk: Desk, whose: str) -> None:
    numbers = {
        "ours": desk.company.phone,
        "second": next(iter(desk.company.own_numbers)),
        "technician": desk.company.person("marcus").phone,
    }
    desk.missed(numbers[whose])
    assert len(desk.callbacks()) == 1 and desk.texts() == []


def test_a_withheld_number_is_a_row_for_people_and_the_number_that_was_spoken_is_used(desk: Desk) -> None:
    desk.missed(None)
    desk.missed(None, assessment={"entities": {"callback": {"value": "+15125550188"}}})
    assert [one.number for one in desk.callbacks()] == [None, "+15125550188"]
    assert [one.to for one in desk.texts()] == ["+15125550188"]


def told(desk: Desk) -> owing.Told:
    def ask(session: Session) -> owing.Told:
        return owing.told(session, session.exec(select(Callback)).one(), desk.company, desk.clock())

    return desk.work(ask)  # type: ignore[no-any-return]


def test_a_landline_that_is_known_is_told_nothing(desk: Desk) -> None:
    dead = DeadNumber(number=CALLER, channel=Channel.TEXT, error_code=30006, at=desk.clock())
    desk.work(lambda session: session.add(dead))
    desk.missed()
    assert told(desk) is owing.Told.NO and desk.callbacks()[0].status == CallbackStatus.OPEN


def test_a_landline_that_twilio_tells_of_afterwards_is_written_into_the_story(desk: Desk) -> None:
    desk.missed()
    assert told(desk) is owing.Told.NOW
    (text,) = desk.texts()
    news = {"ErrorCode": "30006"}
    desk.work(delivery_news.write, desk.company, text.id, "SM1", "undelivered", news, desk.clock())
    assert told(desk) is owing.Told.NO and "untold" in desk.story()


def test_a_caller_who_was_here_before_is_known_and_a_redial_does_not_make_one_known(desk: Desk) -> None:
    desk.missed()
    desk.clock.turn(minutes=2)
    desk.missed()
    assert not desk.callbacks()[0].known
    desk.clock.turn(days=3)
    desk.missed()
    assert [one.known for one in sorted(desk.callbacks(), key=lambda one: one.created_at)] == [False, True]


def test_a_member_is_known_by_what_they_ask_or_say(desk: Desk) -> None:
    for number, intent, problem in (
        ("+15125550181", "membership", None),
        ("+15125550182", "routine", "we are on the maintenance plan"),
        ("+15125550183", "routine", "the faucet drips"),
    ):
        call = desk.rings(number, status=CallStatus.TALKING, stream_at=desk.clock())
        job = Job(number=int(number[-4:]), call_id=call, intent=intent, problem=problem, created_at=desk.clock())
        desk.work(lambda session, job=job: session.add(job))
        desk.hangs_up(call)
    owed = sorted(desk.callbacks(), key=lambda one: one.number or "")
    assert [one.member for one in owed] == [True, True, False]


def test_an_abandoned_call_keeps_what_was_understood(desk: Desk) -> None:
    call = desk.rings(status=CallStatus.TALKING, stream_at=desk.clock(), language="es")
    job = Job(
        number=1001, call_id=call, intent="routine", priority="P2", callback="+15125550177", created_at=desk.clock()
    )
    desk.work(lambda session: session.add(job))
    assert desk.hangs_up(call) == "abandoned"
    (owed,) = desk.callbacks()
    assert (owed.number, owed.priority, owed.language) == ("+15125550177", "P2", "es")


def test_a_caller_whose_stream_is_over_and_who_is_being_handed_over_is_not_missed_yet(desk: Desk) -> None:
    call = desk.rings(status=CallStatus.AFTER, stream_at=desk.clock())
    row = Transfer(call_id=call, status=TransferStatus.WAITING, created_at=desk.clock())
    desk.work(lambda session: session.add(row))
    assert desk.hangs_up(call, None) is None and desk.texts() == []
    assert desk.hangs_up(call) == "nobody_free" and len(desk.texts()) == 1


def test_the_lease_of_a_message_is_taken_once_and_over_when_its_process_died(desk: Desk) -> None:
    call = desk.missed(recording_url="https://twilio/Recordings/RE1", recording_s=9)
    first = desk.work(voicemail.lease, desk.clock())
    assert first is not None and first.call_id == call
    assert desk.work(voicemail.lease, desk.clock()) is None
    desk.clock.at += voicemail.LEASE + timedelta(seconds=1)
    assert desk.work(voicemail.lease, desk.clock()) == first


def test_a_message_that_cannot_be_had_is_left_to_a_person_after_the_last_try(desk: Desk) -> None:
    call = desk.missed(recording_url="https://twilio/Recordings/RE1", recording_s=9)
    tries = 0
    while (tape := desk.work(voicemail.lease, desk.clock())) is not None:
        tries += 1
        desk.work(voicemail.not_heard, desk.company, tape.call_id, desk.clock())
        desk.clock.turn(minutes=6)
    assert tries == len(voicemail.PAUSES) + 1 and desk.call(call).heard_at is not None
    (owed,) = desk.callbacks()
    assert (owed.priority, owed.reason) == ("P2", "voicemail") and "unheard" in desk.story()
    heads = {one.phone for one in desk.company.with_role("manager")}
    assert {one.to for one in desk.rows(Message) if one.key.startswith("unheard:")} == heads


def test_nothing_of_a_call_is_listened_to_where_there_is_no_message(desk: Desk) -> None:
    desk.missed(recording_url="https://twilio/Recordings/RE1", recording_s=1.0)
    desk.missed("+15125550188")
    assert desk.work(voicemail.lease, desk.clock()) is None
    assert all(one.heard_at is None for one in desk.rows(Call))


def may_tell(desk: Desk, company: Company | None = None, number: str | None = CALLER) -> bool:
    return desk.work(owing.may_tell, company or desk.company, number, desk.clock())  # type: ignore[no-any-return]


def test_a_text_with_the_time_is_announced_only_where_one_may_leave(desk: Desk) -> None:
    shop = desk.company
    desk.rings()
    assert may_tell(desk)
    assert not may_tell(desk, number=None)
    assert not may_tell(desk, number=shop.staff[0].phone)
    assert not may_tell(desk, replace(shop, texting=Texting(sandbox=False)))
    assert not may_tell(desk, replace(shop, hours=()))
    assert not may_tell(desk, replace(shop, staff=tuple(one for one in shop.staff if "csr" not in one.roles)))
    dead = DeadNumber(number=CALLER, channel=Channel.TEXT, error_code=30006, at=desk.clock())
    desk.work(lambda session: session.add(dead))
    assert not may_tell(desk)


def test_who_said_stop_last_week_is_not_told_that_a_text_comes(desk: Desk) -> None:
    desk.work(consent.opt_out, desk.company, CALLER, "STOP", "STOP", "SM1", desk.clock())
    desk.clock.turn(days=7)
    desk.rings()
    assert not may_tell(desk)


def test_who_is_called_back_tomorrow_reads_how_to_reach_on_call_tonight(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    desk = Desk(database, shop, wednesday)
    desk.missed()
    assert "go faster" in desk.texts()[0].body
    late = Desk(database, shop, Clock("2026-11-18T17:58:00-06:00"))
    late.missed("+15125550142")
    text = late.texts()[-1].body
    assert "Reply URGENT" in text and "go faster" not in text


def test_who_is_given_no_time_reads_how_to_reach_on_call(desk: Desk) -> None:
    nobody = replace(desk.company, staff=tuple(one for one in desk.company.staff if "csr" not in one.roles))
    Desk(desk.database, nobody, desk.clock).missed()
    assert "Reply URGENT" in desk.texts()[0].body
