"""Nights on which somebody might have been forgotten, misread or told what is not so."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from carrier import timers
from firstring.assembly import _rung_due
from models.company import Company, Policy, Step
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, RunStatus
from models.tables import Callback, Job, Message, PageRun
from routing import paging
from routing.links import Links
from tests.conftest import Clock
from tests.routing.paging_rig import Night, burst_pipe, run_of


@pytest.fixture
def night(books: Database, shop: Company, wednesday: Clock) -> Night:
    return Night(books, shop, wednesday)


def another(night: Night, number: int, **facts: object) -> None:
    """A second customer, the same night."""

    def write(session: Session) -> None:
        job = burst_pipe(session, night.clock(), number, **facts)
        job.caller = job.callback = "+15125550142"
        paging.start(session, job, night.company, night.clock())

    night.database.work(write)
    night.deliver()


def holder(night: Night, number: int) -> str | None:
    found = select(PageRun.acknowledged_by).where(PageRun.code == number)
    who: str | None = night.database.work(lambda session: session.exec(found).one())
    return who


# ---- what they write -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ['Disliked "P1 #4821 Burst pipe. Reply A4821 accept / D4821 pass."', "Can't do A4821"])
def test_a_thumb_down_under_the_page_takes_nothing(night: Night, text: str) -> None:
    night.begin()
    assert night.writes("marcus", text) == "Not taken yet. Reply A4821 to accept or D4821 to pass."
    assert night.run().status == RunStatus.RUNNING and night.told() == []


def test_minutes_for_a_new_page_do_not_go_to_last_weeks_customer(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821 20")
    night.act(paging.arrived, "marcus")
    told = night.told()
    night.wait(days=6)
    another(night, 4822)
    assert night.writes("marcus", "on my way, 25 min") == "Not taken yet. Reply A4822 to accept or D4822 to pass."
    assert night.told() == told and holder(night, 4822) is None


def test_minutes_that_may_be_for_either_of_two_jobs_are_asked_about(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    another(night, 4822)
    asked = night.writes("marcus", "40 min") or ""
    assert "A4821 40" in asked and "A4822" in asked and len(night.told()) == 1
    night.writes("marcus", "D4822")
    assert "The customer knows: about 40 minutes" in (night.writes("marcus", "40 min") or "")


def test_minutes_long_after_the_job_was_taken_are_for_nobody(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821 20")
    told = night.told()
    night.wait(hours=7)
    assert night.writes("marcus", "25") is None and night.told() == told


def test_a_manager_who_is_told_that_nobody_took_it_takes_it(night: Night) -> None:
    night.begin()
    night.wait(hours=2)
    assert "Reply A4821" in night.notices("priya")[0]
    assert "#4821 is yours" in (night.writes("priya", "A4821") or "")
    assert night.writes("dana", "A4821") == "No page 4821 for this number."  # answers for nothing


def test_a_bare_letter_is_for_the_page_that_came_last(night: Night) -> None:
    night.begin(situation="H02", trade="hvac")  # elena's, and walt's when she is silent
    night.wait(minutes=1)
    another(night, 4822)
    night.writes("marcus", "D4822")  # now walt has 4822
    night.wait(minutes=1)
    night.writes("elena", "D4821")  # and then 4821, the older job
    night.writes("walt", "a")
    assert (holder(night, 4821), holder(night, 4822)) == ("walt", None)


# ---- calling again ---------------------------------------------------------------------------------------------------
def calls(night: Night) -> list[tuple[str, int]]:
    """Who was called, and how many seconds after the first."""
    query = select(Message).where(Message.purpose == Purpose.PAGE, Message.channel == Channel.CALL)
    rows: list[Message] = night.database.work(lambda session: list(session.exec(query)))
    rows = sorted(rows, key=lambda one: one.created_at)
    return [(one.person_id or "", round((one.created_at - rows[0].created_at).total_seconds())) for one in rows]


@pytest.mark.parametrize("channels", [(Channel.TEXT, Channel.CALL), (Channel.CALL,)])
def test_a_heavy_sleeper_is_called_as_far_apart_as_the_shop_has_said(
    night: Night, channels: tuple[Channel, ...]
) -> None:
    sleeper = Step("first", channels, 240, repeat_calls=3, repeat_call_after_s=60)
    night.company = replace(night.company, policies=(Policy("sleeper", (sleeper, Step("managers", channels, 600))),))
    night.rings_s = 27
    night.begin()
    night.wait(minutes=4, seconds=5)
    assert calls(night)[:5] == [("marcus", 0), ("marcus", 60), ("marcus", 120), ("marcus", 180), ("walt", 240)]


def test_a_voicemail_on_the_second_call_wakes_the_next_no_earlier(night: Night) -> None:
    night.rings_s = 27
    night.begin()
    night.wait(minutes=4, seconds=5)
    assert calls(night)[:3] == [("marcus", 0), ("marcus", 180), ("walt", 240)]


def test_a_heavy_sleeper_whose_text_failed_too_is_not_waited_for(night: Night) -> None:
    night.dead = {("marcus", Channel.TEXT)}
    night.rings_s = 27
    night.begin()
    night.wait(minutes=2)
    assert calls(night)[:3] == [("marcus", 0), ("marcus", 27), ("walt", 54)]


# ---- passing ---------------------------------------------------------------------------------------------------------
def test_who_passes_after_the_ladder_has_climbed_is_not_rung_again_that_night(night: Night) -> None:
    night.begin()
    night.wait(minutes=4, seconds=5)
    assert night.run().step > 0
    assert night.writes("marcus", "D4821") == "#4821 passed on. Thank you."
    before = len(night.paged())
    night.wait(hours=2)
    assert "passed marcus" in night.story() and night.run().status == RunStatus.EXHAUSTED
    assert {one.partition(" ")[0] for one in night.paged()[before:]} == {"walt"}


def test_when_everybody_has_passed_everybody_is_asked_again(night: Night) -> None:
    night.begin()
    night.writes("marcus", "D4821")
    night.writes("walt", "D4821")
    before = len(night.paged())
    night.wait(minutes=11)
    assert {one.partition(" ")[0] for one in night.paged()[before:]} >= {"marcus", "walt"}


def test_who_passed_and_is_chosen_by_whoever_holds_the_job_is_asked_again(night: Night) -> None:
    night.begin()
    night.writes("marcus", "D4821")
    night.writes("walt", "A4821")

    def hand(session: Session) -> bool:
        walt, marcus = night.person("walt"), night.person("marcus")
        return paging.reassign(session, run_of(session), walt, marcus, night.company, night.clock())

    before = len(night.paged())
    assert night.database.work(hand)
    night.deliver()
    assert {one.partition(" ")[0] for one in night.paged()[before:]} == {"marcus"}


# ---- the end ---------------------------------------------------------------------------------------------------------
def test_when_nobody_took_it_a_person_owes_the_customer_a_call_by_a_time_they_are_told(night: Night) -> None:
    night._timers = timers.TimerPass(
        night.database,
        {paging.RUNG_TIMER: lambda session, timer, now: _rung_due(night.company, session, timer, now)},
    )
    night.begin()
    night.wait(hours=2)
    owed = night.database.work(lambda session: session.exec(select(Callback)).one())
    assert (owed.reason, owed.priority, owed.number) == ("nobody_took", "P1", "+15125550199")
    last = night.told()[-1]
    assert "we are not calling anyone further" in last and "A person will phone you by " in last
    assert [one for one in night.told()[:-1] if "not calling" in one or "A person will call" in one] == []


# ---- taken, and then -------------------------------------------------------------------------------------------------
def test_who_took_it_is_asked_before_the_customer_waits_in_vain(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    night.wait(minutes=10, seconds=1)
    assert "Are you on the way?" in " ".join(night.notices("marcus")) and night.run().reopened == 0
    night.wait(minutes=5)
    assert night.run().reopened == 1  # at the minute of the promised call


def test_who_answers_the_question_with_the_code_keeps_the_job(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    for _ in range(2):
        night.wait(minutes=11)
        assert "is yours" in (night.writes("marcus", "A4821") or "")
    assert (night.run().acknowledged_by, night.run().reopened) == ("marcus", 0)
    assert night.story().count("silent marcus") == 2
    night.wait(minutes=16)  # and then nothing more is heard
    assert night.run().reopened == 1


def test_who_answers_the_question_in_other_words_is_asked_again(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    assert night.writes("marcus", "thanks") is None
    night.wait(minutes=11)
    assert "Are you on the way? Reply with minutes" in (night.writes("marcus", "on it") or "")
    night.writes("marcus", "15")
    assert night.run().minutes == 15


def test_news_for_those_who_were_paged_in_vain_does_not_leave_after_somebody_took_it(night: Night) -> None:
    night.company = replace(night.company, links=Links("https://phone.example.com", b"k" * 32))
    night.begin()
    night.act(paging.decline, "marcus", night.company)

    def learn_and_take(session: Session) -> None:
        run = run_of(session)
        job = job_of(session)
        job.details = job.details | {"Q_SHUT": "no"}
        paging.brief(session, job, night.company, night.clock())
        paging.acknowledge(session, run, night.person("walt"), night.company, night.clock())

    night.database.work(learn_and_take)
    query = select(Message).where(Message.purpose == Purpose.STAFF)
    briefs = night.database.work(lambda session: {one.person_id: one.status for one in session.exec(query)})
    assert briefs == {"marcus": MessageStatus.CANCELLED, "walt": MessageStatus.PENDING}


def job_of(session: Session) -> Job:
    return session.get_one(Job, run_of(session).job_id)


# ---- who may go ------------------------------------------------------------------------------------------------------
def test_a_gas_leak_is_handed_to_nobody_without_the_licence_and_no_head_is_called_a_technician(night: Night) -> None:
    night.begin(situation="G01", trade="gas")
    night.wait(minutes=1)
    reply = night.writes("priya", "A4821") or ""
    assert "You may not do this work yourself" in reply
    assert "Priya, our manager, has your call" in night.told()[-1]
    others = night.database.work(
        lambda session: paging.who_may_go(job_of(session), night.person("marcus"), night.company, night.clock())
    )
    assert {one.id for one in others} <= {"elena", "walt"} and "walt" in {one.id for one in others}


def test_a_matter_for_the_office_may_be_given_to_any_head(night: Night) -> None:
    night.begin(situation=None, trade="office")
    others = night.database.work(
        lambda session: paging.who_may_go(job_of(session), night.person("walt"), night.company, night.clock())
    )
    assert [one.id for one in others] == ["priya"]
