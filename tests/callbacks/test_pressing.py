"""Callers who write again: another danger, a cry for help, URGENT. Whoever must hear of it hears of it."""

from typing import Any

import pytest
from sqlmodel import Session, select

from callbacks import safety
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, RunStatus
from models.tables import Call, Job, Message, PageRun, Timer
from routing import jobs, paging
from routing.paging.run import WAITING
from tests.callbacks.callers import CALLER
from tests.callbacks.test_replies import Line, shop_area, triage
from tests.conftest import Clock
from triage.assessment import Assessment
from triage.triage import Triage

__all__ = ["shop_area", "triage"]

BURST = "burst pipe, water everywhere pouring through the ceiling, 412 Maple Street 78704"


@pytest.fixture
def line(database: Database, shop: Company, wednesday: Clock, triage: Triage) -> Line:
    line = Line(database, shop, wednesday)
    line.triage = triage
    return line


def runs(line: Line) -> list[PageRun]:
    return sorted(line.rows(PageRun), key=lambda one: one.code)


def taken(line: Line, who: str = "marcus") -> None:
    """The first run is taken, and everything that was written has left."""
    run, company = runs(line)[0].id, line.company
    line.leaves()
    line.work(
        lambda session: paging.acknowledge(
            session, session.get_one(PageRun, run), company.person(who), company, line.clock()
        )
    )
    line.leaves()


def given_up(line: Line) -> None:
    def end(session: Session) -> None:
        run = session.exec(select(PageRun)).one()
        run.status, run.step = RunStatus.EXHAUSTED, len(run.policy) + paging.LAST_REPEATS
        session.add(run)

    line.leaves()
    line.work(end)


def fresh(line: Line, *where: Any) -> list[Message]:
    """What waits to leave."""
    return list(line.rows(Message, Message.status == MessageStatus.PENDING, *where))


# ---- a second danger -------------------------------------------------------------------------------------------------
def test_another_danger_hours_after_a_finished_job_is_paged_with_its_own_script(line: Line) -> None:
    line.missed()
    line.writes(BURST)
    taken(line)
    line.clock.turn(hours=9)
    assert "leave the building now" in line.writes("I smell gas really strong in the kitchen")
    burst, gas = runs(line)
    assert gas.status == RunStatus.RUNNING and burst.acknowledged_by == "marcus"
    old, new = (line.rows(Job, Job.id == one.job_id)[0] for one in (burst, gas))
    assert (old.situation, new.situation) == ("P03", "G01")
    assert new.address["street"] == old.address["street"] and new.callback == CALLER
    assert any(one.run_id == gas.id and one.channel == Channel.CALL for one in fresh(line))


def test_another_danger_minutes_after_a_paged_one_is_no_news_of_the_old(line: Line) -> None:
    line.missed()
    line.writes(BURST)
    line.clock.turn(minutes=4)
    assert "leave the building now" in line.writes("now the breaker panel is sparking and I smell gas")
    assert [one.status for one in runs(line)] == [RunStatus.RUNNING, RunStatus.RUNNING]


def test_the_same_danger_in_other_words_pages_nobody_twice(line: Line) -> None:
    line.missed()
    line.writes(BURST)
    line.writes("still flooding, please hurry")
    taken(line)
    line.writes("the water is coming through the ceiling now")
    assert len(runs(line)) == 1


def test_the_same_danger_when_its_job_is_long_over_is_a_new_one(line: Line) -> None:
    line.missed()
    line.writes(BURST)
    taken(line)
    line.clock.turn(hours=5)
    assert "alerting our on-call technician" in line.writes("the pipe burst again")
    assert [one.status for one in runs(line)] == [RunStatus.ACKNOWLEDGED, RunStatus.RUNNING]


def test_a_small_thing_after_a_finished_emergency_is_owed_a_call(line: Line) -> None:
    line.missed()
    line.writes(BURST)
    taken(line)
    line.clock.turn(hours=9)
    line.writes("the bathroom faucet drips, it can wait")
    assert len(runs(line)) == 1
    assert {one.priority for one in line.callbacks() if one.status == "open"} != {"P1"}


def test_a_danger_that_nobody_took_is_paged_again_when_its_caller_writes(line: Line) -> None:
    line.missed()
    line.writes(BURST)
    given_up(line)
    line.clock.turn(hours=2)
    assert "alerting our on-call technician" in line.writes("still flooding, please help")
    run = runs(line)[0]
    assert run.status == RunStatus.RUNNING and run.reopened == 1
    assert {one.channel for one in fresh(line, Message.run_id == run.id)} == {Channel.TEXT, Channel.CALL}


