"""Who is woken for what."""

from dataclasses import replace

import pytest

from models.company import Company
from models.enums import Channel, Trade
from routing.oncall import Rung, fit, ladder


def names(rungs: tuple[Rung, ...]) -> list[tuple[str, ...]]:
    return [rung.people for rung in rungs]


def test_a_burst_pipe_wakes_the_plumber_twice_then_the_owner_then_everyone(shop: Company) -> None:
    rungs = ladder(shop, Trade.PLUMBING, gas=False)
    assert names(rungs) == [("marcus",), ("marcus",), ("walt",), ("marcus", "walt")]
    assert rungs[1].channels == (Channel.CALL,)  # the second time the telephone rings, nothing more to read


def test_gas_goes_only_to_the_gas_qualified(shop: Company) -> None:
    reached = {person for rung in ladder(shop, Trade.GAS, gas=True) for person in rung.people}
    assert reached == {"marcus", "elena", "walt"}
    assert not fit(shop.person("tom"), Trade.GAS, gas=True)


def test_sparks_wake_the_electrician(shop: Company) -> None:
    assert ladder(shop, Trade.ELECTRICAL, gas=False)[0].people == ("tom",)


def test_a_matter_for_the_office_wakes_the_manager_and_no_technician(shop: Company) -> None:
    assert {person for rung in ladder(shop, Trade.OFFICE, gas=False) for person in rung.people} == {"walt"}


def test_somebody_who_has_not_opted_in_is_never_paged(shop: Company) -> None:
    staff = tuple(replace(one, opted_in=False) if one.id == "marcus" else one for one in shop.staff)
    rungs = ladder(replace(shop, staff=staff), Trade.PLUMBING, gas=False)
    assert all("marcus" not in rung.people for rung in rungs)


def test_nobody_at_all_is_an_error_and_not_a_silence(shop: Company) -> None:
    staff = tuple(replace(one, opted_in=False) for one in shop.staff)
    with pytest.raises(LookupError, match="nobody"):
        ladder(replace(shop, staff=staff), Trade.PLUMBING, gas=False)


def test_a_rung_survives_its_snapshot(shop: Company) -> None:
    for rung in ladder(shop, Trade.HVAC, gas=False):
        assert Rung.from_json(rung.to_json()) == rung
