"""Who can be given a caller: coming and going, who is busy, who is free."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from callbacks.promise.staff import on_duty
from carrier import consent
from models.company import Company, Person
from models.enums import AttemptStatus, CallbackStatus
from models.moves import ALLOWED
from models.tables import Attempt, Callback, Presence, Transfer
from routing.transfers.handing import AT_A_TELEPHONE

REST = timedelta(minutes=5)
"""Whose telephone rang in vain, or who passed, is not rung for another callback by itself so soon."""

LIVE = tuple(status for status in AttemptStatus if status in ALLOWED[AttemptStatus])
"""An attempt in one of these keeps its person on the telephone."""


def sign(session: Session, person: Person, present: bool, now: datetime) -> None:
    """Somebody comes or goes; it holds for the day (callbacks/promise/staff.py)."""
    session.add(Presence(person_id=person.id, present=present, at=now))
    session.flush()


def busy(session: Session) -> set[str]:
    """Ids of those who have a caller already: in a transfer, in an attempt, or one that they took."""
    handed = session.exec(select(Transfer).where(col(Transfer.status).in_(AT_A_TELEPHONE)))
    rung = session.exec(select(Attempt.person_id).where(col(Attempt.status).in_(LIVE)))
    took = session.exec(select(Callback.taken_by).where(Callback.status == CallbackStatus.TAKEN))
    return {one.people[one.tried - 1] for one in handed} | set(rung) | {one for one in took if one}


def idle(session: Session, company: Company, now: datetime) -> list[Person]:
    """CSRs who may be rung by itself: there, free, and agreed to it (docs/domain/legal.md L3); rested longest first."""
    last = select(Attempt.person_id, func.max(col(Attempt.created_at))).group_by(col(Attempt.person_id))
    rung = {person: at.timestamp() for person, at in session.exec(last)}
    vain = select(Attempt.person_id).where(
        Attempt.status == AttemptStatus.NOT_BEGUN, col(Attempt.ended_at) > now - REST
    )
    away = busy(session) | set(session.exec(vain))
    agreed = consent.as_agreed(session, company)
    free = [one for one in on_duty(session, agreed, now) if one.opted_in and one.id not in away]
    return sorted(free, key=lambda one: rung.get(one.id, 0.0))
