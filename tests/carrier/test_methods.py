"""Further methods: a second account, then e-mail; one at a time, and the account of each try is in the row."""

from dataclasses import replace

import pytest

from carrier.alarms import KEY
from carrier.claims import LEASE_SECONDS
from carrier.delivery import BLIND_SECONDS, LOOK_SECONDS
from carrier.errors import CarrierError, Refused, Throttled, TimedOut, UnknownOutcome, Unreachable
from carrier.refusals import MENDING_SECONDS, PATIENCE_SECONDS
from models.company import Company, Person
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose
from models.tables import Message
from tests.carrier.conftest import TurnedClock
from tests.carrier.fakes import LOST, FakeCarrier
from tests.carrier.test_outbox import page_run
from tests.carrier.world import World

OLGA = Person("olga", "Olga", "+15125550103", frozenset({"owner"}), opted_in=True, email="olga@shop.example")


class FakeMailer:
    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, key: str, to: str, body: str) -> str:
        self.sent.append((key, to, body))
        return f"<{key}>"


@pytest.fixture
def second(clock: TurnedClock) -> FakeCarrier:
    return FakeCarrier(clock, series="XX")


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def company(company: Company) -> Company:
    sam = replace(company.staff[0], email="sam@shop.example")
    return replace(company, staff=(sam, *company.staff[1:], OLGA))


@pytest.fixture
def world(
    database: Database,
    carrier: FakeCarrier,
    second: FakeCarrier,
    mailer: FakeMailer,
    company: Company,
    clock: TurnedClock,
) -> World:
    return World(database, carrier, company, clock, second, mailer=mailer)


def page_sam(world: World) -> Message:
    with world.database.transaction() as session:
        run_id = page_run(session, world.clock)
    key = f"page:{run_id}:0:sam:text"
    world.page(key, run_id=run_id, step=0, person_id="sam")
    return world.row(key)


def alarms(world: World) -> list[Message]:
    return [row for row in world.rows() if row.key.startswith(KEY)]


@pytest.mark.parametrize("error", [Refused(20003, permanent=False), Refused(21606, permanent=True)])
def test_a_page_that_the_first_account_may_not_send_leaves_through_the_second_at_once(
    world: World, second: FakeCarrier, error: CarrierError
) -> None:
    world.page()
    world.carrier.plan.append(error)
    world.sweep()
    row = world.row()
    assert (row.status, row.account, row.sid) == (MessageStatus.ACCEPTED, 1, second.sent[0].sid)


@pytest.mark.parametrize("error", [Unreachable("down"), Throttled("wait")])
def test_an_account_that_cannot_be_had_is_given_a_few_seconds_and_no_more(
    world: World, second: FakeCarrier, error: CarrierError
) -> None:
    world.page()
    world.carrier.plan.extend([error] * 20)
    world.sweep()
    assert second.sent == []
    spent = 0.0
    while not second.sent:
        world.clock.turn(0.5)
        spent += 0.5
        world.sweep()
    assert PATIENCE_SECONDS <= spent <= PATIENCE_SECONDS + 4
    assert (world.row().account, world.carrier.sent) == (1, [])


def test_what_is_not_a_page_waits_for_the_first_account(world: World, second: FakeCarrier) -> None:
    world.page(purpose=Purpose.STAFF)
    world.carrier.plan.extend([Unreachable("down")] * 3)
    for _ in range(4):
        world.sweep()
        world.clock.turn(5)
    assert (len(world.carrier.sent), second.sent) == (1, [])


def test_an_unknown_outcome_is_reconciled_where_it_was_sent_before_another_account_is_tried(
    world: World, second: FakeCarrier
) -> None:
    world.page()
    world.carrier.plan.append(LOST)
    world.sweep()
    world.lease_over()
    assert (world.row().account, world.row().sid, second.sent) == (0, world.carrier.sent[0].sid, [])


def test_when_it_did_not_arrive_there_the_repeat_goes_through_the_next_and_says_so(
    world: World, second: FakeCarrier
) -> None:
    world.page()
    world.carrier.plan.append(UnknownOutcome("cut"))
    world.sweep()
    world.lease_over()
    assert (world.carrier.looks, world.carrier.sent, second.sent[0].body) == (2, [], "(repeat) P1 #4821")
    assert (world.row().account, world.row().repeats) == (1, 1)


def test_an_account_that_cannot_even_be_asked_keeps_no_page_for_long(world: World, second: FakeCarrier) -> None:
    world.page()
    world.carrier.plan.append(TimedOut("no answer"))
    world.carrier.plan.extend([Unreachable("down")] * 20)
    world.sweep()
    world.clock.turn(LEASE_SECONDS)
    world.sweep()
    assert (world.row().status, second.sent) == (MessageStatus.SENDING, [])
    for _ in range(int(BLIND_SECONDS / LOOK_SECONDS)):
        world.clock.turn(LOOK_SECONDS)
        world.sweep()
    assert second.sent[0].body == "(repeat) P1 #4821"


