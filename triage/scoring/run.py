"""Assesses labelled texts, clean or with words wrong, and takes the time and the memory."""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from triage.scoring.faults import Fault, worst
from triage.scoring.figures import Figures, Outcome, score
from triage.situations import SITUATIONS
from triage.texts import LabelledText
from triage.triage import Triage, Utterance
from triage.words.noise import misheard
from triage.words.normalise import normalise, words_of

SEED = 3
VOCABULARY = 4000
"""Words that others are misheard as: the file's commonest. Sixteen megabytes, whatever the length of the file."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time of one utterance in milliseconds, and the most memory that the process has held, in MB."""

    p50_ms: float
    p99_ms: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Run:
    """The score with one share of the words wrong; `noise` 0 is the texts as they are."""

    noise: float
    figures: Figures
    cost: Cost
    worst: tuple[Fault, ...]


def run(texts: Sequence[LabelledText], engine: Triage, *, noise: float, count: int, tick: Callable[[], object]) -> Run:
    """Score the texts; `count` is how many of the worst are kept. `tick` is called after each text."""
    outcomes = []
    for text, heard in zip(texts, spoken(texts, noise), strict=True):
        light = text.light
        start = time.process_time()
        assessment = engine.assess([Utterance(heard, light.asked)], light)
        outcomes.append(Outcome(text, heard, assessment, time.process_time() - start))
        tick()
    return Run(noise, score(outcomes), cost_of(outcomes), tuple(worst(outcomes, count)))


def spoken(texts: Sequence[LabelledText], noise: float) -> Iterator[str]:
    """The texts with that share of their words wrong: plain words then, the same each time, in any order of texts."""
    if not noise:
        yield from (text.text for text in texts)
        return
    words = vocabulary(texts)
    for text in texts:
        yield misheard(normalise(text.text), noise, words, random.Random(f"{SEED}:{noise}:{text.text}"))


def vocabulary(texts: Sequence[LabelledText]) -> tuple[str, ...]:
    """The commonest words of the texts and of the situations' phrases, sorted."""
    counts = Counter(word for row in SITUATIONS.values() for phrase in row.phrases for word in words_of(phrase))
    for text in texts:
        counts.update(words_of(text.text))
    return tuple(sorted(sorted(counts, key=lambda word: (-counts[word], word))[:VOCABULARY]))


def cost_of(outcomes: Sequence[Outcome]) -> Cost:
    """The time of the middle and of the slowest hundredth, and the memory so far."""
    took = sorted(one.seconds * 1000 for one in outcomes)
    return Cost(took[ceil(0.50 * len(took)) - 1], took[ceil(0.99 * len(took)) - 1], peak_memory_mb())


def peak_memory_mb() -> float:
    """The most memory that this process has held so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10  # bytes there, kilobytes elsewhere
