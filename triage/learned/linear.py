"""The linear model: what the caller wants, from words, pairs and pieces of words. One of the voices of `ensemble`."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.enums import Intent
from triage.assessment import Evidence
from triage.words.normalise import data_file
from triage.words.numbers import is_number_word

MODEL_FILE = "intents.npz"
"""The shipped model, written by `firstring train`."""

_SHOWN = 3
_PIECE = 4


def terms(words: Sequence[str]) -> list[str]:
    """The features of normalised words: words, pairs of words, and pieces of words for what was misheard. No digits."""
    words = ["#" if is_number_word(word) or word.isdigit() else word for word in words]
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    pieces = [
        f"~{padded[at : at + _PIECE]}"
        for padded in (f"<{word}>" for word in words if len(word) >= _PIECE)
        for at in range(len(padded) - _PIECE + 1)
    ]
    return [*words, *pairs, *pieces]


@dataclass(frozen=True, slots=True)
class LinearClassifier:
    """Multinomial logistic regression over weighted terms. Immutable; numpy only.

    `weights` has shape (terms, intents), `idf` (terms,), `bias` (intents,).
    """

    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    intents: tuple[Intent, ...]

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
            )

    def logits(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Raw scores in the order of `intents`; words never seen add nothing."""
        places, values = self._values(words)
        scores: NDArray[np.float32] = values @ self.weights[places] + self.bias
        return scores

    def _values(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        counts = Counter(place for term in terms(words) if (place := self.vocabulary.get(term)) is not None)
        places = np.fromiter(counts, dtype=np.int64)
        if not counts:
            return places, np.zeros(0, dtype=np.float32)
        return places, vector(np.fromiter(counts.values(), dtype=np.float32), self.idf[places])

    def speaking_for(self, intent: Intent, words: Sequence[str]) -> tuple[Evidence, ...]:
        """The words and pairs that weigh most for an intent. Pieces of words and digits are not shown."""
        places, values = self._values(words)
        weight = dict(zip(places.tolist(), (values * self.weights[places, self.intents.index(intent)]), strict=True))
        known = {term for term in terms(words) if term in self.vocabulary and _tells(term)}
        said = [(float(weight[self.vocabulary[term]]), term) for term in known]
        heaviest = sorted((pair for pair in said if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))[:_SHOWN]
        return tuple(_evidence(intent, term, score, words) for score, term in heaviest)


def _evidence(intent: Intent, term: str, score: float, words: Sequence[str]) -> Evidence:
    """A term that speaks for an intent, at its place in the words."""
    parts = term.split()
    at = next(n for n in range(len(words)) if list(words[n : n + len(parts)]) == parts)
    return Evidence(f"model:{intent.value}", term, at, at + len(parts), round(score, 3))


def _tells(term: str) -> bool:
    """Whether a term means something to a person: not a piece of a word, not a digit, not "is the"."""
    return term[0] != "~" and "#" not in term and any(len(word) > _PIECE - 1 for word in term.split())


def vector(counts: NDArray[np.float32], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """Damped counts times rarity, of length one: the weight of each term of a text."""
    values: NDArray[np.float32] = (1 + np.log(counts)) * idf
    return values / np.linalg.norm(values)
