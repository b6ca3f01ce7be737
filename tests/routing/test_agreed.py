"""Who has texted STOP is not planned for pages, and who has texted JOIN is, whatever the profile says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from callbacks.queue import signing
from carrier import consent
from models.company import Company
from models.database import Database
from models.enums import Channel, ConsentScope
from models.tables import Call
from routing.rota import check
from routing.transfers import handing
from tests.conftest import Clock
from tests.routing.paging_rig import Night


@pytest.fixture
def night(database: Database, shop: Company, wednesday: Clock) -> Night:
    """The example shop on a Wednesday morning: Marcus first, Walt behind."""
    return Night(database, shop, wednesday)


def texts(night: Night, name: str, word: str) -> None:
    night.clock.turn(seconds=1)
    phone = night.person(name).phone
    night.database.work(consent.opt_out, night.company, phone, word, None, f"SM{name}{word}", night.clock())


def unasked(company: Company, name: str) -> Company:
    """The shop whose profile has no yes of this person."""
    return replace(
        company, staff=tuple(replace(one, opted_in=one.opted_in and one.id != name) for one in company.staff)
    )


# ---- whose word counts -----------------------------------------------------------------------------------------------
def test_the_newest_word_of_each_way_counts_and_one_way_is_enough(night: Night) -> None:
    def agreed() -> bool:
        return night.database.work(consent.as_agreed, night.company).person("marcus").opted_in

    assert agreed()
    texts(night, "marcus", "STOP")
    assert not agreed()
    texts(night, "marcus", "JOIN")
    assert agreed()

    def refused(session: Session) -> None:  # Twilio's 21610 speaks of texts alone
        facts = (Channel.TEXT, ConsentScope.ALL, False, "carrier", night.clock.turn(seconds=1))
        consent.note(session, night.person("marcus").phone, *facts)

    night.database.work(refused)
    assert agreed()


def test_without_a_word_the_profile_stands_and_of_one_instant_the_no(night: Night) -> None:
    quiet = unasked(night.company, "marcus")
    assert not night.database.work(consent.as_agreed, quiet).person("marcus").opted_in
    assert night.database.work(consent.as_agreed, night.company) == night.company

    def both(session: Session) -> None:
        for granted in (False, True):
            for way in (Channel.TEXT, Channel.CALL):
                phone = night.person("marcus").phone
                consent.note(session, phone, way, ConsentScope.PAGING, granted, "keyword", night.clock())

    night.database.work(both)
    assert not night.database.work(consent.as_agreed, night.company).person("marcus").opted_in


# ---- pages -----------------------------------------------------------------------------------------------------------
def test_who_texted_stop_is_passed_over_and_the_next_is_paged_at_once(night: Night) -> None:
    texts(night, "marcus", "stop")
    night.begin()
    assert night.paged() and not any(one.startswith("marcus") for one in night.paged())


def test_who_texted_join_is_paged_before_the_profile_says_so(night: Night) -> None:
    night.company = unasked(night.company, "marcus")
    texts(night, "marcus", "JOIN")
    night.begin()
    assert night.paged() == ["marcus call", "marcus text"]


def test_who_texts_stop_while_the_ladder_climbs_costs_no_time(night: Night) -> None:
    night.begin()
    (second,) = {one for step in night.run().policy[2:3] for one in step["people"]}
    texts(night, second, "stop")
    night.wait(minutes=9)
    assert night.run().step > 2 and not any(one.startswith(second) for one in night.paged())


def test_a_manager_who_texted_stop_is_told_nothing_more(night: Night) -> None:
    texts(night, "walt", "stop")
    told = len(night.notices("walt"))
    night.begin()
    night.wait(hours=3)
    assert night.run().status == "exhausted" and len(night.notices("walt")) == told


def test_when_everybody_has_texted_stop_the_run_ends_and_the_customer_is_told(night: Night) -> None:
    for one in night.company.staff:
        texts(night, one.id, "stop")
    night.begin()
    night.wait(hours=3)
    assert night.run().status == "exhausted" and "could not reach a technician" in night.told()[0]


# ---- the rota, the desk ----------------------------------------------------------------------------------------------
def test_the_rota_check_names_who_texted_stop_and_counts_who_texted_join(night: Night) -> None:
    def found(company: Company) -> list[str]:
        concerns = night.database.work(check.concerns, company, night.clock())
        return [one for concern in concerns for one in concern.findings]

    quiet = unasked(night.company, "elena")
    assert "Elena Ruiz has not opted in" in found(quiet)
    texts(night, "elena", "JOIN")
    assert found(quiet) == []
    texts(night, "elena", "STOP")
    assert "nobody on duty for hvac" in found(night.company) and "Elena Ruiz has not opted in" in found(night.company)


def test_the_desk_is_rung_by_us_only_while_it_agrees(night: Night) -> None:
    desk = next(one for one in night.company.with_role("csr") if one.opted_in)
    rooms = replace(night.company, transfers=replace(night.company.transfers, way="room"))

    def rung(session: Session) -> tuple[bool, bool]:
        call = Call(sid=f"CA{night.clock():%H%M%S}", caller="+15125550199", received_at=night.clock())
        session.add(call)
        session.flush()
        people = handing.begin(session, call, rooms, None, "asked", night.clock()).people
        return desk.id in people, desk.id in {one.id for one in signing.idle(session, rooms, night.clock())}

    def come(session: Session) -> None:
        signing.sign(session, desk, True, night.clock() - timedelta(minutes=1))

    night.database.work(come)
    assert night.database.work(rung) == (True, True)
    texts(night, desk.id, "STOP")
    assert night.database.work(rung) == (False, False)
    texts(night, desk.id, "START")
    assert night.database.work(rung) == (True, True)
