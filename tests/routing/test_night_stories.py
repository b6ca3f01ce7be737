"""Particular nights, with rows and pages: when the clocks change, and when a licence has run out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from sqlmodel import Session, select

from models.company import Company, Policy, Step, Turn
from models.database import Database
from models.enums import Channel, Priority, Trade
from models.tables import Call
from routing import paging
from routing.paging.run import WAITING
from routing.rota import view
from routing.rota.duty import on_duty
from tests.conftest import Clock
from tests.routing.paging_rig import Night, burst_pipe, run_of
from voice import ending

TEXT, EMAIL = (Channel.TEXT,), (Channel.EMAIL,)

Begin = Callable[[str, Company], Night]


@pytest.fixture
def night_at(database: Database) -> Begin:
    """A shop's night that begins at an instant; nobody has been paged yet."""
    return lambda at, shop: Night(database, shop, Clock(at))


@pytest.fixture
def halves(shop: Company) -> Company:
    """Marcus has the pipes until half past one in the night, Walt from then on."""
    plumbing = frozenset({Trade.PLUMBING})
    early = Turn("early", 1, ("marcus",), opens=time(17), closes=time(1, 30), trades=plumbing)
    late = Turn("late", 1, ("walt",), opens=time(1, 30), closes=time(17), trades=plumbing)
    return replace(shop, turns=(early, late))


def expired(shop: Company, person: str) -> Company:
    """Their licences ended on 17 November."""
    held = tuple(replace(one, expires=date(2026, 11, 17)) for one in shop.person(person).credentials)
    staff = tuple(replace(one, credentials=held) if one.id == person else one for one in shop.staff)
    return replace(shop, staff=staff)


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-11-01T01:15:00-05:00", "marcus"),  # the first quarter past one
        ("2026-11-01T01:45:00-05:00", "walt"),  # handed over at the first half past one
        ("2026-11-01T01:15:00-06:00", "walt"),  # the clock shows a quarter past one again: nobody is handed back
        ("2026-11-01T01:45:00-06:00", "walt"),
        ("2026-03-08T01:15:00-06:00", "marcus"),
        ("2026-03-08T03:15:00-05:00", "walt"),  # two o'clock never was
    ],
)
def test_a_pipe_bursts_in_the_night_that_the_clocks_change(
    night_at: Begin, halves: Company, at: str, first: str
) -> None:
    night = night_at(at, halves)
    night.begin()
    assert night.paged() == [f"{first} call", f"{first} text"]
    night.wait(minutes=3, seconds=50)  # over the change too, a rung lasts as long as it says
    assert [one for one in night.paged() if not one.startswith(first)] == []
    night.writes(first, "A4821")
    assert night.run().acknowledged_by == first
    assert night.story()[-1] == f"taken {first}"


@pytest.mark.parametrize(("evening", "hours"), [("2026-10-31T23:00:00-05:00", 9), ("2026-03-07T23:00:00-06:00", 7)])
def test_what_waits_for_the_morning_waits_until_the_clock_shows_seven(
    night_at: Begin, shop: Company, evening: str, hours: int
) -> None:
    night = night_at(evening, shop)
    night.begin(priority="P2", situation="P13")
    assert (night.paged(), night.run().step) == ([], WAITING)
    night.wait(hours=hours, minutes=-1)
    assert night.paged() == []
    night.wait(minutes=2)
    assert night.paged() == ["marcus text"]


def test_the_master_electricians_licence_expired_yesterday_and_the_owner_is_paged(
    night_at: Begin, shop: Company
) -> None:
    night = night_at("2026-11-18T02:10:00-06:00", expired(shop, "tom"))
    night.begin(situation="E01", trade="electrical", details={})
    assert night.paged() == ["walt call", "walt text"]  # at once, no minute is lost on Tom
    told = night.database.work(_detail_of_the_start)
    assert told.endswith("passed over: Tom Okafor: master electrician licence TX expired 2026-11-17")
    (wires,) = [one for one in on_duty(night.company, (), night.clock()) if one.person == "tom"]
    shown = view.duty(night.company, wires, night.clock())  # and whoever asks who is on call can see why
    assert shown["cannot_go"] == "Tom Okafor: master electrician licence TX expired 2026-11-17"
    night.wait(hours=1)
    assert not [one for one in night.paged() if one.startswith("tom")]
    night.writes("walt", "A4821")
    assert night.run().acknowledged_by == "walt"


