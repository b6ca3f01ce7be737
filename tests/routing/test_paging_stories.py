"""Nights at the shop, with rows on both databases and a clock that is turned."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import Session

from models.company import Company, Policy, Step
from models.database import Database
from models.enums import Channel, DutyKind, RunStatus
from models.tables import DutyChange, PageRun
from routing import paging
from routing.policies import BOTH
from tests.conftest import Clock
from tests.routing.paging_rig import Night, burst_pipe, run_of


@pytest.fixture
def night(database: Database, shop: Company, wednesday: Clock) -> Night:
    """The example shop on a Wednesday morning; nobody has been paged yet."""
    return Night(database, shop, wednesday)


def test_a_heavy_sleeper_is_called_again_and_takes_it_before_anybody_else_is_woken(night: Night) -> None:
    night.begin()
    assert night.paged() == ["marcus call", "marcus text"]
    night.wait(minutes=3, seconds=5)
    assert night.paged()[2:] == ["marcus call"]
    assert "is yours" in (night.writes("marcus", "a4821") or "")
    night.wait(minutes=2)
    assert night.paged()[3:] == []


def test_a_phone_that_is_off_brings_the_manager_at_once(night: Night) -> None:
    night.dead = {("marcus", Channel.CALL), ("marcus", Channel.TEXT)}
    night.begin()
    assert "walt text" in night.paged()  # no minute was lost
    night.writes("walt", "A 4821")
    assert night.run().acknowledged_by == "walt"
    assert night.told() == [
        "Hometown Plumbing, Heating & Electric: Walt, our on-call technician, has your call and will phone you by "
        "10:30 AM. If anyone is in danger call 911. Reply STOP to opt out."
    ]


def test_two_accept_in_the_same_second_one_gets_it_the_other_hears_who_did(night: Night) -> None:
    night.begin()
    night.act(paging.decline, "marcus", night.company)
    both = Barrier(2)
    heard: dict[str, str | None] = {}

    def accept(name: str) -> None:
        both.wait(5)
        heard[name] = night.writes(name, "A4821")

    people = [Thread(target=accept, args=(name,)) for name in ("marcus", "walt")]
    for one in people:
        one.start()
    for one in people:
        one.join(20)
    holder = night.run().acknowledged_by or ""
    (other,) = {"marcus", "walt"} - {holder}
    assert (heard[holder] or "").startswith("#4821 is yours")
    assert heard[other] == f"#4821 was taken by {night.person(holder).name} at 10:15 AM. Thank you."
    assert len(night.told()) == 1


def test_pass_and_pass_and_the_owner_takes_it(night: Night) -> None:
    night.begin(situation="H02", trade="hvac")
    assert night.writes("elena", "D4821") == "#4821 passed on. Thank you."
    assert "walt call" in night.paged()
    night.wait(seconds=20)
    assert night.writes("walt", "d") == "#4821 passed on. Thank you."
    assert night.run().step == len(night.run().policy) - 1  # everybody now
    night.wait(seconds=20)
    night.writes("walt", "a")
    assert night.run().acknowledged_by == "walt"
    told = ["started", "passed elena", "climbed", "passed walt", "climbed", "taken walt"]
    assert night.story() == told


def test_taken_and_then_silence_is_asked_once_and_paged_again_by_the_next(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    night.wait(minutes=9)
    assert night.notices("marcus") == []
    night.wait(minutes=2)
    assert len(night.notices("marcus")) == 2 and "Are you on the way?" in " ".join(night.notices("marcus"))
    paged = night.paged()
    night.wait(minutes=5)
    run = night.run()
    assert (run.status, run.reopened, run.acknowledged_by) == (RunStatus.RUNNING, 1, None)
    assert {one.partition(" ")[0] for one in night.paged()[len(paged) :]} == {"walt"}  # not the silent one
    assert "being paged again" in night.notices("marcus")[-1]
    assert "could not make it in time" in night.told()[-1]  # half past ten has passed
    night.writes("walt", "A4821 40")
    assert night.told()[-1].endswith("Walt is on the way, about 40 minutes. If anyone is in danger call 911.")
    night.wait(hours=3)
    assert night.run().acknowledged_by == "walt"


def test_somebody_who_passes_after_taking_is_replaced_before_the_customer_need_know(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    assert night.writes("marcus", "D4821") == "#4821 passed on. Thank you."
    night.writes("walt", "A4821")
    night.act(paging.called, "walt")
    night.wait(minutes=16)
    assert [one.partition(" has ")[0][-27:] for one in night.told()] == [
        "us, our on-call technician,",
        "lt, our on-call technician,",
    ]  # two names, and no apology: the time that was given still stands


def test_everybody_is_told_the_truth_at_the_end_and_a_late_yes_still_counts(night: Night) -> None:
    night.begin()
    night.wait(minutes=25)
    assert len(night.told()) == 1 and "could not reach a technician yet" in night.told()[0]
    night.wait(hours=2)
    assert night.run().status == RunStatus.EXHAUSTED
    assert night.notices("walt") == [
        "P1 #4821 Burst pipe, water flowing: NOBODY has taken it. Call +15125550199. Reply A4821."
    ]
    assert len(night.told()) == 2 and "we are not calling anyone further" in night.told()[1]
    assert "is yours" in (night.writes("marcus", "a") or "")
    assert night.run().acknowledged_by == "marcus" and "Marcus" in night.told()[-1]


def test_an_override_at_the_last_minute_decides_who_is_woken(night: Night) -> None:
    now = night.clock()
    change = DutyChange(
        kind=DutyKind.COVER,
        person_id="walt",
        covers="marcus",
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(hours=8),
        created_at=now,
    )
    night.database.work(lambda session: session.add(change))
    night.begin()
    assert {one.partition(" ")[0] for one in night.paged()} == {"walt"}


def test_a_passed_job_that_nobody_takes_in_time_is_owned_up_to(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    night.wait(minutes=12)
    night.writes("marcus", "D4821")
    night.wait(minutes=2)
    assert len(night.told()) == 1
    night.wait(minutes=2)
    assert "could not make it in time" in night.told()[1]


def test_a_customer_who_was_told_that_nobody_can_be_reached_is_not_told_again_a_minute_later(night: Night) -> None:
    night.begin()
    night.writes("marcus", "A4821")
    night.writes("marcus", "D4821")
    night.wait(minutes=16)
    assert len(night.told()) == 2 and "could not reach a technician yet" in night.told()[1]


def test_the_window_of_a_rung_begins_when_the_carrier_takes_the_page(night: Night) -> None:
    def write(session: Session) -> None:
        paging.start(session, burst_pipe(session, night.clock()), night.company, night.clock())

    night.database.work(write)
    night.clock.turn(seconds=40)  # throttled so long
    night.deliver()
    night.wait(seconds=179)
    assert night.run().step == 0
    night.wait(seconds=2)
    assert night.run().step == 1


def test_a_page_that_the_carrier_never_takes_holds_its_rung_a_minute_longer_and_no_more(night: Night) -> None:
    def write(session: Session) -> None:
        paging.start(session, burst_pipe(session, night.clock()), night.company, night.clock())

    night.database.work(write)
    night.deliver = lambda: None  # type: ignore[method-assign]
    night.wait(seconds=239)
    assert night.run().step == 0
    night.wait(seconds=2)
    assert night.run().step == 1


def test_what_is_no_emergency_goes_by_one_method_after_the_other(night: Night) -> None:
    night.dead = {("marcus", Channel.TEXT)}
    one_by_one = Policy("by_day", (Step("first", BOTH, 900), Step("managers", BOTH, 900)))
    night.company = replace(night.company, policies=(one_by_one,))
    night.begin(priority="P2")
    assert night.paged() == ["marcus call", "marcus text"]
    assert night.story() == ["started", "next_method marcus"]


def test_what_can_wait_waits_until_the_night_is_over(night: Night) -> None:
    night.clock.turn(hours=13, minutes=30)  # 11:45 in the evening
    night.begin(priority="P2")
    night.wait(hours=7)
    assert night.paged() == []
    night.wait(minutes=30)
    assert night.paged() == ["marcus text"]


def test_email_is_the_last_method_and_only_when_the_others_failed(night: Night) -> None:
    night.begin()
    staff = tuple(
        replace(one, email="marcus@example.com") if one.id == "marcus" else one for one in night.company.staff
    )
    night.company = replace(night.company, staff=staff)

    def with_email(session: Session) -> None:
        run = run_of(session)
        run.policy = [{**one, "channels": [*one["channels"], "email"]} for one in run.policy]
        session.add(run)

    night.database.work(with_email)
    night.dead = {("marcus", Channel.CALL)}
    night.wait(minutes=3, seconds=5)
    assert night.paged() == ["marcus call", "marcus text", "marcus call", "marcus email"]


def test_a_job_that_is_handed_over_goes_to_the_one_chosen_first(night: Night) -> None:
    night.begin(situation="G01", trade="gas")
    night.writes("marcus", "A4821")

    def hand(session: Session) -> bool:
        company = night.company
        return paging.reassign(
            session, run_of(session), company.person("marcus"), company.person("walt"), company, night.clock()
        )

    assert night.database.work(hand)
    assert not night.database.work(hand)  # pressed twice
    run: PageRun = night.run()
    assert run.policy[run.step]["people"] == ["walt"] and run.reopened == 1
    assert set(run.policy[-1]["people"]) >= {"marcus", "walt"}  # the ladder still ends with everybody
