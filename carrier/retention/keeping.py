"""The schedule: every hour a few records that have been kept long enough. A timer, so that it survives everything."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, exists, literal_column, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from carrier import timers
from carrier.retention.wiping import GONE, person_of, words_of
from models.company import Company
from models.enums import CallStatus, MessageStatus, TimerStatus
from models.tables import Access, Call, Consent, DeadNumber, Job, Message, Seen, Timer

log = structlog.get_logger(__name__)

RETENTION = "retention"
EVERY = timedelta(hours=1)
AT_ONCE = 100
"""Calls in one hour and transaction: more than the busiest shop takes in one."""

SEEN_DAYS = 30
"""Twilio repeats a webhook for hours at most."""

TIMER_DAYS = 7
"""A timer is set once; by then nothing sets it again that has rung or was called off."""

TIMERS_AT_ONCE = 5000
"""More than the busiest hour sets, and deleted within a moment."""


def begin(session: Session, now: datetime) -> None:
    """Set the timer of the next hour. Safe to call at every start: once for the same hour."""
    following = (now + EVERY).replace(minute=0, second=0, microsecond=0)
    timers.schedule(session, RETENTION, f"{following:%Y%m%d%H}", following)


def due(session: Session, timer: Timer, company: Company, now: datetime) -> None:  # noqa: ARG001
    """Delete what has been kept long enough, and set the timer of the next hour."""
    kept = company.retention
    words = _words(session, now - timedelta(days=kept.words_days), now)
    people = _people(session, now - timedelta(days=kept.structured_days)) if kept.structured_days else 0
    _consents(session, now - timedelta(days=kept.consent_days))
    session.execute(delete(Seen).where(col(Seen.at) < now - timedelta(days=SEEN_DAYS)))
    _timers(session, now - timedelta(days=TIMER_DAYS))
    _dead(session, company, now - timedelta(days=SEEN_DAYS))
    session.execute(delete(Access).where(col(Access.at) < now - timedelta(days=kept.consent_days)))
    if words or people:
        log.info("retention.wiped", words=words, people=people)
    begin(session, now)


def _words(session: Session, before: datetime, now: datetime) -> int:
    old = (col(Call.received_at) < before, col(Call.wiped_at).is_(None), ~col(Call.held))
    over = select(Call).where(*old, Call.status == CallStatus.ENDED).order_by(col(Call.received_at)).limit(AT_ONCE)
    calls = session.exec(over).all()
    for call in calls:
        words_of(session, call, now)
    over_too = col(Message.status).not_in((MessageStatus.PENDING, MessageStatus.SENDING))
    worded = col(Message.body) != literal_column("''")  # as the index has it
    alone = (col(Message.call_id).is_(None), col(Message.created_at) < before, over_too, worded)
    session.execute(update(Message).where(*alone).values(body="").execution_options(synchronize_session=False))
    return len(calls)


def _people(session: Session, before: datetime) -> int:
    over = col(Message.status).not_in((MessageStatus.PENDING, MessageStatus.SENDING))
    alone = (col(Message.call_id).is_(None), col(Message.person_id).is_(None), col(Message.to) != GONE, over)
    to_nobody = update(Message).where(*alone, col(Message.created_at) < before).values(to=GONE, body="")
    session.execute(to_nobody.execution_options(synchronize_session=False))
    named = exists().where(
        col(Job.call_id) == col(Call.id), or_(col(Job.name).is_not(None), col(Job.callback).is_not(None))
    )
    still = or_(col(Call.caller).is_not(None), named)
    old = (col(Call.received_at) < before, col(Call.wiped_at).is_not(None), ~col(Call.held), still)
    calls = session.exec(select(Call).where(*old).order_by(col(Call.received_at)).limit(AT_ONCE)).all()
    for call in calls:
        person_of(session, call)
    return len(calls)


def _timers(session: Session, before: datetime) -> None:
    over = select(Timer.id).where(col(Timer.due_at) < before, Timer.status != TimerStatus.PENDING)
    some = col(Timer.id).in_(over.order_by(col(Timer.due_at)).limit(TIMERS_AT_ONCE))
    session.execute(delete(Timer).where(some).execution_options(synchronize_session=False))


def _dead(session: Session, company: Company, before: datetime) -> None:
    """Strangers' numbers that could not be reached then; of those that may be paged it stays known."""
    staff = [one.phone for one in company.staff]
    session.execute(delete(DeadNumber).where(col(DeadNumber.at) < before, col(DeadNumber.number).not_in(staff)))


def _consents(session: Session, before: datetime) -> None:
    """Events older than that, where a newer one says what counts today: the last word always stays."""
    newer = aliased(Consent)
    followed = exists().where(
        col(newer.number) == col(Consent.number),
        col(newer.channel) == col(Consent.channel),
        col(newer.scope) == col(Consent.scope),
        col(newer.at) > col(Consent.at),
    )
    old = delete(Consent).where(col(Consent.at) < before, followed).execution_options(synchronize_session=False)
    session.execute(old)
