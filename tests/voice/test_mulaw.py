"""µ-law against the values that G.711 prints, and against the interpreter's own codec where it still has one."""

import importlib
import warnings
from types import ModuleType

import numpy as np
import pytest

from voice.ears import mulaw

# ITU-T G.711, table 2: the code words at the segment ends and their quantised values, at 16 bits (times 4).
STANDARD = {0x80: 32124, 0x8F: 16764, 0x90: 15996, 0x9F: 8316, 0xA0: 7932, 0xAF: 4092, 0xBF: 1980, 0xCF: 924, 0xDF: 396}
STANDARD |= {0xEF: 132, 0xF0: 120, 0xFE: 8, 0xFF: 0}


@pytest.mark.parametrize(("code", "value"), STANDARD.items())
def test_codes_have_the_standard_values_with_either_sign(code: int, value: int) -> None:
    assert mulaw.decode(bytes([code, code & 0x7F])).tolist() == [value, -value]


def test_every_code_comes_back_but_minus_zero() -> None:
    codes = bytes(range(256))
    assert mulaw.encode(mulaw.decode(codes)) == codes.replace(b"\x7f", b"\xff")


def test_every_sample_is_off_by_at_most_half_the_step_of_its_segment() -> None:
    pcm = np.arange(-32635, 32636).astype(np.int16)
    back = mulaw.decode(mulaw.encode(pcm)).astype(int)
    cut = 3  # sixteen bits are cut to fourteen first
    step = 2.0 ** (np.floor(np.log2(np.abs(pcm.astype(int)) + 132 + cut)) - 4)
    assert (np.abs(pcm - back) <= step / 2 + cut).all()


def test_silence_is_zero_and_empty_is_empty() -> None:
    assert mulaw.decode(mulaw.SILENCE * 3).tolist() == [0, 0, 0]
    assert mulaw.decode(b"").shape == (0,)
    assert mulaw.encode(np.empty(0, np.int16)) == b""


def test_what_is_not_contiguous_is_encoded_alike() -> None:
    pcm = np.arange(-3000, 3000, dtype=np.int16)
    assert mulaw.encode(pcm[::7]) == mulaw.encode(pcm[::7].copy())


def test_agrees_with_the_interpreters_codec_on_every_value() -> None:
    audioop = _audioop()
    pcm = np.arange(-32768, 32768).astype(np.int16)
    assert mulaw.encode(pcm) == audioop.lin2ulaw(pcm.tobytes(), 2)
    assert mulaw.decode(bytes(range(256))).tobytes() == audioop.ulaw2lin(bytes(range(256)), 2)


def _audioop() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return importlib.import_module("audioop")
        except ImportError:
            pytest.skip("this Python has no audioop (gone since 3.13)")