def test_on_its_last_good_day_it_is_his(night_at: Begin, shop: Company) -> None:
    night = night_at("2026-11-17T23:55:00-06:00", expired(shop, "tom"))
    night.begin(situation="E01", trade="electrical", details={})
    assert night.paged() == ["tom call", "tom text"]
    wires = next(one for one in on_duty(night.company, (), night.clock()) if one.person == "tom")
    assert view.duty(night.company, wires, night.clock())["cannot_go"] is None


def test_a_gas_furnace_is_not_made_safe_by_somebody_without_gas(night_at: Begin, shop: Company) -> None:
    epa, hvac = sorted(shop.person("elena").credentials, key=lambda one: one.kind)
    plain = replace(shop.person("elena"), gas_qualified=False, credentials=(epa, replace(hvac, gas=False)))
    shop = replace(shop, staff=tuple(plain if one.id == "elena" else one for one in shop.staff))
    night = night_at("2026-11-18T02:10:00-06:00", shop)
    night.begin(situation="H07", trade="hvac", details={"equipment": "gas furnace"})
    assert {one.partition(" ")[0] for one in night.paged()} == {"walt"}


@pytest.mark.parametrize(
    ("place", "address", "first"),
    [
        ("home", {"number": "412", "street": "Maple Street"}, "marcus"),
        ("home", {"number": "412", "street": "Maple Street", "unit": "9"}, "walt"),
        ("business", None, "walt"),
        (None, None, "walt"),
    ],
)
def test_a_tradesman_plumber_goes_to_a_house_and_nowhere_else(
    night_at: Begin, shop: Company, place: str | None, address: dict[str, str] | None, first: str
) -> None:
    (licence,) = shop.person("marcus").credentials
    tradesman = replace(shop.person("marcus"), credentials=(replace(licence, grade="tradesman"),))
    shop = replace(shop, staff=tuple(tradesman if one.id == "marcus" else one for one in shop.staff))
    night = night_at("2026-11-18T02:10:00-06:00", shop)
    night.begin(situation="P02", address=address, details={"place": place} if place else {})
    assert night.paged()[0] == f"{first} call"


def test_a_job_by_day_is_paged_only_where_the_profile_names_its_priority(night_at: Begin, shop: Company) -> None:
    steps = (Step("first", TEXT, 600), Step("managers", TEXT, 600))
    whatever = Policy("whatever", steps)
    ours = replace(whatever, id="water", priorities=frozenset({Priority.P2}))
    night = night_at("2026-11-18T10:15:00-06:00", shop)
    night.database.work(_leaky_tap, night.clock())
    for policies, paged in (((), []), ((whatever,), []), ((ours,), ["marcus text"])):
        night.company = replace(shop, policies=policies)
        for _ in range(2):  # the call's end may be told twice
            night.database.work(_call_ends, night.company, night.clock())
        night.deliver()
        assert night.paged() == paged


def test_a_ladder_by_email_alone_rings_whoever_has_no_address(night_at: Begin, shop: Company) -> None:
    steps = (Step("first", EMAIL, 600), Step("managers", EMAIL, 600))
    night = night_at("2026-11-18T02:10:00-06:00", replace(shop, policies=(Policy("mailed", steps),)))
    night.begin()
    assert night.paged() == ["marcus call", "marcus text"]


def _leaky_tap(session: Session, now: datetime) -> None:
    burst_pipe(session, now, priority="P2", situation="P13", intent="service")


def _call_ends(session: Session, company: Company, now: datetime) -> None:
    ending.end(session, company, session.exec(select(Call)).one().id, "completed", now)


def _detail_of_the_start(session: Session) -> str:
    return next(one.detail for one in paging.story(session, run_of(session)) if one.what == "started")
