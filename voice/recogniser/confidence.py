"""How sure we are of a word: PocketSphinx's posteriors, calibrated to be the share of such words that are right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FLOOR = 1e-12
"""Posteriors below this are this: the logarithm must be finite."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over a word's own log posterior and the mean log posterior of its utterance."""

    base: float
    own: float
    mean: float

    def confidences(self, posteriors: Sequence[float]) -> list[float]:
        """The probability (0 to 1) that each word of an utterance is right, from the words' posteriors in order."""
        logs = log_posteriors(posteriors)
        mean = float(logs.mean()) if len(logs) else 0.0
        return [1.0 / (1.0 + math.exp(-(self.base + self.own * float(log) + self.mean * mean))) for log in logs]


def log_posteriors(posteriors: Sequence[float]) -> NDArray[np.float64]:
    """Natural logarithms of posteriors, held between FLOOR and 1."""
    return np.log(np.clip(np.asarray(posteriors, np.float64), FLOOR, 1.0))


def fit(own: NDArray[np.float64], mean: NDArray[np.float64], right: NDArray[np.bool_]) -> Calibration:
    """The likeliest curve for words with these log posteriors (own, and their utterance's mean) that were right or not.

    Newton's method on the logistic likelihood, with a little ridge so that it always ends; shapes (n,).
    """
    columns = np.stack([np.ones_like(own), own, mean], axis=1)
    weights = np.zeros(3)
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-columns @ weights))
        slope = columns.T @ (right - chance) - 1e-3 * weights
        bend = (columns * (chance * (1.0 - chance))[:, None]).T @ columns + 1e-3 * np.eye(3)
        weights += np.linalg.solve(bend, slope)
    return Calibration(*(round(float(weight), 3) for weight in weights))
