"""Who is woken for what."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from models.company import Company, Policy, Step
from models.enums import Channel, Priority, Trade
from routing import policies
from routing.oncall import Rung, plan
from tests.conftest import Clock

BOTH = policies.BOTH
NOON = datetime.fromisoformat("2026-11-18T12:00:00-06:00")


def ladder(shop: Company, trade: Trade | None, **about: Any) -> tuple[Rung, ...]:
    return plan(shop, trade, **{"at": NOON, **about}).rungs


def names(rungs: tuple[Rung, ...]) -> list[tuple[str, ...]]:
    return [rung.people for rung in rungs]


def changed(shop: Company, person: str, **facts: object) -> Company:
    return replace(
        shop,
        staff=tuple(replace(one, **facts) if one.id == person else one for one in shop.staff),  # type: ignore[arg-type]
    )


def expired(shop: Company, person: str) -> Company:
    held = tuple(replace(one, expires=date(2026, 11, 17)) for one in shop.person(person).credentials)
    return changed(shop, person, credentials=held)


def under(shop: Company, *steps: Step, **facts: object) -> Company:
    policy = Policy("ours", steps, **facts)  # type: ignore[arg-type]
    assert policies.faults(policy, shop) == []
    return replace(shop, policies=(policy,))


def test_a_burst_pipe_wakes_the_plumber_twice_then_the_owner_then_everyone(shop: Company) -> None:
    rungs = ladder(shop, Trade.PLUMBING)
    assert names(rungs) == [("marcus",), ("marcus",), ("walt",), ("marcus", "walt")]
    assert [rung.wait_s for rung in rungs] == [180, 60, 240, 600]
    assert rungs[1].channels == (Channel.CALL,)  # the second time the telephone rings, nothing more to read


def test_gas_goes_only_to_the_gas_qualified(shop: Company, night: Clock) -> None:
    found = plan(shop, Trade.GAS, gas=True, situation="G01", at=night())
    assert names(found.rungs)[0] == ("marcus",)
    assert {person for rung in found.rungs for person in rung.people} == {"marcus", "elena", "walt"}
    assert [one.person_id for one in found.passed_over] == ["tom"]


def test_sparks_wake_the_electrician(shop: Company) -> None:
    assert ladder(shop, Trade.ELECTRICAL)[0].people == ("tom",)


def test_the_master_electricians_licence_expired_yesterday(shop: Company, night: Clock) -> None:
    found = plan(expired(shop, "tom"), Trade.ELECTRICAL, situation="E01", priority="P1", at=night())
    assert names(found.rungs) == [("walt",), ("walt",), ("walt",)]  # the owner at once, and not after eight minutes
    tom = next(one for one in found.passed_over if one.person_id == "tom")
    assert tom.reasons == ("Tom Okafor: master electrician licence TX expired 2026-11-17",)


def test_an_owner_whose_licence_expired_still_answers_for_the_shop(shop: Company, night: Clock) -> None:
    rungs = ladder(expired(shop, "walt"), Trade.ELECTRICAL, situation="E01", at=night())
    assert names(rungs) == [("tom",), ("tom",), ("walt",), ("tom", "walt")]


def test_water_at_the_panel_wakes_plumber_and_electrician(shop: Company) -> None:
    assert names(ladder(shop, Trade.PLUMBING, situation="P05"))[:4] == [("marcus",), ("marcus",), ("tom",), ("walt",)]


def test_a_matter_for_the_office_wakes_the_manager_and_no_technician(shop: Company) -> None:
    for situation in (None, "A06", "P01"):
        rungs = ladder(shop, Trade.OFFICE, situation=situation)
        assert {person for rung in rungs for person in rung.people} == {"walt"}


def test_the_rotas_order_goes_before_the_profiles_ladder(shop: Company) -> None:
    shop = changed(shop, "elena", trades=frozenset({Trade.PLUMBING}), credentials=())
    assert names(ladder(shop, Trade.PLUMBING, order=("elena", "marcus", "priya"))) == [
        ("elena",), ("elena",), ("marcus",), ("priya",), ("elena", "marcus", "priya"),
    ]  # fmt: skip


def test_a_rota_without_anybody_who_answers_for_the_shop_ends_at_the_profiles_owner(shop: Company) -> None:
    assert names(ladder(shop, Trade.PLUMBING, order=("marcus",)))[-1] == ("marcus", "walt")


def test_somebody_on_the_rota_who_has_left_is_not_missed(shop: Company) -> None:
    assert names(ladder(shop, Trade.PLUMBING, order=("gone", "marcus", "walt")))[0] == ("marcus",)
    assert names(ladder(shop, Trade.PLUMBING, order=("gone",)))[0] == ("walt",)


def test_a_heavy_sleeper_is_called_again_and_again(shop: Company) -> None:
    shop = under(
        shop,
        Step("first", BOTH, 240, repeat_calls=3, repeat_call_after_s=60),
        Step("managers", BOTH, 300),
    )
    rungs = ladder(shop, Trade.PLUMBING)
    assert [(one.people, one.channels, one.wait_s) for one in rungs] == [
        (("marcus",), BOTH, 60),
        *[(("marcus",), (Channel.CALL,), 60)] * 3,
        (("walt",), BOTH, 300),
    ]


def test_whoever_was_woken_too_often_tonight_comes_second(shop: Company) -> None:
    def woken(**pages: int) -> tuple[tuple[str, ...], ...]:
        rungs = ladder(shop, Trade.GAS, gas=True, situation="G01", pages_tonight=pages)
        return tuple(dict.fromkeys(names(rungs)))[:2]

    assert woken(marcus=3) == (("marcus",), ("elena",))
    assert woken(marcus=4) == (("elena",), ("marcus",))
    assert woken(marcus=4, elena=4) == (("marcus",), ("elena",))


def test_what_is_not_urgent_waits_until_morning(shop: Company, night: Clock, wednesday: Clock) -> None:
    found = plan(shop, Trade.HVAC, situation="H09", priority=Priority.P2, at=night())
    assert found.starts_at == datetime.fromisoformat("2026-11-19T07:00:00-06:00")
    by_day = plan(shop, Trade.HVAC, situation="H09", priority=Priority.P2, at=wednesday())
    assert by_day.starts_at is None and by_day.rungs == found.rungs
    assert plan(shop, Trade.HVAC, situation="H04", priority=Priority.P1, at=night()).starts_at is None


def test_or_it_goes_by_text_alone_as_the_policy_says(shop: Company, night: Clock, wednesday: Clock) -> None:
    shop = under(
        shop,
        Step("first", BOTH, 300, repeat_calls=1, repeat_call_after_s=60),
        Step("managers", BOTH, 300),
        priorities=frozenset({Priority.P2}),
        at_night="text",
    )
    quiet = ladder(shop, Trade.HVAC, situation="H09", priority="P2", at=night())
    assert [(one.people, one.channels, one.wait_s) for one in quiet] == [
        (("elena",), (Channel.TEXT,), 300),
        (("walt",), (Channel.TEXT,), 300),
    ]
    assert len(ladder(shop, Trade.HVAC, situation="H09", priority="P2", at=wednesday())) == 3


def test_a_policy_may_name_a_person(shop: Company) -> None:
    steps = (Step("first", BOTH, 60), Step("tom", BOTH, 60), Step("priya", BOTH, 60), Step("managers", BOTH, 60))
    found = plan(under(shop, *steps), Trade.PLUMBING, situation="P01", at=NOON)
    assert names(found.rungs) == [("marcus",), ("priya",), ("walt",)]  # priya is off duty and a manager; tom no plumber
    assert "tom" in {one.person_id for one in found.passed_over}


def test_somebody_who_has_not_opted_in_is_never_paged(shop: Company) -> None:
    found = plan(changed(shop, "marcus", opted_in=False), Trade.PLUMBING, at=NOON)
    assert all("marcus" not in rung.people for rung in found.rungs)
    assert found.passed_over[0].reasons == ("Marcus Bell: has not opted in to be paged",)


def test_nobody_at_all_is_an_error_and_not_a_silence(shop: Company) -> None:
    staff = tuple(replace(one, opted_in=False) for one in shop.staff)
    with pytest.raises(LookupError, match="nobody"):
        ladder(replace(shop, staff=staff), Trade.PLUMBING)


def test_without_anybody_who_answers_for_the_shop_the_technicians_are_woken_all_the_same(shop: Company) -> None:
    alone = replace(shop, staff=(shop.person("marcus"),), on_call=("marcus",))
    assert names(ladder(alone, Trade.PLUMBING)) == [("marcus",)] * 3
    ours = Policy("ours", (Step("managers", BOTH, 60),))
    assert names(ladder(replace(alone, policies=(ours,)), Trade.PLUMBING)) == [("marcus",)]


def test_a_rung_survives_its_snapshot_and_an_old_one_is_still_read(shop: Company) -> None:
    for rung in ladder(shop, Trade.HVAC):
        assert Rung.from_json(rung.to_json()) == rung
    old = {"people": ["marcus"], "channels": ["text", "call"], "wait_s": 180}
    assert Rung.from_json(old) == Rung(("marcus",), BOTH, 180)
