"""People who write: missed callers who answer, and others. Each text comes in through the one door, `replies.hear`."""

from itertools import count
from typing import Any

import pytest
from sqlmodel import col, select

from callbacks import queue, replies
from callbacks.texts.septets import TWO
from firstring import profile
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus
from models.tables import Call, Callback, CallbackEvent, Job, Message, PageRun, Timer, Utterance
from tests.callbacks.callers import CALLER, Desk
from tests.conftest import Clock
from triage.triage import Triage

SIDS = count(1)
DANA = "+15125550121"


class Line(Desk):
    """The shop, and telephones that write to it."""

    triage: Triage

    def writes(self, body: str, number: str = CALLER, pictures: int = 0) -> str:
        """A text comes in; what was answered, or ""."""
        sid = f"SM{next(SIDS):032x}"
        text = replies.Text(sid, number, self.company.phone, body, pictures)
        self.work(replies.hear, self.triage, self.company, text, self.clock())
        answers = self.rows(Message, col(Message.key).in_((f"reply:{sid}", f"answer:{sid}", f"goodbye:{sid}")))
        for one in answers:
            assert len(one.body) <= TWO and one.to == number
        return " ".join(one.body for one in answers)

    def job(self) -> Any:
        found = self.rows(Job)
        return found[0] if found else None

    def told(self) -> list[str]:
        return [one.what for one in self.rows(CallbackEvent)]


@pytest.fixture(scope="module")
def triage(shop_area: Company) -> Triage:
    area = shop_area
    return Triage.load(zips=area.zips, city=area.city, state=area.state, streets=area.streets)


@pytest.fixture(scope="module")
def shop_area() -> Company:
    return profile.load(EXAMPLE_PROFILE)


@pytest.fixture
def line(database: Database, shop: Company, wednesday: Clock, triage: Triage) -> Line:
    line = Line(database, shop, wednesday)
    line.triage = triage
    return line


# ---- danger ----------------------------------------------------------------------------------------------------------
def test_who_hung_up_in_the_greeting_and_texts_back_gas_smell_is_paged(line: Line) -> None:
    line.missed()
    answer = line.writes("gas smell in the kitchen")
    assert "leave the building now" in answer
    assert line.rows(PageRun)[0].status == "running" and line.job().priority == "P1"
    assert "leave" not in line.writes("hello?")  # the script is told once, the page goes out once


def test_a_stop_with_an_emergency_in_it_is_heard_twice(line: Line) -> None:
    line.missed()
    line.writes("stop texting me, my basement is flooding and water is pouring from the pipe")
    assert line.rows(PageRun)[0].status == "running"


def test_a_stop_is_no_conversation_and_a_new_call_is_a_new_start(line: Line) -> None:
    line.missed()
    line.writes("STOP")
    assert line.job() is None and "wrote" not in line.told()
    line.clock.turn(hours=2)
    line.missed()
    assert len(line.callbacks()) == 2  # a person calls, whatever may be texted


# ---- another time ----------------------------------------------------------------------------------------------------
def test_after_5_moves_the_promise_and_says_so(line: Line) -> None:
    line.missed()
    before = line.callbacks()[0].promised_at
    answer = line.writes("after 5 please")
    callback = line.callbacks()[0]
    assert "between 5:00 PM and 5:" in answer
    assert callback.promised_at and callback.not_before and before
    assert callback.promised_at > callback.not_before > before
    assert callback.first_promised_at == callback.promised_at and "wished" in line.told()
    assert any(one.due_at <= callback.promised_at for one in line.rows(Timer, Timer.kind == "promise"))


def test_after_hours_is_the_next_opening(line: Line) -> None:
    line.missed()
    answer = line.writes("not before 8 pm")
    assert "back by tomorrow" in answer and "between" not in answer


