"""Fits the recogniser's confidence to recordings with references: clean, and under noise."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np

from voice.recogniser.confidence import Calibration, fit, log_posteriors
from voice.recogniser.measure import Item, load_pcm
from voice.recogniser.protocol import Pcm8k
from voice.recogniser.sphinx import SphinxEngine

NOISE_DB = 20.0
"""Of every four recordings one is decoded again under white noise so far below it, where half the words go wrong."""


def matched(reference: Sequence[str], heard: Sequence[str]) -> list[bool]:
    """Which heard words stand in the reference, in its order."""
    right = [False] * len(heard)
    for block in SequenceMatcher(None, reference, heard, autojunk=False).get_matching_blocks():
        right[block.b : block.b + block.size] = [True] * block.size
    return right


def noisy(pcm: Pcm8k, dice: np.random.Generator) -> Pcm8k:
    """The samples under white noise at NOISE_DB."""
    level = np.sqrt(np.mean(pcm.astype(np.float64) ** 2)) * 10 ** (-NOISE_DB / 20)
    return np.clip(pcm + dice.normal(0.0, level, len(pcm)), -32768, 32767).astype(np.int16)


def calibrate(engine: SphinxEngine, recordings: Iterable[Item]) -> tuple[Calibration, int]:
    """The curve that fits the recordings best, and how many words it rests on. The noise is the same every time."""
    dice = np.random.default_rng(1)
    own: list[float] = []
    mean: list[float] = []
    right: list[bool] = []
    for number, item in enumerate(recordings):
        pcm = load_pcm(item.path)
        for sound in (pcm, noisy(pcm, dice)) if number % 4 == 0 else (pcm,):
            heard, posteriors = engine.posteriors(sound, item.topic)
            logs = log_posteriors(posteriors)
            own += logs.tolist()
            mean += [float(logs.mean())] * len(logs) if len(logs) else []
            right += matched(item.reference.split(), heard)
    return fit(np.array(own), np.array(mean), np.array(right)), len(right)
