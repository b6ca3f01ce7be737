"""What timestamps tell about missing audio, and what they are not believed."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.ears.gaps import Gaps
from voice.tuning import Tuning, samples

FRAME = 160


def fills(stamps: Iterable[int | None], frame: int = FRAME) -> list[int]:
    """Silence put in before each of some frames of equal length with these timestamps."""
    gaps, heard, filled = Gaps(Tuning()), 0, []
    for stamp in stamps:
        filled.append(gaps.before(stamp, heard))
        heard += filled[-1] + frame
    return filled


@pytest.mark.parametrize("step", [20, 160], ids=["milliseconds", "samples"])
def test_a_lost_frame_is_made_good_where_it_was_in_either_unit(step: int) -> None:
    stamps = [155 + step * at for at in range(10) if at not in (4, 7, 8)]
    assert fills(stamps) == [0, 0, 0, 0, FRAME, 0, 2 * FRAME]


def test_real_calls_that_run_a_little_slow_are_left_alone() -> None:
    assert not any(fills(int(155 + 19.97 * at) for at in range(50_000)))


def test_a_gap_late_in_a_call_whose_clock_runs_slow_is_still_seen() -> None:
    stamps = [int(155 + 19.97 * at) for at in range(30_000) if at != 29_998]
    assert fills(stamps)[-1] == pytest.approx(FRAME, abs=16)


@pytest.mark.parametrize(
    "stamps",
    [
        [None] * 5,
        [0] * 50,
        [1000, 980, 960, 940, 920],
        [0, 20, 40, 20, 40, 60, 80, 100, 100, 120],
        [0, 20, 40, 60, 0, 20, 40, 60, 80],
    ],
    ids=["missing", "standing still", "backwards", "resent", "starting over"],
)
def test_stamps_that_make_no_sense_change_nothing(stamps: list[int | None]) -> None:
    assert not any(fills(stamps))


def test_a_long_gap_is_filled_only_so_far_and_then_forgotten() -> None:
    assert fills([0, 20, 40, 60_000, 60_020, 60_040]) == [0, 0, 0, samples(2.0), 0, 0]


def test_a_burst_after_a_stall_of_stamps_made_on_sending_adds_no_more_than_the_stall() -> None:
    stamps = [20 * at for at in range(10)] + [413] * 11 + [420 + 20 * at for at in range(20)]
    assert sum(fills(stamps)) <= 233 * 8


@given(st.lists(st.integers(-(10**18), 10**18) | st.none()), st.integers(0, 4000))
def test_whatever_the_stamps_a_fill_is_bounded_and_never_negative(stamps: list[int | None], frame: int) -> None:
    assert all(0 <= fill <= samples(2.0) for fill in fills(stamps, frame))


@given(st.lists(st.integers(1, 2000), min_size=2), st.sampled_from([1, 8]))
def test_true_stamps_of_frames_of_any_size_add_nothing(sizes: list[int], unit: int) -> None:
    gaps, heard = Gaps(Tuning()), 0
    for size in sizes:
        assert gaps.before(heard // unit, heard) == 0
        heard += size
