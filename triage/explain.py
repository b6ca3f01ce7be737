"""An assessment in words that a technician understands: what it is, and because of which words."""

from triage.assessment import Address, Assessment, Evidence
from triage.situations import QUESTIONS, SITUATIONS

_KINDS = {"hazard": "danger", "row": "situation", "answer": "answer", "modifier": "rule", "model": "model"}


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
        row = SITUATIONS[assessment.unsure.situation]
        heard = assessment.unsure.evidence.words
        lines.append(f'  not sure of: {row.title} (heard "{heard}"); ask once, then believe it')
    lines += [f"  because of {_reason(evidence)}" for evidence in assessment.evidence]
    lines += [f"  {name}: {value}" for name, value in _told(assessment).items()]
    if assessment.signals:
        lines.append(f"  signals: {', '.join(sorted(assessment.signals))}")
    lines += [f"  ask {question}: {QUESTIONS[question]}" for question in assessment.ask[:3]]
    lines.append(f"  rules and model {assessment.version}")
    return "\n".join(lines)


def _verdict(assessment: Assessment) -> str:
    words = [assessment.priority or "no priority", assessment.intent.value]
    if assessment.trade:
        words.append(assessment.trade.value)
    words += [f"danger: {hazard.name}" for hazard in assessment.hazards]
    return f"{', '.join(words)} ({assessment.confidence:.0%} sure)"


def _reason(evidence: Evidence) -> str:
    kind, _, rule = evidence.rule.partition(":")
    where = f" (words {evidence.start + 1} to {evidence.end})" if evidence.start >= 0 else ""
    weight = f", weight {evidence.score:+.2f}" if evidence.score is not None else ""
    return f'{_KINDS.get(kind, kind)} {rule}: "{evidence.words}"{where}{weight}'


def _told(assessment: Assessment) -> dict[str, str]:
    entities = assessment.entities
    told = {
        name: slot.value
        for name in ("name", "callback", "equipment", "onset", "access", "window", "account", "po")
        if (slot := getattr(entities, name)) is not None
    }
    if entities.address is not None:
        told["address"] = _written(entities.address)
    return told | {f"answer to {question}": value for question, value in assessment.answers.items()}


def _written(address: Address) -> str:
    door = " ".join(part for part in (address.number, address.street) if part)
    rest = (address.unit and f"unit {address.unit}", address.city, address.state, address.zip)
    return ", ".join(part for part in (door, *rest) if part)
