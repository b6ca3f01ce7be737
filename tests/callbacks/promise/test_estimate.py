"""The estimator by itself: what must hold of every time, and what it makes of the desk's history."""

from itertools import pairwise
from math import exp, log
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.promise.estimate import Situation, promised
from callbacks.promise.handling import MEDIAN_S, Arrivals, Handling, learn_handling, learn_today, usual_rates

DAY, HOUR = 86_400.0, 3600.0


def desk(
    ahead: int = 0,
    *,
    csrs: int = 2,
    now: float = 10 * HOUR,
    busy: tuple[float, ...] = (),
    handling: Handling = Handling(),  # noqa: B008
    urgent: float = 0.1,
    due: tuple[float, ...] = (),
) -> Situation:
    """A desk that is open from eight to six, every day; time counts from a midnight."""
    spans = [(day * DAY + 8 * HOUR, day * DAY + 18 * HOUR) for day in range(14)]
    shift = [(opens, closes) for opens, closes in spans if closes > now]
    here, rates = (True,) * csrs, Arrivals((urgent,) * 168)
    return Situation(now, (shift,) * csrs, here, busy, ahead, due, handling, rates, int(now // HOUR))


def minutes(situation: Situation) -> float:
    at = promised(situation)
    assert at is not None
    return (at - situation.now) / 60


def test_with_nobody_waiting_it_is_ten_minutes() -> None:
    assert minutes(desk()) == 10


def test_missed_at_eleven_at_night_it_is_a_quarter_past_the_opening() -> None:
    assert promised(desk(now=23 * HOUR)) == DAY + 8.25 * HOUR


def test_what_cannot_be_done_before_closing_is_for_tomorrow() -> None:
    assert promised(desk(now=17 * HOUR + 3000)) == 18 * HOUR
    assert promised(desk(now=17 * HOUR + 3001)) == DAY + 8.25 * HOUR
    assert (promised(desk(12, csrs=1, now=17 * HOUR)) or 0) > DAY + 8 * HOUR


def test_nobody_at_the_desk_no_time() -> None:
    assert promised(desk(csrs=0)) is None


def test_a_longer_queue_is_never_an_earlier_time() -> None:
    waits = [minutes(desk(ahead, busy=(60.0, 200.0))) for ahead in range(0, 40, 3)]
    assert all(one <= other for one, other in pairwise(waits)) and waits[-1] > 2 * waits[3] > 40


def test_more_hands_are_sooner() -> None:
    assert minutes(desk(10, csrs=4)) < minutes(desk(10))


def test_those_who_come_due_before_and_emergencies_to_come_are_reckoned_with() -> None:
    soon = (10 * HOUR + 60.0,) * 6
    assert minutes(desk(6, due=soon)) > minutes(desk(6))
    assert minutes(desk(20, urgent=6.0)) > minutes(desk(20))


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 3 * DAY), st.integers(0, 60), st.integers(1, 4))
def test_every_time_lies_ahead_on_five_minutes_and_within_hours(now: float, ahead: int, csrs: int) -> None:
    at = promised(desk(ahead, csrs=csrs, now=now))
    assert at is not None and at % 300 == 0 and at - now >= 600
    assert 8 * HOUR < at % DAY <= 18 * HOUR
    assert at % DAY >= 8.25 * HOUR or now % DAY >= 8 * HOUR


def test_on_day_one_a_talk_is_taken_for_five_minutes() -> None:
    assert learn_handling([]) == Handling() and exp(Handling().mu) == pytest.approx(MEDIAN_S)


def test_a_slower_desk_is_learned_and_its_callers_are_told_a_later_time() -> None:
    dice = Random(1)
    slow = learn_handling([(dice.lognormvariate(log(900), 0.5), day * DAY / 10) for day in range(200)])
    assert 700 < exp(slow.mu) < 950
    assert minutes(desk(8, handling=slow)) > 1.7 * minutes(desk(8))


def test_a_forgotten_receiver_and_a_wrong_number_teach_nothing() -> None:
    talks = [(float(290 + step), 0.0) for step in range(100)]
    spoiled = learn_handling([*talks, *[(50_000.0, 0.0)] * 4, *[(2.0, 0.0)] * 10])
    assert exp(spoiled.mu) == pytest.approx(exp(learn_handling(talks).mu), rel=0.03)


def test_last_week_counts_for_more_than_last_month() -> None:
    then, now = [(300.0, 42 * DAY)] * 100, [(900.0, DAY)] * 40
    assert exp(learn_handling(then + now).mu) > 550


def test_a_storm_shows_within_the_hour_by_night_too() -> None:
    usual = (6.0,) * 168
    storm = [3 * HOUR + 120 * step for step in range(30)]
    shape, rate = learn_today(storm, usual, 4 * HOUR, lambda at: int(at // HOUR) % 168)
    calm = learn_today([], (0.0,) * 168, 4 * HOUR, lambda at: int(at // HOUR) % 168)
    assert shape / rate > 1.5 and calm[0] == calm[1]


def test_the_usual_rate_of_an_hour_is_learned() -> None:
    mondays_at_nine = [-week * 7 * DAY + 9 * HOUR + 300 * step for week in (1, 2, 3, 4) for step in range(12)]
    rates = usual_rates(mondays_at_nine, 4, lambda at: int(at // HOUR) % 168, 50, 2.0)
    assert rates[9] > 9 > 2 > rates[10]
