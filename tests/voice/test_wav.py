"""Twilio's sound files, and what is none."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.ears import mulaw, wav


def riff(tag: int, bits: int, channels: int, sound: bytes, rate: int = 8000) -> bytes:
    frame = channels * bits // 8
    fmt = struct.pack("<HHIIHH", tag, channels, rate, rate * frame, frame, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    body += b"LIST" + struct.pack("<I", 3) + b"abc\x00" + b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


PCM = np.array([0, 1000, -1000, 32124], dtype="<i2")


def test_sixteen_bits_and_mu_law_and_two_channels_are_read() -> None:
    assert list(wav.samples(riff(1, 16, 1, PCM.tobytes()))) == list(PCM)
    assert list(wav.samples(riff(7, 8, 1, mulaw.encode(PCM)))) == list(mulaw.decode(mulaw.encode(PCM)))
    assert list(wav.samples(riff(1, 16, 2, np.repeat(PCM, 2).tobytes()))) == list(PCM)


@pytest.mark.parametrize(
    "file", [b"", b"<html>gone</html>", riff(1, 16, 1, b"", 44100), riff(1, 8, 1, b"abc"), riff(1, 16, 0, b"")]
)
def test_anything_else_is_said_to_be_none(file: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        wav.samples(file)


@given(st.binary(max_size=200), st.integers(0, 60))
def test_whatever_comes_it_is_sound_or_a_value_error(junk: bytes, cut: int) -> None:
    for file in (junk, riff(1, 16, 1, junk)[: 60 - cut], riff(7, 8, 1, junk)):
        try:
            assert wav.samples(file).ndim == 1
        except ValueError as error:
            assert "WAV" in str(error)
