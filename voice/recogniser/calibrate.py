"""Fits the recogniser's confidence to recordings with references: clean, and under noise."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np

from voice.recogniser.confidence import Calibration, features, fit
from voice.recogniser.measure import Item, load_pcm
from voice.recogniser.protocol import Pcm8k
from voice.recogniser.sphinx import SphinxEngine

NOISES_DB = (20.0, 10.0)
"""Of every four recordings one is decoded again under white noise so far below it (the two levels by turns): at the
first more than half of the words go wrong, at the second nearly all."""


def matched(reference: Sequence[str], heard: Sequence[str]) -> list[bool]:
    """Which heard words stand in the reference, in its order."""
    right = [False] * len(heard)
    for block in SequenceMatcher(None, reference, heard, autojunk=False).get_matching_blocks():
        right[block.b : block.b + block.size] = [True] * block.size
    return right


def noisy(pcm: Pcm8k, below_db: float, dice: np.random.Generator) -> Pcm8k:
    """The samples under white noise that is `below_db` weaker than they are."""
    level = np.sqrt(np.mean(pcm.astype(np.float64) ** 2)) * 10 ** (-below_db / 20)
    return np.clip(pcm + dice.normal(0.0, level, len(pcm)), -32768, 32767).astype(np.int16)


def calibrate(engine: SphinxEngine, recordings: Iterable[Item]) -> tuple[Calibration, int]:
    """The curve that fits the recordings best, and how many words it rests on. The noise is the same every time."""
    dice = np.random.default_rng(1)
    rows = []
    right: list[bool] = []
    for number, item in enumerate(recordings):
        pcm = load_pcm(item.path)
        sounds = [pcm]
        if number % 4 == 0:
            sounds.append(noisy(pcm, NOISES_DB[number // 4 % len(NOISES_DB)], dice))
        for sound in sounds:
            heard = engine.hear(sound, item.topic)
            rows.append(features(heard))
            right += matched(item.reference.split(), [word.text for word in heard])
    return fit(np.concatenate(rows), np.array(right)), len(right)
