"""What every recogniser engine is to the rest of the house."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
"""Samples a second on a telephone line."""

Pcm8k = NDArray[np.int16]
"""Mono 16-bit samples at 8 kHz, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the start of the utterance, confidence 0 to 1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """The final text of one utterance: lower case, no punctuation, numbers in words.

    `confidence` is the mean over words (0 when there are none); `rejected` says why a text was thrown away
    (a silence hallucination), in which case `text` is empty.
    """

    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 0.0
    audio_s: float = 0.0
    decode_s: float = 0.0
    rejected: str | None = None


class Stream(Protocol):
    """One utterance being spoken."""

    def feed(self, pcm: Pcm8k) -> str | None:
        """Take the next samples; give the partial text so far, or None when this engine has none."""
        ...

    def close(self) -> None:
        """Forget the utterance; its decoder goes back to be used again."""
        ...


class Engine(Protocol):
    """A loaded recogniser. Lives in a worker process; not shared between threads."""

    name: str

    def stream(self, topic: str = "general") -> Stream | None:
        """Begin partial recognition of an utterance; None when no decoder is free (partials may be dropped)."""
        ...

    def decode(self, pcm: Pcm8k, topic: str = "general") -> Transcript:
        """Decode a whole utterance once. `topic` is what was asked: general, phone, address, yes_no, name."""
        ...
