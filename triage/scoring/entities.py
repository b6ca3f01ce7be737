"""How well what was told was taken down: by kind, by value or by words, and the parts a truck and a callback need."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from triage.assessment import Address, Entities
from triage.entities.streets import STATES, SUFFIXES, UNIT_WORDS, Area, read_street
from triage.scoring.shares import PrecisionRecall, Share, precision_recall, share
from triage.texts import Kind, LabelledEntity
from triage.words.normalise import words_of
from triage.words.numbers import read_digits

ADDRESS = (Kind.NUMBER, Kind.STREET, Kind.UNIT, Kind.CITY, Kind.STATE, Kind.ZIP)
NUMBERED = frozenset({Kind.PHONE, Kind.NUMBER, Kind.UNIT, Kind.ZIP, Kind.ACCOUNT, Kind.PO, Kind.CLAIM})
"""Kinds whose value is letters and digits, wherever the spaces are."""

DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west"}
PHONE_LENGTH, LOCAL_LENGTH, ZIP_LENGTH = 10, 7, 5


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing that was understood. `spoken` is empty where the assessment does not keep the words."""

    kind: Kind
    value: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """Entities of one kind. Exact: the same value or the same words. Partial: exact, or a word in common."""

    exact: PrecisionRecall
    partial: PrecisionRecall


@dataclass(frozen=True, slots=True)
class EntityFigures:
    """Over the `texts` whose entities are labelled; what is found beside the labels is wrong.

    But a problem, which is all that was said, is scored only in texts that label one.
    `phone` is of the texts with a phone number, `door` of those with a house number and a street, by value alone.
    """

    texts: int
    kinds: dict[str, Spans]
    all: Spans
    phone: Share
    door: Share


Told = tuple[Sequence[LabelledEntity], Sequence[Taken]]
"""What was told in one text, and what was understood."""

Fits = Callable[[LabelledEntity, Taken], bool]


def taken(entities: Entities) -> list[Taken]:
    """What an assessment holds, in the kinds of the labels."""
    address = entities.address or Address()
    kept = [Taken(kind, value) for kind in ADDRESS if (value := getattr(address, kind))]
    for kind in Kind:
        slot = getattr(entities, "callback" if kind is Kind.PHONE else kind.value, None)
        if kind not in ADDRESS and slot is not None:
            kept.append(Taken(kind, slot.value, slot.spoken))
    return kept


def written(kind: Kind, text: str) -> str:
    """A value in the one form in which two of a kind are compared: numbers in digits, streets without their suffix."""
    words = _words(text)
    match kind:
        case Kind.STATE:
            return STATES.get(" ".join(words), "".join(words).upper())
        case Kind.STREET:
            return " ".join(_in_digits(_name_of_street(words)))
        case Kind.UNIT:
            words = tuple(word for word in words if word not in UNIT_WORDS)
    if kind not in NUMBERED:
        return " ".join(_in_digits(words))
    value = "".join(_in_digits(words, adds=kind is not Kind.PHONE))
    if kind is Kind.PHONE:
        return "".join(letter for letter in value if letter.isdigit())[-PHONE_LENGTH:]
    return value[:ZIP_LENGTH] if kind is Kind.ZIP else value


def same_value(label: LabelledEntity, took: Taken) -> bool:
    """Whether the written values agree; words without a value are read as numbers and streets are.

    A phone number told without its area code agrees with any area code.
    """
    told = label.value or _as_written(label)
    expected, got = written(label.kind, told), written(took.kind, took.value)
    if label.kind is Kind.PHONE and len(expected) == LOCAL_LENGTH:
        return got.endswith(expected)
    return bool(expected) and expected == got


def exact(label: LabelledEntity, took: Taken) -> bool:
    """Whether it was taken down right: the same kind, and the same value or the same words."""
    if label.kind is not took.kind:
        return False
    return same_value(label, took) or (took.spoken != "" and _words(label.spoken) == _words(took.spoken))


