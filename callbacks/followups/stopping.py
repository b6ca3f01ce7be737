"""Why a customer is asked nothing more after a job, and calling off what was still to be said."""

from datetime import datetime
from enum import IntEnum

from sqlmodel import Session, col, or_, select

from carrier import outbox
from models.enums import CallbackStatus, FollowUpStatus, JobEventKind, JobStatus, MessageStatus
from models.moves import ALLOWED, move
from models.tables import Call, Callback, FollowUp, Job, JobEvent, Message

LIVE = tuple(status for status in FollowUpStatus if status in ALLOWED[FollowUpStatus])
"""In one of these something is still to come."""

_WAITING_CALLERS = (CallbackStatus.OPEN, CallbackStatus.TAKEN)


class Ask(IntEnum):
    """What a customer may be sent after a job, in order."""

    CHECK = 0
    AGAIN = 1
    LAST = 2


def key(row: FollowUp, ask: Ask) -> str:
    """The outbox's key of a text: each is once a job."""
    return f"follow_up:{row.id}:{ask.value}"


def of_job(session: Session, job_id: str) -> FollowUp | None:
    """The asking after this job, as the database has it now, if there is one."""
    mine = select(FollowUp).where(FollowUp.job_id == job_id)
    return session.exec(mine.execution_options(populate_existing=True)).first()


def live_of(session: Session, number: str) -> list[FollowUp]:
    """Everything that this number may still be asked."""
    mine = select(FollowUp).where(FollowUp.number == number, col(FollowUp.status).in_(LIVE))
    return list(session.exec(mine.execution_options(populate_existing=True)).all())


def why(session: Session, row: FollowUp) -> str | None:
    """What speaks against asking anything more, besides the gate; None when nothing does."""
    job = session.get_one(Job, row.job_id)
    against = (JobEventKind.COMPLAINT, JobEventKind.CANCELLED)
    told = select(JobEvent.kind).where(JobEvent.job_id == job.id, col(JobEvent.kind).in_(against))
    event = session.exec(told).first()
    if event is not None:
        return str(event)
    if session.get_one(Call, job.call_id).held:
        return "under a legal hold"
    return "they have called again" if _again(session, row.number, job) else None


def stop(session: Session, row: FollowUp, reason: str, now: datetime) -> None:
    """Nothing more is asked, and what has not left does not leave. Harmless for one that is over."""
    if FollowUpStatus.STOPPED in ALLOWED[FollowUpStatus].get(row.status, frozenset()):
        move(session, row, row.status, FollowUpStatus.STOPPED, reason=reason)
    keys = [key(row, ask) for ask in Ask]
    waiting = select(Message).where(col(Message.key).in_(keys), Message.status == MessageStatus.PENDING)
    for text in session.exec(waiting).all():
        outbox.settle(session, text, MessageStatus.CANCELLED, now, reason=reason)


def _again(session: Session, number: str, job: Job) -> bool:
    """Whether a later job of this number is open, or a call to it is owed."""
    theirs = or_(Job.callback == number, col(Job.callback).is_(None) & (col(Job.caller) == number))
    later = (col(Job.created_at) > job.created_at, Job.id != job.id, Job.status != JobStatus.CLOSED)
    owed = select(Callback.id).where(Callback.number == number, col(Callback.status).in_(_WAITING_CALLERS))
    return any(session.exec(one).first() is not None for one in (select(Job.id).where(theirs, *later), owed))
