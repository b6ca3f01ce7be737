"""Keeps the parts apart: finds texts of one part that are near copies of texts of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from triage.texts import LabelledText
from triage.words.normalise import words_of

ALIKE = 0.5
"""Share of word pairs, of those in either text, from which two texts are near copies (Jaccard, the figure that MinHash
estimates; here counted exactly). "I smell gas" and "I smell gas here" share 0.6."""


@dataclass(frozen=True, slots=True)
class NearCopy:
    """Two texts of different parts, by part and place in it (0 is the first), and how much they share."""

    first: tuple[str, int]
    second: tuple[str, int]
    share: float


def near_copies(parts: Mapping[str, Sequence[LabelledText]], alike: float = ALIKE) -> list[NearCopy]:
    """Every pair of texts of two different parts that are near copies, in the order of the parts."""
    pairs = {name: [_pairs(text.text) for text in texts] for name, texts in parts.items()}
    places = {pair: n for n, pair in enumerate(sorted({p for part in pairs.values() for text in part for p in text}))}
    rows = {name: _matrix(part, places) for name, part in pairs.items()}
    names = list(parts)
    return [
        copy
        for n, first in enumerate(names)
        for second in names[n + 1 :]
        for copy in _between(first, rows[first], second, rows[second], alike)
    ]


def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring words, the edges of the text among them."""
    words = words_of(text)
    return frozenset(f"{one} {other}" for one, other in zip(("<", *words), (*words, ">"), strict=True))


def _matrix(texts: Sequence[frozenset[str]], places: Mapping[str, int]) -> csr_matrix:
    indices = [sorted(places[pair] for pair in text) for text in texts]
    starts = np.cumsum([0, *map(len, indices)])
    flat = np.array([place for row in indices for place in row], dtype=np.int64)
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, starts), shape=(len(texts), len(places)))


def _between(first: str, one: csr_matrix, second: str, other: csr_matrix, alike: float) -> list[NearCopy]:
    common = (one @ other.T).tocoo()
    sizes, others = np.diff(one.indptr), np.diff(other.indptr)
    shares = common.data / (sizes[common.row] + others[common.col] - common.data)
    found = [
        NearCopy((first, int(row)), (second, int(col)), round(float(share), 3))
        for row, col, share in zip(common.row, common.col, shares, strict=True)
        if share >= alike
    ]
    return sorted(found, key=lambda copy: (copy.first, copy.second))
