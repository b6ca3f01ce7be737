"""How much processor time understanding takes: `python -m triage.speed`."""

import sys
import time
from collections.abc import Callable

from triage.assessment import Context
from triage.situations import SITUATIONS
from triage.triage import Triage, Utterance

WORDS = 60
"""A long utterance: half a minute of speech."""

ROUNDS = 3


def milliseconds(act: Callable[[str], object], texts: list[str]) -> list[float]:
    """Processor time of the act on each text, sorted."""
    took = []
    for text in texts * ROUNDS:
        start = time.process_time()
        act(text)
        took.append((time.process_time() - start) * 1000)
    return sorted(took)


def long_texts() -> list[str]:
    """Texts of WORDS words, made of neighbouring phrases: full of words that rules begin with."""
    words = " ".join(phrase for row in SITUATIONS.values() for phrase in row.phrases).split()
    return [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, 5)]


def main() -> None:
    """Measure and print p50, p99 and the longest."""
    start = time.process_time()
    engine, now = Triage.load(), Context()
    sys.stdout.write(f"load {time.process_time() - start:.2f} s\n")
    texts = long_texts()
    for name, act in (
        ("listen", lambda text: engine.listen(text, now)),
        ("assess", lambda text: engine.assess([Utterance(text)], now)),
    ):
        took = milliseconds(act, texts)
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
        sys.stdout.write(f"{name} of {WORDS} words: p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {took[-1]:.2f} ms\n")


if __name__ == "__main__":
    main()
