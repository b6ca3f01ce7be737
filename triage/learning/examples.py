"""Labelled texts as the models learn them: normalised words with a tag each, and the labels."""

from collections.abc import Sequence

from triage.learned.encoder import KINDS, NONE
from triage.learning.augment import Example
from triage.texts import LabelledText
from triage.words.normalise import words_of


def example_of(text: LabelledText) -> Example:
    """The text to learn from; a label that is not given is None and teaches nothing."""
    words = words_of(text.text)

    def label(name: str) -> str | None:
        value = getattr(text, name)
        return (value or NONE) if text.labelled(name) else None

    return Example(
        words=words,
        tags=tag(words, [(entity.kind.value, words_of(entity.spoken)) for entity in text.entities or ()]),
        intent=text.intent.value,
        priority=label("priority"),
        trade=label("trade"),
        situation=label("situation"),
        asked=text.light.asked,
        tagged=text.entities is not None,
    )


def tag(words: Sequence[str], entities: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """One tag a word: B- at the first word of an entity, I- inside, O elsewhere. An entity said twice is tagged once,
    in the order told; kinds that are not tagged (`problem`) are left out."""
    tags = ["O"] * len(words)
    for kind, spoken in entities:
        if kind not in KINDS:
            continue
        for at in range(len(words) - len(spoken) + 1):
            free = all(known == "O" for known in tags[at : at + len(spoken)])
            if free and tuple(words[at : at + len(spoken)]) == spoken:
                tags[at : at + len(spoken)] = [f"B-{kind}", *[f"I-{kind}"] * (len(spoken) - 1)]
                break
    return tuple(tags)
