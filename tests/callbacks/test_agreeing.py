"""Texts that are the carriers' words and more than that: staff who stop their pages, callers who need help."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from callbacks import replies, safety
from carrier import timers
from models.company import Company
from models.database import Database
from models.tables import Call, Message, Timer
from routing import jobs
from routing.rota import changes, check
from tests.callbacks.callers import CALLER, Desk
from tests.conftest import Clock
from triage.assessment import Assessment
from triage.triage import Triage


class House(Desk):
    """The shop, telephones that write to it, and its timers for the rota."""

    triage: Triage
    sids = 0

    def writes(self, body: str, number: str) -> list[str]:
        """A text comes in; what that telephone reads."""
        self.sids += 1
        before = len(self.reads(number))
        text = replies.Text(f"SM{self.sids:032x}", number, self.company.phone, body)
        self.work(replies.hear, self.triage, self.company, text, self.clock.turn(seconds=1))
        return self.reads(number)[before:]

    def reads(self, number: str) -> list[str]:
        return [one.body for one in self.rows(Message, Message.to == number)]

    def looks(self) -> None:
        """The looks at the rota that are due."""

        def due(session: Session, timer: Timer, now: Any) -> None:
            check.rota_check_due(session, timer, self.company, now)

        timers.TimerPass(self.database, {changes.ROTA_CHECK: due})(self.clock())


@pytest.fixture
def house(database: Database, shop: Company, wednesday: Clock) -> House:
    house = House(database, shop, wednesday)
    house.triage = Triage.load(zips=shop.zips, city=shop.city, state=shop.state, streets=shop.streets)
    return house


def test_a_technician_who_texts_stop_leaves_a_gap_that_is_named_at_once_and_join_closes_it(house: House) -> None:
    elena, walt = house.company.person("elena").phone, house.company.person("walt").phone
    house.writes("stop", elena)
    house.looks()
    opted_out, rota = house.reads(walt)
    assert "Elena Ruiz has opted out" in opted_out
    assert rota.startswith("Rota ") and "nobody on duty for hvac" in rota
    house.writes("JOIN", elena)
    house.looks()
    assert len(house.reads(walt)) == 2


def test_words_that_change_no_consent_are_no_cause_to_look_at_the_rota(house: House) -> None:
    elena = house.company.person("elena").phone
    for body in ("HELP", "START", "thanks"):
        house.writes(body, elena)
    house.writes("STOP", CALLER)
    assert house.rows(Timer, Timer.kind == changes.ROTA_CHECK) == []


# ---- help ------------------------------------------------------------------------------------------------------------
def sent_outside(house: House) -> None:
    call_id = house.rings(outcome="let_go")

    def write(session: Session) -> None:
        call = session.get_one(Call, call_id)
        jobs.write_emergency(session, call, Assessment(), None, "gas smell", house.clock())
        safety.watch(session, call, house.clock())

    house.work(write)


def told_of_need(house: House) -> list[str]:
    found = select(Message.person_id).where(col(Message.key).startswith("help:"))
    return house.work(lambda session: list(session.exec(found)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("cry", ["HELP", "help!", "Help me", "¡Ayuda!", "2"])
def test_who_was_sent_outside_and_cries_for_help_gets_people_first(house: House, cry: str) -> None:
    sent_outside(house)
    answers = house.writes(cry, CALLER)
    assert "call 911 now" in answers[0] and "walt" in told_of_need(house)


def test_help_is_the_carriers_word_too_where_they_do_not_answer_it(house: House) -> None:
    sent_outside(house)
    answers = house.writes("ayuda", CALLER)  # no keyword of Twilio's: the answer that it owes is ours
    assert len(answers) == 2 and house.company.phone in answers[1]


def test_help_from_anybody_else_is_only_the_carriers_word(house: House) -> None:
    house.missed()
    house.writes("HELP", CALLER)
    assert told_of_need(house) == []