def overlaps(label: LabelledEntity, took: Taken) -> bool:
    """Whether it is the same kind and at least a word of it is right."""
    told = {*_words(label.spoken), *written(label.kind, label.value or label.spoken).split()}
    got = {*_words(took.spoken or took.value), *written(took.kind, took.value).split()}
    return label.kind is took.kind and bool(told & got)


def missed(told: Told) -> list[Kind]:
    """The kinds of the labels that nothing matches exactly, in their order."""
    labels, took = told
    rest = list(took)
    return [label.kind for label in labels if not _take(label, rest, exact)]


def entity_figures(texts: Iterable[Told]) -> EntityFigures:
    """The figures over labelled texts."""
    told = list(texts)
    counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}
    for labels, took in told:
        for kind, count in counts.items():
            labelled = [one for one in labels if one.kind is kind]
            if labelled or kind is not Kind.PROBLEM:
                count.update(_matches(labelled, [one for one in took if one.kind is kind]))
    phones = [one for one in told if _has(one, Kind.PHONE)]
    doors = [one for one in told if _has(one, Kind.NUMBER) and _has(one, Kind.STREET)]
    return EntityFigures(
        texts=len(told),
        kinds={kind.value: _spans(count) for kind, count in counts.items() if count["there"] or count["found"]},
        all=_spans(sum(counts.values(), Counter[str]())),
        phone=share(sum(_by_value(one, Kind.PHONE) for one in phones), len(phones)),
        door=share(sum(_by_value(one, Kind.NUMBER) and _by_value(one, Kind.STREET) for one in doors), len(doors)),
    )


def _matches(labels: Sequence[LabelledEntity], took: Sequence[Taken]) -> dict[str, int]:
    """Labels and finds of one kind, each used once, exact matches first."""
    rest = list(took)
    wrong = [label for label in labels if not _take(label, rest, exact)]
    partial = sum(_take(label, rest, overlaps) for label in wrong)
    right = len(labels) - len(wrong)
    return {"there": len(labels), "found": len(took), "exact": right, "partial": right + partial}


def _take(label: LabelledEntity, rest: list[Taken], fits: Fits) -> bool:
    """Whether one of the rest fits; it is used up then."""
    place = next((n for n, one in enumerate(rest) if fits(label, one)), None)
    if place is not None:
        del rest[place]
    return place is not None


def _spans(count: Counter[str]) -> Spans:
    exact, partial = (precision_recall(count[name], count["found"], count["there"]) for name in ("exact", "partial"))
    return Spans(exact, partial)


def _has(told: Told, kind: Kind) -> bool:
    return any(label.kind is kind for label in told[0])


def _by_value(told: Told, kind: Kind) -> bool:
    """Whether what was taken down as this kind is what the text's last label of it says: a correction comes last."""
    label = [one for one in told[0] if one.kind is kind][-1]
    return any(one.kind is kind and same_value(label, one) for one in told[1])


def _as_written(label: LabelledEntity) -> str:
    if label.kind is not Kind.STREET:
        return label.spoken
    street = read_street(words_of(label.spoken), 0, asked=True, area=Area())
    return street.name if street else label.spoken


def _name_of_street(words: Sequence[str]) -> list[str]:
    """Its words without an article or the suffix, directions written out: "the n. oak st" is "north oak"."""
    name = [DIRECTIONS.get(word, word) for word in words]
    if len(name) > 1 and name[0] == "the":
        del name[0]
    last = len(name) - (2 if name[-1:] and name[-1] in DIRECTIONS.values() else 1)
    if last > 0 and name[last] in SUFFIXES:
        del name[last]
    return name


def _words(text: str) -> tuple[str, ...]:
    """The normalised words, "cooler's" as "cooler"."""
    return tuple(word.removesuffix("'s") for word in words_of(text))


def _in_digits(words: Sequence[str], *, adds: bool = True) -> list[str]:
    """The words with every spoken number as its digits."""
    plain: list[str] = []
    at = 0
    while at < len(words):
        number = read_digits(words, at, adds=adds)
        plain.append(number.digits if number else words[at])
        at = number.end if number else at + 1
    return plain
