"""Who can be given a caller: coming and going, who is free."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from callbacks.promise.estimate import AFTER_S
from callbacks.promise.staff import on_duty
from carrier import consent
from models.company import Company, Person
from models.enums import AttemptStatus
from models.tables import Attempt, Presence, Transfer
from routing.transfers.busy import busy

REST = timedelta(minutes=5)
"""Whose telephone rang in vain, or who passed, is not rung for another callback by itself so soon."""

WRITING = timedelta(seconds=AFTER_S)
"""After a talk, to write down what was said; the promise counts with as much."""


def sign(session: Session, person: Person, present: bool, now: datetime) -> None:
    """Somebody comes or goes; it holds for the day (models/presence.py)."""
    session.add(Presence(person_id=person.id, present=present, at=now))
    session.flush()


def idle(session: Session, company: Company, now: datetime) -> list[Person]:
    """Who may be rung by itself: there, free, and agreed to it (docs/domain/legal.md L3); rested longest first."""
    today = col(Attempt.created_at) > now - timedelta(days=1)  # whoever was not rung since then has rested
    last = select(Attempt.person_id, func.max(col(Attempt.created_at))).where(today).group_by(col(Attempt.person_id))
    rung = {person: at.timestamp() for person, at in session.exec(last)}
    vain = select(Attempt.person_id).where(*_in_vain(now))
    away = busy(session) | set(session.exec(vain)) | _writing(session, now)
    agreed = consent.as_agreed(session, company)
    free = [one for one in on_duty(session, agreed, now) if one.opted_in and one.id not in away]
    return sorted(free, key=lambda one: rung.get(one.id, 0.0))


def passed_lately(session: Session, person: Person, now: datetime) -> set[str]:
    """Ids of the callbacks for which this person's telephone rang in vain a moment ago, or whom they passed."""
    return set(session.exec(select(Attempt.callback_id).where(*_in_vain(now), Attempt.person_id == person.id)))


def _in_vain(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Attempt.status) == AttemptStatus.NOT_BEGUN, col(Attempt.ended_at) > now - REST


def _writing(session: Session, now: datetime) -> set[str]:
    """Ids of those who have talked to somebody a moment ago."""
    since = now - WRITING
    called = select(Attempt.person_id).where(col(Attempt.answered_at).is_not(None), col(Attempt.ended_at) > since)
    handed = select(Transfer.taken_by).where(col(Transfer.bridged_at).is_not(None), col(Transfer.ended_at) > since)
    return set(session.exec(called)) | {one for one in session.exec(handed) if one}
