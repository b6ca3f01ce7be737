"""Who is at the desk at a moment: their own hours, or the shop's; on the company's wall; never on a holiday."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company, Hours, at_work

SHOP = profiles.load(EXAMPLE_PROFILE)
DANA = SHOP.person("dana")
EARLY = replace(DANA, hours=tuple(Hours(day, time(6), time(12)) for day in range(5)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHOP.timezone)


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-18T05:59", False),
        ("2026-11-18T06:00", True),  # the shop opens at half past seven
        ("2026-11-18T11:59", True),
        ("2026-11-18T12:00", False),
        ("2026-11-21T10:00", False),  # a Saturday, when the shop is open
        ("2026-11-26T10:00", False),  # Thanksgiving
        ("2026-03-09T06:00", True),  # the day after the clocks went forward
    ],
)
def test_own_hours_count_instead_of_the_shops(moment: str, there: bool) -> None:
    assert at_work(EARLY, SHOP, local(moment)) is there


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_who_has_no_hours_of_their_own_works_the_shops(moment: datetime) -> None:
    assert at_work(DANA, SHOP, moment) is SHOP.is_open(moment)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.booleans())
def test_nobody_is_at_work_on_a_holiday_and_nobody_loses_an_hour_otherwise(day: date, holiday: bool) -> None:
    shop: Company = replace(SHOP, holidays=frozenset({day} if holiday else ()))
    midnight = datetime.combine(day, time(0), SHOP.timezone).astimezone(UTC)
    minutes = sum(at_work(EARLY, shop, midnight + timedelta(minutes=5 * step)) for step in range(12 * 24)) * 5
    assert minutes == (0 if holiday or day.weekday() > 4 else 360)
