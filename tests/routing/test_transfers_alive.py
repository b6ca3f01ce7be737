"""News of a caller or a CSR that never comes: Twilio is asked, and nobody is busy, or left on hold, for hours."""

from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from carrier.client import News
from carrier.doors import Doors
from carrier.errors import Unreachable
from carrier.methods import Methods
from models.company import Company
from models.database import Database
from models.enums import CallStatus, TransferStatus
from models.tables import Call, Transfer
from routing import transfers
from routing.transfers import Event, watch
from routing.transfers.alive import Alive
from routing.transfers.errands import AT_ONCE
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from tests.routing.test_transfers import Desk

SECOND = "+15125550198"
SOON, LATER = watch.ASKED_FIRST.total_seconds(), watch.ASKED_AGAIN.total_seconds()


class Office(Desk):
    """The desk, and an engine that asks Twilio how calls stand."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        super().__init__(database, company, clock)
        self.twilio, self.second = FakeCarrier(clock), FakeCarrier(clock)
        self.left: list[str] = []
        self.alive = self.asking(Inline())

    def asking(self, pool: Executor) -> Alive:
        doors, numbers = Doors("https://phone.example.com"), (self.company.phone, SECOND)
        methods = Methods((self.twilio, self.second), doors, numbers=numbers)
        return Alive(self.database, methods, self.company, self.clock, pool, self._gone)

    def _gone(self, session: Session, call_id: str, now: object) -> None:
        self.left.append(call_id)
        transfers.caller_left(session, call_id, self.company, now)  # type: ignore[arg-type]

    def stands(self, **calls: str) -> None:
        """What Twilio says of calls, by SID."""
        self.twilio.standing |= {sid: News(status) for sid, status in calls.items()}

    def talk(self) -> Transfer:
        """The caller of CA1 talks to the first who was rung."""
        begun = self.asks(self.caller())
        self.stands(CA1="in-progress", CAdana="in-progress")

        def take(session: Session) -> Transfer:
            row = session.get_one(Transfer, begun.id)
            transfers.happened(session, row, Event.TAKEN, self.company, self.clock(), 1, leg_sid="CAdana")
            return row

        return self.database.work(take)

    def pass_by(self, seconds: float) -> int:
        """Time goes by; how many transfers were asked about."""
        self.wait(seconds)
        return self.alive(self.clock())


@pytest.fixture(params=["plain", "room"])
def office(request: pytest.FixtureRequest, database: Database, shop: Company, wednesday: Clock) -> Office:
    return Office(database, replace(shop, transfers=replace(shop.transfers, way=request.param)), wednesday)


def test_the_news_of_a_csrs_leg_never_comes_and_the_csr_is_free_again_minutes_later(office: Office) -> None:
    talk = office.talk()
    assert office.pass_by(SOON) == 1
    assert office.now(talk.id).status == TransferStatus.BRIDGED  # both are there
    office.stands(CAdana="completed")
    assert office.pass_by(LATER) == 1
    over = office.now(talk.id)
    assert (over.status, over.taken_by, over.ended_at) == (TransferStatus.OVER, "dana", office.clock())
    assert office.owed(watch.ONWARD) == 1 and office.left == []  # the caller, who is still there, is let out
    assert office.asks(office.caller("CA2", "+15125550198")).people[0] == "dana"


def test_the_news_of_a_callers_end_never_comes_and_the_csr_is_free_again(office: Office) -> None:
    talk = office.talk()
    office.stands(CA1="completed")
    office.pass_by(SOON)
    assert office.now(talk.id).status == TransferStatus.OVER and office.left == [talk.call_id]


def test_nobody_is_asked_before_two_minutes_nor_oftener_than_every_three(office: Office) -> None:
    office.talk()
    assert office.pass_by(SOON - 1) == 0 and office.pass_by(1) == 1
    assert office.pass_by(LATER - 1) == 0 and office.pass_by(1) == 1


def test_an_answer_that_cannot_be_had_changes_nothing(office: Office) -> None:
    talk = office.talk()
    office.stands(CA1="completed")
    office.twilio.plan.extend([Unreachable("Twilio cannot be reached")])
    office.pass_by(SOON)
    assert office.now(talk.id).status == TransferStatus.BRIDGED
    office.pass_by(LATER)
    assert office.now(talk.id).status == TransferStatus.OVER


def test_a_call_that_twilio_does_not_know_is_over(office: Office) -> None:
    talk = office.talk()
    del office.twilio.standing["CAdana"]
    office.pass_by(SOON)
    assert office.now(talk.id).status == TransferStatus.OVER


def test_a_caller_of_the_second_accounts_number_is_asked_about_there(office: Office) -> None:
    talk = office.talk()
    office.second.standing["CA1"] = office.twilio.standing.pop("CA1")  # the first has never heard of that call

    def came_in_there(session: Session) -> None:
        session.get_one(Call, talk.call_id).called = SECOND

    office.database.work(came_in_there)
    office.pass_by(SOON)
    assert office.now(talk.id).status == TransferStatus.BRIDGED and office.left == []


class Slow(Executor):
    """A pool whose threads all wait for Twilio."""

    def __init__(self) -> None:
        self.waiting: list[Future[None]] = []

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        self.waiting.append(Future())
        return self.waiting[-1]


def test_a_twilio_that_does_not_answer_takes_no_more_threads_than_are_there_for_such_questions(office: Office) -> None:
    pool = Slow()
    office.alive = office.asking(pool)
    for n in range(AT_ONCE + 2):
        office.caller(f"CA{n}")
    assert office.pass_by(watch.WAITING_S) == AT_ONCE and office.pass_by(1) == 0
    pool.waiting[0].set_result(None)
    assert office.pass_by(1) == 1


def test_who_is_over_is_not_asked_about_again(office: Office) -> None:
    talk = office.talk()
    office.happens(talk.id, Event.PARTED)
    assert office.pass_by(SOON) == 0 and office.owed(watch.ALIVE) == 0


@pytest.mark.parametrize("status", [CallStatus.TALKING, CallStatus.AFTER])
def test_a_caller_whose_process_died_is_settled_when_twilio_says_that_they_are_gone(
    office: Office, status: CallStatus
) -> None:
    begun = office.caller(status=status)
    office.stands(CA1="in-progress")
    assert office.pass_by(watch.WAITING_S) == 1 and office.left == []  # they may be telling us of a danger
    office.stands(CA1="completed")
    office.pass_by(LATER)
    assert office.now(begun).status == TransferStatus.LEFT and len(office.left) == 1


def test_a_caller_of_a_dead_process_is_given_up_after_four_hours_when_twilio_cannot_be_asked(office: Office) -> None:
    office.caller(status=CallStatus.TALKING)
    office.twilio.plan.extend([Unreachable("Twilio cannot be reached")] * 100)
    while office.clock() < Clock("2026-11-18T14:45:00-06:00")():
        office.pass_by(300)
    assert office.owed(watch.ONWARD) == 1  # and onward.py takes whoever cannot be told for gone
