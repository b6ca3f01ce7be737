"""How fast understanding is: `python -m triage.speed` measures processor time, and after how many words it knows.

Emergencies are those of the test texts; each is heard word by word, as partials come.
"""

import sys
import time
from collections.abc import Callable
from statistics import median, quantiles

from models.enums import Priority
from triage.assessment import Context
from triage.scoring.run import peak_memory_mb
from triage.situations import SITUATIONS
from triage.texts import TEXTS, LabelledText, load_texts
from triage.triage import Triage, Utterance

WORDS = 60
"""A long utterance: half a minute of speech."""

ROUNDS = 3


def milliseconds(act: Callable[[str], object], texts: list[str]) -> list[float]:
    """Processor time of the act on each text, sorted."""
    took = []
    for text in texts:
        start = time.process_time()
        act(text)
        took.append((time.process_time() - start) * 1000)
    return sorted(took)


def long_texts() -> list[str]:
    """Texts of WORDS words, made of neighbouring phrases: full of words that rules begin with. No two are the same."""
    words = " ".join(phrase for row in SITUATIONS.values() for phrase in row.phrases).split()
    return [" ".join(words[at : at + WORDS - turn]) for turn in range(ROUNDS) for at in range(0, len(words) - WORDS, 5)]


def known_after(known: Callable[[str], bool], text: str) -> int | None:
    """After how many words it is known; None when it never is."""
    words = text.split()
    return next((n for n in range(1, len(words) + 1) if known(" ".join(words[:n]))), None)


def _early(name: str, known: Callable[[str], bool], texts: list[LabelledText]) -> str:
    after = [(known_after(known, text.text), len(text.text.split())) for text in texts]
    heard = [(n, of) for n, of in after if n is not None]
    shares = [n / of for n, of in heard]
    words = f"median {median(n for n, _ in heard):.0f} words of {median(of for _, of in heard):.0f}"
    p90 = quantiles((n for n, _ in heard), n=10)[-1]
    return (
        f"{name}: {len(heard)} of {len(texts)} emergencies known, after {words} (p90 {p90:.0f}, {median(shares):.0%})\n"
    )


def main() -> None:
    """Measure and print p50, p99 and the longest; then after how many words emergencies are known."""
    start, before = time.process_time(), peak_memory_mb()
    engine, now = Triage.load(), Context()
    engine.assess([Utterance(long_texts()[0])], now)
    after = peak_memory_mb()
    sys.stdout.write(f"load {time.process_time() - start:.2f} s\n")
    sys.stdout.write(f"memory: rules and models {after - before:.0f} MB, process {after:.0f} MB\n")
    for name, act, texts in (
        (f"listen, {WORDS} words", lambda text: engine.listen(text, now), long_texts()),
        (f"assess, {WORDS} words", lambda text: engine.assess([Utterance(text)], now), long_texts()),
        (
            "assess of the test texts",
            lambda text: engine.assess([Utterance(text)], now),
            [text.text for text in load_texts(TEXTS / "test.jsonl")],
        ),
    ):
        took = milliseconds(act, texts)
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
        sys.stdout.write(f"{name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {took[-1]:.2f} ms\n")
    urgent = [text for text in load_texts(TEXTS / "test.jsonl") if text.priority is Priority.P1 and text.life_safety]
    sys.stdout.write(_early("listen (rules, on partials)", lambda text: bool(engine.listen(text, now)), urgent))
    raised = _early(
        "assess (rules and models)",
        lambda text: engine.assess([Utterance(text)], now).priority is Priority.P1,
        urgent,
    )
    sys.stdout.write(raised)


if __name__ == "__main__":
    main()
