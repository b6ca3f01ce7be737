"""Opening hours as stretches of time, and the words for a time."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callbacks.promise import next_opening, round_up, spoken_day
from callbacks.promise.hours import both, spans
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Hours

SHOP = profiles.load(EXAMPLE_PROFILE)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHOP.timezone)


def test_a_holiday_is_passed_over() -> None:
    assert next_opening(SHOP, at("2026-11-25T19:00")) == at("2026-11-27T07:30")  # Thanksgiving
    assert spoken_day(SHOP, at("2026-11-27T07:45"), at("2026-11-25T19:00")) == "Friday 7:45 AM"
    assert spoken_day(SHOP, at("2026-11-19T07:45"), at("2026-11-18T23:00")) == "tomorrow 7:45 AM"


def test_the_shop_opens_by_the_clock_on_its_wall_on_both_sides_of_the_clock_change() -> None:
    every_day = tuple(Hours(day, time(1), time(4)) for day in range(7))
    lengths = {
        day: [(b - a) / 3600 for a, b in spans(SHOP, every_day, at(day), days=1)]
        for day in ("2026-03-08", "2026-11-01")
    }
    assert lengths == {"2026-03-08": [2.0], "2026-11-01": [4.0]}


def test_what_lies_in_both() -> None:
    assert both([(0, 10), (20, 30)], [(5, 25)]) == [(5, 10), (20, 25)]


@given(MOMENTS)
def test_rounding_up_never_goes_back_and_never_more_than_five_minutes(moment: datetime) -> None:
    assert timedelta(0) <= round_up(moment) - moment < timedelta(minutes=5)
