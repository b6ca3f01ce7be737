"""A time that is kept: the first estimator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callbacks.promise import is_open, next_opening, promise, round_up, spoken_day
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company

SHOP = profiles.load(EXAMPLE_PROFILE)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHOP.timezone)


def test_with_nobody_waiting_it_is_ten_minutes_rounded_up_to_five() -> None:
    assert promise(SHOP, at("2026-11-18T10:12"), waiting_before=0) == at("2026-11-18T10:25")


def test_a_longer_queue_is_a_later_time() -> None:
    assert promise(SHOP, at("2026-11-18T10:12"), waiting_before=9) == at("2026-11-18T10:45")


def test_missed_at_eleven_at_night_it_is_a_quarter_past_opening() -> None:
    promised = promise(SHOP, at("2026-11-18T23:00"), waiting_before=0)
    assert promised == at("2026-11-19T07:45")
    assert spoken_day(SHOP, promised, at("2026-11-18T23:00")) == "tomorrow 7:45 AM"


def test_just_before_closing_it_is_the_next_opening() -> None:
    assert promise(SHOP, at("2026-11-18T17:55"), waiting_before=0) == at("2026-11-19T07:45")


def test_a_holiday_and_a_weekend_are_passed_over() -> None:
    assert next_opening(SHOP, at("2026-11-25T19:00")) == at("2026-11-27T07:30")  # Thanksgiving
    assert spoken_day(SHOP, at("2026-11-27T07:45"), at("2026-11-25T19:00")) == "Friday 7:45 AM"


def test_a_shop_without_a_desk_gives_no_time(shop: Company) -> None:
    deskless = replace(shop, staff=tuple(one for one in shop.staff if "csr" not in one.roles))
    assert promise(deskless, at("2026-11-18T10:12"), waiting_before=0) is None


@given(MOMENTS, st.integers(0, 60))
def test_every_promise_lies_ahead_within_hours_and_on_five_minutes(moment: datetime, waiting: int) -> None:
    promised = promise(SHOP, moment, waiting_before=waiting)
    assert promised is not None
    assert promised - moment >= timedelta(minutes=10)
    assert promised.minute % 5 == 0
    assert is_open(SHOP, promised - timedelta(minutes=1)) or waiting > 20


@given(MOMENTS)
def test_rounding_up_never_goes_back_and_never_more_than_five_minutes(moment: datetime) -> None:
    assert timedelta(0) <= round_up(moment) - moment < timedelta(minutes=5)
