"""An answer to a text leaves through the outbox, once a text, and never for ever."""

from datetime import datetime

from sqlmodel import Session

from carrier import answers, outbox
from models.enums import Channel, Purpose


def reply(
    session: Session, sid: str, to: str, body: str, now: datetime, call_id: str | None = None, *, danger: bool = False
) -> bool:
    """Answer the text `sid` of a customer; False when this number has had its answers of the hour.

    `danger`: a safety script, which leaves whatever was answered before.
    """
    if not danger and answers.had_enough(session, to, now):
        return False
    _enqueue(session, f"reply:{sid}", Purpose.REPLY, to, body, now, call_id)
    return True


def reply_staff(session: Session, sid: str, to: str, body: str, now: datetime, *, asked: bool) -> None:
    """Answer the text `sid` of somebody on the staff; `asked`: it answers a page, and is answered however often."""
    if asked or not answers.had_enough(session, to, now):
        _enqueue(session, f"{answers.STAFF_KEY}{sid}", Purpose.STAFF, to, body, now, None)


def _enqueue(
    session: Session, key: str, purpose: Purpose, to: str, body: str, now: datetime, call_id: str | None
) -> None:
    outbox.enqueue(session, key=key, channel=Channel.TEXT, purpose=purpose, to=to, body=body, now=now, call_id=call_id)
