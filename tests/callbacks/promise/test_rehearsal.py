"""A short rehearsal: the weeks of docs/promise.md, two of them."""

from callbacks.promise.rehearsal.figures import rehearse, table
from callbacks.promise.rehearsal.weeks import KINDS, Shop


def test_in_an_ordinary_week_nine_promises_of_ten_are_kept_and_the_times_are_near_the_oracles() -> None:
    lines = rehearse([KINDS[0]], [1], Shop(calls=7.0))
    ours, _, naive, _ = lines
    assert ours.kept >= 0.9 > naive.kept
    assert 0 <= ours.longer <= 0.25
    assert table(lines).count("\n") == 5
