"""An assessment in words that a technician understands: what it is, because of which words, and how sure."""

from collections.abc import Iterable, Sequence

from triage.assessment import Address, Assessment, Evidence, Slot
from triage.situations import QUESTIONS, SITUATIONS

TOLD = (
    "name", "callback", "equipment", "brand", "age", "onset", "access", "window", "account", "po", "claim", "role",
    "place",
)  # fmt: skip

_FOUND = {
    "hazard": "a danger heard by rule",
    "row": "heard by rule",
    "answer": "an answer",
    "modifier": "what was answered adds",
}


def explain(assessment: Assessment) -> str:
    """Several lines of text, the verdict first, then its reasons."""
    lines = [_verdict(assessment)]
    if assessment.situation:
        row = SITUATIONS[assessment.situation]
        lines.append(f"  {row.id} {row.title}; needs: {row.skill}; permit: {row.permit}")
        lines += [f"  also {other} {SITUATIONS[other].title}" for other in assessment.situations[1:]]
    if assessment.script:
        lines.append(f"  say {assessment.script} first")
    if assessment.unsure:
        doubt = assessment.unsure
        title = SITUATIONS[doubt.situation].title
        lines.append(f'  not sure of: {title} (heard "{doubt.evidence.words}"); ask once, then believe it')
    lines += [f"  because {reason}" for reason in reasons(assessment.evidence)]
    lines += [f"  {name}: {value}" for name, value in _told(assessment).items()]
    if assessment.signals:
        lines.append(f"  signals: {', '.join(sorted(assessment.signals))}")
    lines += [f"  ask {question}: {QUESTIONS[question]}" for question in assessment.ask[:3]]
    lines.append(f"  rules and models {assessment.version}")
    return "\n".join(lines)


def reasons(evidence: Iterable[Evidence]) -> list[str]:
    """Evidence, as it is stored with a call, in sentences."""
    heard: list[str] = []
    chances: list[str] = []
    words: list[str] = []
    for item in evidence:
        kind, _, rule = item.rule.partition(":")
        if kind == "model" and item.start < 0:
            chances.append(f"{_named(rule)} {item.score or 0:.0%}")
        elif kind == "model" and rule not in SITUATIONS:
            words.append(f'"{item.words}"{_where(item)}')
        elif kind == "model":
            heard.append(
                f'the models suspect {_named(rule)} {item.score or 0:.0%}, most by "{item.words}"{_where(item)}'
            )
        elif kind != "version":
            heard.append(f'{_FOUND.get(kind, kind)}, {rule}: "{item.words}"{_where(item)}')
    if chances:
        most = f", most by {', '.join(words)}" if words else ""
        heard.append(f"the models hear {', '.join(chances)}{most}")
    return heard


def _named(label: str) -> str:
    return SITUATIONS[label].title if label in SITUATIONS else label


def _where(item: Evidence) -> str:
    if item.start < 0:
        return ""
    return f" (word {item.start + 1})" if item.end == item.start + 1 else f" (words {item.start + 1} to {item.end})"


def _verdict(assessment: Assessment) -> str:
    words = [assessment.priority or "no priority", assessment.intent.value]
    if assessment.trade:
        words.append(assessment.trade.value)
    words += [f"danger: {hazard.name}" for hazard in assessment.hazards]
    doubt = "" if assessment.sure else "; not sure, a person should hear this"
    return f"{', '.join(words)} ({assessment.confidence:.0%} sure{doubt})"


def _told(assessment: Assessment) -> dict[str, str]:
    entities = assessment.entities
    told = {name: _value(slot) for name in TOLD if (slot := getattr(entities, name)) is not None}
    if entities.address is not None:
        told["address"] = _written(entities.address) + _again(entities.address)
    return told | {f"answer to {question}": value for question, value in assessment.answers.items()}


def _value(slot: Slot) -> str:
    return slot.value + _again(slot)


def _again(told: Slot | Address) -> str:
    return " (not sure: ask again)" if told.again else ""


def _written(address: Address) -> str:
    door = " ".join(part for part in (address.number, address.street) if part)
    rest: Sequence[str | None] = (
        address.unit and f"unit {address.unit}", address.city, address.state, address.zip
    )  # fmt: skip
    return ", ".join(part for part in (door, *rest) if part)
