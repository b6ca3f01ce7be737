"""The encoder: one pass over an utterance gives intent, priority, trade, situation and the spans that were told.

A fine-tuned MiniLM in eight bits, run by ONNX Runtime on one thread; learnt by `firstring train`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from models.enums import Intent, Priority, Trade
from triage.situations import SITUATIONS
from triage.words.normalise import data_file

ENCODER_FILE = "encoder.onnx"
PIECES_FILE = "pieces.json"

NONE = "-"
"""The label of what is not there."""

INTENTS = tuple(intent.value for intent in Intent)
PRIORITIES = (*(priority.value for priority in Priority), NONE)
TRADES = (*(trade.value for trade in Trade), NONE)
SITUATION_IDS = (*SITUATIONS, NONE)
KINDS = (
    "name", "phone", "number", "street", "unit", "city", "state", "zip", "equipment", "brand", "age", "onset", "access",
    "window", "account", "po", "claim", "role", "place",
)  # fmt: skip
"""What a span can be."""

TAGS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
HEADS: Mapping[str, tuple[str, ...]] = {
    "intent": INTENTS, "priority": PRIORITIES, "trade": TRADES, "situation": SITUATION_IDS,
}  # fmt: skip

LONGEST = 192
"""Pieces of words that are read; of a longer text the first half and the last are."""

REMEMBERED = 512
"""Readings kept: a call is assessed anew with every utterance."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the encoder takes it: ids of pieces, and for each word read, the place of its first piece."""

    ids: list[int]
    first: dict[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """Words from `start` up to `end` that say something of a kind, and how sure that is."""

    kind: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Scored:
    """What the encoder makes of a text: probability by label for every head, raw scores, and the spans."""

    logits: Mapping[str, NDArray[np.float32]]
    spans: tuple[Span, ...]

    def chances(self, head: str, temperature: float = 1.0) -> dict[str, float]:
        """Probabilities of one head's labels."""
        return dict(zip(HEADS[head], softmax(self.logits[head] / temperature).tolist(), strict=True))


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Along the last axis."""
    odds = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = odds / odds.sum(axis=-1, keepdims=True)
    return result


def prepare(tokenizer: Tokenizer, words: Sequence[str], asked: str | None) -> Pieces:
    """The pieces of normalised words; the question that was asked stands before them."""
    lead = [*_question(asked), "[SEP]"] if asked else []
    encoded = tokenizer.encode([*lead, *words], is_pretokenized=True)
    ids, places = list(encoded.ids), encoded.word_ids
    keep = range(len(ids))
    if len(ids) > LONGEST:
        half = LONGEST // 2
        keep = [*range(half), *range(len(ids) - half, len(ids))]  # type: ignore[assignment]
    first: dict[int, int] = {}
    for new, old in enumerate(keep):
        place = places[old]
        if place is not None and place >= len(lead) and places[old - 1] != place:
            first[place - len(lead)] = new
    return Pieces([ids[old] for old in keep], first)


def _question(asked: str) -> list[str]:
    return asked.removeprefix("Q_").lower().split("_")


class Encoder:
    """Reads texts. Safe between threads; remembers the last few readings."""

    def __init__(self, model: bytes, pieces: bytes) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_str(pieces.decode())
        self.read = lru_cache(REMEMBERED)(self._read)

    def forget(self) -> None:
        """Remember no reading: words were said that are to be forgotten."""
        self.read.cache_clear()

    @classmethod
    def load(cls) -> "Encoder":
        """The shipped encoder."""
        return cls(data_file(ENCODER_FILE), data_file(PIECES_FILE))

    def _read(self, words: tuple[str, ...], asked: str | None = None) -> Scored:
        """Scores and spans of normalised words."""
        pieces = prepare(self.tokenizer, words, asked)
        ids = np.array([pieces.ids], dtype=np.int64)
        outputs = self._session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
        *heads, tags = [output[0] for output in outputs]
        return Scored(dict(zip(HEADS, heads, strict=True)), spans(softmax(tags), pieces.first))


def spans(chances: NDArray[np.float64], first: Mapping[int, int]) -> tuple[Span, ...]:
    """The likeliest spans; `chances` is (pieces, tags), `first` the piece of each word."""
    found: list[Span] = []
    open_kind, start, sure = "", 0, list[float]()
    previous = -2
    for word, place in sorted(first.items()):
        row = chances[place]
        tag = TAGS[int(row.argmax())]
        kind = tag[2:]
        if open_kind and (kind != open_kind or tag[0] == "B" or word != previous + 1):
            found.append(Span(open_kind, start, previous + 1, float(np.mean(sure))))
            open_kind = ""
        if kind and not open_kind:
            open_kind, start, sure = kind, word, []
        if kind:
            sure.append(float(row.max()))
        previous = word
    if open_kind:
        found.append(Span(open_kind, start, previous + 1, float(np.mean(sure))))
    return tuple(found)
