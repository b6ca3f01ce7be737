"""How much audio is missing before a frame, from its timestamp.

Twilio stamps a frame with the milliseconds since the stream began; some clients count samples. Which it is shows in the
first 10 ms that come without a gap. A stamp is believed only when it says that audio is missing: one that stands still
or runs backwards (stamped on sending, resent, wrapped) changes nothing, and frames are taken in the order of arrival.
"""

from voice.recogniser.protocol import SAMPLE_RATE
from voice.tuning import Tuning, samples

_PER_MILLISECOND = SAMPLE_RATE // 1000
_ENOUGH = 10 * _PER_MILLISECOND  # samples between two stamps before they may tell the unit: rounding must not


class Gaps:
    """The timestamps of one call."""

    def __init__(self, tuning: Tuning) -> None:
        self._tolerance = samples(tuning.gap_tolerance_s)
        self._most = samples(tuning.gap_fill_max_s)
        self._unit = 0  # samples a step of the timestamp; 0 = not known yet
        self._anchor: tuple[int, int] | None = None  # a timestamp and the samples heard when it came

    def before(self, timestamp: int | None, heard: int) -> int:
        """Samples of silence to put in before the frame stamped `timestamp`, when `heard` samples came before it."""
        if timestamp is None:
            return 0
        if self._anchor is None:
            self._anchor = timestamp, heard
            return 0
        stamp, heard_then = self._anchor
        if not self._unit:
            self._tell_unit(timestamp, heard, timestamp - stamp, heard - heard_then)
            return 0
        late = (timestamp - stamp) * self._unit - (heard - heard_then)
        if late < -self._tolerance:
            return 0
        missing = min(late, self._most) if late > self._tolerance else 0
        self._anchor = timestamp, heard + missing  # anew each time: clocks drift (19.97 ms a frame of 20 was seen)
        return missing

    def _tell_unit(self, timestamp: int, heard: int, steps: int, came: int) -> None:
        if came < _ENOUGH:
            return
        self._anchor = timestamp, heard
        for unit in (_PER_MILLISECOND, 1):
            if abs(steps * unit - came) <= came // 4:
                self._unit = unit
