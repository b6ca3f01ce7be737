"""Jobs: what is known of a caller's trouble, written down as the call goes on."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select

from models.enums import Intent
from models.tables import Call, Job
from triage.assessment import Address, Assessment, Slot, to_json
from triage.situations import SITUATIONS

FIRST_NUMBER = 1001
"""Job numbers have four digits, so that a technician can say and type them."""


def write(session: Session, call: Call, assessment: Assessment, now: datetime) -> Job:
    """Open the call's job, or bring it up to date with everything known now. One job a call."""
    job = of_call(session, call.id)
    if job is None:
        job = Job(number=_next_number(session), call_id=call.id, intent=assessment.intent, created_at=now)
    for name, value in _facts(call, assessment).items():
        setattr(job, name, value)
    session.add(job)
    session.flush()
    return job


def write_unheard(session: Session, call: Call, reason: str, now: datetime) -> Job:
    """Open an emergency job for a caller whom no recogniser heard: a key was pressed, and that is enough."""
    job = of_call(session, call.id)
    if job is None:
        job = Job(number=_next_number(session), call_id=call.id, intent=Intent.EMERGENCY, created_at=now)
    job.intent, job.priority = Intent.EMERGENCY, "P1"
    job.caller, job.callback, job.problem = call.caller, job.callback or call.caller, job.problem or reason
    session.add(job)
    session.flush()
    return job


def of_call(session: Session, call_id: str) -> Job | None:
    """The job of a call, if it has one."""
    return session.exec(select(Job).where(Job.call_id == call_id)).first()


def title(job: Job) -> str:
    """What it is, in the words of the trade: the situation's name, or the intent."""
    return SITUATIONS[job.situation].title if job.situation else f"{job.intent} call"


def place(job: Job) -> str:
    """The address on one line, or an empty string."""
    parts = job.address or {}
    street = " ".join(str(parts[key]) for key in ("number", "street") if parts.get(key))
    unit = f"unit {parts['unit']}" if parts.get("unit") else ""
    return ", ".join(one for one in (street, unit, parts.get("city") or "", parts.get("zip") or "") if one)


def _next_number(session: Session) -> int:
    highest = session.exec(select(func.max(Job.number))).one()
    return FIRST_NUMBER if highest is None else int(highest) + 1


def _facts(call: Call, assessment: Assessment) -> dict[str, Any]:
    entities = assessment.entities
    details = {
        name: slot.value
        for name in ("equipment", "onset", "access", "window", "account", "po")
        if (slot := getattr(entities, name)) is not None
    }
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
