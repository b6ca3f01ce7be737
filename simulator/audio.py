"""Telephone audio: mu-law by table, WAV files, and what one person says and hears on the call's time line.

Positions are samples at 8 kHz since the leg began.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
SILENCE = b"\xff"
"""The mu-law byte for zero; real calls send it when nobody speaks (Media Streams)."""
_BIAS, _CLIP = 0x84, 32635  # G.711
_WAVE_PCM, _WAVE_MULAW = 1, 7  # RIFF format tags


def ulaw_encode(pcm: NDArray[np.int16]) -> bytes:
    """16-bit PCM to G.711 mu-law, sample by sample."""
    wide = pcm.astype(np.int32)
    size = np.minimum(np.abs(wide), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    sign = np.where(wide < 0, 0x80, 0x00)
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def parse_wav(data: bytes) -> bytes:
    """The mu-law audio of a WAV file: 8 kHz mono, 16-bit PCM or mu-law. Raises ValueError for any other."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("not a WAV file")
    chunks = dict(_chunks(data))
    if len(chunks.get(b"fmt ", b"")) < 16 or b"data" not in chunks:
        raise ValueError("WAV file without format or data")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    if (channels, rate) != (1, RATE):
        raise ValueError("WAV file is not 8 kHz mono")
    if (tag, bits) == (_WAVE_MULAW, 8):
        return chunks[b"data"]
    if (tag, bits) == (_WAVE_PCM, 16):
        return ulaw_encode(np.frombuffer(chunks[b"data"], dtype="<i2"))
    raise ValueError("WAV file is neither mu-law nor 16-bit PCM")


def load_wav(path: str | Path) -> bytes:
    """The mu-law audio of a WAV file on disk; see `parse_wav`."""
    return parse_wav(Path(path).read_bytes())


def wav_file(ulaw: bytes) -> bytes:
    """A mu-law WAV file."""
    fmt = struct.pack("<HHIIHHH", _WAVE_MULAW, 1, RATE, RATE, 1, 8, 0)
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(ulaw)) + ulaw
    return b"RIFF" + struct.pack("<I", len(body)) + body


class Timeline:
    """Audio laid at positions; between the pieces there is silence."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, bytearray]] = []

    @property
    def end(self) -> int:
        """The position after the last piece; 0 when empty."""
        return self._pieces[-1][0] + len(self._pieces[-1][1]) if self._pieces else 0

    def lay(self, position: int, ulaw: bytes) -> None:
        """Add audio at `position`, which is not before `end`."""
        if self._pieces and position == self.end:
            self._pieces[-1][1].extend(ulaw)
        else:
            self._pieces.append((position, bytearray(ulaw)))

    def cut(self, position: int) -> None:
        """Forget what lies at `position` and after it."""
        while self._pieces and self._pieces[-1][0] >= position:
            self._pieces.pop()
        if self.end > position:
            del self._pieces[-1][1][position - self.end :]

    def between(self, start: int, end: int) -> bytes:
        """The audio from `start` up to `end`, silence where nothing was laid."""
        if start >= self.end or end <= start:
            return SILENCE * max(0, end - start)
        out = bytearray(SILENCE * (end - start))
        for at, piece in reversed(self._pieces):
            if at + len(piece) <= start:
                break
            first, last = max(start, at), min(end, at + len(piece))
            if first < last:
                out[first - start : last - start] = piece[first - at : last - at]
        return bytes(out)

    def pieces(self) -> list[tuple[int, bytes]]:
        """Every unbroken piece with its position."""
        return [(at, bytes(piece)) for at, piece in self._pieces]