@pytest.mark.parametrize("error", [TimedOut("no answer"), UnknownOutcome("5xx")])
def test_with_one_account_that_cannot_be_asked_the_page_goes_again_and_by_e_mail_too(
    database: Database,
    carrier: FakeCarrier,
    mailer: FakeMailer,
    company: Company,
    clock: TurnedClock,
    error: CarrierError,
) -> None:
    world = World(database, carrier, company, clock, mailer=mailer)
    page = page_sam(world)
    carrier.plan.extend([error] * 20)
    world.sweep()
    spent = 0.0
    while carrier.plan and spent < 2 * BLIND_SECONDS:
        world.clock.turn(LOOK_SECONDS)
        spent += LOOK_SECONDS
        assert bool(mailer.sent) is (spent > BLIND_SECONDS)
        world.sweep()
    assert [key for key, _, _ in mailer.sent] == [page.key.replace("text", "email")]
    carrier.plan.clear()
    world.lease_over()
    assert world.row(page.key).status is MessageStatus.ACCEPTED
    assert world.row(page.key).repeats >= 1


def test_a_page_whose_fate_twilio_will_not_tell_goes_again_and_frees_the_telephone(
    database: Database, carrier: FakeCarrier, company: Company, clock: TurnedClock
) -> None:
    world = World(database, carrier, company, clock)
    page = page_sam(world)
    looks = int((BLIND_SECONDS - LEASE_SECONDS) / LOOK_SECONDS) + 1
    carrier.plan.extend([TimedOut("no answer"), *[Unreachable("the lists are refused")] * looks])
    world.sweep()
    world.clock.turn(LEASE_SECONDS)
    while world.row(page.key).status is MessageStatus.SENDING:
        world.sweep()
        world.clock.turn(LOOK_SECONDS)
    world.sweep()
    assert (world.row(page.key).status, world.row(page.key).repeats) == (MessageStatus.ACCEPTED, 1)


def test_when_every_account_is_refused_the_page_goes_by_e_mail_and_is_still_owed(
    world: World, second: FakeCarrier, mailer: FakeMailer
) -> None:
    page = page_sam(world)
    world.carrier.plan.append(Refused(20003, permanent=False))
    second.plan.append(Refused(30002, permanent=False))
    world.sweep()
    key, to, body = next(mail for mail in mailer.sent if mail[0].startswith("page:"))
    assert (key, to) == (page.key.replace("text", "email"), "sam@shop.example")
    assert "A4821 accepts" in body and "P1 #4821" in body
    assert world.row(key).status is MessageStatus.DELIVERED
    assert world.row(page.key).status is MessageStatus.PENDING
    world.clock.turn(MENDING_SECONDS)
    world.sweep()
    assert world.row(page.key).status is MessageStatus.ACCEPTED
    assert len([mail for mail in mailer.sent if mail[0] == key]) == 1


def test_the_owner_hears_once_an_hour_and_by_another_method_that_an_account_is_refused(
    world: World, mailer: FakeMailer
) -> None:
    for number in range(3):
        world.page(f"page {number}", body=f"P1 #{number}")
    world.carrier.plan.extend([Refused(20003, permanent=False)] * 3)
    world.sweep()
    [alarm] = alarms(world)
    assert (alarm.channel, alarm.to) == (Channel.EMAIL, "olga@shop.example")
    assert "wrong credentials" in mailer.sent[0][2] and "+1" not in alarm.body
    world.clock.turn(3600)
    world.carrier.plan.append(Refused(20003, permanent=False))
    world.page("page 4")
    world.sweep()
    assert len(alarms(world)) == 2


def test_an_owner_without_e_mail_is_told_through_the_other_account(
    world: World, second: FakeCarrier, company: Company
) -> None:
    world.company = replace(company, staff=(*company.staff[:2], replace(OLGA, email=None)))
    world.engine = world.another_engine()
    world.page()
    world.carrier.plan.append(Refused(20003, permanent=False))
    world.sweep()
    assert {each.to for each in second.sent} == {"+15125550101", OLGA.phone}


def test_without_a_mail_server_an_e_mail_fails_and_says_why(
    database: Database, carrier: FakeCarrier, company: Company, clock: TurnedClock
) -> None:
    world = World(database, carrier, company, clock)
    world.page(channel=Channel.EMAIL, to="sam@shop.example")
    world.sweep()
    assert (world.row().status, world.row().reason) == (MessageStatus.FAILED, "no mail server is set")


@pytest.mark.parametrize(
    ("to", "purpose"),
    [("stranger@elsewhere.example", Purpose.PAGE), ("sam@shop.example", Purpose.RECEIPT), ("911", Purpose.PAGE)],
)
def test_the_gate_judges_e_mail_too(world: World, mailer: FakeMailer, to: str, purpose: Purpose) -> None:
    world.page(channel=Channel.EMAIL, to=to, purpose=purpose)
    world.sweep()
    assert (world.row().status, mailer.sent) == (MessageStatus.REFUSED, [])
