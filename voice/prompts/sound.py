"""Sound on its way into the bank: read a WAV, bring it to 8 kHz, cut its silence, give it the bank's loudness.

Samples between these functions are float64 of shape (n,), full scale at ±1.
"""

import math
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voice.ears.mulaw import decode, encode
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k

Samples = NDArray[np.float64]

FRAME = SAMPLE_RATE // 50
"""20 ms, the telephone's own frame: the grain in which speech and silence are told apart."""

SPEECH_DB = -20.0
"""RMS of the frames that hold speech. ITU-T P.56 active level is usually set at -26 dBov for handsets; trunks and
conference prompts are mixed 4 to 8 dB hotter, and -20 leaves the 11 to 13 dB that the crest of our voices needs."""

CREST_DB = -1.0
"""No sample above this after levelling."""

MARGIN = SAMPLE_RATE * 30 // 1000
"""Silence kept before and after the speech: 30 ms, so that no consonant is cut."""

PASS_HZ, STOP_HZ = 3600.0, 3950.0
"""The band filter when coming down from a higher rate: flat to 3.6 kHz, nothing at the 4 kHz fold."""


class BadSound(ValueError):
    """A file that is not a WAV we can read, or holds no sound; the text names the file."""


class Wave(NamedTuple):
    """What was in a WAV file: mono samples and their rate in Hz."""

    samples: Samples
    rate: int


def read_wave(path: Path) -> Wave:
    """Read a WAV of any rate: PCM of 8, 16, 24 or 32 bits, 32-bit float, or µ-law. Channels are averaged.

    Raises BadSound for anything else and OSError where the file cannot be read.
    """
    data = path.read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadSound(f"{path} is not a WAV file")
    form, body, at = b"", None, 12
    while at + 8 <= len(data) and body is None:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt ":
            form = data[at + 8 : at + 8 + size]
        elif name == b"data":
            # streamed files (pico2wave through a pipe, sox) leave a size of zero or more than there is
            body = data[at + 8 : at + 8 + size] or data[at + 8 :]
        at += 8 + size + size % 2
    if len(form) < 16 or not body:
        raise BadSound(f"{path} has no sound in it")
    kind, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", form)
    if kind == 0xFFFE and len(form) >= 26:  # WAVE_FORMAT_EXTENSIBLE: the real format is the head of the sub-format
        kind = struct.unpack_from("<H", form, 24)[0]
    if not channels or not block or not rate:
        raise BadSound(f"{path} has a header that makes no sense")
    flat = _samples(body[: len(body) // block * block], kind, bits)
    if flat is None:
        raise BadSound(f"{path} is in a WAV format we do not read (format {kind}, {bits} bits)")
    return Wave(flat.reshape(-1, channels).mean(axis=1), rate)


def _samples(body: bytes, kind: int, bits: int) -> Samples | None:
    match kind, bits:
        case 1, 8:
            return (np.frombuffer(body, np.uint8).astype(np.float64) - 128) / 128
        case 1, 16:
            return np.frombuffer(body, "<i2").astype(np.float64) / 2**15
        case 1, 24:
            wide = np.zeros((len(body) // 3, 4), np.uint8)
            wide[:, 1:] = np.frombuffer(body, np.uint8).reshape(-1, 3)
            return wide.view("<i4")[:, 0].astype(np.float64) / 2**31
        case 1, 32:
            return np.frombuffer(body, "<i4").astype(np.float64) / 2**31
        case 3, 32:
            return np.frombuffer(body, "<f4").astype(np.float64)
        case 7, 8:
            return decode(body).astype(np.float64) / 2**15
    return None


def to_8k(wave: Wave) -> Samples:
    """Resample to 8 kHz through the spectrum: one transform of the whole clip, band filter, one transform back."""
    if wave.rate == SAMPLE_RATE:
        return wave.samples
    step = wave.rate // math.gcd(wave.rate, SAMPLE_RATE)  # a whole number of these is a whole number of our samples
    length = math.ceil((len(wave.samples) + wave.rate // 10) / step) * step  # 0.1 s of nothing takes the wrap-around
    out = length * SAMPLE_RATE // wave.rate
    spectrum = np.fft.rfft(wave.samples, length)
    hertz = np.fft.rfftfreq(length, 1 / wave.rate)
    spectrum *= 0.5 + 0.5 * np.cos(np.pi * np.clip((hertz - PASS_HZ) / (STOP_HZ - PASS_HZ), 0, 1))
    keep = np.zeros(out // 2 + 1, np.complex128)
    shared = min(len(keep), len(spectrum))
    keep[:shared] = spectrum[:shared]
    wanted = round(len(wave.samples) * SAMPLE_RATE / wave.rate)
    return (np.fft.irfft(keep, out) * (out / length))[:wanted]


def speech_frames(samples: Samples) -> NDArray[np.bool_]:
    """Which 20 ms frames hold speech: within 30 dB of the loud ones (the 95th percentile). Shape (n // FRAME,)."""
    whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = (whole**2).mean(axis=1)
    if not len(power) or power.max() < 1e-9:
        return np.zeros(len(power), np.bool_)
    return np.asarray(power > np.percentile(power, 95) * 1e-3)


def speech_level(samples: Samples) -> float:
    """RMS in dBFS of the frames that hold speech; -inf where none does."""
    speech = speech_frames(samples)
    if not speech.any():
        return -math.inf
    framed = samples[: len(speech) * FRAME].reshape(-1, FRAME)[speech]
    return float(10 * np.log10((framed**2).mean()))


def trimmed(samples: Samples) -> Samples:
    """The sound from the first to the last speech, with 30 ms either side. Raises BadSound for silence."""
    at = np.flatnonzero(speech_frames(samples))
    if not len(at):
        raise BadSound("nothing but silence")
    return samples[max(0, at[0] * FRAME - MARGIN) : (at[-1] + 1) * FRAME + MARGIN]


def levelled(samples: Samples, speech_db: float = SPEECH_DB) -> Samples:
    """The same sound with its speech at `speech_db`, or as near as the crest allows. Raises BadSound for silence."""
    now = speech_level(samples)
    if math.isinf(now):
        raise BadSound("nothing but silence")
    loudest = float(np.abs(samples).max())
    gain = min(10 ** ((speech_db - now) / 20), 10 ** (CREST_DB / 20) / loudest)
    return samples * gain


def to_pcm(samples: Samples) -> Pcm8k:
    """16-bit samples; what is above full scale is clipped."""
    return np.clip(np.rint(samples * 32767), -32768, 32767).astype(np.int16)


def to_clip(wave: Wave) -> bytes:
    """A recording or a rendering as the bank plays it: 8 kHz µ-law, trimmed, levelled. Raises BadSound for silence."""
    return encode(to_pcm(levelled(trimmed(to_8k(wave)))))
