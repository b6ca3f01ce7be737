"""What a caller on hold hears between the words: a telephone that rings, or quiet music. Both are made here.

Nobody owns a ringing tone (ITU-T E.180), nor the chords below: no recording, no licence. WAV files, 8 kHz µ-law.
"""

import struct
from functools import cache

import numpy as np

from voice.ears.mulaw import encode
from voice.prompts.sound import Samples, to_pcm
from voice.recogniser.protocol import SAMPLE_RATE

MULAW = 7  # RIFF's tag of the format

RING_LEVEL = 0.09  # of full scale, each of the two tones

MUSIC_S = 20.0
"""With the words before it a caller is told something about every 24 s."""

MUSIC_PEAK = 0.1  # of full scale; its loudness is then 10 dB below the voice's (prompts/sound.py)

CHORDS = ((60, 64, 67, 71), (60, 64, 69, 72), (60, 65, 69, 76), (62, 65, 67, 74))
"""C major seventh, A minor, F major seventh, G seventh without its third, as MIDI keys; twice round."""

PATTERN = (0, 1, 2, 3, 2, 1, 2, 1)  # which tone of a chord sounds, one after another

PARTIALS = ((1, 1.0), (2, 0.25), (3, 0.06))  # of a soft string: multiple of the pitch, and how loud
ATTACK_S, DECAY_S, SOUNDS_S = 0.02, 0.7, 2.5


@cache
def ringing() -> bytes:
    """440 and 480 Hz for two seconds, then four of silence: the American ringing tone, once."""
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    tone = RING_LEVEL * (np.sin(2 * np.pi * 440 * at) + np.sin(2 * np.pi * 480 * at))
    return _wav(np.concatenate([tone, np.zeros(4 * SAMPLE_RATE)]))


@cache
def music() -> bytes:
    """Broken chords, softly, `MUSIC_S` seconds that begin and end in silence."""
    keys = [chord[tone] for chord in CHORDS * 2 for tone in PATTERN]
    step = int(MUSIC_S * SAMPLE_RATE) // len(keys)
    sound = np.zeros(step * len(keys))
    for place, key in enumerate(keys):
        start = place * step
        note = _note(440 * 2 ** ((key - 69) / 12))[: len(sound) - start]
        sound[start : start + len(note)] += note
    fade = np.minimum(1.0, np.arange(len(sound), 0, -1) / SAMPLE_RATE)  # over the last second
    return _wav(sound * fade * (MUSIC_PEAK / np.abs(sound).max()))


def _note(hertz: float) -> Samples:
    """One plucked tone."""
    at = np.arange(int(SOUNDS_S * SAMPLE_RATE)) / SAMPLE_RATE
    shape = (1 - np.exp(-at / ATTACK_S)) * np.exp(-at / DECAY_S)
    tone: Samples = shape * sum(loud * np.sin(2 * np.pi * hertz * multiple * at) for multiple, loud in PARTIALS)
    return tone


def _wav(samples: Samples) -> bytes:
    """A file of samples (n,), full scale at ±1."""
    sound = encode(to_pcm(samples))
    form = struct.pack("<HHIIHHH", MULAW, 1, SAMPLE_RATE, SAMPLE_RATE, 1, 8, 0)
    chunks = ((b"fmt ", form), (b"fact", struct.pack("<I", len(sound))), (b"data", sound))
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
