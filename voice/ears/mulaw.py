"""G.711 µ-law to 16-bit samples and back, by table (ITU-T G.711; Python 3.13 has no `audioop`)."""

import numpy as np
from numpy.typing import NDArray

from voice.recogniser.protocol import Pcm8k

SILENCE = b"\xff"
"""One µ-law sample of silence (decodes to 0)."""

_BIAS = 33  # of the 14-bit magnitude, so that every segment begins at a power of two
_CLIP = 8191  # the largest biased 14-bit magnitude that still has a code


def _decode_table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    segment, step = (code >> 4) & 7, code & 15
    magnitude = ((((step << 1) + _BIAS) << segment) - _BIAS) << 2
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _encode_table() -> NDArray[np.uint8]:
    """Indexed by the sample seen as unsigned 16 bits."""
    sample = np.arange(1 << 16, dtype=np.uint16).view(np.int16).astype(np.int32) >> 2
    biased = np.minimum(np.abs(sample) + _BIAS, _CLIP)
    segment = np.floor(np.log2(biased)).astype(np.int32) - 5
    code = (segment << 4) | ((biased >> (segment + 1)) & 15)
    signed: NDArray[np.int32] = np.where(sample < 0, code | 0x80, code)
    return (~signed & 0xFF).astype(np.uint8)


_DECODE = _decode_table()
_ENCODE = _encode_table()


def decode(data: bytes) -> Pcm8k:
    """Samples of µ-law bytes, one each; any length."""
    return _DECODE[np.frombuffer(data, np.uint8)]


def encode(pcm: Pcm8k) -> bytes:
    """µ-law bytes of samples, one each. `encode(decode(b)) == b`, but for 0x7F: minus zero comes back as 0xFF, zero."""
    return _ENCODE[np.ascontiguousarray(pcm, np.int16).view(np.uint16)].tobytes()
