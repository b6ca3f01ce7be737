"""An answer to a text leaves through the outbox, once a text, and never for ever."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from carrier import outbox
from models.enums import Channel, Purpose
from models.tables import Message

ANSWERS_AN_HOUR = 8
"""To one number: a person who writes more is called; two machines that answer each other come to rest."""


def reply(
    session: Session, sid: str, to: str, body: str, now: datetime, call_id: str | None = None, *, danger: bool = False
) -> bool:
    """Answer the text `sid` of a customer; False when this number has had its answers of the hour.

    `danger`: a safety script, which leaves whatever was answered before.
    """
    if not danger and _answers(session, to, now - timedelta(hours=1)) >= ANSWERS_AN_HOUR:
        return False
    _enqueue(session, f"reply:{sid}", Purpose.REPLY, to, body, now, call_id)
    return True


def reply_staff(session: Session, sid: str, to: str, body: str, now: datetime) -> None:
    """Answer the text `sid` of somebody on the staff."""
    _enqueue(session, f"answer:{sid}", Purpose.STAFF, to, body, now, None)


def _enqueue(
    session: Session, key: str, purpose: Purpose, to: str, body: str, now: datetime, call_id: str | None
) -> None:
    outbox.enqueue(session, key=key, channel=Channel.TEXT, purpose=purpose, to=to, body=body, now=now, call_id=call_id)


def _answers(session: Session, to: str, since: datetime) -> int:
    """How many answers were written to this number since then."""
    mine = select(func.count()).select_from(Message).where(Message.to == to, Message.purpose == Purpose.REPLY)
    return session.exec(mine.where(col(Message.created_at) > since)).one()
