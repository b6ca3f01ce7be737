"""What a caller on hold hears: made by us, quiet, without clicks, and never so long silent that the line seems dead."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voice import waiting
from voice.prompts.sound import SPEECH_DB, Samples, read_wave, speech_level
from voice.recogniser.protocol import SAMPLE_RATE


def sound(make: Callable[[], bytes], folder: Path) -> Samples:
    path = folder / "sound.wav"
    path.write_bytes(make())
    samples, rate = read_wave(path)
    assert rate == SAMPLE_RATE
    return samples


@pytest.mark.parametrize("make", [waiting.ringing, waiting.music])
def test_a_file_says_what_is_in_it(make: Callable[[], bytes]) -> None:
    data = make()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8  # whole
    assert len(data) % 2 == 0  # no chunk needs a pad


def test_the_music_is_quieter_than_the_voice_between_and_never_clips(tmp_path: Path) -> None:
    heard = sound(waiting.music, tmp_path)
    assert np.abs(heard).max() <= waiting.MUSIC_PEAK * 1.05
    assert SPEECH_DB - 20 < speech_level(heard) < SPEECH_DB - 8


def test_the_music_lasts_as_long_as_it_says_and_is_never_silent_for_a_second(tmp_path: Path) -> None:
    heard = sound(waiting.music, tmp_path)
    assert len(heard) == waiting.MUSIC_S * SAMPLE_RATE
    seconds = np.sqrt((heard[: -2 * SAMPLE_RATE].reshape(-1, SAMPLE_RATE) ** 2).mean(axis=1))
    assert seconds.min() > 0.005


def test_the_music_begins_and_ends_in_silence_and_never_clicks(tmp_path: Path) -> None:
    heard = sound(waiting.music, tmp_path)
    assert abs(heard[0]) < 0.001 and abs(heard[-1]) < 0.001
    assert np.abs(np.diff(heard)).max() < waiting.MUSIC_PEAK  # a click is a leap; 1 kHz at this level moves by 0.06


def test_the_music_lies_in_the_band_of_a_telephone(tmp_path: Path) -> None:
    heard = sound(waiting.music, tmp_path)
    power = np.abs(np.fft.rfft(heard)) ** 2
    hertz = np.fft.rfftfreq(len(heard), 1 / SAMPLE_RATE)
    assert power[(hertz > 250) & (hertz < 3400)].sum() > 0.95 * power.sum()
