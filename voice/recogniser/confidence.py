"""How sure we are of a word: PocketSphinx's posteriors, calibrated to be the share of such words that are right.

A posterior only compares what was thought of: over noise one stretched word is often all that is left to think of, and
its posterior is high. So the utterance's mean posterior and how drawn out its words are have a say as well.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FLOOR = 1e-12
"""Posteriors below this are this: the logarithm must be finite."""

UNHURRIED = 0.08
"""Seconds a letter up to which speech is not drawn out: twice what people take."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A recognised word with its times (seconds) and PocketSphinx's posterior."""

    text: str
    start: float
    end: float
    posterior: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve: `base`, and weights of a word's log posterior, of its utterance's mean one and of the drawl."""

    base: float
    own: float
    mean: float
    drawl: float

    def confidences(self, utterance: Sequence[Heard]) -> list[float]:
        """The probability (0 to 1) that each word of an utterance is right, in order."""
        weights = (self.base, self.own, self.mean, self.drawl)
        return [1.0 / (1.0 + math.exp(-float(row @ weights))) for row in features(utterance)]


def features(utterance: Sequence[Heard]) -> NDArray[np.float64]:
    """What the curve looks at, a row a word: one, its log posterior, the utterance's mean one, the utterance's drawl.

    The drawl is the mean over words of ln(seconds a letter / UNHURRIED), where that is above nought. Shape (n, 4).
    """
    if not utterance:
        return np.zeros((0, 4))
    logs = np.log(np.clip([word.posterior for word in utterance], FLOOR, 1.0))
    paces = np.array([(word.end - word.start) / len(word.text) for word in utterance])
    drawl = np.log(np.maximum(paces / UNHURRIED, 1.0)).mean()
    ones = np.ones_like(logs)
    return np.stack([ones, logs, ones * logs.mean(), ones * drawl], axis=1)


def fit(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> Calibration:
    """The likeliest curve for words with these features, shape (n, 4), that were right or not, shape (n,).

    Newton's method on the logistic likelihood, with a little ridge so that it always ends.
    """
    weights = np.zeros(rows.shape[1])
    ridge = 1e-3 * np.eye(rows.shape[1])
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chance) - ridge @ weights
        bend = (rows * (chance * (1.0 - chance))[:, None]).T @ rows + ridge
        weights += np.linalg.solve(bend, slope)
    return Calibration(*(round(float(weight), 3) for weight in weights))
