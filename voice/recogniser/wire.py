"""What the pool and a worker process say to each other: pickled frames, each behind its length.

Both ends are ours and joined by a socket pair that nobody else can open, so unpickling is safe here.
"""

import pickle
import struct
from dataclasses import dataclass
from typing import Any

from voice.recogniser.protocol import Pcm8k, Transcript

HEADER = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Decode:
    """Decode a whole utterance; answered by a Transcript."""

    pcm: Pcm8k
    topic: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The next samples of utterance `stream`, which begins with the first Feed that names it; answered by Partial."""

    stream: int
    topic: str
    pcm: Pcm8k


@dataclass(frozen=True, slots=True)
class Forget:
    """These utterances are over; answered by Partial."""

    streams: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is loaded."""

    engine: str


@dataclass(frozen=True, slots=True)
class Partial:
    """The text so far, None where there is none; `unheard` when no decoder was free for the samples."""

    text: str | None = None
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The engine raised. `what` names the error and, after loading failed, its text; never anything that was spoken."""

    what: str


Request = Decode | Feed | Forget
Reply = Ready | Transcript | Partial | Failed


def pack(message: Any) -> bytes:
    """A frame."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body
