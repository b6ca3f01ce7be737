"""The door to understanding: `listen` while the caller speaks, `assess` when an utterance has ended."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from triage.assessment import Assessment, Context, Hazard
from triage.call import read_call
from triage.classifier import MODEL_FILE, Classifier, LinearClassifier
from triage.hazards import find_hazards
from triage.normalise import data_file, words_of
from triage.rules import Utterable, load_book
from triage.streets import Area
from triage.turns import Utterance

__all__ = ["Triage", "Utterance"]

BOOKS = ("hazards.toml", "rows.toml", "answers.toml", "signals.toml", "slots.toml")


DATA = ("words.toml", "scope.toml", *BOOKS, "modifiers.toml", "situations.json", MODEL_FILE)
"""Everything that decides what an assessment says: its hash is the assessment's version."""


@dataclass(frozen=True, slots=True)
class Triage:
    """Understands calls. Immutable once loaded; cheap to share; safe between threads."""

    area: Area
    classifier: Classifier
    version: str

    @classmethod
    def load(
        cls, *, zips: frozenset[str] = frozenset(), city: str = "", state: str = "", streets: tuple[str, ...] = ()
    ) -> "Triage":
        """Read the rules and the model, so that the first call waits for nothing.

        `zips`, `city`, `state` and `streets` are the company's service area: they help to hear addresses.
        Raises PatternError when a rule file cannot be read.
        """
        for book in BOOKS:
            load_book(book)
        return cls(Area(zips, city, state, streets), LinearClassifier.load(), _version())

    def listen(self, partial: str, context: Context) -> tuple[Hazard, ...]:  # noqa: ARG002  the door is one for all
        """Dangers in a partial text, in script order. Nothing else is read; under 5 ms for 60 words."""
        return find_hazards(Utterable(words_of(partial))).hazards

    def assess(self, utterances: Sequence[Utterance], context: Context) -> Assessment:
        """Everything understood of the call so far, from all its utterances in order.

        What an utterance answers is its own `asked`; `context.asked`, the question that is open now, answers nothing.
        """
        return read_call(utterances, context, area=self.area, classifier=self.classifier, version=self.version)


def _version() -> str:
    digest = hashlib.sha256()
    for name in DATA:
        digest.update(data_file(name))
    return digest.hexdigest()[:12]
