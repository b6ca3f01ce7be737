"""The door to understanding: `listen` while the caller speaks, `assess` when an utterance has ended."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from triage.assessment import Assessment, Context, Hazard
from triage.call import read_call
from triage.entities.streets import Area
from triage.learned.encoder import ENCODER_FILE, PIECES_FILE
from triage.learned.ensemble import FUSION_FILE, Ensemble
from triage.learned.linear import MODEL_FILE
from triage.rules.book import Utterable, load_book
from triage.rules.hazards import find_hazards
from triage.turns import Utterance
from triage.words.normalise import data_file, words_of

__all__ = ["Triage", "Utterance"]

BOOKS = ("hazards.toml", "harmless.toml", "rows.toml", "answers.toml", "signals.toml", "slots.toml")
RULES = ("words.toml", "scope.toml", *BOOKS, "modifiers.toml", "equipment.toml", "names.toml", "situations.json")
DATA = (*RULES, MODEL_FILE, ENCODER_FILE, PIECES_FILE, FUSION_FILE)
"""Everything that decides what an assessment says: its hash is the assessment's version."""


@dataclass(frozen=True, slots=True)
class Triage:
    """Understands calls. Immutable once loaded; cheap to share; safe between threads."""

    area: Area
    models: Ensemble
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
        return cls(Area(zips, city, state, streets), Ensemble.load(), _version())

    def listen(self, partial: str, context: Context) -> tuple[Hazard, ...]:  # noqa: ARG002  the door is one for all
        """Dangers in a partial text, in script order. Nothing else is read; under 5 ms for 60 words."""
        return find_hazards(Utterable(words_of(partial))).hazards

    def assess(self, utterances: Sequence[Utterance], context: Context) -> Assessment:
        """Everything understood of the call so far, from all its utterances in order.

        What an utterance answers is its own `asked`; `context.asked`, the question that is open now, answers nothing.
        """
        return read_call(utterances, context, area=self.area, models=self.models, version=self.version)


def _version() -> str:
    digest = hashlib.sha256()
    for name in DATA:
        digest.update(data_file(name))
    return digest.hexdigest()[:12]
