"""One person, one caller: two who press at once, somebody who forgets, reasons, texts of staff."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from callbacks import queue
from callbacks.promise.staff import on_duty
from callbacks.queue import Answer, calling
from models.company import Company
from models.database import Database
from tests.callbacks.queue_rig import CLOSED, DONE, NOT_BEGUN, OPEN, TAKEN, Rig
from tests.conftest import Clock


@pytest.fixture
def rig(database: Database, shop: Company, wednesday: Clock) -> Rig:
    return Rig(database, shop, wednesday, by_hand=True)


def test_two_press_at_once_and_one_gets_the_caller_while_the_other_is_told_who(rig: Rig) -> None:
    for _ in range(10):
        caller = rig.owed()
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(rig.begin, [caller, caller], ["dana", "priya"]))
        holder = rig.row(caller).taken_by
        assert sorted(one.answer for one in answers) == [Answer.HELD, Answer.YOURS]
        assert all(one.by == holder for one in answers)
        rig.act(queue.close, caller, "reached by hand", "dana", rig.clock())
        for attempt in rig.attempts():
            rig.work(lambda session, one=attempt: session.delete(session.merge(one)))


def test_one_person_who_presses_two_callers_at_once_holds_one(rig: Rig) -> None:
    for _ in range(10):
        callers = [rig.owed(), rig.owed("+15125550198")]
        with ThreadPoolExecutor(2) as both:
            answers = [one.answer for one in both.map(rig.take, callers)]
        assert sorted(answers) == [Answer.HOLDING, Answer.YOURS]
        for caller in callers:
            rig.act(queue.close, caller, "reached by hand", "dana", rig.clock())


def test_pressing_call_twice_at_once_rings_once(rig: Rig) -> None:
    caller = rig.owed()
    rig.take(caller)
    with ThreadPoolExecutor(2) as both:
        answers = [one.answer for one in both.map(rig.begin, [caller, caller])]
    assert (answers, len(rig.attempts())) == ([Answer.YOURS, Answer.YOURS], 1)


def test_a_caller_who_was_taken_and_forgotten_goes_back_to_the_queue(rig: Rig) -> None:
    caller = rig.owed()
    rig.take(caller)
    rig.passes(minutes=9)
    assert rig.row(caller).status == TAKEN
    rig.passes(minutes=1)
    (asked,) = rig.texts()
    assert "Text TALKED" in asked and rig.row(caller).status == TAKEN
    rig.passes(minutes=10)
    assert (rig.row(caller).status, rig.row(caller).taken_by) == (OPEN, None)
    assert rig.story(caller) == ["taken", "let_go"]
    assert rig.take(caller, "priya").answer is Answer.YOURS
    rig.passes(minutes=10)
    rig.passes(minutes=10)
    assert rig.row(caller).status == OPEN and len(rig.texts()) == 2


def test_an_emergency_that_was_taken_and_forgotten_is_given_back_two_minutes_after_the_question(rig: Rig) -> None:
    caller = rig.owed(priority="P1")
    rig.take(caller)
    rig.passes(minutes=10)
    assert rig.row(caller).status == TAKEN
    rig.passes(minutes=2)
    assert rig.row(caller).status == OPEN


def test_who_dials_by_hand_and_talks_for_twelve_minutes_is_asked_and_not_rung_for_that_caller(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    rig = Rig(database, shop, wednesday)
    caller = rig.owed(promised_at=rig.clock() + timedelta(minutes=10))
    rig.take(caller)
    dialled = rig.clock()
    for _ in range(48):
        rig.passes(seconds=15)
    assert rig.attempts() == [] and rig.row(caller).status == TAKEN
    assert "noted" in (rig.work(queue.by_text, shop.person("dana"), "Talked", shop, rig.clock()) or "")
    row = rig.row(caller)
    assert (row.status, row.reached_at, row.first_tried_at, row.attempts) == (DONE, dialled, dialled, 1)


def test_the_desk_says_what_came_of_a_call_by_hand(rig: Rig) -> None:
    def says(caller: str, person: str, reached: bool) -> Answer:
        act = partial(queue.by_hand, reached=reached)
        return rig.act(act, caller, rig.company.person(person), rig.company, rig.clock()).answer

    caller = rig.owed()
    rig.take(caller)
    assert says(caller, "priya", True) is Answer.HELD
    assert says(caller, "dana", False) is Answer.YOURS
    row = rig.row(caller)
    assert (row.status, row.attempts, row.next_try_at) == (OPEN, 1, rig.clock() + timedelta(minutes=5))
    assert says(caller, "priya", False) is Answer.YOURS  # who has not taken them first
    assert rig.row(caller).next_try_at == rig.clock() + timedelta(minutes=30)
    rig.begin(caller)
    assert says(caller, "dana", True) is Answer.CALLING
    rig.staff_hears("no-answer")
    assert says(caller, "dana", True) is Answer.YOURS
    assert says(caller, "dana", True) is Answer.SETTLED
    assert (rig.row(caller).status, rig.row(caller).taken_by) == (DONE, "dana")


def test_a_callback_is_closed_with_a_reason_only_and_may_be_opened_again(rig: Rig) -> None:
    caller = rig.owed()
    with pytest.raises(ValueError, match="reason"):
        rig.act(queue.close, caller, "  ", "dana", rig.clock())
    assert rig.act(queue.close, caller, "called their neighbour", "dana", rig.clock())
    assert not rig.act(queue.close, caller, "again", "priya", rig.clock())
    row = rig.row(caller)
    assert (row.status, row.closed_by, row.closed_reason) == (CLOSED, "dana", "called their neighbour")
    assert rig.begin(caller).answer is Answer.SETTLED
    assert rig.act(queue.reopen, caller, "priya", rig.company, rig.clock())
    assert (rig.row(caller).status, rig.row(caller).closed_reason) == (OPEN, None)


def test_a_caller_without_a_number_and_a_person_who_has_not_agreed_are_not_rung(rig: Rig) -> None:
    assert rig.begin(rig.owed(None)).answer is Answer.NO_NUMBER
    danas_own = rig.owed(rig.company.person("dana").phone)
    assert rig.begin(danas_own).answer is Answer.NOT_AGREED


def test_next_rings_whoever_texts_it_with_the_next_caller(rig: Rig) -> None:
    def texts(person: str, body: str) -> str | None:
        return rig.work(queue.by_text, rig.company.person(person), body, rig.company, rig.clock())

    assert texts("dana", "next") == "Nobody is waiting for a call right now."
    rig.owed("+15125550197", promised_at=rig.clock() + timedelta(minutes=40))
    first = rig.owed(promised_at=rig.clock() + timedelta(minutes=10))
    assert "rings now" in (texts("dana", "Next.") or "")
    assert (rig.row(first).taken_by, len(rig.attempts())) == ("dana", 1)
    assert "already" in (texts("dana", "NEXT") or "")
    assert texts("marcus", "next") is None and texts("dana", "next week is fine") is None


def test_an_emergency_that_is_tried_out_keeps_nobody_from_the_next_caller(rig: Rig) -> None:
    rig.owed(priority="P1", attempts=4)
    other = rig.owed("+15125550198")
    assert "rings now" in (rig.work(queue.by_text, rig.company.person("dana"), "NEXT", rig.company, rig.clock()) or "")
    assert rig.row(other).taken_by == "dana"


def test_next_after_a_pass_rings_another_caller_and_the_one_passed_when_there_is_no_other(rig: Rig) -> None:
    def next_of(person: str) -> None:
        rig.work(queue.by_text, rig.company.person(person), "NEXT", rig.company, rig.clock())
        rig.on(calling.not_begun, rig.company, rig.clock(), "passed")

    urgent = rig.owed(priority="P1")
    for _ in range(2):
        next_of("dana")
    other = rig.owed("+15125550198")
    for person in ("dana", "priya"):
        next_of(person)
    assert [one.callback_id for one in rig.attempts()] == [urgent, urgent, other, urgent]


def test_held_when_it_was_to_be_closed_and_let_go_later_it_is_closed_later(rig: Rig) -> None:
    caller = rig.owed(attempts=3)
    rig.take(caller)
    rig.act(partial(queue.by_hand, reached=False), caller, rig.company.person("dana"), rig.company, rig.clock())
    rig.passes(minutes=115)
    rig.take(caller, "priya")
    rig.passes(minutes=5)
    assert rig.row(caller).status == TAKEN
    rig.act(partial(queue.let_go, by="priya"), caller, rig.company, rig.clock())
    assert rig.row(caller).status == OPEN
    rig.passes(minutes=119)
    assert rig.row(caller).status == OPEN
    rig.passes(minutes=1)
    assert rig.row(caller).status == CLOSED


def test_out_means_not_rung_and_in_means_rung_again(database: Database, shop: Company, wednesday: Clock) -> None:
    rig = Rig(database, shop, wednesday)

    def texts(person: str, body: str) -> str | None:
        return rig.work(queue.by_text, rig.company.person(person), body, rig.company, rig.clock())

    assert (texts("dana", "out"), texts("priya", "OUT")) == ("Signed out.", "Signed out.")
    rig.owed()
    rig.passes(minutes=5)
    assert rig.attempts() == []
    assert "Callers waiting: 0." in (texts("priya", "in") or "")  # she has the one there was
    assert [one.person_id for one in rig.attempts()] == ["priya"]
    rig.passes(minutes=2)
    assert rig.attempts()[0].status == NOT_BEGUN


def test_an_owner_who_signs_in_helps_and_empties_no_desk(database: Database, shop: Company, wednesday: Clock) -> None:
    rig = Rig(database, shop, wednesday)
    rig.work(queue.by_text, shop.person("walt"), "in", shop, rig.clock())
    there = rig.work(on_duty, shop, rig.clock())
    assert [one.id for one in there] == ["dana", "priya", "walt"]
    for digit in (1, 2, 3):
        rig.owed(f"+1512555018{digit}")
    rig.passes(seconds=60)
    assert sorted(one.person_id for one in rig.attempts()) == ["dana", "priya", "walt"]
