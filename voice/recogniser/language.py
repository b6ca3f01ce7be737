"""Language models of what callers say: trigrams of the project's texts, mixed with everyday English, as ARPA files."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

START, END = "<s>", "</s>"
FLOOR = 1e-12

Gram = tuple[str, ...]


@dataclass(slots=True)
class Model:
    """A back-off trigram: `prob[gram]` is p(last word | the words before), `backoff[history]` the weight below it."""

    prob: dict[Gram, float] = field(default_factory=dict)
    backoff: dict[Gram, float] = field(default_factory=dict)

    def p(self, gram: Gram) -> float:
        """Probability of the last word after the words before it. Raises KeyError for a word outside the model."""
        weight = 1.0
        while gram not in self.prob:
            if len(gram) == 1:
                raise KeyError(gram[0])
            weight *= self.backoff.get(gram[:-1], 1.0)
            gram = gram[1:]
        return weight * self.prob[gram]

    def words(self) -> set[str]:
        """The vocabulary, sentence marks included."""
        return {gram[0] for gram in self.prob if len(gram) == 1}

    def rebalance(self) -> None:
        """Set every back-off weight so that each history's probabilities add up to one."""
        followers: dict[Gram, list[Gram]] = defaultdict(list)
        for gram in self.prob:
            if len(gram) > 1:
                followers[gram[:-1]].append(gram)
        self.backoff = {}
        for history in sorted(followers, key=len):
            here = sum(self.prob[gram] for gram in followers[history])
            below = sum(self.p(gram[1:]) for gram in followers[history])
            self.backoff[history] = max(1.0 - here, FLOOR) / max(1.0 - below, FLOOR)


def kneser_ney(lines: Iterable[str], vocabulary: Iterable[str], order: int = 3) -> Model:
    """An interpolated Kneser-Ney trigram of the lines, in which every word of the vocabulary has some probability.

    Lower orders count the different words a gram was seen after; the discount is Ney's n1 / (n1 + 2 n2) of each order.
    """
    counts: list[Counter[Gram]] = [Counter() for _ in range(order + 1)]
    for line in lines:
        words = (START, *line.split(), END)
        for size in range(1, order + 1):
            counts[size].update(words[at : at + size] for at in range(len(words) - size + 1))
    for size in range(order - 1, 0, -1):
        seen_after = Counter(gram[1:] for gram in counts[size + 1])
        starts = {gram: count for gram, count in counts[size].items() if gram[0] == START}
        counts[size] = Counter(starts if size > 1 else {}) + seen_after
    words_known = sorted(set(vocabulary) | {END})
    model = Model()
    _unigrams(model, counts[1], words_known)
    for size in range(2, order + 1):
        _interpolate(model, counts[size])
    return model


def _discount(counts: Mapping[Gram, int]) -> float:
    once, twice = (sum(1 for count in counts.values() if count == wanted) for wanted in (1, 2))
    return once / (once + 2.0 * twice) if once and twice else 0.5


def _unigrams(model: Model, counts: Counter[Gram], words: list[str]) -> None:
    total, discount = sum(counts.values()), _discount(counts)
    spread = discount * len(counts) / total / len(words)
    for word in words:
        model.prob[word,] = max(counts[word,] - discount, 0.0) / total + spread
    model.prob[START,] = FLOOR


def _interpolate(model: Model, counts: Counter[Gram]) -> None:
    totals: Counter[Gram] = Counter()
    kinds: Counter[Gram] = Counter()
    for gram, count in counts.items():
        totals[gram[:-1]] += count
        kinds[gram[:-1]] += 1
    discount = _discount(counts)
    for history, total in totals.items():
        model.backoff[history] = discount * kinds[history] / total
    fresh = {
        gram: (count - discount) / totals[gram[:-1]] + model.backoff[gram[:-1]] * model.p(gram[1:])
        for gram, count in counts.items()
    }
    model.prob.update(fresh)


def mix(ours: Model, general: Model, share: float) -> Model:
    """`share` of our model and the rest of the general one, over the grams of both and the words of ours."""
    mixed = Model()
    known = ours.words()
    foreign = general.words()
    for gram in (*ours.prob, *general.prob):
        if known.issuperset(gram) and gram not in mixed.prob:
            other = general.p(gram) if foreign.issuperset(gram) else 0.0
            mixed.prob[gram] = share * ours.p(gram) + (1.0 - share) * other
    total = sum(p for gram, p in mixed.prob.items() if len(gram) == 1)
    for gram in [gram for gram in mixed.prob if len(gram) == 1]:
        mixed.prob[gram] /= total
    mixed.rebalance()
    return mixed


def prune(model: Model, threshold: float) -> Model:
    """The model without the grams whose loss changes its entropy by less than `threshold` nats.

    Stolcke's idea, plainly: a gram weighs p(history) p(word | history) |log of what it adds over backing off|. A gram
    that a longer one starts with is kept, since its back-off weight is needed.
    """
    kept: dict[Gram, float] = {gram: p for gram, p in model.prob.items() if len(gram) == 1}
    needed: set[Gram] = set()
    for size in (3, 2):
        for gram, p in model.prob.items():
            if len(gram) != size:
                continue
            history = gram[:-1]
            chance = math.prod(
                model.p(history[: at + 1]) for at in range(len(history)) if history[: at + 1] != (START,)
            )
            change = p * chance * abs(math.log(p / (model.backoff.get(history, 1.0) * model.p(gram[1:]))))
            if gram in needed or change >= threshold:
                kept[gram] = p
                needed.add(gram[:-1])
                needed.add(gram[1:])
    smaller = Model(prob=kept)
    smaller.rebalance()
    return smaller


def perplexity(model: Model, lines: Iterable[str]) -> tuple[float, int]:
    """Perplexity of the lines, sentence ends counted, and how many of their words the model does not have."""
    known, log, scored, missing = model.words(), 0.0, 0, 0
    for line in lines:
        words = (START, *line.split(), END)
        missing += sum(word not in known for word in words)
        for at in range(1, len(words)):
            gram = words[max(0, at - 2) : at + 1]
            if known.issuperset(gram):
                log, scored = log + math.log(model.p(gram)), scored + 1
    return (math.exp(-log / scored) if scored else math.inf), missing


def write_arpa(model: Model, path: Path) -> None:
    """Write the model as ARPA text, grams in order, so that the same model is the same bytes."""
    sizes = sorted({len(gram) for gram in model.prob})
    out = ["\\data\\", *(f"ngram {size}={sum(len(gram) == size for gram in model.prob)}" for size in sizes)]
    for size in sizes:
        out.append(f"\n\\{size}-grams:")
        for gram in sorted(gram for gram in model.prob if len(gram) == size):
            line = f"{math.log10(model.prob[gram]):.4f}\t{' '.join(gram)}"
            weight = model.backoff.get(gram)
            out.append(line if weight is None else f"{line}\t{math.log10(weight):.4f}")
    path.write_text("\n".join([*out, "\n\\end\\\n"]))
