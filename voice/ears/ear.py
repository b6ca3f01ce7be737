"""One call's ear: frames of µ-law in, utterances out. No clock, no network, nothing thrown away."""

import numpy as np

from voice.dialogue.moves import Topic
from voice.ears import mulaw
from voice.ears.activity import WINDOW, Activity, Model
from voice.ears.endpoint import EarEvent, Endpointer
from voice.ears.gaps import Gaps
from voice.ears.ring import Ring
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k
from voice.tuning import Tuning, samples

_QUIET_BLOCK = SAMPLE_RATE // 50  # 20 ms: a long utterance is cut in the quietest such stretch


class Ear:
    """Hears one call. Samples are numbered from the first frame on, silence put into gaps included."""

    def __init__(self, model: Model, tuning: Tuning) -> None:
        self._ring = Ring(samples(tuning.ring_s))
        self._longest_frame = samples(tuning.max_frame_s)
        self._gaps = Gaps(tuning)
        self._activity = Activity(model)
        self._endpointer = Endpointer(tuning, self._quietest)
        self._judged = 0  # samples that voice activity has seen; fewer than a window wait in the ring
        self._closed = False

    @property
    def heard_samples(self) -> int:
        """How many samples were heard so far: the call's own clock, 8000 to the second."""
        return self._ring.newest

    @property
    def topic(self) -> Topic:
        """What the caller was asked for; sets how long a pause may be. Set it whenever the dialogue asks something."""
        return self._endpointer.topic

    @topic.setter
    def topic(self, topic: Topic) -> None:
        self._endpointer.topic = topic

    def feed(self, payload: bytes, timestamp: int | None = None) -> list[EarEvent]:
        """Hear a frame of µ-law of any length up to `max_frame_s`; what it tells, in order.

        `timestamp` is the frame's own (ms or samples, see `gaps`); a gap before it is filled with silence.
        A longer frame raises ValueError: the ring could not keep its utterances until they are fetched.
        After `flush` frames are ignored.
        """
        if len(payload) > self._longest_frame:
            raise ValueError(f"a frame of {len(payload)} samples; the longest taken is {self._longest_frame}")
        if self._closed:
            return []
        missing = self._gaps.before(timestamp, self.heard_samples)
        self._ring.append(mulaw.decode(mulaw.SILENCE * missing + payload))
        return self._judge()

    def flush(self) -> list[EarEvent]:
        """The call is over: an utterance in progress ends with the last sample heard."""
        if self._closed:
            return []
        self._closed = True
        return self._endpointer.finish(self.heard_samples)

    def utterance(self, start: int, end: int) -> Pcm8k:
        """The samples of an utterance. Fetch it when it ends: raises `ring.Overwritten` when it is a minute old."""
        return self._ring.slice(start, end)

    def since(self, sample: int) -> Pcm8k:
        """What was heard from `sample` on, for partial text; from the oldest kept where that is gone."""
        return self._ring.slice(max(sample, self._ring.oldest), self.heard_samples)

    def _judge(self) -> list[EarEvent]:
        events: list[EarEvent] = []
        while self.heard_samples - self._judged >= WINDOW:
            window = self._ring.slice(self._judged, self._judged + WINDOW)
            self._judged += WINDOW
            events += self._endpointer.feed(self._activity.probability(window))
        return events

    def _quietest(self, start: int, end: int) -> int:
        """The middle of the quietest 20 ms between two samples."""
        pcm = self._ring.slice(start, end).astype(np.float32)
        blocks = pcm[: len(pcm) // _QUIET_BLOCK * _QUIET_BLOCK].reshape(-1, _QUIET_BLOCK)
        return start + int(np.square(blocks).sum(axis=1).argmin()) * _QUIET_BLOCK + _QUIET_BLOCK // 2
