"""The models together: the encoder, the linear model and what the rules say, weighed into calibrated chances.

The weights are learnt on the tuning texts by `firstring train` (`triage/learning/fusion.py`), never on those the models
were trained on nor on those they are tested on.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from models.enums import Intent, Priority
from triage.assessment import Evidence
from triage.learned.encoder import HEADS, INTENTS, NONE, PRIORITIES, SITUATION_IDS, Encoder, Scored, Span, softmax
from triage.learned.linear import LinearClassifier
from triage.situations import SITUATIONS
from triage.words.normalise import data_file

FUSION_FILE = "fusion.json"


def _rows_by(labels: Sequence[str], label: Callable[[str], str]) -> NDArray[np.int64]:
    """For every label of the situation head, the place of what it stands for among `labels`."""
    return np.array([labels.index(label(row)) for row in SITUATION_IDS])


ROW_INTENTS = _rows_by(INTENTS, lambda row: SITUATIONS[row].owner_intent if row != NONE else Intent.OTHER)
ROW_PRIORITIES = _rows_by(PRIORITIES, lambda row: SITUATIONS[row].priority or NONE if row != NONE else NONE)
LIFE = np.array([row != NONE and SITUATIONS[row].life_safety for row in SITUATION_IDS])
"""For every label of the situation head, whether somebody can be hurt."""


@dataclass(frozen=True, slots=True)
class RulesSay:
    """What the rules made of the same words: intent and priority of what they heard, the rows, whether a danger is
    believed or doubted."""

    intent: Intent | None = None
    priority: Priority | None = None
    rows: frozenset[str] = frozenset()
    danger: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """Calibrated chances; each mapping adds up to 1, or is empty where there were no words.

    `rows` and `priorities` have the label "-" for none. `peaks`: the highest chance of P1, and of an emergency, that
    the call ever had.
    """

    intents: Mapping[Intent, float] = field(default_factory=dict)
    rows: Mapping[str, float] = field(default_factory=dict)
    priorities: Mapping[str, float] = field(default_factory=dict)
    trades: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    peaks: tuple[float, float] = (0.0, 0.0)

    @property
    def urgent(self) -> float:
        """The chance of P1."""
        return self.priorities.get(Priority.P1, 0.0)

    def best(self) -> tuple[Intent, float]:
        """The likeliest intent and its chance; `other` and 0 where nothing is known."""
        if not self.intents:
            return Intent.OTHER, 0.0
        intent = max(self.intents, key=lambda one: self.intents[one])
        return intent, self.intents[intent]


@dataclass(frozen=True, slots=True)
class Fusion:
    """The learnt weights: for intent and for priority (features, labels) and (labels,); how much a row found by rule
    adds to its score; and the divisors of the situation's and the trade's scores."""

    weights: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
    rule_bonus: float
    temperatures: Mapping[str, float]

    @classmethod
    def load(cls, content: bytes | None = None) -> "Fusion":
        """Read a fusion file; the shipped one by default."""
        row = json.loads(content or data_file(FUSION_FILE))
        weights = {head: (np.array(one["weights"]), np.array(one["bias"])) for head, one in row["heads"].items()}
        return cls(weights, row["rule_bonus"], row["temperatures"])

    def chances(self, head: str, features: NDArray[np.float64]) -> dict[str, float]:
        """Chances of the labels of a head that is weighed: intent or priority."""
        weights, bias = self.weights[head]
        return dict(zip(HEADS[head], softmax(features @ weights + bias).tolist(), strict=True))

    def rows(self, scored: Scored, found: frozenset[str] = frozenset()) -> dict[str, float]:
        """Chances of every row and of none, those found by rule the likelier."""
        logits = scored.logits["situation"] / self.temperatures["situation"] + self.rule_bonus * ruled(found)
        return dict(zip(SITUATION_IDS, softmax(logits).tolist(), strict=True))


def placed(evidence: Evidence, places: Sequence[int]) -> Evidence:
    """Evidence of some words where those words stood: at `places`."""
    if evidence.start < 0:
        return evidence
    return replace(evidence, start=places[evidence.start], end=places[evidence.end - 1] + 1)


def ruled(rows: frozenset[str]) -> NDArray[np.float64]:
    """1 for each row found by rule; for none where there is none. Shape (rows + 1,)."""
    return np.array([float(row in rows or (row == NONE and not rows)) for row in SITUATION_IDS])


def features_of(scored: Scored, linear: NDArray[np.float32], says: RulesSay) -> NDArray[np.float64]:
    """What the fusion weighs, shape (38,).

    Log chances of intent by the encoder, by the linear model and by the rows the encoder thinks of; of priority by the
    encoder and by those rows; then what the rules say.
    """
    rows = softmax(scored.logits["situation"])
    intents, priorities = (
        np.bincount(places, weights=rows, minlength=len(labels)).astype(np.float64)
        for places, labels in ((ROW_INTENTS, INTENTS), (ROW_PRIORITIES, PRIORITIES))
    )
    return np.concatenate(
        [
            _logs(softmax(scored.logits["intent"])),
            _logs(softmax(linear)),
            _logs(intents),
            _logs(softmax(scored.logits["priority"])),
            _logs(priorities),
            [says.intent == intent for intent in INTENTS],
            [says.intent is not None and (says.priority or NONE) == priority for priority in PRIORITIES],
            [says.danger, says.unsure],
        ]
    ).astype(np.float64)


def _logs(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.maximum(chances, 1e-4))


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """Reads the words of a call and of its utterances. Immutable; safe between threads."""

    encoder: Encoder
    linear: LinearClassifier
    fusion: Fusion

    @classmethod
    def load(cls) -> "Ensemble":
        """The shipped models."""
        return cls(Encoder.load(), LinearClassifier.load(), Fusion.load())

    def spans(self, words: Sequence[str], asked: str | None) -> tuple[Span, ...]:
        """What was told in one utterance, in the light of the question before it."""
        return self.encoder.read(tuple(words), asked).spans if words else ()

    def suspects(self, words: Sequence[str]) -> tuple[dict[str, float], float]:
        """By the encoder alone, of an utterance's own words: the chance of every row and of none, and that of P1."""
        scored = self.encoder.read(tuple(words), None)
        return self.fusion.rows(scored), scored.chances("priority")[Priority.P1]

    def judge(self, words: Sequence[str], asked: str | None, says: RulesSay) -> Scores:
        """What a call's words come to together with what its rules say. Never raises; no words, no scores."""
        if not words:
            return Scores()
        scored = self.encoder.read(tuple(words), asked)
        features = features_of(scored, self.linear.logits(words), says)
        intents, rows = self.fusion.chances("intent", features), self.fusion.rows(scored, says.rows)
        best, row = max(intents, key=lambda one: intents[one]), max(rows, key=lambda one: rows[one])
        evidence = [Evidence(f"model:{best}", score=round(intents[best], 3))]
        evidence += [Evidence(f"model:{row}", score=round(rows[row], 3))] if row != NONE else []
        return Scores(
            intents={Intent(intent): chance for intent, chance in intents.items()},
            rows=rows,
            priorities=self.fusion.chances("priority", features),
            trades=scored.chances("trade", self.fusion.temperatures["trade"]),
            evidence=(*evidence, *self.linear.speaking_for(Intent(best), words)),
        )
