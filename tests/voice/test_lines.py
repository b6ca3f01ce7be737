"""Lines: reserved before a call is answered, never taken twice."""

from datetime import timedelta

from tests.conftest import Clock
from voice.lines import CLAIM, Lines


def test_the_last_line_is_given_once(wednesday: Clock) -> None:
    lines = Lines(1)
    assert lines.reserve("CA1", wednesday())
    assert lines.reserve("CA1", wednesday())  # the same call's second webhook
    assert not lines.reserve("CA2", wednesday())


def test_a_reservation_without_a_stream_lapses(wednesday: Clock) -> None:
    lines = Lines(1)
    lines.reserve("CA1", wednesday())
    wednesday.turn(seconds=CLAIM / timedelta(seconds=1) + 1)
    assert lines.reserve("CA2", wednesday())


def test_an_open_stream_keeps_its_line_and_refuses_a_second(wednesday: Clock) -> None:
    lines = Lines(1)
    lines.reserve("CA1", wednesday())
    assert lines.open("CA1")
    assert not lines.open("CA1")
    wednesday.turn(hours=3)
    assert not lines.reserve("CA2", wednesday())
    lines.release("CA1")
    assert lines.reserve("CA2", wednesday())