def test_a_job_that_waits_for_the_morning_is_paged_now_when_it_gets_dangerous(line: Line) -> None:
    line.missed()
    line.writes(BURST)

    def waits(session: Session) -> None:
        run = session.exec(select(PageRun)).one()
        run.step = WAITING
        session.add(run)
        for page in session.exec(select(Message).where(Message.run_id == run.id)).all():
            session.delete(page)

    line.work(waits)
    line.writes("it is flooding now")
    assert runs(line)[0].step >= 0 and fresh(line, Message.run_id == runs(line)[0].id)


# ---- sent outside ----------------------------------------------------------------------------------------------------
def sent_outside(line: Line) -> str:
    call_id = line.rings(outcome="let_go")

    def write(session: Session) -> None:
        call = session.get_one(Call, call_id)
        job = jobs.write_emergency(session, call, Assessment(), "G01", "gas smell", line.clock())
        paging.start(session, job, line.company, line.clock())
        safety.watch(session, call, line.clock())

    line.work(write)
    line.leaves()
    line.clock.turn(minutes=6)
    return call_id


@pytest.mark.parametrize(
    "body",
    [
        "2 please hurry", "2 help", "2 my husband is still inside", "no we are still inside", "my dad wont wake up",
        "he passed out", "need help", "2, necesito ayuda", "No", "1 person is still inside", "we are not all out",
        "911", "URGENT", "my dog is in there", "2",
    ],
)  # fmt: skip
def test_whatever_is_not_clearly_all_out_is_a_cry_for_help(line: Line, body: str) -> None:
    sent_outside(line)
    assert "call 911 now" in line.writes(body)
    help_rows = [one for one in fresh(line) if one.key.startswith("help:")]
    assert {one.person_id for one in help_rows if one.channel == Channel.CALL} >= {"walt"}
    assert all(len(one.body) <= 160 for one in help_rows)


@pytest.mark.parametrize("body", ["1", "yes", "Yes we are all out", "1, everybody out", "ya salimos todos", "all out"])
def test_all_out_is_heard_and_what_is_written_after_it_is_no_cry(line: Line, body: str) -> None:
    sent_outside(line)
    assert "Do not go back in" in line.writes(body)
    assert "call 911" not in line.writes("the gate code is 4471")
    assert not [one for one in fresh(line) if one.key.startswith("help:")]
    assert "call 911 now" in line.writes("2 my brother went back in")
    assert "call 911 now" in line.writes("he is not answering")


@pytest.mark.parametrize("body", ["ok thanks", "STOP", ""])
def test_thanks_or_stop_are_no_cry_and_leave_the_question_open(line: Line, body: str) -> None:
    sent_outside(line)
    assert "call 911 now" not in line.writes(body)
    assert "call 911 now" in line.writes("still inside")


def test_hours_later_other_words_are_a_conversation_again_and_a_2_is_not(line: Line) -> None:
    sent_outside(line)
    line.clock.turn(hours=2)
    assert "call 911 now" not in line.writes("the gate code is 4471")
    assert "call 911 now" not in line.writes("2 pm works best for me")
    assert "call 911 now" in line.writes("2 please")


def test_a_cry_keeps_its_words_for_whoever_has_the_job(line: Line) -> None:
    sent_outside(line)
    line.writes("we are inside, 412 Maple Street 78704")
    job = line.job()
    assert job.address["number"] == "412"
    assert any(one.key.startswith("brief:") and "412 maple" in one.body for one in fresh(line))


def test_a_second_2_rings_people_again_as_it_says(line: Line) -> None:
    sent_outside(line)
    line.writes("2")
    line.leaves()
    line.clock.turn(minutes=20)
    assert "We are telling our people this minute" in line.writes("2")
    told = [one for one in fresh(line) if one.key.startswith("help:")]
    assert {(one.person_id, one.channel) for one in told} >= {("walt", Channel.TEXT), ("walt", Channel.CALL)}


def test_a_cry_climbs_the_ladder_of_a_run_that_is_still_asking(line: Line) -> None:
    sent_outside(line)
    line.writes("2")
    assert runs(line)[0].step == 1


def test_a_cry_rings_whoever_has_the_job(line: Line) -> None:
    sent_outside(line)
    taken(line, "elena")
    line.writes("2")
    told = [one for one in fresh(line) if one.key.startswith("help:")]
    assert {one.channel for one in told if one.person_id == "elena"} == {Channel.TEXT, Channel.CALL}


