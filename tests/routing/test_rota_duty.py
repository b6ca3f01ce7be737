"""Who is on duty at any instant: stories, and a slow look at every minute around both changes of the clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.company import Company, Holiday, Person, Turn
from models.enums import DutyKind, Trade
from routing.rota.duty import Change, Duty, ladder_people, next_changes, on_duty

AUSTIN = ZoneInfo("America/Chicago")
MINUTE = timedelta(minutes=1)
SPRING = datetime(2026, 3, 8)  # 02:00 is 03:00
AUTUMN = datetime(2026, 11, 1)  # 02:00 is 01:00 again
MONDAY = datetime(2026, 2, 2, 7)


def crew(*turns: Turn, zone: ZoneInfo = AUSTIN, days_off: tuple[Holiday, ...] = ()) -> Company:
    """Ann, Bob, Cy and Di; Olive owns the shop."""
    trades = frozenset({Trade.PLUMBING, Trade.HVAC})
    hands = [
        Person(name.lower(), name, f"+1512555020{place}", frozenset({"technician"}), trades, opted_in=True)
        for place, name in enumerate(("Ann", "Bob", "Cy", "Di"))
    ]
    olive = Person("olive", "Olive", "+15125550209", frozenset({"owner"}), opted_in=True)
    return Company(
        name="Shop",
        spoken_name="Shop",
        phone="+15125550100",
        timezone=zone,
        trades=trades,
        staff=(*hands, olive),
        on_call=("ann", "bob", "olive"),
        hours=(),
        turns=turns,
        days_off=days_off,
        location="Austin",
    )


def weekly(**other: object) -> Turn:
    return replace(Turn("weeks", 1, ("ann", "bob", "cy"), unit="weeks", since=MONDAY), **other)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    """Wall time in Austin; `+` after it is the second time it comes."""
    return datetime.fromisoformat(text.removesuffix("+")).replace(tzinfo=AUSTIN, fold=int(text.endswith("+")))


def on(company: Company, text: str, *changes: Change, trade: Trade | None = None) -> list[str]:
    return [one.person for one in on_duty(company, changes, at(text), trade)]


def change(kind: str, person: str, starts: str, ends: str, written: int = 0, **other: object) -> Change:
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=written)
    made = Change(f"{written}{kind}{person}", DutyKind(kind), person, at(starts), at(ends), when)
    return replace(made, **other)  # type: ignore[arg-type]


# ---- turns ----------------------------------------------------------------------------------------------------------
def test_three_people_take_a_week_each_from_monday_at_seven() -> None:
    shop = crew(weekly())
    assert on(shop, "2026-02-02T06:59") == []  # not begun
    assert [on(shop, f"2026-02-{day:02}T07:00") for day in (2, 9, 16, 23)] == [["ann"], ["bob"], ["cy"], ["ann"]]
    assert on(shop, "2026-02-09T06:59") == ["ann"]


def test_the_handoff_at_seven_stays_at_seven_when_the_clock_changes() -> None:
    shop = crew(weekly(unit="days"))
    starts = [
        span.starts.astimezone(AUSTIN)
        for span in next_changes(shop, (), at("2026-03-06T08:00"), at("2026-03-12T08:00"))
    ]
    assert {(one.hour, one.minute) for one in starts[1:]} == {(7, 0)}
    assert starts[2] - starts[1] == timedelta(days=1)  # on the wall
    assert starts[2].astimezone(UTC) - starts[1].astimezone(UTC) == timedelta(hours=23)


def test_a_time_that_comes_twice_is_the_first_and_one_that_is_skipped_is_an_hour_later() -> None:
    shop = crew(weekly(unit="days", since=datetime(2026, 10, 30, 1, 30)))
    night = [on(shop, f"2026-11-01T{when}") for when in ("01:29", "01:30", "01:15+", "01:45+")]
    assert night == [["bob"], ["cy"], ["cy"], ["cy"]]
    shop = crew(weekly(unit="days", since=datetime(2026, 3, 6, 2, 30)))
    assert on(shop, "2026-03-08T03:29") == on(shop, "2026-03-08T01:00") != on(shop, "2026-03-08T03:30")


def test_hours_that_cross_midnight_belong_to_the_day_they_begin() -> None:
    friday = Turn("friday", 1, ("ann",), days=frozenset({4}), opens=time(17), closes=time(7))
    shop = crew(friday)
    assert on(shop, "2026-02-06T17:00") == ["ann"] and on(shop, "2026-02-07T06:59") == ["ann"]
    assert on(shop, "2026-02-06T06:00") == [] and on(shop, "2026-02-07T07:00") == []


def test_a_holiday_has_its_own_people_every_year_once_or_in_one_town() -> None:
    usual = Turn("usual", 1, ("ann",), holidays="never")
    feast = Turn("feast", 1, ("bob",), holidays="only")
    days_off = (Holiday("July 4th", 7, 4), Holiday("Party", 5, 5, 2026), Holiday("Fair", 6, 6, location="Dallas"))
    shop = crew(usual, feast, days_off=days_off)
    assert on(shop, "2026-07-04T12:00") == on(shop, "2027-07-04T12:00") == ["bob"]
    assert on(shop, "2026-05-05T00:00") == ["bob"] and on(shop, "2027-05-05T12:00") == ["ann"]
    assert on(shop, "2026-06-06T12:00") == ["ann"]
    closed = replace(shop, holidays=frozenset({date(2026, 11, 26)}))
    assert on(closed, "2026-11-26T12:00") == ["bob"]


def test_level_two_stands_behind_and_a_trade_has_its_own() -> None:
    pipes = Turn("pipes", 1, ("cy",), trades=frozenset({Trade.PLUMBING}))
    shop = crew(Turn("second", 2, ("ann",)), pipes, Turn("heat", 1, ("bob",), trades=frozenset({Trade.HVAC})))
    assert on(shop, "2026-02-06T12:00") == ["cy", "bob", "ann"]
    assert on(shop, "2026-02-06T12:00", trade=Trade.HVAC) == ["bob", "ann"]
    assert ladder_people(shop, (), at("2026-02-06T12:00"), Trade.HVAC) == ("bob", "ann", "olive")


def test_without_turns_the_ladder_is_the_rota() -> None:
    assert ladder_people(crew(), (), at("2026-02-06T12:00")) == ("ann", "bob", "olive")
    ill = change("off", "ann", "2026-02-06T00:00", "2026-02-07T00:00")
    assert ladder_people(crew(), [ill], at("2026-02-06T12:00")) == ("bob", "olive")


def test_a_duty_says_until_when() -> None:
    (now,) = on_duty(crew(weekly()), (), at("2026-03-04T12:00"))
    assert now.until == at("2026-03-09T07:00")
    (always,) = on_duty(crew(Turn("always", 1, ("ann",))), (), at("2026-03-04T12:00"))
    assert always.until is None


# ---- changes --------------------------------------------------------------------------------------------------------
def test_a_cover_at_the_last_minute_takes_the_place_and_gives_it_back() -> None:
    di = change("cover", "di", "2026-02-06T17:00", "2026-02-07T07:00", covers="ann")
    shop = crew(weekly())
    assert [on(shop, f"2026-02-{when}", di) for when in ("06T16:59", "06T17:00", "07T06:59", "07T07:00")] == [
        ["ann"],
        ["di"],
        ["di"],
        ["ann"],
    ]
    (duty,) = on_duty(shop, [di], at("2026-02-06T20:00"))
    assert (duty.covers, duty.turn) == ("ann", "weeks")


def test_whoever_is_off_leaves_a_hole_until_a_cover_is_written() -> None:
    span = ("2026-02-06T00:00", "2026-02-07T00:00")
    ill = change("off", "ann", *span, 1)
    assert on(crew(weekly()), "2026-02-06T12:00", ill) == []
    cover = change("cover", "bob", *span, 2, covers="ann")
    assert on(crew(weekly()), "2026-02-06T12:00", ill, cover) == ["bob"]
    bob_too = change("off", "bob", *span, 3)
    assert on(crew(weekly()), "2026-02-06T12:00", ill, cover, bob_too) == []


def test_two_who_swap_at_the_same_hours_change_places_once() -> None:
    shop = crew(Turn("one", 1, ("ann",)), Turn("two", 2, ("bob",)))
    span = ("2026-02-06T00:00", "2026-02-07T00:00")
    swap = [change("cover", "bob", *span, covers="ann"), change("cover", "ann", *span, covers="bob")]
    assert on(shop, "2026-02-06T12:00", *swap) == ["bob", "ann"]


def test_a_cover_of_one_trade_leaves_the_others() -> None:
    span = ("2026-02-06T00:00", "2026-02-07T00:00")
    pipes = change("cover", "di", *span, covers="ann", trades=frozenset({Trade.PLUMBING}))
    shop = crew(weekly())
    assert on(shop, "2026-02-06T12:00", pipes, trade=Trade.PLUMBING) == ["di"]
    assert on(shop, "2026-02-06T12:00", pipes, trade=Trade.HVAC) == ["ann"]
    one_more = change("add", "cy", *span)
    assert on(shop, "2026-02-06T12:00", one_more) == ["ann", "cy"]


def test_the_end_of_the_ladder_is_always_somebody_who_answers_for_the_shop() -> None:
    span = ("2026-02-06T00:00", "2026-02-07T00:00")
    away = change("off", "olive", *span)
    by_a_hand = change("cover", "di", *span, covers="olive")
    for written in ([away], [by_a_hand], [away, by_a_hand]):
        assert ladder_people(crew(weekly()), written, at("2026-02-06T12:00")) == ("ann", "olive")


def test_somebody_who_left_the_company_is_on_no_duty() -> None:
    gone = change("add", "zoe", "2026-02-06T00:00", "2026-02-07T00:00")
    assert on(crew(weekly(people=("zoe",))), "2026-02-06T12:00", gone) == []


# ---- every minute ---------------------------------------------------------------------------------------------------
@cache
def minutes(zone: ZoneInfo, middle: datetime, days: int) -> tuple[tuple[datetime, datetime], ...]:
    """(instant, wall) of every minute so many days around a day."""
    first = (middle - timedelta(days=days)).replace(tzinfo=UTC)
    found = [first + MINUTE * count for count in range(2 * days * 24 * 60)]
    return tuple((one, one.astimezone(zone).replace(tzinfo=None)) for one in found)


class Slow:
    """Knows when a wall time comes by having watched the clock; walks every shift and every handoff one by one."""

    def __init__(self, company: Company, middle: datetime, days: int = 12) -> None:
        self.company, self.minutes = company, minutes(company.timezone, middle, days)
        self.first_seen: dict[datetime, datetime] = {}
        for moment, wall in self.minutes:
            self.first_seen.setdefault(wall, moment)
        self.middle = middle

    def comes(self, wall: datetime) -> datetime:
        return self.first_seen.get(wall) or self.first_seen[wall + timedelta(hours=1)]

    def duties(self, turn: Turn) -> dict[datetime, list[str]]:
        """By minute, who is on by one turn, three days around the middle."""
        found: dict[datetime, list[str]] = {}
        for back in range(-8, 8):
            day = self.middle.date() + timedelta(days=back)
            off = (day.month, day.day) in {(one.month, one.day) for one in self.company.days_off}
            if day.weekday() not in turn.days or (turn.holidays, off) in {("only", False), ("never", True)}:
                continue
            opens = datetime.combine(day, turn.opens)
            closes = datetime.combine(day, turn.closes)
            closes += timedelta(days=int(turn.closes <= turn.opens))
            for begins, ends, people in self.rotation(turn, opens, closes):
                moment, end = self.comes(begins), self.comes(ends)
                while moment < end:
                    found.setdefault(moment, []).extend(people)
                    moment += MINUTE
        return found

    def rotation(
        self, turn: Turn, opens: datetime, closes: datetime
    ) -> list[tuple[datetime, datetime, tuple[str, ...]]]:
        if not turn.unit or turn.since is None:
            return [(opens, closes, turn.people)]
        cuts, handoff, turns = [], turn.since, 0
        while handoff < closes:
            after = handoff + timedelta(**{turn.unit: turn.every})
            begins, ends = max(handoff, opens), min(after, closes)
            if begins < ends:
                cuts.append((begins, ends, (turn.people[turns % len(turn.people)],)))
            handoff, turns = after, turns + 1
        return cuts


def agree(company: Company, middle: datetime, days: int = 5) -> None:
    slow = Slow(company, middle)
    by_turn = [slow.duties(turn) for turn in sorted(company.turns, key=lambda one: one.level)]
    since = (middle - timedelta(days=days)).replace(tzinfo=company.timezone).astimezone(UTC)
    spans = next_changes(company, (), since, since + timedelta(days=2 * days))
    assert spans[0].starts == since and all(a.ends == b.starts for a, b in pairwise(spans))
    for span in spans:
        moment, fast = span.starts, [(one.turn, one.person) for one in span.duties]
        while moment < span.ends:
            looked = zip(sorted(company.turns, key=lambda one: one.level), by_turn, strict=True)
            expected = dict.fromkeys((turn.id, one) for turn, known in looked for one in known.get(moment, []))
            assert fast == list(expected), moment
            moment += MINUTE


@pytest.mark.parametrize("middle", [SPRING, AUTUMN])
@pytest.mark.parametrize("zone", ["America/Chicago", "America/Phoenix"])
def test_every_minute_of_weeks_around_the_clocks_change(middle: datetime, zone: str) -> None:
    since = middle - timedelta(days=9) + timedelta(hours=1, minutes=30)
    agree(
        crew(
            weekly(since=since),
            Turn("halves", 2, ("bob", "cy"), unit="hours", every=12, since=since.replace(hour=7)),
            Turn("nights", 1, ("di", "ann"), unit="days", since=since, opens=time(17), closes=time(2, 30)),
            Turn("early", 2, ("cy",), opens=time(2, 15), closes=time(2, 45)),
            Turn("quarters", 1, ("ann", "bob"), unit="hours", every=3, since=since, holidays="never"),
            Turn("sundays", 1, ("di",), days=frozenset({6}), opens=time(1, 30), closes=time(1, 30)),
            zone=ZoneInfo(zone),
            days_off=(Holiday("day", middle.month, middle.day),),
        ),
        middle,
    )


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def turns(draw: st.DrawFn, middle: datetime) -> Turn:
    unit = draw(st.sampled_from(["", "hours", "days", "weeks"]))
    since = middle - timedelta(days=draw(st.integers(0, 9)))
    return Turn(
        id=draw(st.uuids()).hex,
        level=draw(st.sampled_from([1, 2])),
        people=tuple(draw(st.lists(st.sampled_from(["ann", "bob", "cy", "di"]), min_size=1, max_size=4))),
        unit=unit,
        every=draw(st.integers(1, 30)),
        since=datetime.combine(since, draw(times)) if unit else None,
        days=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        opens=draw(times),
        closes=draw(times),
        holidays=draw(st.sampled_from(["as_usual", "only", "never"])),
    )


@pytest.mark.parametrize("middle", [SPRING, AUTUMN])
@given(data=st.data())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_any_rota_by_every_minute(middle: datetime, data: st.DataObject) -> None:
    rota = data.draw(st.lists(turns(middle), min_size=1, max_size=3))
    agree(crew(*rota, days_off=(Holiday("day", middle.month, middle.day),)), middle, days=2)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    begins = draw(st.integers(0, 200))
    kind = draw(st.sampled_from(list(DutyKind)))
    person, covers = draw(st.permutations(["ann", "bob", "cy", "di", "olive"]).map(lambda one: one[:2]))
    start = at("2026-03-06T00:00").astimezone(UTC)
    return Change(
        id=draw(st.uuids()).hex,
        kind=kind,
        person=person,
        starts=start + timedelta(minutes=30 * begins),
        ends=start + timedelta(minutes=30 * (begins + draw(st.integers(1, 50)))),
        written=start + timedelta(minutes=draw(st.integers(0, 3))),
        covers=covers if kind is DutyKind.COVER else None,
        trades=draw(st.sampled_from([frozenset(Trade), frozenset({Trade.HVAC})])),
    )


@given(st.lists(turns(SPRING), max_size=3), st.lists(changes(), max_size=5), st.integers(0, 5 * 48))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_spans_instants_and_ladders_tell_the_same(rota: list[Turn], written: list[Change], half_hours: int) -> None:
    shop = crew(*rota)
    since = at("2026-03-06T00:00").astimezone(UTC)
    moment = since + timedelta(minutes=30 * half_hours)
    spans = next_changes(shop, written, since, since + timedelta(days=6))
    (span,) = [one for one in spans if one.starts <= moment < one.ends]
    assert on_duty(shop, written, moment) == span.duties
    for duty in on_duty(shop, written, moment):
        assert _holds(shop, written, duty, moment)
    people = ladder_people(shop, written, moment)
    assert people[-1] == "olive" or "olive" in people  # on duty herself, perhaps, before others
    assert set(people) == {one.person for one in span.duties} | {"olive"}


def _holds(shop: Company, written: Sequence[Change], duty: Duty, moment: datetime) -> bool:
    """A duty is there until just before its end, and not at it."""
    if duty.until is None:
        return True
    last = duty in on_duty(shop, written, duty.until - MINUTE) or duty.until - MINUTE < moment
    return last and duty not in on_duty(shop, written, duty.until)
