"""Who may be sent, and the reason why not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from models.company import Company, Credential, Person
from models.enums import Trade
from routing.licences import Errand, Site, Verdict, may_be_sent

THE_18TH = date(2026, 11, 18)
HOME = Site(dwelling=True)


def licence(kind: str, grade: str = "", **facts: Any) -> Credential:
    return Credential(kind, grade, **{"state": "TX", "number": "1", **facts})


def holds(person: Person, *licences: Credential, **facts: Any) -> Person:
    return replace(person, credentials=licences, **facts)


def judged(shop: Company, person: Person, situation: str | None, **about: Any) -> Verdict:
    return may_be_sent(person, situation, THE_18TH, company=shop, **about)


def test_the_master_electricians_licence_expired_yesterday(shop: Company) -> None:
    tom = holds(shop.person("tom"), licence("electrician", "master", expires=date(2026, 11, 17)))
    verdict = judged(shop, tom, "E01")
    assert verdict == Verdict(False, ("Tom Okafor: master electrician licence TX expired 2026-11-17",))
    assert may_be_sent(tom, "E01", date(2026, 11, 17), company=shop).allowed  # its last good day


def test_a_renewed_licence_beside_the_expired_one_is_good(shop: Company) -> None:
    old = licence("electrician", "master", expires=date(2026, 11, 17))
    assert judged(shop, holds(shop.person("tom"), old, licence("electrician", "journeyman")), "E01").allowed


def test_a_journeyman_makes_it_safe_and_the_permit_work_needs_a_master(shop: Company) -> None:
    tom = holds(shop.person("tom"), licence("electrician", "journeyman"))
    assert judged(shop, tom, "E04").allowed
    verdict = judged(shop, tom, "E04", purpose=Errand.WORK)
    assert verdict.reasons == ("Tom Okafor: journeyman electrician licence TX is not enough, needs master",)
    assert judged(shop, shop.person("tom"), "E04", purpose=Errand.WORK).allowed


def test_a_journeyman_wires_a_charger_under_the_masters_permit(shop: Company) -> None:
    tom = holds(shop.person("tom"), licence("electrician", "journeyman"))
    assert judged(shop, tom, "E17", purpose=Errand.WORK).allowed


def test_a_residential_wireman_works_in_homes_of_one_and_two_families(shop: Company) -> None:
    wireman = holds(shop.person("tom"), licence("electrician", "residential"))
    assert judged(shop, wireman, "E12", site=HOME).allowed
    no = "Tom Okafor: residential electrician licence TX is for one- and two-family homes only"
    assert judged(shop, wireman, "E12", site=Site(dwelling=False)).reasons == (no,)
    assert judged(shop, wireman, "E12").reasons == (no,)  # nobody said what building it is
    assert not judged(shop, wireman, "E10", site=HOME).allowed  # troubleshooting is a journeyman's


def test_an_apprentice_is_never_sent_alone(shop: Company) -> None:
    sam = holds(replace(shop.person("tom"), id="sam", name="Sam Poe"), licence("electrician", "apprentice"))
    assert judged(shop, sam, "E01").reasons == (
        "Sam Poe: apprentice electrician licence TX, goes only beside a licensed person who supervises",
    )
    cold = holds(shop.person("elena"), licence("hvac", "apprentice"), name="Sam Poe")
    assert not judged(shop, cold, "H14").allowed


@pytest.mark.parametrize(
    ("grade", "allowed"), [("type_1", False), ("type_2", True), ("type_3", False), ("universal", True)]
)
def test_a_refrigerant_circuit_is_opened_with_the_right_epa_608(shop: Company, grade: str, allowed: bool) -> None:
    elena = holds(shop.person("elena"), licence("hvac", "technician"), licence("epa608", grade, state="US"))
    assert judged(shop, elena, "H14").allowed is allowed


def test_a_frozen_coil_is_switched_off_without_epa_608_and_mended_with_it(shop: Company) -> None:
    elena = holds(shop.person("elena"), licence("hvac", "technician"))
    assert judged(shop, elena, "H10").allowed
    assert judged(shop, elena, "H10", purpose=Errand.WORK).reasons == ("Elena Ruiz: no EPA 608 certificate on record",)


def test_a_walk_in_cooler_wants_the_universal_certificate(shop: Company) -> None:
    elena = holds(shop.person("elena"), licence("hvac", "technician"), licence("epa608", "type_2", state="US"))
    assert judged(shop, elena, "H19").reasons == (
        "Elena Ruiz: type II EPA 608 certificate US is not enough, needs universal",
    )


def test_gas_is_for_the_gas_qualified(shop: Company) -> None:
    marcus = holds(shop.person("marcus"), licence("plumber", "journeyman"), gas_qualified=False)
    assert judged(shop, marcus, "G01").reasons == ("Marcus Bell: not gas-qualified",)
    assert judged(shop, marcus, "P01").allowed
    assert judged(shop, replace(marcus, gas_qualified=True), "G01").allowed
    assert not judged(shop, shop.person("tom"), "G01").allowed


def test_an_expired_gas_licence_counts_more_than_the_profiles_word(shop: Company) -> None:
    gas = licence("gas", "journeyman", expires=date(2026, 11, 1))
    marcus = holds(shop.person("marcus"), licence("plumber", "journeyman"), gas)
    assert judged(shop, marcus, "G02").reasons == ("Marcus Bell: journeyman gas fitter licence TX expired 2026-11-01",)
    assert judged(shop, marcus, "P01").allowed


def test_a_plumber_whose_licence_expired_is_no_gas_fitter_by_the_profiles_word(shop: Company) -> None:
    marcus = holds(shop.person("marcus"), licence("plumber", "journeyman", expires=date(2026, 11, 1)))
    assert not judged(shop, marcus, "G01").allowed


def test_a_water_heater_is_gas_work_only_where_it_burns_gas(shop: Company) -> None:
    marcus = holds(shop.person("marcus"), licence("plumber", "journeyman"), gas_qualified=False)
    assert judged(shop, marcus, "P14").allowed
    assert not judged(shop, marcus, "P14", site=Site(burns_gas=True)).allowed


def test_a_gas_furnace_is_made_safe_by_any_technician_and_mended_by_the_gas_qualified(shop: Company) -> None:
    elena = holds(shop.person("elena"), licence("hvac", "technician"), gas_qualified=False)
    assert judged(shop, elena, "H07").allowed
    assert not judged(shop, elena, "H07", purpose=Errand.WORK).allowed


def test_a_licence_of_another_state_is_not_good_here(shop: Company) -> None:
    tom = holds(shop.person("tom"), licence("electrician", "master", state="OK"))
    assert judged(shop, tom, "E01").reasons == ("Tom Okafor: master electrician licence OK is not good in TX",)


def test_a_shop_that_recorded_nothing_goes_by_trades_as_before(shop: Company) -> None:
    assert judged(shop, holds(shop.person("tom")), "E04", purpose=Errand.WORK).allowed
    assert judged(shop, holds(shop.person("marcus")), "G01").allowed
    assert judged(shop, holds(shop.person("tom")), "P01").reasons == ("Tom Okafor: plumbing is not among their trades",)


def test_one_licence_on_record_and_the_missing_one_is_a_no(shop: Company) -> None:
    elena = holds(shop.person("elena"), licence("epa608", "universal", state="US"))
    assert judged(shop, elena, "H01").reasons == ("Elena Ruiz: no HVAC licence on record",)


def test_a_state_without_such_a_licence_does_not_ask_for_it(shop: Company) -> None:
    elsewhere = replace(shop, unlicensed=frozenset({"hvac", "gas"}))
    elena = holds(shop.person("elena"), licence("epa608", "universal", state="US"))
    assert judged(elsewhere, elena, "H03").allowed and judged(elsewhere, elena, "G04").allowed
    assert not judged(elsewhere, replace(elena, gas_qualified=False), "G04").allowed


def test_a_matter_for_the_office_sends_nobody_with_tools(shop: Company) -> None:
    assert "office" in judged(shop, shop.person("walt"), "A05").reasons[0]
    assert not judged(shop, shop.person("walt"), None, trade=Trade.OFFICE).allowed


def test_a_job_of_which_only_the_trade_is_known_and_one_of_which_nothing_is(shop: Company) -> None:
    assert judged(shop, shop.person("marcus"), None, trade=Trade.PLUMBING).allowed
    assert not judged(shop, shop.person("tom"), None, trade=Trade.PLUMBING).allowed
    assert all(judged(shop, shop.person(one), None).allowed for one in ("marcus", "elena", "tom", "walt"))


@settings(deadline=None)
@given(
    kind=some.sampled_from(["electrician", "plumber", "hvac", "gas"]),
    grade=some.sampled_from(["apprentice", "journeyman", "master"]),
    expires=some.dates(date(2020, 1, 1), date(2026, 11, 17)),
    situation=some.sampled_from(["G01", "P01", "H01", "E01", "E04", "P05", "H14", None]),
    purpose=some.sampled_from(Errand),
)
def test_whose_only_licence_has_expired_is_sent_for_nothing_of_its_trade(
    kind: str, grade: str, expires: date, situation: str | None, purpose: Errand
) -> None:
    trade = {"electrician": Trade.ELECTRICAL, "plumber": Trade.PLUMBING, "hvac": Trade.HVAC, "gas": Trade.GAS}[kind]
    held = licence(kind, grade, expires=expires, gas=True, supervises=True)
    person = Person("kim", "Kim Vo", "+15125550177", frozenset({"technician"}), frozenset({trade}), True, True)
    shop = Company("S", "S", "+15125550100", None, frozenset({trade}), (person,), (), (), state="TX")  # type: ignore[arg-type]
    verdict = judged(shop, holds(person, held), situation, purpose=purpose)
    assert not verdict.allowed and all(one.startswith("Kim Vo: ") for one in verdict.reasons) and verdict.reasons
