"""Jobs: what is known of a caller's trouble, written down as the call goes on."""

import re
from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select

from models.enums import Intent, JobStatus, Priority
from models.tables import Call, Job
from triage.assessment import Address, Assessment, Slot, to_json
from triage.situations import SITUATIONS

URGENT_FACTS = frozenset({"intent", "priority", "trade", "situation", "script", "evidence"})

DETAILS = (
    "equipment", "brand", "age", "onset", "access", "window", "account", "po", "claim", "role", "place",
)  # fmt: skip
"""What was told that has no column of its own."""

FIRST_NUMBER = 1001
"""Job numbers have four digits, so that a technician can say and type them."""


def write(session: Session, call: Call, assessment: Assessment, now: datetime) -> Job:
    """Open the call's job, or bring it up to date with everything known now. One job a call.

    What somebody was woken for stays what it is: a later reading may add to a paged job, never lower it.
    """
    job = of_call(session, call.id) or _new(session, call, now)
    facts = _facts(call, assessment)
    if job.status != JobStatus.NEW and assessment.priority != Priority.P1:
        facts = {name: value for name, value in facts.items() if name not in URGENT_FACTS}
    return _kept(session, job, facts)


def write_emergency(
    session: Session, call: Call, assessment: Assessment, situation: str | None, problem: str, now: datetime
) -> Job:
    """Open (or raise) the call's job as a P1 although its words do not say so: a doubt that was not denied, a key.

    `situation` is the row it is taken for, None when nothing is known; `problem` says what happened, in words.
    """
    job = write(session, call, assessment, now)
    row = SITUATIONS.get(situation or "")
    facts: dict[str, Any] = {"intent": Intent.EMERGENCY.value, "priority": Priority.P1.value}
    if row is not None:
        facts |= {"situation": row.id, "trade": row.trade.value, "script": row.script}
    return _kept(session, job, facts | {"problem": job.problem or problem})


def of_call(session: Session, call_id: str) -> Job | None:
    """The job of a call, if it has one."""
    return session.exec(select(Job).where(Job.call_id == call_id)).first()


def title(job: Job) -> str:
    """What it is, in the words of the trade: the situation's name, or the intent."""
    return spoken_title(job.situation) if job.situation else f"{job.intent} call"


def spoken_title(situation: str) -> str:
    """A situation's name without the notes in brackets that are for whoever maintains the table."""
    return re.sub(r"\s*\([^)]*\)", "", SITUATIONS[situation].title)


def known_answers(job: Job) -> str:
    """What the caller answered that a technician asks first: water, electrics, people; or an empty string."""
    said = [words[answer] for question, words in _ANSWERS.items() if (answer := job.details.get(question)) in words]
    return ", ".join(said)


def place(job: Job) -> str:
    """The address on one line, or an empty string."""
    parts = job.address or {}
    street = " ".join(str(parts[key]) for key in ("number", "street") if parts.get(key))
    unit = f"unit {parts['unit']}" if parts.get("unit") else ""
    return ", ".join(one for one in (street, unit, parts.get("city") or "", parts.get("zip") or "") if one)


_ANSWERS = {
    "Q_FLOW": {"yes": "water ON", "no": "water stopped"},
    "Q_SHUT": {"yes": "main shut", "no": "main NOT shut"},
    "Q_NEARELEC": {"yes": "near ELECTRICS", "no": "not near electrics"},
    "Q_SMOKE": {"yes": "SMOKE seen", "no": "no smoke"},
    "Q_INSIDE": {"yes": "people still INSIDE", "no": "everyone outside"},
    "Q_VULN": {"yes": "vulnerable person"},
    "Q_SAFE": {"yes": "somebody in DANGER"},
}


def _new(session: Session, call: Call, now: datetime) -> Job:
    return Job(number=_next_number(session), call_id=call.id, intent=Intent.OTHER, created_at=now)


def _kept(session: Session, job: Job, facts: dict[str, Any]) -> Job:
    """Write facts; what is known is never replaced by nothing."""
    facts["details"] = job.details | facts.get("details", {})
    for name, value in facts.items():
        if value is not None:
            setattr(job, name, value)
    session.add(job)
    session.flush()
    return job


def _next_number(session: Session) -> int:
    highest = session.exec(select(func.max(Job.number))).one()
    return FIRST_NUMBER if highest is None else int(highest) + 1


def _facts(call: Call, assessment: Assessment) -> dict[str, Any]:
    entities = assessment.entities
    details = {name: slot.value for name in DETAILS if (slot := getattr(entities, name)) is not None}
    details |= {question: answer for question, answer in assessment.answers.items()}
    return {
        "intent": assessment.intent.value,
        "priority": assessment.priority.value if assessment.priority else None,
        "trade": assessment.trade.value if assessment.trade else None,
        "situation": assessment.situation,
        "script": assessment.script,
        "caller": call.caller,
        "callback": _value(entities.callback) or call.caller,
        "name": _value(entities.name),
        "address": to_json(entities.address) if isinstance(entities.address, Address) else None,
        "problem": _value(entities.problem),
        "details": details,
        "evidence": to_json(assessment.evidence),
    }


def _value(slot: Slot | None) -> str | None:
    return slot.value if slot else None
