"""What the caller wants, from the words alone: the seam for any model, and the model that ships."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from models.enums import Intent
from triage.assessment import Evidence


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
