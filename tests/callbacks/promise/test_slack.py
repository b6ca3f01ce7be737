"""A caller on the line and those who were promised a time: who comes first?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.promise.handling import Handling
from callbacks.promise.slack import spare

HOUR, DAY = 3600.0, 86_400.0
TEN = 10 * HOUR
OPEN = [(TEN - 2 * HOUR, TEN + 8 * HOUR), (DAY + 8 * HOUR, DAY + 18 * HOUR)]


def may_talk(*minutes: float, csrs: int = 2, now: float = TEN, urgent: float = 0.0) -> bool:
    """With promises so many minutes from now, and a desk that is open from eight to six."""
    shift = [(max(opens, now), closes) for opens, closes in OPEN if closes > now]
    return spare(now, [shift] * csrs, [now + 60 * one for one in minutes], Handling(), urgent)


def test_nobody_waits_and_the_desk_is_free_to_talk() -> None:
    assert may_talk()


def test_one_who_waits_for_half_an_hour_yet_leaves_time_for_a_talk() -> None:
    assert may_talk(30)


def test_a_promise_that_breaks_in_minutes_comes_before_a_caller_on_the_line() -> None:
    assert not may_talk(5)


def test_a_full_queue_comes_before_a_caller_on_the_line_though_nobody_is_due_yet() -> None:
    assert not may_talk(*range(10, 70, 3))
    assert may_talk(*range(10, 70, 3), csrs=6)


def test_tomorrows_promises_are_weighed_against_tomorrows_hours_not_the_night() -> None:
    evening, morning = TEN + 7.75 * HOUR, (DAY + 8.25 * HOUR - (TEN + 7.75 * HOUR)) / 60
    assert may_talk(morning, now=evening)
    assert not may_talk(*[morning + 5 * place for place in range(24)], csrs=1, now=evening)


def test_where_emergencies_pour_in_there_is_less_time() -> None:
    assert may_talk(20, 25, 30, 35)
    assert not may_talk(20, 25, 30, 35, urgent=10.0)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(1, 400), min_size=1, max_size=12), st.integers(1, 4), st.floats(0, 4))
def test_one_promise_more_or_one_person_less_never_makes_time(due: list[float], csrs: int, urgent: float) -> None:
    if not may_talk(*due, csrs=csrs, urgent=urgent):
        assert not may_talk(*due, min(due), csrs=csrs, urgent=urgent)
        assert csrs == 1 or not may_talk(*due, csrs=csrs - 1, urgent=urgent)
