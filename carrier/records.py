"""Rows of the outbox for people: who, what, when, why, how many tries, and what Twilio said."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from carrier.codes import in_words
from models.enums import Channel, MessageStatus
from models.tables import Job, Message, PageRun

OWED = frozenset({MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.ACCEPTED})
FAILED = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.NO_ANSWER, MessageStatus.REFUSED})
LATELY = timedelta(days=1)
"""How long a failure stays in the list."""


@dataclass(frozen=True, slots=True)
class Story:
    """One row. `who` is a person's id or the end of a number; times are UTC; `lease_until` also says "not before"."""

    id: str
    who: str
    what: str
    job: int | None
    step: int | None
    status: str
    why: str
    tries: int
    repeats: int
    account: int
    twilio: str
    created_at: datetime
    due_at: datetime
    accepted_at: datetime | None
    asked_at: datetime | None
    finished_at: datetime | None
    lease_until: datetime | None
    owner: str | None

    def to_json(self) -> dict[str, Any]:
        """As JSON: times in ISO 8601."""
        return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in asdict(self).items()}


def row_story(session: Session, message_id: str) -> Story | None:
    """The row with this id, as a story; None when there is none."""
    row = session.get(Message, message_id)
    return _story(session, row) if row is not None else None


def owed_and_failed(session: Session, now: datetime, limit: int = 100) -> list[Story]:
    """What has not come to its end, oldest first, and what failed within a day."""
    failed = col(Message.status).in_(FAILED) & (col(Message.finished_at) > now - LATELY)
    query = select(Message).where(or_(col(Message.status).in_(OWED), failed)).order_by(col(Message.due_at)).limit(limit)
    return [_story(session, row) for row in session.exec(query)]


def _story(session: Session, row: Message) -> Story:
    code = session.exec(select(PageRun.code).where(PageRun.id == row.run_id)).first() if row.run_id else None
    job = session.exec(select(Job.number).where(Job.call_id == row.call_id)).first() if row.call_id else None
    return Story(
        id=row.id,
        who=row.person_id or _end_of(row),
        what=f"{row.purpose.value} by {row.channel.value}",
        job=code or job,
        step=row.step,
        status=row.status.value,
        why=row.reason or "",
        tries=row.attempt,
        repeats=row.repeats,
        account=row.account + 1,
        twilio=_said(row),
        created_at=row.created_at,
        due_at=row.due_at,
        accepted_at=row.accepted_at,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        lease_until=row.lease_until,
        owner=row.owner,
    )


def _end_of(row: Message) -> str:
    """Enough to recognise a stranger by, and no more."""
    return "an address" if row.channel is Channel.EMAIL else f"...{row.to[-4:]}"


def _said(row: Message) -> str:
    code = f"{row.error_code} {in_words(row.error_code)}" if row.error_code else ""
    return " ".join(part for part in (row.sid or "", code) if part)
