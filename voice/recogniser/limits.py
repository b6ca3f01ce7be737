"""What bounds the recogniser pool, what it tells about itself, and how it fails."""

from dataclasses import dataclass

from voice.recogniser.protocol import SAMPLE_RATE
from voice.tuning import Tuning, samples


class RecogniserLost(Exception):
    """An utterance was not decoded: two workers failed on it, or none was left to try, or the pool was closed."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """Every bound of the pool. The defaults suit an engine that decodes faster than real time."""

    queued_per_worker: int = 8
    """Whole utterances in hand per worker; when full, `finish` waits for a place. Eight of 5 s are 4 s of work."""
    stall_floor_s: float = 4.0
    """A worker that gives no answer for this long, and `stall_factor` times the audio's length, is replaced."""
    stall_factor: float = 1.5
    """Four times the slowest real-time factor measured of the default engine (0.37), for a machine busy elsewhere."""
    load_s: float = 120.0
    """A worker must have loaded its engine by then: a large Whisper from a slow disk takes most of a minute."""
    without_worker_s: float = 15.0
    """No worker left for so long: utterances that wait fail with RecogniserLost, and new ones at once."""
    respawn_s: float = 0.5
    """Pause before a worker is replaced that died without having done anything; doubles each time."""
    respawn_most_s: float = 10.0
    """The longest such pause."""
    partial_every: int = samples(Tuning().partial_every_s)
    """Samples gathered before they are sent for partial text."""
    partial_most: int = samples(0.5)
    """Samples sent for partial text at once: what a whole utterance may have to wait for behind it."""
    partial_pending: int = samples(2.0)
    """Samples of one utterance that may wait for partial text; when full the oldest are dropped and counted."""

    def stall_s(self, length: int) -> float:
        """Seconds a worker may take over so many samples of audio."""
        return self.stall_floor_s + self.stall_factor * length / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class PoolStats:
    """The pool at one moment. Waits are from `finish` to the beginning of the decoding, of the last 500 utterances."""

    workers: int
    live: int
    busy: int
    queued: int
    wait_p50_s: float
    wait_p95_s: float
    respawns: int
    lost: int
    dropped_partials: int
