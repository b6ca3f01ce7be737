"""The sound of a telephone's WAV file: 8 kHz, as 16-bit samples or as µ-law (which Python's `wave` does not read)."""

import struct
from collections.abc import Iterator

import numpy as np

from voice.ears import mulaw
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k

_PCM, _MULAW = (1, 16), (7, 8)  # RIFF's format tag and bits a sample


def samples(data: bytes) -> Pcm8k:
    """The samples of a WAV file, two channels mixed. Raises ValueError for any other kind, or half a file."""
    try:
        chunks = dict(_chunks(data))
        tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
        sound = chunks[b"data"]
    except (struct.error, KeyError):
        raise ValueError("not a WAV file") from None
    if rate != SAMPLE_RATE or (tag, bits) not in (_PCM, _MULAW) or not channels:
        raise ValueError("a WAV file of another kind than the telephone's")
    frame = channels * bits // 8
    whole = sound[: len(sound) // frame * frame]
    pcm = mulaw.decode(whole) if (tag, bits) == _MULAW else np.frombuffer(whole, dtype="<i2")
    mixed: Pcm8k = pcm.reshape(-1, channels).mean(axis=1).astype(np.int16)
    return mixed


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and contents of each; a length that reaches beyond the file's end is taken up to it."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise KeyError
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