def test_a_wish_in_spanish_is_answered_in_spanish(line: Line) -> None:
    line.missed()
    assert "Una persona le llamara entre: 5:00 PM" in line.writes("después de las 5 por favor")
    assert line.callbacks()[0].language == "es"


def test_a_visit_is_not_promised_by_text(line: Line) -> None:
    line.missed()
    before = line.callbacks()[0].promised_at
    line.writes("can you come tomorrow morning")
    assert line.callbacks()[0].promised_at == before


# ---- the address -----------------------------------------------------------------------------------------------------
def test_an_address_is_kept_read_back_and_replaced_on_r(line: Line) -> None:
    line.missed()
    assert "We have: 412 Maple Street".lower() in line.writes("412 maple street 78704, toilet keeps running").lower()
    assert "what is the right address" in line.writes("R")
    assert "414 Maple Street" in line.writes("414 Maple Street 78704")
    assert line.job().address["number"] == "414" and "corrected" in line.told()
    line.writes("the gate is on the left and it started yesterday")
    assert line.job().address["number"] == "414"


def test_r_with_the_right_address_behind_it_asks_nothing_more(line: Line) -> None:
    line.missed()
    line.writes("412 maple street 78704, toilet keeps running")
    assert "we have: 414 Maple Street" in line.writes("R 414 Maple Street 78704")


def test_what_cannot_be_read_as_an_address_is_left_to_people(line: Line) -> None:
    line.missed()
    line.writes("412 maple street 78704, toilet keeps running")
    line.writes("R")
    assert "what is the right address" in line.writes("the blue one")
    assert "noted" in line.writes("behind the school")
    assert line.job().address["number"] == "412"


def test_r_before_any_address_asks_for_one(line: Line) -> None:
    line.missed()
    assert "no address from you yet" in line.writes("r")
    assert "we have: 9 Oak Avenue" in line.writes("9 Oak Avenue 78704")


# ---- what is asked ---------------------------------------------------------------------------------------------------
def test_one_missing_thing_is_asked_at_a_time_and_three_in_all(line: Line) -> None:
    line.missed()
    assert "What is wrong?" in line.writes("hello there")
    asked = [line.writes(body) for body in ("the bathroom faucet drips", "since last week", "it is old", "blue", "big")]
    assert "What is the address" in asked[0]
    assert sum("?" in one for one in asked) <= 2 and asked[-1] == ""


def test_a_question_is_answered_by_a_digit(line: Line) -> None:
    line.missed()
    assert "When did it start?" in line.writes("the bathroom faucet drips, 412 Maple Street 78704")
    before = line.callbacks()[0].promised_at
    assert "Reply 1 if it runs" in line.writes("monday")
    assert line.callbacks()[0].promised_at == before  # told since when, and asked for no call on Monday
    line.writes("2")
    assert [(one.text, one.asked) for one in line.rows(Utterance, Utterance.asked == "Q_FLOW")] == [("no", "Q_FLOW")]
    assert line.job().priority in ("P2", "P3") and line.job().details["Q_FLOW"] == "no"
    assert line.callbacks()[0].priority == line.job().priority


@pytest.mark.parametrize("body", ["thanks", "Ok thank you!", "👍", "gracias", "K"])
def test_thanks_get_no_answer(line: Line, body: str) -> None:
    line.missed()
    assert line.writes(body) == ""
    assert line.rows(Message, Message.purpose == "reply") == []


def test_who_is_done_and_writes_again_is_owed_again(line: Line) -> None:
    call = line.missed()

    def done(session: Any) -> None:
        callback = session.get_one(Callback, session.get_one(Call, call).callback_id)
        callback.status = CallbackStatus.DONE

    line.work(done)
    line.writes("the faucet drips again")
    assert line.callbacks()[0].status == CallbackStatus.OPEN


def test_a_spanish_text_is_answered_in_spanish_from_then_on(line: Line) -> None:
    line.missed()
    assert "gracias, anotado" in line.writes("hola, la llave del baño gotea un poco y quiero una cita por favor")


