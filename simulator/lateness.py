"""How late the exchange's own frames leave: before the product's timing is judged, ours must be known."""

from collections import Counter

_STEP_MS = 0.25
_TOP = 4000  # buckets: everything above one second counts as one second


class Lateness:
    """A histogram of real milliseconds between when a frame was due and when it was handed to the socket."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self.frames = 0
        self.worst_ms = 0.0

    def add(self, ms: float) -> None:
        """Count one frame."""
        self.frames += 1
        self.worst_ms = max(self.worst_ms, ms)
        self._buckets[min(_TOP, int(ms / _STEP_MS))] += 1

    def percentile(self, share: float) -> float:
        """Milliseconds that `share` (0 to 1) of the frames did not exceed; 0 before the first."""
        left = share * self.frames
        for bucket in sorted(self._buckets):
            left -= self._buckets[bucket]
            if left <= 0:
                return (bucket + 1) * _STEP_MS
        return 0.0
