"""The last minute of a call's audio, addressed by absolute sample number."""

import numpy as np

from voice.recogniser.protocol import Pcm8k


class Overwritten(LookupError):
    """The samples asked for were there once and have been written over."""


class Ring:
    """Samples numbered from 0 at the start of the call; the last `capacity` of them are kept.

    When it is full the oldest are written over: a call may last an hour, and what was heard is decoded within seconds.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("a ring must hold at least one sample")
        self._buffer = np.zeros(capacity, np.int16)
        self.newest = 0
        """The number that the next sample will get: one past the newest."""

    @property
    def oldest(self) -> int:
        """The number of the oldest sample still kept."""
        return max(0, self.newest - len(self._buffer))

    def append(self, pcm: Pcm8k) -> None:
        """Add samples at the end. Of more than `capacity` only the last stay."""
        capacity = len(self._buffer)
        kept = pcm[-capacity:]
        at = (self.newest + len(pcm) - len(kept)) % capacity
        first = min(len(kept), capacity - at)
        self._buffer[at : at + first] = kept[:first]
        self._buffer[: len(kept) - first] = kept[first:]
        self.newest += len(pcm)

    def slice(self, start: int, end: int) -> Pcm8k:
        """A copy of samples `start` up to, not including, `end`.

        Raises Overwritten when they are gone, and ValueError when they are still to come or `end` is before `start`.
        """
        if not 0 <= start <= end <= self.newest:
            raise ValueError(f"samples {start} to {end} asked for, {self.newest} heard")
        if start < self.oldest and start < end:
            raise Overwritten(f"samples from {start} asked for, the oldest kept is {self.oldest}")
        capacity = len(self._buffer)
        at = start % capacity
        first = self._buffer[at : min(capacity, at + end - start)]
        return np.concatenate((first, self._buffer[: end - start - len(first)]))
