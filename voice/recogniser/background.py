"""Everyday English, read out of the shipped model through the decoder: its commonest words and how they follow."""

import math
from collections import Counter
from pathlib import Path

import pocketsphinx

from voice.recogniser import acoustic
from voice.recogniser.language import END, START, Gram, Model

HISTORIES = 12_000
"""Pairs of words whose followers are read as trigrams; the likeliest pairs come first."""


class Shipped:
    """The shipped language model, asked word by word."""

    def __init__(self) -> None:
        config = pocketsphinx.Config(
            hmm=str(acoustic.shipped()),
            lm=str(acoustic.shipped().parent / "en-us.lm.bin"),
            dict=str(dictionary()),
            loglevel="FATAL",
        )
        self._decoder = pocketsphinx.Decoder(config)  # the model lives as long as its decoder
        self._model = self._decoder.get_lm()
        self._to_ln = self._decoder.get_logmath().log_to_ln(1_000_000) / 1_000_000

    def log(self, *words: str) -> int:
        """Log probability of the last word after those before it, in the decoder's own unit."""
        return int(self._model.prob(list(reversed(words))))

    def p(self, *words: str) -> float:
        """Probability of the last word after those before it."""
        return math.exp(self.log(*words) * self._to_ln)


def dictionary() -> Path:
    """The shipped pronunciation dictionary."""
    return acoustic.shipped().parent / "cmudict-en-us.dict"


def read(words: int) -> Model:
    """A trigram over the shipped model's `words` commonest words. Takes about a minute for 5,000."""
    shipped = Shipped()
    spoken = {line.split(maxsplit=1)[0] for line in dictionary().read_text().splitlines()}
    spoken = {word for word in spoken if "(" not in word and word.strip("'").replace("'", "").isalpha()}
    common = sorted(spoken, key=lambda word: (-shipped.log(word), word))[:words]
    targets = [*common, END]
    model = Model({(word,): shipped.p(word) for word in targets})
    total = sum(model.prob.values())
    model.prob = {gram: p / total for gram, p in model.prob.items()} | {(START,): 1e-12}
    base = [shipped.log(word) for word in targets]
    for history in (START, *common):
        model.prob.update(_followers(shipped, (history,), targets, base))
    _trigrams(shipped, model)
    model.rebalance()
    return model


def _followers(shipped: Shipped, history: Gram, targets: list[str], base: list[int]) -> dict[Gram, float]:
    """The words that the model has really seen after the history: all that do not simply back off.

    Backing off adds the same weight to every word's shorter log probability, so the commonest difference is that weight
    (it wanders by the rounding of the quantised file).
    """
    logs = [shipped.log(*history, word) for word in targets]
    differences = [log - shorter for log, shorter in zip(logs, base, strict=True)]
    weight = Counter(differences).most_common(1)[0][0]
    return {
        (*history, word): math.exp(log * shipped._to_ln)
        for word, log, difference in zip(targets, logs, differences, strict=True)
        if abs(difference - weight) > 3
    }


def _trigrams(shipped: Shipped, model: Model) -> None:
    after: dict[str, list[str]] = {}
    for gram in model.prob:
        if len(gram) == 2:
            after.setdefault(gram[0], []).append(gram[1])
    pairs = [gram for gram in model.prob if len(gram) == 2 and gram[1] != END]
    pairs.sort(key=lambda gram: (-model.prob[gram] * model.prob.get(gram[:1], 0.0) - (gram[0] == START), gram))
    for first, second in pairs[:HISTORIES]:
        followers = after.get(second, [])
        if len(followers) > 20:
            base = [shipped.log(second, word) for word in followers]
            model.prob.update(_followers(shipped, (first, second), followers, base))
