"""Delivery news: what codes mean, news that never comes, calls that ring for nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from carrier import outcomes, unheard
from carrier.client import News
from carrier.codes import CODES, Meaning, in_words, meaning
from carrier.errors import Refused, Unreachable
from carrier.gate import DEAD_FOR, PAGES_AN_HOUR
from models.company import Company, Person
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, RunStatus
from models.moves import move
from models.tables import Consent, DeadNumber, PageRun
from tests.carrier.conftest import TurnedClock
from tests.carrier.fakes import FakeCarrier
from tests.carrier.test_outbox import page_run
from tests.carrier.world import SAM, World

MEG = Person("meg", "Meg", "+15125550104", frozenset({"manager"}), opted_in=True)


@pytest.fixture
def world(database: Database, carrier: FakeCarrier, company: Company, clock: TurnedClock) -> World:
    shop = replace(company, staff=(*company.staff, MEG))
    return World(
        database, carrier, shop, clock, on_outcome=lambda session, row: outcomes.heard(session, shop, row, clock())
    )


def accepted(world: World, channel: Channel = Channel.TEXT, **more: object) -> str:
    world.page(channel=channel, **more)  # type: ignore[arg-type]
    world.sweep()
    sid = world.row().sid
    assert sid is not None
    return sid


# ---- codes ----------------------------------------------------------------------------------------------------------
def test_every_code_of_the_contract_means_something() -> None:
    for code in (21635, 30006, 21614, 21610, 30034, 21211, 21217, 30005, 30003, 20003, 20429, 30002, 21212, 30007):
        assert meaning(code) is not None
        assert in_words(code) and all(ord(letter) < 128 for letter in in_words(code))
    assert (meaning(None), meaning(1), in_words(1)) == (None, None, "code 1")


def test_those_who_answer_for_the_shop_hear_once_when_repeats_are_held_back(world: World) -> None:
    for number in range(PAGES_AN_HOUR + 2):
        world.page(f"page {number}", body=f"P1 #{number}")
        world.sweep()
    assert len([one for one in world.carrier.sent if one.to == SAM]) == PAGES_AN_HOUR
    [alarm] = [one for one in world.carrier.sent if one.to == MEG.phone]
    assert "repeats to Sam are held back" in str(alarm.body) and "+1" not in str(alarm.body)


@pytest.mark.parametrize("code", [code for code, (kind, _) in CODES.items() if kind is Meaning.DEAD and code > 1000])
def test_a_dead_number_is_written_down_and_a_manager_is_told_whose_it_is(world: World, code: int) -> None:
    accepted(world)
    world.hears("page", "undelivered", code)
    world.sweep()
    notice = world.carrier.sent[-1]
    assert (notice.to, "Texts to Sam fail" in str(notice.body), SAM in str(notice.body)) == (MEG.phone, True, False)
    world.page("next")
    world.page("call", Channel.CALL)
    world.sweep()
    assert world.row("next").status is MessageStatus.REFUSED
    assert world.row("call").status is MessageStatus.ACCEPTED  # the other method still works
    assert world.row().reason == in_words(code)


def test_a_dead_number_is_tried_again_after_a_day_and_lives_when_it_answers(world: World) -> None:
    accepted(world)
    world.hears("page", "undelivered", 30006)
    world.clock.turn(DEAD_FOR.total_seconds())
    world.page("a day later")
    world.sweep()
    world.hears("a day later", "delivered")
    with world.database.transaction() as session:
        assert session.exec(select(DeadNumber)).all() == []


def test_the_managers_hear_of_a_death_once(world: World) -> None:
    for number in range(2):
        world.page(f"page {number}", body=f"P1 #{number}")
    world.sweep()
    for number in range(2):
        world.hears(f"page {number}", "undelivered", 30006)
    assert [row.purpose for row in world.rows()].count(Purpose.STAFF) == 1


def test_a_telephone_out_of_reach_stays_good(world: World) -> None:
    accepted(world)
    world.hears("page", "undelivered", 30003)
    with world.database.transaction() as session:
        assert session.exec(select(DeadNumber)).all() == []
    assert len(world.rows()) == 1


# ---- news that never came -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("channel", "said", "means"),
    [
        (Channel.TEXT, "delivered", MessageStatus.DELIVERED),
        (Channel.TEXT, "undelivered", MessageStatus.UNDELIVERED),
        (Channel.CALL, "no-answer", MessageStatus.NO_ANSWER),
        (Channel.CALL, "completed", MessageStatus.DELIVERED),
    ],
)
def test_news_that_never_came_is_asked_for(world: World, channel: Channel, said: str, means: MessageStatus) -> None:
    sid = accepted(world, channel)
    world.carrier.standing[sid] = News(said, 30003 if said == "undelivered" else None)
    world.clock.turn(unheard.FIRST_SECONDS[channel] - 1)
    world.sweep()
    assert (world.row().status, world.row().asked_at) == (MessageStatus.ACCEPTED, None)
    world.clock.turn(1)
    world.sweep()
    assert (world.row().status, world.row().asked_at) == (means, world.clock())


def test_questions_become_rarer_and_come_to_an_end(world: World) -> None:
    sid = accepted(world)
    world.carrier.standing[sid] = News("queued")
    asked = set()
    begun = world.clock()
    while world.row().status is MessageStatus.ACCEPTED:
        world.clock.turn(300)
        world.sweep()
        asked.add(world.row().asked_at)
        assert world.clock() - begun < unheard.GIVEN_UP + timedelta(hours=1)
    assert len(asked) < 60
    assert (world.row().status, world.row().reason) == (MessageStatus.UNDELIVERED, "never confirmed")


def test_a_text_that_the_network_took_and_never_confirmed_counts_as_delivered_in_the_end(world: World) -> None:
    sid = accepted(world)
    world.carrier.standing[sid] = News("sent")
    world.clock.turn(unheard.GIVEN_UP.total_seconds())
    world.sweep()
    assert world.row().status is MessageStatus.DELIVERED


def test_what_twilio_does_not_know_is_ended(world: World) -> None:
    accepted(world)
    world.clock.turn(60)
    world.carrier.plan.append(Refused(20404, permanent=True))
    world.sweep()
    assert world.row().status is MessageStatus.UNDELIVERED


def test_a_question_that_fails_is_asked_again(world: World) -> None:
    sid = accepted(world)
    world.clock.turn(60)
    world.carrier.plan.append(Unreachable("down"))
    world.sweep()
    world.carrier.standing[sid] = News("delivered")
    world.clock.turn(unheard.EVERY[0][1])
    world.sweep()
    assert world.row().status is MessageStatus.DELIVERED


# ---- calls that ring for nothing ------------------------------------------------------------------------------------
def rings(world: World, standing: str) -> str:
    with world.database.transaction() as session:
        run_id = page_run(session, world.clock)
    sid = accepted(world, Channel.CALL, run_id=run_id)
    world.carrier.standing[sid] = News(standing)
    with world.database.transaction() as session:
        run = session.get_one(PageRun, run_id)
        move(session, run, RunStatus.RUNNING, RunStatus.ACKNOWLEDGED)
    world.sweep()
    return sid


def test_a_call_that_cannot_be_stopped_and_is_never_heard_of_comes_to_its_end(world: World) -> None:
    sid = rings(world, "in-progress")
    world.carrier.standing[sid] = News("completed")
    for _ in range(4):
        world.clock.turn(20)
        world.sweep()
    assert world.row().status is MessageStatus.DELIVERED


@pytest.mark.parametrize("standing", ["queued", "ringing"])
def test_a_telephone_stops_ringing_when_somebody_else_took_the_job(world: World, standing: str) -> None:
    sid = rings(world, standing)
    assert world.carrier.off == [sid]
    assert world.row().status is MessageStatus.CANCELLED


def test_who_has_picked_up_is_not_cut_off(world: World) -> None:
    rings(world, "in-progress")
    assert (world.carrier.off, world.row().status) == ([], MessageStatus.ACCEPTED)
    world.hears("page", "completed")
    assert world.row().status is MessageStatus.DELIVERED


# ---- the staff's own STOP --------------------------------------------------------------------------------------------
def test_a_technician_who_sends_stop_is_reported_to_the_manager(world: World) -> None:
    accepted(world)
    world.hears("page", "undelivered", 21610)
    world.sweep()
    notice = world.carrier.sent[-1]
    assert (notice.to, SAM in str(notice.body)) == (MEG.phone, False)
    assert "Texts to Sam have stopped" in str(notice.body)


def test_a_page_that_the_gate_refuses_after_a_stop_by_text_is_reported_once_a_day(world: World) -> None:
    with world.database.transaction() as session:
        session.add(Consent(number=SAM, channel=Channel.TEXT, granted=False, source="keyword", at=world.clock()))
    for key in ("one", "two"):
        world.page(key)
        world.sweep()
    assert [sent.to for sent in world.carrier.sent] == [MEG.phone]


def test_a_customers_stop_is_nobodys_alarm(world: World) -> None:
    world.page("receipt", to="+15125550777", purpose=Purpose.RECEIPT)
    world.sweep()
    world.hears("receipt", "undelivered", 21610)
    world.sweep()
    assert len(world.carrier.sent) == 1
