"""From places among the normalised words, in which everything is read, to places among the words that were spoken."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from triage.assessment import Assessment, Entities, Evidence, Hazard, Slot
from triage.words.normalise import Words

Placed = TypeVar("Placed", Evidence, Slot)


def spoken_places(utterances: Iterable[tuple[str, Words]]) -> list[int]:
    """For each normalised word of a call, the place of its spoken word among all that were spoken."""
    places: list[int] = []
    before = 0
    for text, words in utterances:
        places += [before + source for source in words.sources]
        before += len(text.split())
    return places


def in_spoken_words(assessment: Assessment, places: Sequence[int]) -> Assessment:
    """The assessment with every start and end counting spoken words; what rests on no words stays at -1."""

    def move(item: Placed) -> Placed:
        if not 0 <= item.start < item.end <= len(places):
            return replace(item, start=-1, end=-1)
        return replace(item, start=places[item.start], end=places[item.end - 1] + 1)

    def moved(hazard: Hazard) -> Hazard:
        return replace(hazard, evidence=move(hazard.evidence))

    entities = assessment.entities
    slots: dict[str, Any] = {
        field.name: move(slot) for field in fields(Entities) if isinstance(slot := getattr(entities, field.name), Slot)
    }
    return replace(
        assessment,
        evidence=tuple(map(move, assessment.evidence)),
        hazards=tuple(map(moved, assessment.hazards)),
        unsure=moved(assessment.unsure) if assessment.unsure else None,
        entities=replace(entities, **slots),
    )
