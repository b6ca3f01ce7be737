"""Each text heard anew: other numbers and names in it, some of its words misheard, digits for words."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.learning import speaking
from triage.words.noise import Sounds

OTHER_VALUES, NOISY, WRITTEN, JOINED = 0.5, 0.65, 0.08, 0.08
"""Shares of texts that get other values, wrong words, digits, and a told address or number after them."""

WORST = 0.3
"""The highest share of wrong words."""

FILLERS = "um uh you know like so well okay i mean a the it is that".split()
KEEPS_WORDS = frozenset({"equipment", "onset", "access", "window", "role", "place", "age", "state"})
"""Kinds whose words are not exchanged: what is around them goes with them."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text to learn from: normalised words, a tag for each, and the labels that are known."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    intent: str | None
    priority: str | None
    trade: str | None
    situation: str | None
    asked: str | None = None
    tagged: bool = True


Piece = tuple[str, list[str]]
"""A kind ("" for none) and its words."""


class Spoiler:
    """Makes variants of examples. Everything random comes from one generator."""

    def __init__(self, examples: Sequence[Example], chance: random.Random) -> None:
        self._chance = chance
        self._words = sorted({word for example in examples for word in example.words})
        self._values: dict[str, list[list[str]]] = defaultdict(list)
        for example in examples:
            for kind, words in pieces_of(example):
                if kind:
                    self._values[kind].append(words)
        self._answers = [example for example in examples if example.asked in ("Q_CB", "Q_ADDR", "Q_NAME")]
        self._sounds = Sounds(self._words)

    def __call__(self, example: Example) -> Example:
        """One variant."""
        chance = self._chance
        pieces = pieces_of(example)
        if chance.random() < OTHER_VALUES:
            pieces = [(kind, self._other(kind, words)) for kind, words in pieces]
        if self._answers and not example.asked and chance.random() < JOINED:
            pieces += pieces_of(chance.choice(self._answers))
        if chance.random() < NOISY:
            pieces = self._misheard(pieces, chance.uniform(0.02, WORST))
        words = tuple(word for _, said in pieces for word in said)
        if not words:
            return example
        return replace(example, words=words, tags=tags_of(pieces))

    def _other(self, kind: str, words: list[str]) -> list[str]:
        chance = self._chance
        match kind:
            case "phone":
                digits = f"{chance.randint(201, 989)}{chance.randint(200, 999)}{chance.randint(0, 9999):04}"
                said = digits if chance.random() < 0.85 else digits[3:]
                return [said] if chance.random() < WRITTEN else speaking.phone(said, chance).split()
            case "number":
                digits = str(chance.randint(1, 10 ** chance.choice((2, 3, 3, 4, 4, 5)) - 1))
                return [digits] if chance.random() < WRITTEN else speaking.house_number(digits, chance).split()
            case "zip":
                digits = f"{chance.randint(501, 99950):05}"
                return [digits] if chance.random() < WRITTEN else speaking.zip_code(digits, chance).split()
            case kind if not kind or kind in KEEPS_WORDS:
                return words
            case _:
                return list(chance.choice(self._values[kind])) if self._values[kind] else words

    def _misheard(self, pieces: list[Piece], rate: float) -> list[Piece]:
        return [(kind, [other for word in words for other in self._hear(word, rate)]) for kind, words in pieces]

    def _hear(self, word: str, rate: float) -> list[str]:
        chance = self._chance
        if chance.random() >= rate:
            return [word]
        kind = chance.random()
        if kind < 0.5:
            return [chance.choice(self._sounds.like(word))]
        if kind < 0.6:
            return [chance.choice(self._words)]
        if kind < 0.85:
            return []
        if kind < 0.92 and len(word) > 4:
            return [word[: chance.randint(2, len(word) - 1)]]
        return [word, chance.choice(FILLERS)]


def pieces_of(example: Example) -> list[Piece]:
    """The words in runs of one kind."""
    pieces: list[Piece] = []
    for word, tag in zip(example.words, example.tags, strict=True):
        kind = tag[2:]
        if pieces and pieces[-1][0] == kind and not tag.startswith("B"):
            pieces[-1][1].append(word)
        else:
            pieces.append((kind, [word]))
    return pieces


def tags_of(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """A tag for each word of the pieces."""
    return tuple(f"{'I' if n else 'B'}-{kind}" if kind else "O" for kind, words in pieces for n, _ in enumerate(words))