# ---- urgent ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        "Urgent please call", "URGENT call me now", "urgent help", "its an emergency please come", "YES URGENT",
        "URGENT 412 Maple Street 78704", "Urgente por favor llamen", "911", "SOS",
    ],
)  # fmt: skip
def test_urgent_in_anybodys_words_asks_once_and_sets_the_five_minutes(line: Line, body: str) -> None:
    line.missed()
    answer = line.writes(body)
    assert "what is happening" in answer or "¿qué pasa" in answer
    assert line.rows(Timer, Timer.kind == "urgent")


@pytest.mark.parametrize(
    "body", ["it's not urgent", "no es urgente", "not an emergency, the faucet drips", "is there an emergency fee"]
)
def test_what_is_said_not_to_be_urgent_wakes_nobody(line: Line, body: str) -> None:
    line.missed()
    line.writes(body)
    assert not line.rows(Timer, Timer.kind == "urgent") and runs(line) == []


def test_an_address_beside_urgent_is_kept(line: Line) -> None:
    line.missed()
    line.writes("URGENT 412 Maple Street 78704")
    assert line.job().address["number"] == "412"


def insisted(line: Line) -> None:
    line.missed()
    line.writes("urgent")
    line.writes("the bathroom faucet is dripping")
    assert "we are alerting our on-call technician" in line.writes("URGENT")


def test_urgent_rings_whoever_has_the_job_and_says_so(line: Line) -> None:
    insisted(line)
    taken(line)
    line.clock.turn(minutes=10)
    assert "our technician has your job" in line.writes("URGENT nobody has called")
    assert {one.channel for one in fresh(line, Message.person_id == "marcus")} == {Channel.TEXT, Channel.CALL}
    assert len(runs(line)) == 1


def test_urgent_after_everybody_was_asked_in_vain_asks_everybody_again(line: Line) -> None:
    insisted(line)
    given_up(line)
    line.clock.turn(hours=1)
    assert "alerting our on-call technician" in line.writes("URGENT")
    assert runs(line)[0].status == RunStatus.RUNNING and fresh(line, Message.run_id == runs(line)[0].id)


def test_urgent_about_what_was_done_hours_ago_is_another_matter(line: Line) -> None:
    insisted(line)
    taken(line)
    line.clock.turn(hours=5)
    assert "what is happening" in line.writes("URGENT")
    assert line.rows(Timer, Timer.kind == "urgent", Timer.status == "pending")


# ---- whose language --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body", ["fuga de gas", "olor a gas", "olor a quemado", "se revento la tuberia", "alarma de monoxido", "chispas"]
)
def test_a_danger_in_spanish_is_answered_in_spanish(line: Line, body: str) -> None:
    line.missed()
    assert "avisamos ya" in line.writes(body)


def test_a_danger_in_both_languages_is_answered_in_both(line: Line) -> None:
    line.missed()
    assert "alerting" in line.writes("sparks y fuga de gas in the kitchen please hurry up")
    answers = [one.body for one in line.rows(Message, Message.purpose == "reply")]
    assert len(answers) == 2 and any("avisamos ya" in one for one in answers)


# ---- a wish and the time that stands ---------------------------------------------------------------------------------
def test_an_impatient_text_moves_no_time(line: Line) -> None:
    line.missed()
    before = line.callbacks()[0]
    line.clock.turn(minutes=9)
    answer = line.writes("please call me in 5 minutes")
    after = line.callbacks()[0]
    assert "A person will call you back by" in answer
    assert (after.promised_at, after.first_promised_at) == (before.promised_at, before.first_promised_at)
    assert after.not_before is None and "wished" in line.told()


def test_a_wish_no_later_than_the_promise_moves_neither_time(line: Line) -> None:
    line.missed()
    line.writes("after 5 please")
    before = line.callbacks()[0]
    line.writes("after 3 is fine")
    after = line.callbacks()[0]
    assert (after.promised_at, after.first_promised_at) == (before.promised_at, before.first_promised_at)
    assert after.not_before is not None and before.not_before is not None and after.not_before < before.not_before


def test_a_promise_that_was_broken_stays_broken_whatever_is_wished_then(line: Line) -> None:
    line.missed()
    before = line.callbacks()[0].first_promised_at
    line.clock.turn(hours=1)
    line.writes("after 5 please")
    after = line.callbacks()[0]
    assert after.first_promised_at == before and after.promised_at and after.promised_at > line.clock()


def test_another_time_after_a_try_in_vain_is_watched_and_measured_anew(line: Line) -> None:
    line.missed()

    def tried(session: Session) -> None:
        callback = session.get_one(type(line.callbacks()[0]), line.callbacks()[0].id)
        callback.first_tried_at = line.clock.turn(minutes=4)
        session.add(callback)

    line.work(tried)
    line.writes("after 5pm please")
    after = line.callbacks()[0]
    assert after.first_tried_at is None and after.first_promised_at == after.promised_at
