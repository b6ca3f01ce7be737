"""The rota out as a calendar, and other people's on-call calendars in: all of it, or every event that is wrong."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlmodel import Session, col, select

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company, Turn
from models.database import Database
from models.enums import DutyKind, Trade
from models.tables import DutyChange, Message
from routing.rota import changes, ical
from routing.rota.duty import Change, on_duty
from routing.rota.ical import BadCalendar, Imported
from routing.rota.turns import instant
from tests.conftest import Clock

AUSTIN = ZoneInfo("America/Chicago")
SHOP = profiles.load(EXAMPLE_PROFILE)


def at(text: str) -> datetime:
    return instant(AUSTIN, datetime.fromisoformat(text))


NOW = at("2026-11-18T10:15")


def calendar(*events: str) -> bytes:
    """A calendar of events, each of lines; a UID by its place unless it brings one."""
    blocks = [
        f"BEGIN:VEVENT\n{'' if 'UID:' in event else f'UID:{place}@test{chr(10)}'}{event}\nEND:VEVENT"
        for place, event in enumerate(events, start=1)
    ]
    return "\r\n".join("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *blocks, "END:VCALENDAR", ""]).split("\n")).encode()


def night(who: str, *more: str, start: str = "DTSTART:20261120T170000", end: str = "DTEND:20261121T070000") -> str:
    return "\n".join([start, end, f"SUMMARY:{who}", *more])


def read(*events: str, company: Company = SHOP) -> list[Change]:
    found, _ = ical.read(company, calendar(*events), NOW)
    return [one for changes in found.values() for one in changes]


def starts(changes: Sequence[Change]) -> list[str]:
    return [f"{one.starts.astimezone(AUSTIN):%m-%d %H:%M}" for one in changes]


def mistakes(data: bytes) -> list[str]:
    with pytest.raises(BadCalendar) as bad:
        ical.read(SHOP, data, NOW)
    return bad.value.mistakes


# ---- out ------------------------------------------------------------------------------------------------------------
def test_the_duties_go_out_with_names_and_no_numbers(shop: Company) -> None:
    weeks = Turn("weeks", 1, ("marcus", "walt"), unit="weeks", since=datetime(2026, 11, 16, 7))
    data = ical.export(replace(shop, turns=(weeks,)), (), NOW, days=14)
    events = Calendar.from_ical(data).walk("VEVENT")
    said = [(str(one["SUMMARY"]), one["DTSTART"].dt, one["DTEND"].dt) for one in events]
    assert said[:2] == [
        ("On call, level 1: Marcus Bell", at("2026-11-16T07:00"), at("2026-11-23T07:00")),
        ("On call, level 1: Walt Kowalski", at("2026-11-23T07:00"), at("2026-11-30T07:00")),
    ]
    assert b"1512555" not in data and b"@firstring" in data


def test_a_duty_keeps_its_uid_from_day_to_day(shop: Company) -> None:
    weeks = Turn("weeks", 1, ("marcus", "walt"), unit="weeks", since=datetime(2026, 11, 16, 7))
    company = replace(shop, turns=(weeks, Turn("always", 2, ("tom",))))

    def uids(now: datetime) -> list[str]:
        return [str(one["UID"]) for one in Calendar.from_ical(ical.export(company, (), now, 10)).walk("VEVENT")]

    today = uids(NOW)
    assert len(set(today)) == len(today) == 3
    assert set(today) <= set(uids(NOW + timedelta(days=3)))


def test_somebody_on_all_the_time_is_one_event_whatever_changes_beside_them(shop: Company) -> None:
    weeks = Turn("weeks", 1, ("marcus", "walt"), unit="days", since=datetime(2026, 11, 16, 7))
    data = ical.export(replace(shop, turns=(weeks, Turn("always", 2, ("tom",)))), (), NOW, 10)
    assert data.count(b"Tom Okafor") == 1


# ---- in -------------------------------------------------------------------------------------------------------------
def test_somebody_by_id_name_or_mail() -> None:
    staff = tuple(replace(one, email="tom@shop.example") if one.id == "tom" else one for one in SHOP.staff)
    events = (
        night("marcus"),
        night("On call: Elena Ruiz (cell)"),
        night("Tonight", "ATTENDEE;CN=T:mailto:Tom@Shop.example"),
    )
    assert [one.person for one in read(*events, company=replace(SHOP, staff=staff))] == ["marcus", "elena", "tom"]


def test_a_cover_names_whose_place_and_a_category_the_trade() -> None:
    (one,) = read(night("Walt Kowalski covers Marcus Bell", "CATEGORIES:Plumbing,Night"))
    assert (one.kind, one.person, one.covers, one.trades) == (
        DutyKind.COVER,
        "walt",
        "marcus",
        frozenset({Trade.PLUMBING}),
    )
    (one,) = read(night("Marcus for Hometown"))
    assert (one.kind, one.person) == (DutyKind.ADD, "marcus")


def test_floating_zoned_and_utc_times_and_whole_days() -> None:
    written = read(
        night("marcus"),
        night(
            "marcus",
            start="DTSTART;TZID=America/New_York:20261120T180000",
            end="DTEND;TZID=America/New_York:20261121T080000",
        ),
        night("marcus", start="DTSTART:20261120T230000Z", end="DURATION:PT14H"),
        night("marcus", start="DTSTART;TZID=Eastern Standard Time:20261120T180000", end="DURATION:PT14H"),
    )
    assert {(one.starts, one.ends) for one in written} == {(at("2026-11-20T17:00"), at("2026-11-21T07:00"))}
    (one,) = read(night("marcus", start="DTSTART;VALUE=DATE:20270314", end="DTEND;VALUE=DATE:20270315"))
    assert (one.starts, one.ends) == (at("2027-03-14T00:00"), at("2027-03-15T00:00"))
    assert one.ends - one.starts == timedelta(hours=23)


def test_a_weekly_rule_keeps_its_hour_over_the_clocks_change_and_leaves_out_what_it_says() -> None:
    rule = "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270402T230000Z"
    written = read(night("marcus", rule, "EXDATE:20261204T170000,20261218T170000", "RDATE:20261203T170000"))
    assert starts(written)[:4] == ["11-20 17:00", "12-03 17:00", "01-01 17:00", "01-15 17:00"]
    assert starts(written)[-2:] == ["03-12 17:00", "03-26 17:00"]


def test_an_endless_rule_is_read_a_year_ahead() -> None:
    written = read(night("marcus", "RRULE:FREQ=DAILY"))
    assert len(written) == 364 and written[-1].starts < NOW + ical.AHEAD


def test_one_occurrence_moved_and_one_cancelled() -> None:
    series = night("marcus", "UID:s", "RRULE:FREQ=WEEKLY;COUNT=4")
    moved = night(
        "elena", "UID:s", "RECURRENCE-ID:20261127T170000", start="DTSTART:20261128T170000", end="DURATION:PT2H"
    )
    cancelled = night("marcus", "UID:s", "RECURRENCE-ID:20261204T170000", "STATUS:CANCELLED")
    written = read(series, moved, cancelled, night("tom", "UID:gone", "STATUS:CANCELLED"))
    assert list(zip(starts(written), (one.person for one in written), strict=True)) == [
        ("11-20 17:00", "marcus"),
        ("12-11 17:00", "marcus"),
        ("11-28 17:00", "elena"),
    ]


def test_what_we_send_out_comes_in_again(shop: Company) -> None:
    weeks = Turn("weeks", 1, ("marcus", "walt"), unit="weeks", since=datetime(2026, 11, 16, 7))
    company = replace(shop, turns=(weeks,))
    found, _ = ical.read(company, ical.export(company, (), NOW, 14), NOW)
    empty = replace(company, turns=(replace(weeks, people=("nobody",)),))
    written = [one for changes in found.values() for one in changes]
    for day in range(14):
        moment = NOW + timedelta(days=day)
        assert [one.person for one in on_duty(empty, written, moment)] == [
            one.person for one in on_duty(company, (), moment)
        ]


def test_every_unreadable_event_is_named_with_its_line_and_uid() -> None:
    data = calendar(
        night("marcus"),
        night("Zoe"),
        night("Marcus and Elena"),
        night("marcus", start="DTSTART:banana"),
        night("marcus", start="DTSTART;TZID=Mars/Olympus:20261120T170000"),
        night("marcus", end="DTEND:20261120T160000"),
        night("marcus", end="DTEND:20270120T160000"),
        night("marcus", "RRULE:FREQ=SECONDLY"),
        night("marcus", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
        night("marcus", "RRULE:FREQ=DAILY;INTERVAL=0"),
        night("marcus", "RRULE:FREQ=MONTHLY;BYDAY=6MO"),
        night("marcus", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY"),
        night("marcus", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261120T170000"),
        night("marcus", "RRULE:FREQ=DAILY", start="DTSTART:19800101T170000", end="DURATION:PT1H"),
        "SUMMARY:marcus",
    )
    assert [one.split(": ", 1) for one in mistakes(data)] == [
        ["line 9, UID 2@test", "it names nobody on the staff"],
        ["line 15, UID 3@test", "it names several people: one each"],
        ["line 21, UID 4@test", "its DTSTART cannot be read"],
        ["line 27, UID 5@test", "the time zone of its DTSTART is not known"],
        ["line 33, UID 6@test", "it must end after it begins, and within 31 days"],
        ["line 39, UID 7@test", "it must end after it begins, and within 31 days"],
        ["line 45, UID 8@test", "its rule is not one that we read: daily, weekly, monthly or yearly, and by one thing"],
        ["line 52, UID 9@test", "its rule is not one that we read: daily, weekly, monthly or yearly, and by one thing"],
        [
            "line 59, UID 10@test",
            "its rule is not one that we read: daily, weekly, monthly or yearly, and by one thing",
        ],
        ["line 66, UID 11@test", "its rule picks by BYDAY in a way that we do not read: write the days out"],
        ["line 73, UID 12@test", "it has two rules: write one"],
        ["line 81, UID 13@test", "it changes a series from one day on: end the series and begin another"],
        ["line 88, UID 14@test", "its rule began more than five years ago: begin it later"],
        ["line 95, UID 15@test", "it has no DTSTART"],
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nX\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 400 + b"END:VEVENT\r\n" * 400 + b"END:VCALENDAR\r\n",
        b"BEGIN:X\r\n" * 30_000 + b"END:X\r\n" * 30_000,
        b"BEGIN:VTIMEZONE\r\n" * 30_000,
        b"BEGIN:VEVENT\r\n" * 501,
        b"x" * (ical.MOST_BYTES + 1),
    ],
)
def test_what_is_no_calendar_is_said_so(data: bytes) -> None:
    assert len(mistakes(data)) >= 1


def test_a_file_made_to_keep_us_busy_does_not() -> None:
    rules = ["FREQ=DAILY", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=28", "FREQ=MONTHLY;INTERVAL=366;BYDAY=-4MO"]
    heavy = [
        night("marcus", f"RRULE:{rules[place % 3]}", start="DTSTART:20220101T170000", end="DURATION:PT1H")
        for place in range(60)
    ]
    wide = night("for " * 5000)
    dates = (
        ",".join(f"2026{random.Random(7).randint(1000, 1228)}T{hour:02}0000" for hour in range(24))
        + ",20270101T000000" * 20_000
    )
    began = time.process_time()
    assert mistakes(calendar(*heavy, wide, night("tom", f"RDATE:{dates}")))
    assert time.process_time() - began < 20


@given(st.lists(st.sampled_from(calendar(night("marcus", "RRULE:FREQ=DAILY;COUNT=3")).split(b"\r\n")), max_size=20))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_lines_in_any_order_are_read_or_refused(lines: list[bytes]) -> None:
    try:
        ical.read(SHOP, b"\r\n".join(lines), NOW)
    except BadCalendar as error:
        assert error.mistakes


# ---- rows -----------------------------------------------------------------------------------------------------------
def rows(books: Database) -> list[DutyChange]:
    with books.read() as session:
        return [one for one in session.exec(select(DutyChange)) if one.withdrawn_at is None]


def test_the_same_file_twice_changes_nothing_and_what_it_lost_is_withdrawn(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    series = night("marcus", "UID:s", "RRULE:FREQ=WEEKLY;COUNT=3")
    data = calendar(series, night("tom", "UID:t"))
    assert books.work(ical.take_in, shop, data, wednesday()) == Imported(4, 0, 0)
    assert books.work(ical.take_in, shop, data, wednesday.turn(minutes=1)) == Imported(0, 4, 0)
    shorter = calendar(series.replace("COUNT=3", "COUNT=2"), night("tom", "UID:t", "STATUS:CANCELLED"))
    assert books.work(ical.take_in, shop, shorter, wednesday.turn(minutes=1)) == Imported(0, 2, 2)
    assert sorted(one.person_id for one in rows(books)) == ["marcus", "marcus"]
    assert books.work(ical.take_in, shop, calendar(night("elena", "UID:e")), wednesday()) == Imported(1, 0, 0)
    assert len(rows(books)) == 3  # a file says nothing of the events it does not have


def test_whom_an_imported_calendar_concerns_gets_one_text_for_all_of_it(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    def told() -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        with books.read() as session:
            for one in session.exec(select(Message).order_by(col(Message.created_at))):
                found.setdefault(one.person_id, []).append(one.body)
        return found

    series = night("tom", "UID:s", "RRULE:FREQ=WEEKLY;COUNT=4")
    cover = night("Walt covers Marcus", "UID:c")
    data = calendar(series, cover)
    for _ in range(2):  # the same file again tells nobody anything
        books.work(ical.take_in, shop, data, wednesday.turn(minutes=1))
    hours = "Fri Nov 20 5:00 PM to Sat Nov 21 7:00 AM"
    assert told() == {
        "tom": [
            f"Rota: you are on duty as well {hours}; "
            "you are on duty as well Fri Nov 27 5:00 PM to Sat Nov 28 7:00 AM; and 2 more."
        ],
        "marcus": [f"Rota: Walt Kowalski covers you {hours}."],
        "walt": [f"Rota: you cover Marcus Bell {hours}."],
    }
    gone = night("Walt covers Marcus", "UID:c", "STATUS:CANCELLED")
    books.work(ical.take_in, shop, calendar(series, gone), wednesday.turn(minutes=1))
    assert told()["walt"][1:] == [f"Rota: withdrawn: you cover Marcus Bell {hours}."]
    assert told()["marcus"][1:] == [f"Rota: Walt Kowalski does not cover you {hours}: you are on again."]
    assert len(told()["tom"]) == 1


def test_a_cover_of_somebody_who_is_not_on_stops_the_whole_import(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    data = calendar(night("tom"), night("walt covers priya", "UID:c"))
    with pytest.raises(BadCalendar) as bad:
        books.work(ical.take_in, shop, data, wednesday())
    assert bad.value.mistakes == ["UID c: priya is not on duty in that time: ask the rota who is, and cover them"]
    assert rows(books) == []


def test_an_imported_cover_counts(books: Database, shop: Company, wednesday: Clock) -> None:
    books.work(ical.take_in, shop, calendar(night("Walt Kowalski covers Marcus Bell")), wednesday())

    def plumbers(session: Session) -> list[str]:
        moment = at("2026-11-20T20:00")
        written = changes.load(session, moment, moment + timedelta(hours=1))
        return [one.person for one in on_duty(shop, written, moment, Trade.PLUMBING)]

    assert books.work(plumbers) == ["walt"]


def test_two_who_swap_places_at_the_same_hours_come_in_as_one_file(
    books: Database, shop: Company, wednesday: Clock
) -> None:
    company = replace(shop, turns=(Turn("one", 1, ("marcus",)), Turn("two", 2, ("walt",))))
    data = calendar(night("Walt covers Marcus"), night("Marcus covers Walt"))
    assert books.work(ical.take_in, company, data, wednesday()).written == 2
    with pytest.raises(BadCalendar, match="1 mistakes"):
        books.work(
            ical.take_in,
            company,
            calendar(night("Walt covers Marcus", start="DTSTART:20261121T060000", end="DURATION:P1D")),
            wednesday(),
        )
