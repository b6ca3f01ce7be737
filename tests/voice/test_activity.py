"""Voice activity: the real network."""

import csv
import wave
from pathlib import Path

import numpy as np
import pytest

from voice.ears.activity import WINDOW, Activity, Model
from voice.recogniser.protocol import Pcm8k

PEOPLE = Path(__file__).parents[3] / "shared" / "speech"


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


def _judge(activity: Activity, pcm: Pcm8k) -> list[float]:
    return [activity.probability(window) for window in pcm[: len(pcm) // WINDOW * WINDOW].reshape(-1, WINDOW)]


def _noise(seed: int, seconds: float, size: int) -> Pcm8k:
    return np.random.default_rng(seed).normal(0, size, int(8000 * seconds)).astype(np.int16)


def _tone(seconds: float) -> Pcm8k:
    return (8000 * np.sin(np.arange(int(8000 * seconds)) * 2 * np.pi * 440 / 8000)).astype(np.int16)


@pytest.mark.parametrize(
    "sound", [np.zeros(16000, np.int16), _noise(1, 2, 30), _tone(2)], ids=["silence", "hiss", "tone"]
)
def test_what_is_not_a_voice_is_not_speech(model: Model, sound: Pcm8k) -> None:
    assert max(_judge(Activity(model), sound)[5:]) < 0.5


def test_calls_that_share_the_model_do_not_hear_each_other(model: Model) -> None:
    one, other = _noise(1, 1, 3000), _tone(1)
    first, second = Activity(model), Activity(model)
    together = [
        (first.probability(a), second.probability(b))
        for a, b in zip(one[:7936].reshape(-1, WINDOW), other[:7936].reshape(-1, WINDOW), strict=True)
    ]
    assert [a for a, _ in together] == _judge(Activity(model), one[:7936])
    assert [b for _, b in together] == _judge(Activity(model), other[:7936])


def test_only_whole_windows_are_judged(model: Model) -> None:
    with pytest.raises(ValueError, match="256"):
        Activity(model).probability(np.zeros(160, np.int16))


def test_real_people_are_heard_speaking(model: Model) -> None:
    if not PEOPLE.exists():
        pytest.skip("the recordings of real people are not on this machine")
    with (PEOPLE / "people.tsv").open() as table:
        files = [row["file"] for row in csv.DictReader(table, delimiter="\t")]
    shares = []
    for name in files[::6]:
        with wave.open(str(PEOPLE / name)) as sound:
            pcm = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        shares.append(np.mean(np.array(_judge(Activity(model), pcm)) >= 0.5))
    assert min(shares) > 0.3
    assert np.mean(shares) > 0.6
