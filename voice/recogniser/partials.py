"""An utterance being spoken: gathers samples for partial text, and drops the oldest when nobody takes them."""

from collections.abc import Callable

import numpy as np

from voice.recogniser.limits import PoolLimits
from voice.recogniser.protocol import Pcm8k


class Utterance:
    """Samples on their way to one worker. `number` names it there; `hear` gets each partial text."""

    def __init__(self, number: int, topic: str, limits: PoolLimits, hear: Callable[[str], None]) -> None:
        self.number = number
        self.topic = topic
        self.hear = hear
        self._limits = limits
        self._pending = np.empty(0, np.int16)

    @property
    def due(self) -> bool:
        """Whether enough was gathered to be worth sending."""
        return len(self._pending) >= self._limits.partial_every

    def add(self, pcm: Pcm8k) -> bool:
        """Gather samples; False when older ones had to be dropped for them."""
        pending = np.concatenate((self._pending, pcm))
        self._pending = pending[-self._limits.partial_pending :]
        return len(self._pending) == len(pending)

    def take(self) -> Pcm8k:
        """The next samples to send."""
        taken, self._pending = np.split(self._pending, [self._limits.partial_most])
        return taken
