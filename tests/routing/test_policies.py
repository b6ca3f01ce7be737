"""How a job is paged: which policy, what the night changes, and which policies are refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from firstring.profile_paging import PagingPolicy
from models.company import Company, Patience, Policy, Step
from models.enums import Priority, Trade
from routing.policies import BOTH, DEFAULTS, choose, faults, night


def by(*steps: Step, **facts: object) -> Policy:
    return Policy("ours", steps, **facts)  # type: ignore[arg-type]


LAST = Step("managers", BOTH, 60)


def test_the_default_of_an_emergency_is_that_of_the_trade() -> None:
    emergency = DEFAULTS[0]
    starts = [sum(one.wait_s for one in emergency.steps[:n]) for n in range(len(emergency.steps))]
    assert [(one.who, at / 60) for one, at in zip(emergency.steps, starts, strict=True)] == [
        ("first", 0), ("second", 4), ("managers", 8), ("everyone", 12),
    ]  # fmt: skip
    assert emergency.steps[0].repeat_call_after_s == 180


def test_the_first_policy_that_fits_priority_trade_and_class(shop: Company) -> None:
    water = by(LAST, trades=frozenset({Trade.PLUMBING}), classes=frozenset({"PROPERTY_DAMAGE"}))
    shop = replace(shop, policies=(water,))
    assert choose(shop, Priority.P1, Trade.PLUMBING, "P01") is water
    assert choose(shop, Priority.P1, Trade.PLUMBING, "P05") is DEFAULTS[0]  # a danger to life
    assert choose(shop, Priority.P1, Trade.PLUMBING, None) is DEFAULTS[0]
    assert choose(shop, Priority.P1, Trade.HVAC, "H08") is DEFAULTS[0]
    assert choose(shop, Priority.P2, Trade.HVAC, "H09") is DEFAULTS[1]


def test_the_profile_says_how_long_silence_is_borne_and_otherwise_it_is_as_in_the_trade() -> None:
    table = {"id": "ours", "rung": [{"who": "managers", "wait_s": 60}]}
    assert PagingPolicy.model_validate(table).to_policy().patience == DEFAULTS[0].patience == Patience(600, 900, 1800)
    table |= {"asked_after_s": 120, "paged_again_after_s": 300, "late_after_s": 600}
    assert PagingPolicy.model_validate(table).to_policy().patience == Patience(120, 300, 600)


@pytest.mark.parametrize("priority", Priority)
def test_every_priority_has_a_default(shop: Company, priority: Priority) -> None:
    assert choose(shop, priority, None, None) in DEFAULTS


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda one: one.id)
def test_the_defaults_are_fit_for_any_shop(shop: Company, default: Policy) -> None:
    assert faults(default, shop) == []


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (by(Step("first", BOTH, 60)), "must end with managers"),
        (by(LAST, Step("marcus", BOTH, 60)), "must end with managers"),
        (by(Step("nadia", BOTH, 60), LAST), "nadia is neither first"),
        (by(Step("first", BOTH, 60, repeat_calls=3, repeat_call_after_s=20), LAST), "called again for longer"),
        (by(Step("first", BOTH, 900), LAST), "within 720 s, but after 900 s"),
        (by(LAST, patience=Patience(600, 600)), "asked_after_s must be less than paged_again_after_s"),
        (by(LAST, at_night="morning"), "an emergency is paged at night too"),
        (by(LAST, at_night="text", priorities=frozenset(Priority)), "an emergency is paged at night too"),
    ],
)
def test_a_policy_that_could_lose_a_page_is_refused(shop: Company, policy: Policy, why: str) -> None:
    assert any(why in one for one in faults(policy, shop))


def test_a_policy_may_end_with_the_owner_by_name_if_he_has_opted_in(shop: Company) -> None:
    policy = by(Step("first", BOTH, 60), Step("walt", BOTH, 60))
    assert faults(policy, shop) == []
    staff = tuple(replace(one, opted_in=False) if one.id == "walt" else one for one in shop.staff)
    wrong = faults(policy, replace(shop, staff=staff))
    assert "walt has not opted in to be paged" in wrong and any("must end with" in one for one in wrong)


def test_the_night_is_from_ten_to_seven_on_the_companys_wall(shop: Company) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text)

    assert night(shop, at("2026-11-18T21:59:00-06:00")) is None
    assert night(shop, at("2026-11-18T07:00:00-06:00")) is None
    one = (at("2026-11-18T22:00:00-06:00"), at("2026-11-19T07:00:00-06:00"))
    assert night(shop, at("2026-11-18T22:00:00-06:00")) == one
    assert night(shop, at("2026-11-19T06:59:00-06:00")) == one


def test_the_nights_of_the_clock_changes_end_at_seven_too(shop: Company) -> None:
    for midnight, hours in (("2026-03-08T05:30:00+00:00", 8), ("2026-11-01T05:30:00+00:00", 10)):
        found = night(shop, datetime.fromisoformat(midnight))
        assert found is not None
        assert found[1].astimezone(UTC) - found[0].astimezone(UTC) == timedelta(hours=hours)


@settings(deadline=None)
@given(some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC)))
def test_an_instant_lies_in_its_night(at: datetime) -> None:
    shop = Company("S", "S", "+1", ZoneInfo("America/Chicago"), frozenset(), (), (), ())
    found = night(shop, at)
    hour = at.astimezone(shop.timezone).hour
    assert (found is not None) == (hour >= 22 or hour < 7)
    assert found is None or found[0].astimezone(UTC) <= at < found[1].astimezone(UTC)
