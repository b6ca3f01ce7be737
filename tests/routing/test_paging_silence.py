"""Taken, and then nothing: silence, nobody licensed sent, and a technician who set out and never arrived."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models.company import Company, Patience
from models.database import Database
from models.enums import JobStatus, RunStatus
from models.moves import move
from models.tables import Job
from routing import paging
from routing.links import Links
from routing.policies import DEFAULTS
from tests.conftest import Clock
from tests.routing.paging_rig import Night, run_of


@pytest.fixture
def night(database: Database, shop: Company, wednesday: Clock) -> Night:
    """A quarter past ten on a Wednesday morning."""
    return Night(database, replace(shop, links=Links("https://phone.example.com", b"k" * 32)), wednesday)


def patient(night: Night, patience: Patience) -> None:
    night.company = replace(night.company, policies=(replace(DEFAULTS[0], patience=patience),))


# ---- how long the shop waits -----------------------------------------------------------------------------------------
def test_the_shop_says_after_how_long_somebody_silent_is_asked_and_replaced(night: Night) -> None:
    patient(night, Patience(asked_after_s=120, paged_again_after_s=240))
    night.begin()
    night.writes("marcus", "A4821")
    night.wait(seconds=121)
    assert "Without an answer it is paged again in 2 minutes." in " ".join(night.notices("marcus"))
    night.wait(seconds=120)
    assert (night.run().reopened, night.run().status) == (1, RunStatus.RUNNING)


def test_a_run_keeps_the_patience_with_which_it_began(night: Night) -> None:
    night.begin()
    patient(night, Patience(asked_after_s=60, paged_again_after_s=120))
    night.writes("marcus", "A4821")
    night.wait(minutes=9)
    assert night.notices("marcus") == []


def test_a_run_of_an_earlier_version_has_the_patience_of_the_trade(night: Night) -> None:
    night.begin()

    def strip(session: Session) -> None:
        run = run_of(session)
        run.policy = [{name: value for name, value in one.items() if name != "patience"} for one in run.policy]
        session.add(run)

    night.database.work(strip)
    night.writes("marcus", "A4821")
    night.wait(minutes=10, seconds=1)
    assert "Are you on the way?" in " ".join(night.notices("marcus"))


# ---- a head who may not do the work ----------------------------------------------------------------------------------
def taken_by_priya(night: Night) -> str:
    """A gas leak, taken by the manager, who holds no licence; what she is answered."""
    night.begin(situation="G01", trade="gas")
    return night.writes("priya", "A4821") or ""


def hand(night: Night, to: str) -> bool:
    def piece(session: Session) -> bool:
        priya, other = night.person("priya"), night.person(to)
        return paging.reassign(session, run_of(session), priya, other, night.company, night.clock())

    done: bool = night.database.work(piece)
    night.deliver()
    return done


def test_a_manager_without_a_licence_reads_who_may_go_and_where_to_send_them(night: Night) -> None:
    reply = taken_by_priya(night)
    assert "You may not do this work yourself: send Marcus Bell or Elena Ruiz or Walt Kowalski, or pass." in reply
    assert "Hand it over: https://phone.example.com/t/" in reply


def test_a_manager_who_told_the_customer_and_sent_nobody_is_reminded_once_and_keeps_the_job(night: Night) -> None:
    taken_by_priya(night)
    night.writes("priya", "30 min")
    night.wait(minutes=10, seconds=1)
    (reminded,) = night.notices("priya")
    assert "#4821 Gas smell indoors is still yours. You may not do this work yourself: send Marcus" in reminded
    night.act(paging.arrived, "priya")
    night.wait(hours=2)
    assert night.notices("priya") == [reminded] and night.run().acknowledged_by == "priya"


def test_a_manager_who_sends_somebody_licensed_is_not_reminded(night: Night) -> None:
    taken_by_priya(night)
    night.wait(minutes=3)
    assert hand(night, "walt")
    night.writes("walt", "A4821 20")
    night.wait(minutes=20)
    assert night.notices("priya") == [] and night.run().acknowledged_by == "walt"


def test_a_manager_who_is_silent_is_asked_whom_they_send_and_then_it_is_paged_again(night: Night) -> None:
    taken_by_priya(night)
    night.wait(minutes=10, seconds=1)
    text = " ".join(night.notices("priya"))
    assert "send Marcus Bell" in text and "A4821 keeps it." in text and "Are you on the way?" not in text
    night.wait(minutes=5)
    assert night.run().reopened == 1


# ---- set out, and never there ----------------------------------------------------------------------------------------
def set_out(night: Night) -> None:
    """Marcus took it and said twenty minutes."""
    night.begin()
    night.writes("marcus", "A4821 20")


def test_who_set_out_and_never_arrives_is_asked_once_and_then_the_managers_are_told_once(night: Night) -> None:
    set_out(night)
    night.wait(minutes=49)
    assert night.notices("marcus") == []
    night.wait(minutes=2)
    assert [one.partition(":")[2] for one in night.notices("marcus")] == [
        " are you there? Reply HERE, or the minutes you still need: 20 min."
    ]
    night.wait(hours=6)
    told = "#4821 Burst pipe, water flowing: Marcus Bell is overdue there and does not answer. Call +15125550111. "
    assert night.notices("walt") == night.notices("priya") == [f"{told}Customer: +15125550199."]
    assert len(night.notices("marcus")) == 1
    assert night.story()[-2:] == ["overdue marcus", "not_there marcus"]


@pytest.mark.parametrize("how", ["by text", "by the page"])
def test_who_arrives_is_asked_nothing(night: Night, how: str) -> None:
    set_out(night)
    if how == "by text":
        assert night.writes("marcus", "here") == "#4821: arrived, noted. Thank you."
    else:
        night.act(paging.arrived, "marcus")
    night.wait(hours=6)
    assert night.notices("marcus") == [] and night.notices("walt") == []


def test_who_answers_the_question_is_left_to_work(night: Night) -> None:
    set_out(night)
    night.wait(minutes=51)
    night.writes("marcus", "HERE")
    night.wait(hours=6)
    assert night.notices("walt") == [] and night.run().arrived_at is not None


def test_who_gives_another_time_is_waited_for_until_then(night: Night) -> None:
    set_out(night)
    night.wait(minutes=51)
    night.writes("marcus", "40 min")
    night.wait(minutes=69)
    assert len(night.notices("marcus")) == 1 and night.notices("walt") == []
    night.wait(minutes=2)
    assert len(night.notices("marcus")) == 2


def test_a_job_that_was_closed_or_given_to_another_is_asked_about_no_more(night: Night) -> None:
    set_out(night)

    def close(session: Session) -> None:
        move(session, session.exec(select(Job)).one(), JobStatus.ACCEPTED, JobStatus.CLOSED)

    night.database.work(close)
    night.wait(hours=6)
    assert night.notices("marcus") == []


def test_a_promise_of_one_who_passed_is_not_held_against_whoever_came_after(night: Night) -> None:
    set_out(night)
    night.writes("marcus", "D4821")
    night.writes("walt", "A4821")
    night.act(paging.called, "walt")
    night.wait(hours=6)
    assert night.notices("walt") == [] and night.notices("marcus") == []


# ---- what the customer reads -----------------------------------------------------------------------------------------
def test_a_time_that_passes_after_the_ladders_end_brings_no_text_that_somebody_is_being_called(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821 240")
    night.writes("marcus", "D4821")
    night.wait(hours=8)
    assert night.run().status == RunStatus.EXHAUSTED
    truths = [one.partition(": ")[2][:30] for one in night.told()]
    assert truths[1:] == ["we could not reach a technicia", "we are sorry, nobody could tak"]


def test_a_customer_who_was_just_told_that_nobody_made_it_is_not_told_so_again_in_the_next_minute(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    night.writes("marcus", "D4821")  # half past is the time that was given
    night.clock.turn(minutes=15)
    night.wait(seconds=1)
    assert "could not make it in time" in night.told()[-1]
    for name in ("walt", "marcus"):
        night.writes(name, "D4821")
    assert len(night.told()) == 2
    assert night.clock() < night.run().created_at + timedelta(minutes=16)
