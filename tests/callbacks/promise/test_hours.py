"""Opening hours as stretches of time, and the words for a time."""

from datetime import datetime, time

from callbacks.promise import spoken_day
from callbacks.promise.hours import both, spans
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Hours

SHOP = profiles.load(EXAMPLE_PROFILE)


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHOP.timezone)


def test_a_holiday_is_passed_over() -> None:
    opens, _ = spans(SHOP, SHOP.hours, at("2026-11-26T05:00"))[0]  # Thanksgiving
    assert opens == at("2026-11-27T07:30").timestamp()
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
