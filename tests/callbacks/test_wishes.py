"""Another time, as people write it; on the company's wall, whatever the clocks do that night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.replies.wish import LONGEST, read
from models.enums import Language

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime.fromisoformat("2026-11-18T10:15:00-06:00")  # a Wednesday


def meant(text: str, now: datetime = NOW) -> str | None:
    wish = read(text, now, CHICAGO)
    return wish.not_before.astimezone(CHICAGO).strftime("%a %d %H:%M") if wish else None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("after 5", "Wed 18 17:00"),
        ("after 5pm", "Wed 18 17:00"),
        ("After 5 p.m. please", "Wed 18 17:00"),
        ("tomorrow morning", "Thu 19 08:00"),
        ("not before noon", "Wed 18 12:00"),
        ("call me at 3", "Wed 18 15:00"),
        ("monday", "Mon 23 00:00"),
        ("wednesday after 2", "Wed 18 14:00"),
        ("next monday at 9am", "Mon 23 09:00"),
        ("in an hour", "Wed 18 11:15"),
        ("in half an hour", "Wed 18 10:45"),
        ("I'm at work until 5", "Wed 18 17:00"),
        ("im in a meeting till 2", "Wed 18 14:00"),
        ("cant talk until 3:30", "Wed 18 15:30"),
        ("tomorrow after 2", "Thu 19 14:00"),
        ("between 3 and 5", "Wed 18 15:00"),
        ("3-5pm", "Wed 18 15:00"),
        ("after 6 tonight", "Wed 18 18:00"),
        ("at 9", "Wed 18 21:00"),
        ("tomorrow at 9", "Thu 19 09:00"),
        ("day after tomorrow", "Fri 20 00:00"),
        ("can you call me tomorrow?", "Thu 19 00:00"),
        ("mañana por la mañana", "Thu 19 08:00"),
        ("después de las 5", "Wed 18 17:00"),
        ("a partir de las cinco y media", "Wed 18 17:30"),
        ("no puedo hasta las 4", "Wed 18 16:00"),
        ("A las 3 de la tarde por favor", "Wed 18 15:00"),
        ("llámeme en 2 horas", "Wed 18 12:15"),
        ("el sábado por la tarde", "Sat 21 12:00"),
        ("pasado mañana", "Fri 20 00:00"),
    ],
)
def test_a_wish_is_understood(text: str, at: str) -> None:
    assert meant(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "my heat went out after 5 last night",
        "come tomorrow",
        "do you work sunday?",
        "the leak started monday",
        "412 Maple Street 78704",
        "before 5",
        "no later than 5",
        "not tomorrow",
        "dont call me tomorrow",
        "not home after 5",
        "today",
        "5",
        "1",
        "R",
        "ok thanks",
        "call me",
        "in a while",
        "I'm home until 5",
        "call me until 4",
        "reachable until 3:30",
        "libre hasta las 5",
        "until 5",
        "in 900 hours",
        "at 25",
        "",
    ],
)
def test_what_is_no_wish_is_left_alone(text: str) -> None:
    assert meant(text) is None


def test_the_language_is_that_of_the_words() -> None:
    spanish, english = read("después de las 5", NOW, CHICAGO), read("after 5", NOW, CHICAGO)
    assert spanish and english and (spanish.language, english.language) == (Language.ES, Language.EN)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("tomorrow morning", "Wed 18 08:00"),
        ("mañana por la mañana", "Wed 18 08:00"),
        ("tomorrow at 9am", "Wed 18 09:00"),
        ("tomorrow", "Wed 18 04:00"),
        ("day after tomorrow", "Thu 19 00:00"),
    ],
)
def test_after_midnight_tomorrow_is_the_day_that_has_begun(text: str, at: str) -> None:
    assert meant(text, datetime.fromisoformat("2026-11-18T00:30:00-06:00")) == at


@pytest.mark.parametrize("text", ["busy until 5", "no puedo hasta las 5", "not home until 5", "trabajo hasta las 5"])
def test_until_after_what_keeps_them_is_a_wish(text: str) -> None:
    assert meant(text) == "Wed 18 17:00"


def test_an_hour_that_is_left_out_that_night_is_the_next_one() -> None:
    eve = datetime.fromisoformat("2027-03-13T20:00:00-06:00")
    assert meant("tomorrow at 2:30 am", eve) == "Sun 14 03:30"


def test_in_three_hours_are_three_hours_on_the_night_when_clocks_change() -> None:
    eve = datetime.fromisoformat("2026-10-31T23:30:00-05:00")
    wish = read("in 3 hours", eve, CHICAGO)
    assert wish and wish.not_before - eve == timedelta(hours=3)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
zones = st.sampled_from([ZoneInfo(one) for one in ("America/Chicago", "America/New_York", "America/Phoenix")])


@given(moments, zones, st.integers(1, 12), st.integers(0, 59), st.sampled_from(["am", "pm"]))
def test_a_told_time_is_the_next_time_that_the_clock_shows_it(
    now: datetime, zone: ZoneInfo, hour: int, minute: int, half: str
) -> None:
    wish = read(f"after {hour}:{minute:02} {half}", now, zone)
    assert wish is not None and now < wish.not_before <= now + timedelta(hours=25)
    local = wish.not_before.astimezone(zone)
    shown = (hour % 12 + 12 * (half == "pm"), minute)
    skipped = local.replace(hour=shown[0]).astimezone(UTC).astimezone(zone).hour != shown[0]
    assert (local.hour, local.minute) == shown or skipped or local.hour == shown[0] + 1


words = st.lists(
    st.sampled_from(
        "after before not until at in tomorrow today monday morning manana 5 5:30 pm noon call me please hours two an "
        "despues de las hasta la tarde and between to my heat".split()
    ),
    max_size=8,
)


@given(st.one_of(st.text(), words.map(" ".join)), moments, zones)
def test_whatever_is_written_a_wish_is_in_the_coming_fortnight(text: str, now: datetime, zone: ZoneInfo) -> None:
    wish = read(text, now, zone)
    assert wish is None or now <= wish.not_before <= now + LONGEST
