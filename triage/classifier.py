"""What the caller wants, from the words alone: the seam for any model, and the first model, a linear one."""

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.enums import Intent
from triage.assessment import Evidence
from triage.normalise import data_file
from triage.numbers import is_number_word

MODEL_FILE = "intents.npz"
"""The shipped model, written by `python -m triage.training`."""

_SHOWN = 3
_PIECE = 4


@dataclass(frozen=True, slots=True)
class Scores:
    """Probability of each intent (they add up to 1, or nothing is known), and what they rest on."""

    intents: Mapping[Intent, float] = field(default_factory=dict)
    bar: float = 0.5
    evidence: tuple[Evidence, ...] = ()

    def of(self, intent: Intent) -> float:
        """The probability of one intent; 0 when nothing is known."""
        return self.intents.get(intent, 0.0)

    def decided(self) -> tuple[Intent, float]:
        """The likeliest intent and its probability; `other` when it does not reach the bar."""
        if not self.intents:
            return Intent.OTHER, 0.0
        best = max(self.intents, key=lambda intent: self.intents[intent])
        return (best if self.of(best) >= self.bar else Intent.OTHER), round(self.of(best), 3)


class Classifier(Protocol):
    """Scores a text, normalised words of a whole call so far."""

    def classify(self, text: str) -> Scores:
        """Probabilities of the six intents. Never raises; no words, no scores."""
        ...


def terms(text: str) -> list[str]:
    """The features of normalised words: words, pairs of words, and pieces of words for what was misheard. No digits."""
    words = ["#" if is_number_word(word) or word.isdigit() else word for word in text.split()]
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    pieces = [
        f"~{padded[at : at + _PIECE]}"
        for padded in (f"<{word}>" for word in words if len(word) >= _PIECE)
        for at in range(len(padded) - _PIECE + 1)
    ]
    return words + pairs + pieces


@dataclass(frozen=True, slots=True)
class LinearClassifier:
    """Multinomial logistic regression over weighted terms, calibrated by one temperature. Immutable; numpy only.

    `weights` has shape (terms, intents), `idf` (terms,), `bias` (intents,).
    """

    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    intents: tuple[Intent, ...]
    temperature: float
    bar: float

    @classmethod
    def load(cls, content: bytes | None = None) -> "LinearClassifier":
        """Read a model file's content; the shipped one by default. Raises ValueError or KeyError when it is not one."""
        with np.load(io.BytesIO(content or data_file(MODEL_FILE)), allow_pickle=False) as model:
            return cls(
                vocabulary={str(term): place for place, term in enumerate(model["terms"])},
                idf=model["idf"].astype(np.float32),
                weights=model["weights"].astype(np.float32),
                bias=model["bias"].astype(np.float32),
                intents=tuple(Intent(str(name)) for name in model["intents"]),
                temperature=float(model["temperature"]),
                bar=float(model["bar"]),
            )

    def classify(self, text: str) -> Scores:
        """Probabilities of the six intents; the words that speak most for the likeliest as evidence."""
        counts = Counter(place for term in terms(text) if (place := self.vocabulary.get(term)) is not None)
        if not counts:
            return Scores(bar=self.bar)
        places = np.fromiter(counts, dtype=np.int64)
        values = vector(np.fromiter(counts.values(), dtype=np.float32), self.idf[places])
        contributions = values[:, None] * self.weights[places]
        logits = (contributions.sum(axis=0) + self.bias) / self.temperature
        odds = np.exp(logits - logits.max())
        chances = odds / odds.sum()
        best = int(chances.argmax())
        weight = dict(zip(places.tolist(), contributions[:, best].tolist(), strict=True))
        evidence = self._speaking_for(self.intents[best], text, weight)
        return Scores(dict(zip(self.intents, map(float, chances), strict=True)), self.bar, evidence)

    def _speaking_for(self, intent: Intent, text: str, weight: Mapping[int, float]) -> tuple[Evidence, ...]:
        """The words and pairs that weigh most for an intent. Pieces of words and digits are not shown."""
        shown = {term: weight[self.vocabulary[term]] for term in terms(text) if term in self.vocabulary}
        words = [(score, term) for term, score in shown.items() if score > 0 and _tells(term)]
        heaviest = sorted(words, key=lambda pair: (-pair[0], pair[1]))[:_SHOWN]
        return tuple(Evidence(f"model:{intent.value}", term, score=round(score, 3)) for score, term in heaviest)


def _tells(term: str) -> bool:
    """Whether a term means something to a person: not a piece of a word, not a digit, not "is the"."""
    return term[0] != "~" and "#" not in term and any(len(word) > _PIECE - 1 for word in term.split())


def vector(counts: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """Damped counts times rarity, of length one: the weight of each term of a text."""
    values: NDArray[np.float32] = (1 + np.log(counts)) * idf
    return values / np.linalg.norm(values)
