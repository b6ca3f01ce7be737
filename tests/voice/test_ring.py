"""The ring against the plain array that it stands for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.ears.ring import Overwritten, Ring


@given(st.integers(1, 40), st.lists(st.integers(0, 100), max_size=12), st.data())
def test_a_slice_is_what_was_appended_or_an_error_that_says_why(
    capacity: int, sizes: list[int], data: st.DataObject
) -> None:
    ring, heard = Ring(capacity), np.empty(0, np.int16)
    for size in sizes:
        pcm = np.arange(len(heard), len(heard) + size).astype(np.int16)
        ring.append(pcm)
        heard = np.append(heard, pcm)
    assert (ring.oldest, ring.newest) == (max(0, len(heard) - capacity), len(heard))
    assert ring.slice(ring.oldest, ring.newest).tolist() == heard[ring.oldest :].tolist()
    start = data.draw(st.integers(0, len(heard)))
    end = data.draw(st.integers(start, len(heard)))
    if start < ring.oldest and start < end:
        with pytest.raises(Overwritten, match=f"oldest kept is {ring.oldest}"):
            ring.slice(start, end)
    else:
        assert ring.slice(start, end).tolist() == heard[start:end].tolist()


def test_a_slice_does_not_change_when_the_ring_is_written_over() -> None:
    ring = Ring(4)
    ring.append(np.array([1, 2, 3], np.int16))
    kept = ring.slice(0, 3)
    ring.append(np.array([4, 5, 6], np.int16))
    assert kept.tolist() == [1, 2, 3]


@pytest.mark.parametrize(("start", "end"), [(0, 4), (3, 2), (-1, 2)])
def test_what_was_not_heard_yet_or_runs_backwards_is_refused(start: int, end: int) -> None:
    ring = Ring(10)
    ring.append(np.zeros(3, np.int16))
    with pytest.raises(ValueError, match="3 heard"):
        ring.slice(start, end)


def test_a_ring_holds_something() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Ring(0)
