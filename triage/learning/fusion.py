"""Learns on the tuning texts how much each voice is worth: encoder, linear model and rules; and calibrates them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from triage.learned.encoder import HEADS, softmax

STRENGTH = 0.05
"""Inverse regularisation: few weights, some thousand texts and their noisy copies."""

WEIGHED = ("intent", "priority")
DIVIDED = ("situation", "trade")


@dataclass(frozen=True, slots=True)
class Heard:
    """One tuning text, clean or misheard: the fusion's features, the encoder's raw scores, the rows found by rule as
    `ruled` gives them, and the right labels."""

    features: NDArray[np.float64]
    logits: Mapping[str, NDArray[np.float32]]
    ruled: NDArray[np.float64]
    labels: Mapping[str, str]


def fit(heard: Sequence[Heard], output: Path) -> None:
    """Learn and write the fusion file."""
    bonus = _rule_bonus(heard)
    fused = {
        "heads": {head: _weigh(heard, head) for head in WEIGHED},
        "rule_bonus": bonus,
        "temperatures": {head: _temperature(heard, head, bonus if head == "situation" else 0.0) for head in DIVIDED},
    }
    output.write_text(json.dumps(fused, indent=1) + "\n")


def _weigh(heard: Sequence[Heard], head: str) -> dict[str, object]:
    """Logistic regression of one head's labels over the features."""
    known = [one for one in heard if head in one.labels]
    answers = [HEADS[head].index(one.labels[head]) for one in known]
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(np.stack([one.features for one in known]), answers)
    return {"weights": model.coef_.T.round(4).tolist(), "bias": model.intercept_.round(4).tolist()}


def _rule_bonus(heard: Sequence[Heard]) -> float:
    """What a row found by rule adds to its score, so that the right rows are likeliest."""
    logits, answers = _known(heard, "situation")
    ruled = np.stack([one.ruled for one in heard if "situation" in one.labels])
    best = min(np.linspace(0.0, 8.0, 33), key=lambda bonus: _loss(logits + bonus * ruled, answers))
    return round(float(best), 3)


def _temperature(heard: Sequence[Heard], head: str, bonus: float) -> float:
    """The divisor of a head's scores under which the right answers are likeliest."""
    logits, answers = _known(heard, head)
    ruled = np.stack([one.ruled for one in heard if head in one.labels]) * bonus if bonus else 0.0
    best = min(np.linspace(0.4, 3.0, 53), key=lambda divisor: _loss(logits / divisor + ruled, answers))
    return round(float(best), 3)


def _known(heard: Sequence[Heard], head: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Raw scores and right answers of one head, where they are labelled."""
    labelled = [one for one in heard if head in one.labels]
    scores = np.stack([one.logits[head] for one in labelled]).astype(np.float64)
    return scores, np.array([HEADS[head].index(one.labels[head]) for one in labelled])


def _loss(logits: NDArray[np.float64], answers: NDArray[np.int64]) -> float:
    chances = softmax(logits)[np.arange(len(answers)), answers]
    return float(-np.log(np.maximum(chances, 1e-9)).mean())
