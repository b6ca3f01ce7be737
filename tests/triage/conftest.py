"""The devices of these tests: one loaded triage, and a caller who says things."""

from collections.abc import Callable

import pytest

from triage.assessment import Assessment, Context
from triage.triage import Triage, Utterance

Said = str | tuple[str, str]
Hear = Callable[..., Assessment]


@pytest.fixture(scope="session")
def engine() -> Triage:
    """A company in Austin that knows two of its streets."""
    return Triage.load(
        zips=frozenset({"78704", "78701"}), city="Austin", state="TX", streets=("Maple Street", "Oak Avenue")
    )


@pytest.fixture(scope="session")
def hear(engine: Triage) -> Hear:
    """Assess a call: texts, or (question, answer) pairs, in order."""

    def assess(*said: Said, context: Context | None = None, confidence: float = 1.0) -> Assessment:
        utterances = [
            Utterance(one, None, confidence) if isinstance(one, str) else Utterance(one[1], one[0], confidence)
            for one in said
        ]
        return engine.assess(utterances, context or Context())

    return assess
