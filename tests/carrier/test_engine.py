from datetime import datetime
from threading import Event

import pytest

from carrier.engine import Engine
from tests.carrier.conftest import TurnedClock

LONG = 30.0
"""Seconds that no test waits for: an end to waiting, should the code be wrong."""


def test_one_sweep_runs_every_pass_in_order_with_the_clocks_time(clock: TurnedClock) -> None:
    ran: list[tuple[str, datetime]] = []

    def first(now: datetime) -> int:
        ran.append(("first", now))
        return 2

    def second(now: datetime) -> int:
        ran.append(("second", now))
        return 1

    engine = Engine([first, second], clock)
    assert engine.beat is None
    assert engine.run_once() == 3
    assert ran == [("first", clock()), ("second", clock())]
    assert engine.beat == clock()


def test_a_pass_that_raises_does_not_stop_the_others_and_its_text_is_not_logged(
    clock: TurnedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(now: datetime) -> int:
        raise RuntimeError("+15125550101 said the basement is flooding")

    engine = Engine([broken, lambda _now: 1], clock)
    assert engine.run_once() == 1
    out = capsys.readouterr().out
    assert "engine.pass_failed" in out
    assert "RuntimeError" in out
    assert "test_engine.py:" in out
    assert "512555" not in out


def test_a_wake_is_heard_at_once_and_none_is_lost(clock: TurnedClock) -> None:
    swept, written = Event(), Event()

    def work(now: datetime) -> int:
        if written.is_set():
            swept.set()
        return 0

    engine = Engine([work], clock, poll_s=LONG)
    engine.start()
    for _ in range(100):
        written.set()
        engine.wake()
        assert swept.wait(LONG)
        written.clear()
        swept.clear()
    engine.stop()


def test_without_a_wake_it_polls(clock: TurnedClock) -> None:
    sweeps = iter(range(3))
    third = Event()

    def work(now: datetime) -> int:
        if next(sweeps, None) == 2:
            third.set()
        return 0

    engine = Engine([work], clock, poll_s=0.001)
    engine.start()
    assert third.wait(LONG)
    engine.stop()


def test_it_goes_on_without_waiting_while_there_is_work(clock: TurnedClock) -> None:
    left = iter([1, 1, 1, 0])
    empty = Event()

    def work(now: datetime) -> int:
        done = next(left, 0)
        if not done:
            empty.set()
        return done

    engine = Engine([work], clock, poll_s=LONG)
    engine.start()
    assert empty.wait(LONG)
    engine.stop()


def test_stopping_an_engine_that_never_started_is_fine(clock: TurnedClock) -> None:
    Engine([], clock).stop()
