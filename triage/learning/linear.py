"""The linear model: logistic regression over words, pairs and pieces of words, each text with noisy copies.

It hears what the encoder may not (a rare word) and is right in other places: together they are better than either.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from triage.learned.encoder import INTENTS
from triage.learned.linear import terms, vector
from triage.learning.augment import Example
from triage.words.noise import Sounds

SEED = 20
COPIES = 4
"""Noisy copies of each text. Eight were worth several points at 25 % wrong words (docs/domain/understanding.md) with
500 texts; with thousands four are as good as eight."""

RATES = (0.05, 0.1, 0.2, 0.3)
"""Shares of wrong words in the copies: what a recogniser makes on the telephone."""

RARE = 3
"""A term must stand in this many texts (without their copies)."""

STRENGTH = 3.0
"""Inverse regularisation."""


@dataclass(frozen=True, slots=True)
class Linear:
    """What training finds; see LinearClassifier for the shapes."""

    vocabulary: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def write(self, output: Path) -> None:
        """Write the model as LinearClassifier reads it."""
        with output.open("wb") as file:
            np.savez_compressed(
                file,
                terms=np.array(list(self.vocabulary)),
                idf=self.idf.astype(np.float16),
                weights=self.weights.astype(np.float16),
                bias=self.bias,
                intents=np.array(INTENTS),
            )


def matrix(texts: Sequence[Sequence[str]], vocabulary: dict[str, int], idf: NDArray[np.float32]) -> csr_matrix:
    """The texts (their words) as rows of weighted terms."""
    indptr, indices, values = [0], list[int](), list[float]()
    for words in texts:
        counts = Counter(vocabulary[term] for term in terms(words) if term in vocabulary)
        places = sorted(counts)
        if places:
            numbers = np.array([counts[place] for place in places], dtype=np.float32)
            values += vector(numbers, idf[places]).tolist()
            indices += places
        indptr.append(len(indices))
    return csr_matrix((values, indices, indptr), shape=(len(texts), len(vocabulary)), dtype=np.float32)


def fit(examples: Sequence[Example], seed: int = SEED) -> Linear:
    """Vocabulary and weights from examples, each with its noisy copies."""
    seen = Counter(term for example in examples for term in set(terms(example.words)))
    kept = sorted(term for term, count in seen.items() if count >= RARE)
    vocabulary = {term: place for place, term in enumerate(kept)}
    idf = np.array([np.log((1 + len(examples)) / (1 + seen[term])) + 1 for term in kept], dtype=np.float32)
    spoken = [(example.words, example.intent) for example in examples] + _misheard(examples, seed)
    model = LogisticRegression(C=STRENGTH, max_iter=300, random_state=seed)
    model.fit(matrix([words for words, _ in spoken], vocabulary, idf), [INTENTS.index(i) for _, i in spoken if i])
    return Linear(vocabulary, idf, model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _misheard(examples: Sequence[Example], seed: int) -> list[tuple[tuple[str, ...], str | None]]:
    """Noisy copies; the noise of each text comes from a generator of its own."""
    sounds = Sounds([word for example in examples for word in example.words])
    copies = []
    for number, example in enumerate(examples):
        chance = random.Random(f"{seed}:{number}")
        text = " ".join(example.words)
        copies += [(tuple(sounds.misheard(text, rate, chance).split()), example.intent) for rate in RATES[:COPIES]]
    return copies
