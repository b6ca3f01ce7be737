"""Sound on its way into the bank: any WAV in, one rate and one loudness out."""

import struct
from pathlib import Path

import numpy as np
import pytest

from voice.ears.mulaw import decode, encode
from voice.prompts.sound import (
    SPEECH_DB,
    BadSound,
    Samples,
    Wave,
    levelled,
    read_wave,
    speech_level,
    to_8k,
    to_clip,
    to_pcm,
    trimmed,
)


def _tone(hertz: float, rate: int, seconds: float = 1.0, size: float = 0.5) -> Samples:
    return size * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def _wav(path: Path, body: bytes, *, kind: int, bits: int, channels: int = 1, extra: bytes = b"") -> Path:
    rate = 8000
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * block, block, bits)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + extra + b"data" + struct.pack("<I", len(body)) + body
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


TONE = _tone(440, 8000)


def _pcm24(samples: Samples) -> bytes:
    wide = np.rint(samples * (2**23 - 1)).astype("<i4")
    return wide.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


@pytest.mark.parametrize(
    ("kind", "bits", "body"),
    [
        (1, 8, np.rint(TONE * 127 + 128).astype(np.uint8).tobytes()),
        (1, 16, to_pcm(TONE).astype("<i2").tobytes()),
        (1, 24, _pcm24(TONE)),
        (1, 32, np.rint(TONE * (2**31 - 1)).astype("<i4").tobytes()),
        (3, 32, TONE.astype("<f4").tobytes()),
        (7, 8, encode(to_pcm(TONE))),
    ],
)
def test_every_common_wav_is_read_alike(tmp_path: Path, kind: int, bits: int, body: bytes) -> None:
    wave = read_wave(_wav(tmp_path / "a.wav", body, kind=kind, bits=bits))
    assert wave.rate == 8000
    assert np.abs(wave.samples - TONE).max() < 0.02


def test_two_channels_become_one_and_other_chunks_are_passed_over(tmp_path: Path) -> None:
    both = np.stack([to_pcm(TONE), np.zeros(len(TONE), np.int16)], axis=1).astype("<i2").tobytes()
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"  # an odd chunk is padded
    wave = read_wave(_wav(tmp_path / "a.wav", both, kind=1, bits=16, channels=2, extra=extra))
    assert np.abs(wave.samples - TONE / 2).max() < 0.001


@pytest.mark.parametrize("data", [b"", b"ID3 an mp3", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\4\0\0\0abcd"])
def test_what_is_no_wav_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "greeting.wav").write_bytes(data)
    with pytest.raises(BadSound, match=r"greeting\.wav"):
        read_wave(tmp_path / "greeting.wav")


def test_a_format_we_do_not_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSound, match="format 17"):
        read_wave(_wav(tmp_path / "adpcm.wav", b"\0" * 64, kind=17, bits=4, channels=2))


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 32000, 44100, 48000])
def test_the_telephone_band_survives_resampling_and_what_would_fold_does_not(rate: int) -> None:
    kept, gone = to_8k(Wave(_tone(1000, rate), rate)), to_8k(Wave(_tone(4800, rate), rate))
    assert len(kept) == 8000
    middle = slice(800, 7200)
    assert np.abs(kept[middle] - _tone(1000, 8000)[middle]).max() < 0.01
    assert np.abs(gone[middle]).max() < 0.005


def test_silence_is_cut_to_thirty_milliseconds_either_side() -> None:
    sound = np.concatenate([np.zeros(8000), TONE, np.zeros(12000)])
    assert len(trimmed(sound)) == 8000 + 2 * 240


@pytest.mark.parametrize("size", [0.003, 0.1, 0.9])
def test_speech_comes_out_at_one_level(size: float) -> None:
    assert speech_level(levelled(_tone(440, 8000, size=size))) == pytest.approx(SPEECH_DB, abs=0.05)


def test_a_pause_inside_does_not_make_speech_louder() -> None:
    paused = np.concatenate([TONE, np.zeros(16000), TONE])
    assert speech_level(levelled(paused)) == pytest.approx(SPEECH_DB, abs=0.1)


def test_one_loud_click_is_not_driven_into_clipping() -> None:
    clicking = TONE * 0.01
    clicking[4000] = 0.9
    assert np.abs(levelled(clicking)).max() < 0.9


def test_silence_is_no_recording() -> None:
    with pytest.raises(BadSound, match="silence"):
        to_clip(Wave(np.zeros(8000), 8000))


def test_a_clip_is_one_byte_a_sample_at_eight_kilohertz() -> None:
    clip = to_clip(Wave(_tone(440, 44100, size=0.2), 44100))
    assert len(clip) == pytest.approx(8000, abs=2 * 240)
    assert speech_level(decode(clip).astype(np.float64) / 2**15) == pytest.approx(SPEECH_DB, abs=0.3)