def test_pictures_without_words_are_noted_for_people(line: Line) -> None:
    line.missed()
    assert line.writes("", pictures=2) == ""
    assert any("pictures without words: 2" in one.detail for one in line.rows(CallbackEvent))


# ---- urgent ----------------------------------------------------------------------------------------------------------
def test_urgent_asks_one_question_and_silence_wakes_somebody(line: Line) -> None:
    line.clock.turn(hours=13)
    line.missed()
    assert "what is happening, and where?" in line.writes("URGENT")
    assert line.rows(PageRun) == []
    line.clock.turn(minutes=5)
    timer = line.rows(Timer, Timer.kind == replies.URGENT_TIMER)[0]
    line.work(lambda session: replies.silence(session, session.merge(timer), line.company, line.clock()))
    assert line.rows(PageRun)[0].status == "running"


def test_a_drip_is_not_woken_for_but_who_insists_is_heard(line: Line) -> None:
    line.missed()
    line.writes("urgent")
    assert "reply URGENT once more" in line.writes("the bathroom faucet is dripping")
    assert line.rows(PageRun) == []
    assert "we are alerting our on-call technician" in line.writes("URGENT!")
    assert line.rows(PageRun)[0].status == "running"
    timer = line.rows(Timer, Timer.kind == replies.URGENT_TIMER)[0]
    line.work(lambda session: replies.silence(session, session.merge(timer), line.company, line.clock()))
    assert len(line.rows(PageRun)) == 1


def test_an_answer_that_says_nothing_is_taken_for_an_emergency(line: Line) -> None:
    line.missed()
    line.writes("urgente")
    assert "avisamos al técnico" in line.writes("por favor apúrese") or line.rows(PageRun)


def test_urgent_out_of_the_blue_is_asked_what_it_is(line: Line) -> None:
    assert "what is happening" in line.writes("urgent")
    assert "leave the building now" in line.writes("I smell gas in the house")


# ---- others ----------------------------------------------------------------------------------------------------------
def test_two_machines_come_to_rest(line: Line) -> None:
    line.missed()
    answers = [line.writes(f"after {one} pm") for one in range(1, 8)] + [line.writes("after 4 pm") for _ in range(5)]
    assert sum(map(bool, answers)) == 8
    line.clock.turn(minutes=61)
    assert line.writes("after 5 pm")


def test_a_stranger_is_asked_to_call_once_and_who_writes_again_that_day_is_called(line: Line) -> None:
    assert "please call +15125550100" in line.writes("do you do water heaters")
    assert line.callbacks() == []
    assert line.writes("mine is twelve years old") == ""
    assert line.callbacks()[0].promised_at is not None and line.texts()[0].to == CALLER
    assert [one.text for one in line.rows(Utterance)] == ["mine is twelve years old"]


def test_who_opted_out_and_writes_is_called_by_a_person(line: Line) -> None:
    line.missed()
    line.writes("STOP")
    line.clock.turn(days=30)
    line.work(lambda session: queue.close(session, session.exec(select(Callback)).one(), "fixed", "dana", line.clock()))
    line.writes("The faucet you fixed drips again and I want my money back, please call me")
    assert [one.reason for one in line.callbacks() if one.status == CallbackStatus.OPEN] == ["text"]
    assert "drips again" in line.rows(Utterance)[0].text


def test_the_desk_asks_for_the_next_caller_by_text(line: Line) -> None:
    line.missed()
    assert line.writes("IN", DANA).startswith("Signed in")
    assert line.rows(Message, Message.to == DANA, Message.purpose == "staff")


def test_no_number_no_word_of_theirs_stands_in_a_callbacks_story(line: Line) -> None:
    line.missed()
    line.writes("my gate code is 4471, 412 Maple Street 78704")
    said = " ".join(one.detail for one in line.rows(CallbackEvent))
    assert "4471" not in said and "Maple" not in said and CALLER not in said
