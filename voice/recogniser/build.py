"""Builds everything in `data/` from the shipped model and the project's texts: the same bytes every time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pocketsphinx

from voice.recogniser import acoustic, background, corpus, language

LEXICON = Path(__file__).parent / "lexicon.txt"
COMMON_WORDS = 5_000
SHARE = 0.5
"""Trade texts to everyday English. Of 0.85, 0.7 and 0.5 on a third of the development lines: 18.9, 18.6 and 17.3 % of
words wrong."""

KEEP = 5e-7
"""Grams of everyday English that matter less than this (nats) are dropped: 1.5 million become 0.35 million. 3e-6 costs
a word in a hundred, 3e-7 is the same and half as large again."""

KEEP_BESIDE_TOPIC = 1e-5
TOPIC_SHARE = {"address": 0.8, "phone": 0.9, "name": 0.8, "yes_no": 0.7}
"""What was asked for gets most of the weight; the rest lets the caller say something else ("the ceiling fell!")."""

Pronunciations = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Built:
    """What one topic's model came to. `perplexity`: on the texts held out, of which it lacks `missing` words."""

    topic: str
    lines: int
    dropped: int
    words: int
    grams: int
    bytes: int
    perplexity: float
    missing: int
    seconds: float


def pronunciations() -> Pronunciations:
    """Every word's pronunciations: the hand-made ones first, then the shipped dictionary's."""
    found: Pronunciations = {}
    for path in (LEXICON, background.dictionary()):
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                word, phones = line.split(maxsplit=1)
                variants = found.setdefault(word.split("(")[0], [])
                if phones not in variants:
                    variants.append(phones)
    return found


def write_dictionary(path: Path, words: set[str], known: Pronunciations) -> None:
    """Write the dictionary of these words, every variant of each."""
    lines = []
    for word in sorted(words):
        for number, phones in enumerate(known[word], 1):
            lines.append(f"{word}{f'({number})' if number > 1 else ''} {phones}")
    path.write_text("\n".join(lines) + "\n")


def texts(topic: str, known: Pronunciations, measured: list[str]) -> tuple[list[str], int]:
    """The lines to learn a topic from, and how many were dropped because they are too like a measured one."""
    drawn = corpus.draw(topic, corpus.LINES[topic]) + (corpus.situation_lines() if topic == "general" else [])
    drawn = [line for line in drawn if all(word in known for word in line.split())]
    lines = corpus.unseen(drawn, measured)
    return lines, len(drawn) - len(lines)


def build(folder: Path, tell: Callable[[Built], None]) -> None:
    """Build the acoustic model, the dictionary and a language model for each topic into `folder`; report each topic."""
    acoustic.build(folder)
    known, measured = pronunciations(), corpus.held_out()
    everyday = language.prune(background.read(COMMON_WORDS), KEEP)
    spoken = everyday.words() - {language.START, language.END}
    general = beside = None
    vocabulary: set[str] = set()
    for topic in corpus.LINES:
        began = time.perf_counter()
        lines, dropped = texts(topic, known, measured)
        words = {word for line in lines for word in line.split()} | spoken
        ours = language.kneser_ney(lines, words)
        if general is None or beside is None:
            model = general = language.mix(ours, everyday, SHARE)
            beside = language.prune(general, KEEP_BESIDE_TOPIC)
            spoken = beside.words() - {language.START, language.END}
        else:
            model = language.mix(ours, beside, TOPIC_SHARE[topic])
        vocabulary |= words
        size = _write_model(model, folder / f"{topic}.lm.bin")
        figure, missing = language.perplexity(model, measured)
        took = time.perf_counter() - began
        tell(Built(topic, len(lines), dropped, len(words), len(model.prob), size, figure, missing, took))
    write_dictionary(folder / "trades.dict", vocabulary, known)


def _write_model(model: language.Model, path: Path) -> int:
    """Write the model in the decoder's own binary form; give its size in bytes."""
    text = path.with_suffix(".arpa")
    language.write_arpa(model, text)
    scale = pocketsphinx.LogMath()
    read = pocketsphinx.NGramModel(pocketsphinx.Config(hmm=None, lm=None, dict=None), scale, str(text))
    read.write(str(path), read.str_to_type("bin"))
    text.unlink()
    return path.stat().st_size
