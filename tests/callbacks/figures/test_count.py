"""The figures of a shop's telephone, counted a second time by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.figures import By, CallFacts, figures, grouped, to_csv, to_json
from callbacks.figures.count import percentile

MONDAY = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")


def at(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def test_a_promise_is_kept_by_ringing_in_time_and_broken_by_ringing_late() -> None:
    kept = CallFacts(at(0), promised_at=at(20), tried_at=at(20))
    late = CallFacts(at(0), promised_at=at(20), tried_at=at(21), slipped_at=at(15))
    never = CallFacts(at(0), promised_at=at(20))
    still_owed = CallFacts(at(0), promised_at=at(500))
    helped_before = CallFacts(at(0), promised_at=at(20), closed_at=at(9), helped=True)
    put_away = CallFacts(at(0), promised_at=at(20), closed_at=at(9))
    counted = figures([kept, late, never, still_owed, helped_before, put_away], at(60))
    assert (counted.promises, counted.kept, counted.broken, counted.told_in_time) == (6, 1, 2, 1)
    assert counted.closed_before == 1


def test_a_text_counts_when_twilio_took_it_within_a_minute_of_the_calls_end() -> None:
    soon = CallFacts(at(0), ended_at=at(1), missed="abandoned", text_due=True, texted_at=at(2))
    late = CallFacts(at(0), ended_at=at(1), missed="abandoned", text_due=True, texted_at=at(2.1))
    never = CallFacts(at(0), ended_at=at(1), missed="voicemail", text_due=True)
    counted = figures([soon, late, never], at(60))
    assert (counted.texts_due, counted.texted_within_60_s, counted.abandoned) == (3, 1, 2)
    assert counted.missed_by == {"abandoned": 2, "voicemail": 1}


def test_nothing_measured_is_nothing_and_not_nought() -> None:
    counted = figures([], MONDAY)
    assert counted.human_median_s is None
    assert counted.acceptance_median_s is None


def test_hours_are_those_of_the_shops_wall_and_the_hour_that_comes_twice_is_one() -> None:
    first_one_thirty = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 daylight time
    second_one_thirty = first_one_thirty + timedelta(hours=1)  # 1:30 standard time
    calls = [CallFacts(first_one_thirty), CallFacts(second_one_thirty)]
    assert grouped(calls, By.HOUR, CHICAGO, MONDAY)["01"].calls == 2
    assert list(grouped(calls, By.DAY, CHICAGO, MONDAY)) == ["2026-11-01"]


minutes = st.integers(0, 3 * 24 * 60)
moment = st.none() | minutes.map(at)


@st.composite
def a_call(draw: st.DrawFn) -> CallFacts:
    received = draw(minutes)
    return CallFacts(
        received_at=at(received),
        ended_at=at(received + draw(st.integers(0, 10))),
        streamed=draw(st.booleans()),
        missed=draw(st.none() | st.sampled_from(["abandoned", "voicemail", "no_stream"])),
        text_due=draw(st.booleans()),
        texted_at=draw(moment),
        begins_missed=draw(st.booleans()),
        promised_at=draw(moment),
        tried_at=draw(moment),
        closed_at=draw(moment),
        recovered=draw(st.booleans()),
        human_at=draw(st.none() | st.integers(0, 90).map(lambda wait: at(received + wait))),
    )


@given(st.lists(a_call(), max_size=25), minutes.map(at))
def test_days_and_hours_add_up_to_the_whole(calls: list[CallFacts], now: datetime) -> None:
    total = figures(calls, now)
    for by in By:
        parts = grouped(calls, by, CHICAGO, now).values()
        for name in ("calls", "answered", "missed", "abandoned", "texted_within_60_s", "promises", "kept", "broken"):
            assert sum(getattr(one, name) for one in parts) == getattr(total, name)
    assert total.kept + total.broken <= total.promises
    assert total.texted_within_60_s <= total.texts_due
    assert total.recovered <= total.missed_callers


@given(st.lists(a_call(), max_size=25), minutes.map(at))
def test_a_naive_recount_agrees(calls: list[CallFacts], now: datetime) -> None:
    kept = broken = 0
    for one in calls:
        if one.promised_at is None:
            continue
        if one.tried_at is not None and one.tried_at <= one.promised_at:
            kept += 1
        elif one.promised_at < now and (one.closed_at is None or one.closed_at > one.promised_at):
            broken += 1
    total = figures(calls, now)
    assert (total.kept, total.broken) == (kept, broken)
    waits = sorted((one.human_at - one.received_at).total_seconds() for one in calls if one.human_at)
    if waits:
        assert total.human_p95_s == next(w for w in waits if sum(v <= w for v in waits) >= 0.95 * len(waits))


@pytest.mark.parametrize(("values", "wanted"), [([], None), ([7.0], 7.0), ([float(n) for n in range(1, 101)], 95.0)])
def test_the_percentile_is_a_value_that_was_seen(values: list[float], wanted: float | None) -> None:
    assert percentile(values, 0.95) == wanted


def test_csv_and_json_hold_the_same_figures() -> None:
    calls = [CallFacts(at(0), streamed=True), CallFacts(at(1500), missed="voicemail", begins_missed=True)]
    groups, total = grouped(calls, By.DAY, CHICAGO, MONDAY), figures(calls, MONDAY)
    lines = to_csv(groups, total).splitlines()
    heading = lines[0].split(",")
    told = to_json(groups, total)
    assert [line.split(",")[0] for line in lines[1:]] == ["2026-11-16", "2026-11-17", "total"]
    for line, row in zip(lines[1:], [*told["rows"], told["total"]], strict=True):
        assert dict(zip(heading, line.split(","), strict=True)) == {
            name: "" if value is None else str(value) for name, value in row.items()
        }
