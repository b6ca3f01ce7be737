"""The figures of a score: what was understood against what is right. Pure; the order of the texts changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum

from models.enums import Intent, Priority
from triage.assessment import Assessment
from triage.rules.book import load_book
from triage.scoring.entities import EntityFigures, Told, entity_figures, taken
from triage.scoring.shares import PrecisionRecall, Share, precision_recall, share
from triage.texts import LabelledText

BINS = 10
FIRST = 3
"""A situation counts as among the first when it is one of this many."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A text, the words that were assessed (others than the text's where noise was put in), and what came of it."""

    text: LabelledText
    heard: str
    assessment: Assessment
    seconds: float = 0.0

    @property
    def told(self) -> Told:
        """The labelled entities and those understood."""
        return self.text.entities or (), taken(self.assessment.entities)


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts whose confidence is from `low` to `high`: their mean confidence, and how many have the right intent."""

    low: float
    high: float
    confidence: float | None
    right: Share


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether the confidence in an intent is the share that is right; `ece` is the mean distance, by texts."""

    ece: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class HazardFigures:
    """One danger by name: texts whose situation is that danger, and what was made of them.

    `asked`: not believed, but asked about. `false_alarms`: heard where the situation is another; `on_safe` are those
    where the situation is no danger at all. Texts without a labelled situation do not count.
    """

    there: int = 0
    heard: int = 0
    asked: int = 0
    missed: int = 0
    false_alarms: int = 0
    on_safe: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is scored; each share over the texts that have the label.

    `macro_f1` is the mean over the intents that occur, as label or as answer. `life_safety` is the share of the texts
    with a situation of that class (less those labelled P2 or P3 by what was told) that are P1; `life_safety_or_asked`
    counts those too where that danger is asked about. `near_misses_raised` leaves out near misses that are labelled
    P1. `situation_among` is the share whose situation is one of the first three heard. `confusion` is by label, then
    by answer. `entities` is None where none are labelled.
    """

    n: int
    accuracy: Share
    macro_f1: float
    intents: dict[str, PrecisionRecall]
    life_safety: Share
    life_safety_or_asked: Share
    near_misses_raised: Share
    priority: Share
    trade: Share
    situation: Share
    situation_among: Share
    calibration: Calibration
    hazards: dict[str, HazardFigures]
    entities: EntityFigures | None
    confusion: dict[str, dict[str, int]]


def score(outcomes: Sequence[Outcome]) -> Figures:
    """The figures over at least one outcome."""
    confusion = Counter((one.text.intent, one.assessment.intent) for one in outcomes)
    intents = {intent.value: _class(intent, confusion) for intent in Intent}
    occurring = [one.f1 for one in intents.values() if one.f1 is not None]
    urgent = [one for one in outcomes if one.text.life_safety and one.text.priority in (None, Priority.P1)]
    misses = [one for one in outcomes if is_near_miss(one)]
    told = [one.told for one in outcomes if one.text.entities is not None]
    return Figures(
        n=len(outcomes),
        accuracy=_of(outcomes, right_intent),
        macro_f1=fsum(occurring) / len(occurring),
        intents=intents,
        life_safety=_of(urgent, is_p1),
        life_safety_or_asked=_of(urgent, lambda one: is_p1(one) or asks_about_it(one)),
        near_misses_raised=_of(misses, is_p1),
        priority=_of(_with("priority", outcomes), lambda one: one.assessment.priority == one.text.priority),
        trade=_of(_with("trade", outcomes), lambda one: one.assessment.trade == one.text.trade),
        situation=_of(_with("situation", outcomes), lambda one: one.assessment.situation == one.text.situation),
        situation_among=_of(_with("situation", outcomes), _among),
        calibration=calibration([(one.assessment.confidence, right_intent(one)) for one in outcomes]),
        hazards=hazard_figures(outcomes),
        entities=entity_figures(told) if told else None,
        confusion={label: {answer: confusion[label, answer] for answer in Intent} for label in Intent},
    )


def calibration(answers: Sequence[tuple[float, bool]]) -> Calibration:
    """Confidence, and whether it was right, of each answer, in BINS of one width; 1.0 belongs to the last."""
    binned: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in answers:
        binned[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    bins = [_bin(place, binned[place]) for place in range(BINS)]
    off = (one.right.of * abs(one.confidence - (one.right.share or 0.0)) for one in bins if one.confidence is not None)
    return Calibration(fsum(off) / len(answers), tuple(bins))


def hazard_figures(outcomes: Sequence[Outcome]) -> dict[str, HazardFigures]:
    """Dangers by name, of those that are labelled or were heard where a situation is labelled."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in _with("situation", outcomes):
        there = dangers_of(one.text.situation)
        heard = {hazard.name for hazard in one.assessment.hazards}
        if there:
            result = "heard" if there & heard else "asked" if asks_about_it(one) else "missed"
            counts["|".join(sorted(there))].update(("there", result))
        for name in heard - there:
            counts[name].update(("false_alarms",) if there else ("false_alarms", "on_safe"))
    return {name: HazardFigures(**count) for name, count in sorted(counts.items())}


def dangers_of(situation: str | None) -> frozenset[str]:
    """The names under which the rules know the danger that a situation is; none where it is none."""
    return _dangers().get(situation or "", frozenset())


@cache
def _dangers() -> Mapping[str, frozenset[str]]:
    names: dict[str, frozenset[str]] = defaultdict(frozenset)
    for rule in load_book("hazards.toml").rules:
        names[rule.stands_for] |= {rule.hazard}
    return dict(names)


def right_intent(one: Outcome) -> bool:
    """Whether the intent is the label's."""
    return one.assessment.intent == one.text.intent


def is_p1(one: Outcome) -> bool:
    """Whether somebody would be woken."""
    return one.assessment.priority is Priority.P1


def is_near_miss(one: Outcome) -> bool:
    """Whether the text sounds like a danger and is none: those that are P1 all the same are not meant."""
    return one.text.near_miss is not None and one.text.priority is not Priority.P1


def asks_about_it(one: Outcome) -> bool:
    """Whether the danger that the situation is will be asked about; a question about another one does not count."""
    unsure = one.assessment.unsure
    return unsure is not None and unsure.name in dangers_of(one.text.situation)


def _with(label: str, outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.text.labelled(label)]


def _of(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Share:
    return share(sum(map(holds, outcomes)), len(outcomes))


def _among(one: Outcome) -> bool:
    if one.text.situation is None:
        return one.assessment.situation is None
    return one.text.situation in one.assessment.situations[:FIRST]


def _class(intent: Intent, confusion: Mapping[tuple[Intent, Intent], int]) -> PrecisionRecall:
    answered = sum(count for (_, answer), count in confusion.items() if answer is intent)
    labelled = sum(count for (label, _), count in confusion.items() if label is intent)
    return precision_recall(confusion.get((intent, intent), 0), answered, labelled)


def _bin(place: int, answers: Sequence[tuple[float, bool]]) -> Bin:
    mean = fsum(confidence for confidence, _ in answers) / len(answers) if answers else None
    right = share(sum(right for _, right in answers), len(answers))
    return Bin(place / BINS, (place + 1) / BINS, mean, right)
