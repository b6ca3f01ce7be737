"""Somebody is called back, step by step: what keeps the promise, what is tried again and when, what ends it."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from callbacks import queue
from callbacks.queue import Answer, calling, whisper
from carrier import gate
from models.company import Company
from models.database import Database
from models.enums import AttemptStatus, CallStatus, TransferStatus
from models.tables import Call, Callback, Job, Transfer
from routing import jobs
from tests.callbacks.queue_rig import CALLER, CLOSED, DONE, NO_ANSWER, NOT_BEGUN, OPEN, OVER, TAKEN, Rig
from tests.conftest import Clock


@pytest.fixture
def rig(database: Database, shop: Company, wednesday: Clock) -> Rig:
    return Rig(database, shop, wednesday, by_hand=True)


@pytest.fixture
def ringing(database: Database, shop: Company, wednesday: Clock) -> Rig:
    return Rig(database, shop, wednesday)


def test_they_talk_and_it_is_done_and_the_promise_was_kept_when_the_telephone_rang(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    assert rig.picks_up_and_presses_1().number == CALLER
    rang = rig.clock.turn(seconds=2)
    rig.they_talk(120)
    row = rig.row(caller)
    assert (row.status, row.taken_by, row.attempts) == (DONE, "dana", 1)
    assert (row.first_tried_at, row.reached_at) == (rang, rang)
    assert rig.story(caller) == ["taken", "rang", "reached"]
    assert rig.attempt().status == OVER


def test_no_answer_is_tried_again_after_5_30_and_120_open_minutes_then_the_caller_is_told_once(rig: Rig) -> None:
    caller, tries = rig.owed(), []
    for _ in range(4):
        assert rig.begin(caller).answer is Answer.YOURS
        rig.picks_up_and_presses_1()
        rig.nobody_answers()
        tries.append(rig.clock())
        row = rig.row(caller)
        assert (row.status, row.taken_by) == (OPEN, None)
        if row.next_try_at is not None and row.next_try_at > rig.clock():
            assert row not in rig.work(queue.waiting, rig.clock())
            rig.clock.at = row.next_try_at
    waits = [int((later - sooner).total_seconds() / 60) for sooner, later in pairwise(tries)]
    assert waits == [5, 30, 120]
    assert rig.row(caller).attempts == 4 and rig.texts() == []
    rig.passes(minutes=120)
    assert (rig.row(caller).status, rig.row(caller).closed_reason) == (CLOSED, "no answer after 4 tries")
    (text,) = rig.texts()
    assert "tried to reach you 4 times" in text
    rig.passes(days=1)
    assert len(rig.texts()) == 1  # nothing more
    rig.act(queue.reopen, caller, "dana", rig.company, rig.clock())
    for _ in range(4):
        rig.begin(caller)
        rig.picks_up_and_presses_1()
        rig.nobody_answers()
    rig.passes(days=1)
    assert rig.row(caller).status == CLOSED and sum("tried to reach you" in one for one in rig.texts()) == 1


def test_an_emergency_that_nobody_answers_is_closed_by_people_only(rig: Rig) -> None:
    caller = rig.owed(priority="P1")
    for _ in range(4):
        rig.begin(caller)
        rig.picks_up_and_presses_1()
        rig.nobody_answers("busy")
        rig.clock.turn(minutes=121)
    rig.passes(days=3)
    assert rig.row(caller).status == OPEN and rig.texts() == []


def test_a_machine_is_no_talk(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    rig.on(calling.answered, rig.company, rig.clock())
    rig.clock.turn(seconds=20)
    rig.on(calling.unanswered, "completed", rig.company, rig.clock())  # key 2
    rig.staff_hears("completed")
    row = rig.row(caller)
    assert (row.status, row.attempts, rig.attempt().status) == (OPEN, 1, NO_ANSWER)
    assert row.next_try_at == rig.clock() + timedelta(minutes=5) and row.first_tried_at is not None


def test_a_talk_of_two_seconds_is_none(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    rig.they_talk(2)
    assert (rig.row(caller).status, rig.attempt().status) == (OPEN, NO_ANSWER)


def test_whoever_left_a_message_and_hung_up_first_is_asked_and_the_caller_is_tried_again(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    rig.they_talk(30)
    row = rig.row(caller)
    assert (row.status, row.reached_at, row.attempts, rig.attempt().status) == (OPEN, None, 1, NO_ANSWER)
    assert row.next_try_at == rig.clock() + timedelta(minutes=5)
    (asked,) = rig.texts()
    assert "Text TALKED" in asked


def test_a_short_talk_counts_when_they_say_so_by_text_or_by_key(rig: Rig) -> None:
    dana, by_text, by_key = rig.company.person("dana"), rig.owed(), rig.owed("+15125550198")
    rig.begin(by_text)
    rig.picks_up_and_presses_1()
    answered = rig.clock()
    rig.they_talk(30)
    assert rig.work(queue.by_text, dana, "talked", rig.company, rig.clock()) == "Thank you, noted: talked."
    assert (rig.row(by_text).status, rig.row(by_text).reached_at) == (DONE, answered)
    assert "No call" in (rig.work(queue.by_text, dana, "TALKED", rig.company, rig.clock()) or "")
    rig.begin(by_key)
    rig.picks_up_and_presses_1()
    rig.on(calling.answered, rig.company, rig.clock())
    rig.clock.turn(seconds=30)
    rig.on(partial(calling.parted, sure=True), rig.company, rig.clock())
    rig.staff_hears("completed")
    assert (rig.row(by_key).status, rig.attempt().status) == (DONE, OVER)


def test_one_talk_settles_all_that_the_number_is_owed(rig: Rig) -> None:
    older = rig.owed()
    rig.act(queue.close, older, "by mistake", "priya", rig.clock())
    newer = rig.owed()
    rig.act(queue.reopen, older, "priya", rig.company, rig.clock())
    rig.begin(newer)
    rig.picks_up_and_presses_1()
    rig.they_talk()
    assert [rig.row(one).status for one in (newer, older)] == [DONE, DONE]
    assert rig.row(older).first_tried_at is not None and rig.work(queue.waiting, rig.clock()) == []


def test_who_rings_again_after_their_time_has_passed_is_one_caller_still(rig: Rig) -> None:
    older = rig.owed(priority="P1", promised_at=rig.clock() + timedelta(minutes=10))
    rig.clock.turn(minutes=45)
    newer = rig.owed(promised_at=rig.clock() + timedelta(minutes=20))
    assert [one.id for one in rig.work(queue.waiting, rig.clock())] == [newer]
    assert (rig.row(newer).priority, rig.row(newer).calls, rig.row(older).status) == ("P1", 2, CLOSED)
    rig.begin(newer)
    rig.picks_up_and_presses_1()
    rig.they_talk()
    assert rig.row(older).reached_at == rig.row(newer).reached_at is not None


def test_our_person_does_not_pick_up_and_the_caller_waits_as_before(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.staff_hears("no-answer")
    row = rig.row(caller)
    assert (row.status, row.attempts, row.first_tried_at, row.next_try_at) == (OPEN, 0, None, None)
    assert rig.attempt().status == NOT_BEGUN


def test_a_voicemail_of_ours_presses_no_key_and_rings_no_customer(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.on(calling.picked_up, "CAstaff", rig.clock())
    rig.staff_hears("completed")
    assert (rig.row(caller).status, rig.row(caller).attempts) == (OPEN, 0)


def test_a_key_that_comes_twice_dials_the_same_caller_and_a_late_one_nobody(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    assert rig.picks_up_and_presses_1() == rig.on(calling.dial, rig.company, rig.clock())
    rig.nobody_answers()
    late = rig.on(calling.dial, rig.company, rig.clock())
    assert (late.number, late.answer) == (None, Answer.SETTLED)


def test_closed_while_our_telephone_rings_dials_nobody(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.act(queue.close, caller, "came by in person", "priya", rig.clock())
    assert rig.picks_up_and_presses_1().number is None
    assert rig.row(caller).status == CLOSED


def test_a_caller_who_is_telephoning_with_us_right_now_is_not_dialled(rig: Rig) -> None:
    caller = rig.owed()
    line = Call(sid="CAlive", caller=CALLER, status=CallStatus.TALKING, received_at=rig.clock())
    rig.work(lambda session: session.add(line))
    assert rig.begin(caller).answer is Answer.ON_THE_LINE
    assert rig.row(caller).status == OPEN and rig.attempts() == []


def test_the_gate_is_asked_before_anybody_is_rung_and_again_at_the_key(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_key, before = rig.owed(), rig.owed("+15125550198")
    rig.begin(at_the_key)
    never = gate.Verdict(allowed=False, reason="L2: an emergency line")
    monkeypatch.setattr(gate, "may_dial", lambda *_: never)
    assert rig.picks_up_and_presses_1().answer is Answer.NEVER
    taking = rig.begin(before)
    assert (taking.answer, taking.reason) == (Answer.NEVER, "L2: an emergency line")
    for caller in (at_the_key, before):
        assert (rig.row(caller).status, rig.row(caller).closed_reason) == (CLOSED, "L2: an emergency line")
    assert len(rig.attempts()) == 1


# ---- news that comes late, twice, out of order, or not ---------------------------------------------------------------
def test_news_that_comes_twice_counts_once(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    for _ in range(2):
        rig.on(calling.rang, "CAcaller", rig.clock())
        rig.on(calling.caller_over, "no-answer", None, rig.company, rig.clock())
        rig.on(calling.unanswered, "no-answer", rig.company, rig.clock())
        rig.staff_hears("completed")
    assert (rig.row(caller).attempts, rig.story(caller).count("no_answer")) == (1, 1)


def test_the_end_of_our_call_overtakes_the_news_that_they_talked(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    rig.clock.turn(seconds=90)
    rig.staff_hears("completed")
    assert rig.row(caller).status == TAKEN  # it may still come
    rig.on(calling.caller_over, "completed", 70, rig.company, rig.clock())
    row = rig.row(caller)
    assert (row.status, row.reached_at) == (DONE, rig.clock() - timedelta(seconds=70))
    assert row.first_tried_at is not None


def test_when_all_news_of_the_customers_telephone_is_lost_they_are_tried_again(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    rig.clock.turn(seconds=20)
    rig.staff_hears("completed")
    rig.passes(seconds=15)
    row = rig.row(caller)
    assert (row.status, row.attempts, row.first_tried_at) == (OPEN, 1, None)  # nobody can say that it rang


def test_while_our_person_is_on_the_telephone_they_may_be_talking(rig: Rig) -> None:
    caller = rig.owed()
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    for _ in range(20):
        rig.passes(seconds=45)
    assert rig.attempt().status == AttemptStatus.DIALLING
    rig.on(calling.caller_over, "completed", 600, rig.company, rig.clock())
    rig.staff_hears("completed")
    assert rig.row(caller).status == DONE


@pytest.mark.parametrize("steps", [0, 1])
def test_no_news_of_our_own_telephone_gives_the_caller_back(rig: Rig, steps: int) -> None:
    caller = rig.owed()
    rig.begin(caller)
    if steps:
        rig.on(calling.picked_up, "CAstaff", rig.clock())
    rig.passes(seconds=90)
    assert (rig.row(caller).status, rig.attempt().status) == (OPEN, NOT_BEGUN)


# ---- reopened --------------------------------------------------------------------------------------------------------
def test_a_callback_that_is_opened_again_has_a_new_time_that_is_told_and_watched(rig: Rig) -> None:
    caller = rig.owed(promised_at=rig.clock() + timedelta(minutes=10))
    rig.begin(caller)
    rig.picks_up_and_presses_1()
    rig.they_talk(90)
    rig.clock.turn(minutes=30)
    rig.act(queue.reopen, caller, "dana", rig.company, rig.clock())
    row = rig.row(caller)
    assert row.promised_at is not None and row.promised_at > rig.clock()
    assert (row.first_promised_at, row.first_tried_at, row.reached_at) == (row.promised_at, None, None)
    (text,) = rig.texts()
    assert "call you back by" in text and rig.looks_at_the_time(caller)


def test_a_time_that_still_stands_is_watched_again_and_a_broken_one_stays_the_measure(rig: Rig) -> None:
    at = rig.clock() + timedelta(minutes=10)
    soon, late = rig.owed(promised_at=at, first_promised_at=at), rig.owed("+15125550198", first_promised_at=at)
    for one in (soon, late):
        rig.act(queue.close, one, "by mistake", "dana", rig.clock())
    rig.act(queue.reopen, soon, "dana", rig.company, rig.clock())
    assert rig.row(soon).promised_at == at and rig.texts() == [] and rig.looks_at_the_time(soon)
    rig.clock.turn(minutes=20)
    rig.act(queue.reopen, late, "dana", rig.company, rig.clock())
    assert rig.row(late).first_promised_at == at < (rig.row(late).promised_at or at)


# ---- by itself -------------------------------------------------------------------------------------------------------
def test_somebody_free_is_rung_by_itself_after_a_moment(ringing: Rig) -> None:
    caller = ringing.owed()
    ringing.passes(seconds=59)
    assert ringing.attempts() == []
    ringing.passes(seconds=1)
    assert [one.person_id for one in ringing.attempts()] == ["dana"]
    assert ringing.row(caller).status == TAKEN


def test_each_free_person_gets_one_caller_in_the_order_of_the_queue(ringing: Rig) -> None:
    now = ringing.clock()
    late, soon, urgent = (
        ringing.owed(f"+1512555019{digit}", promised_at=now + timedelta(minutes=minutes), priority=priority)
        for digit, minutes, priority in ((1, 60, None), (2, 15, None), (3, 60, "P1"))
    )
    ringing.passes(seconds=60)
    assert [ringing.row(one).taken_by for one in (urgent, soon, late)] == ["dana", "priya", None]


def test_who_passes_is_left_alone_and_the_next_one_rings(ringing: Rig) -> None:
    ringing.owed()
    ringing.passes(seconds=60)
    ringing.on(calling.not_begun, ringing.company, ringing.clock(), "passed")
    ringing.passes(seconds=1)
    assert [one.person_id for one in ringing.attempts()] == ["dana", "priya"]
    ringing.on(calling.not_begun, ringing.company, ringing.clock(), "passed")
    ringing.passes(seconds=30)
    assert len(ringing.attempts()) == 2
    for _ in range(21):
        ringing.passes(seconds=15)
    assert len(ringing.attempts()) == 3


def test_a_csr_in_a_transfer_is_not_rung(ringing: Rig) -> None:
    def hands_over(session: object) -> None:
        call = Call(sid="CAx", caller="+15125550150", status=CallStatus.AFTER, received_at=ringing.clock())
        session.add(call)  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        people = {"people": ["dana", "priya"], "tried": 1}
        row = Transfer(call_id=call.id, status=TransferStatus.BRIDGED, created_at=ringing.clock(), **people)
        session.add(row)  # type: ignore[attr-defined]

    ringing.work(hands_over)
    ringing.owed()
    ringing.passes(seconds=60)
    assert [one.person_id for one in ringing.attempts()] == ["priya"]


def test_after_a_talk_there_is_a_minute_to_write_it_down(ringing: Rig) -> None:
    ringing.work(queue.sign, ringing.company.person("priya"), False, ringing.clock())
    ringing.owed()
    ringing.passes(seconds=60)
    ringing.picks_up_and_presses_1()
    ringing.owed("+15125550198")
    ringing.they_talk(120)
    ringing.passes(seconds=45)
    assert len(ringing.attempts()) == 1
    ringing.passes(seconds=15)
    assert [one.person_id for one in ringing.attempts()] == ["dana", "dana"]


def test_somebody_who_speaks_their_language_rings_first(ringing: Rig, shop: Company) -> None:
    staff = tuple(
        replace(one, languages=frozenset({"en", "es"})) if one.id == "priya" else one for one in ringing.company.staff
    )
    company = replace(ringing.company, staff=staff)
    ringing.owed(language="es")
    ringing.clock.turn(seconds=60)
    ringing.work(queue.look, company, ringing.clock())
    assert [one.person_id for one in ringing.attempts()] == ["priya"]


def test_missed_at_night_they_are_called_when_the_shop_opens(database: Database, shop: Company, night: Clock) -> None:
    rig = Rig(database, shop, night)
    rig.owed()
    while not rig.attempts():
        rig.passes(minutes=5)
    opens = datetime.fromisoformat("2026-11-19T07:30:00-06:00")
    assert opens <= rig.attempt().created_at <= opens + timedelta(minutes=5)


@given(
    name=st.none() | st.text("abc -", max_size=60),
    street=st.none() | st.text("abc ", max_size=60),
    calls=st.integers(1, 9),
    language=st.sampled_from(["en", "es"]),
    priority=st.sampled_from([None, "P1"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_whisper_is_over_in_eight_seconds(
    session: Session, shop: Company, name: str | None, street: str | None, calls: int, language: str, priority: str
) -> None:
    now = datetime.fromisoformat("2026-11-18T10:15:00-06:00")
    call = Call(sid=uuid4().hex, received_at=now)
    session.add(call)
    session.flush()
    number = jobs._next_number(session)
    place = {"street": street} if street else None
    facts = {"situation": "P16", "intent": "routine", "priority": priority}
    session.add(Job(number=number, call_id=call.id, name=name, address=place, created_at=now, **facts))
    row = Callback(call_id=call.id, reason="x", calls=calls, language=language, priority=priority, created_at=now)
    row.promised_at = now + timedelta(minutes=20)
    said = f"{whisper.summary(session, row, shop, now)} {whisper.KEYS}"
    assert len(said) <= 120  # at fifteen characters a second
    assert said.startswith("Emergency.") == (priority == "P1")
    assert ("Spanish" in said) == (language == "es")
