"""Who is owed a call, the time they were given, and the text that gives it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from callbacks import promise, words
from carrier import gate, outbox
from models.company import Company
from models.enums import CallbackStatus, Channel, MessageStatus, Purpose
from models.tables import Call, Callback, Message

ONE_EPISODE = timedelta(minutes=30)
"""The same caller redials; one text per number in this time (docs/domain/intake.md section 10)."""

NEVER_READ = frozenset(
    {MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.REFUSED, MessageStatus.CANCELLED}
)


class Told(StrEnum):
    """Whether the caller has the time in writing."""

    NOW = "now"  # this callback's own text gives it
    BEFORE = "before"  # an earlier text gave it, and it still stands
    NO = "no"


def owe(
    session: Session,
    call: Call,
    company: Company,
    reason: str,
    now: datetime,
    *,
    number: str | None,
    priority: str | None,
    missed: bool = True,
) -> Callback:
    """Write that this caller is owed a call, once a call, with a time; the text that says so goes in the outbox.

    `number` is where they can be reached (E.164) or None; without a number there is a row for people and no text.
    `missed` tells a caller whom nobody spoke to from one who was promised a call while on the line. Who was given a
    time within the half hour keeps it, until it has passed, and gets no second text.
    """
    known = session.exec(select(Callback).where(Callback.call_id == call.id)).first()
    if known is not None:
        return known
    earlier = _open_for(session, number, now) if number else None
    first = earlier.promised_at if earlier else None
    callback = Callback(
        call_id=call.id,
        number=number,
        reason=reason,
        priority=priority,
        promised_at=first if first and first > now else promise.promise(company, now, waiting_before=_waiting(session)),
        created_at=now,
    )
    session.add(callback)
    session.flush()
    if number and earlier is None and number not in company.own_numbers:
        outbox.enqueue(
            session,
            key=_key(callback.id),
            channel=Channel.TEXT,
            purpose=Purpose.MISSED if missed else Purpose.RECEIPT,
            to=number,
            body=(words.missed if missed else words.agreed)(company, call.received_at, callback.promised_at, now),
            now=now,
            call_id=call.id,
        )
    return callback


def told(session: Session, callback: Callback, company: Company, now: datetime) -> Told:
    """Whether a text with the time of this callback is there, or may leave: what is said aloud must come true."""
    if callback.number is None or callback.promised_at is None:
        return Told.NO
    if _readable(session, callback.id, company, now):
        return Told.NOW
    same = select(Callback.id).where(
        Callback.number == callback.number, Callback.promised_at == callback.promised_at, Callback.id != callback.id
    )
    before = any(_readable(session, one, company, now) for one in session.exec(same).all())
    return Told.BEFORE if before else Told.NO


def _readable(session: Session, callback_id: str, company: Company, now: datetime) -> bool:
    text = session.exec(select(Message).where(Message.key == _key(callback_id))).first()
    if text is None or text.status in NEVER_READ:
        return False
    return text.status != MessageStatus.PENDING or gate.may_send(session, text, company, now).allowed


def _key(callback_id: str) -> str:
    return f"promise:{callback_id}"


def _waiting(session: Session) -> int:
    statement = select(func.count()).select_from(Callback).where(Callback.status == CallbackStatus.OPEN)
    return session.exec(statement).one()


def _open_for(session: Session, number: str, now: datetime) -> Callback | None:
    """An open promise to the same number, young enough that its text still stands."""
    mine = select(Callback).where(
        Callback.number == number,
        Callback.status == CallbackStatus.OPEN,
        col(Callback.created_at) > now - ONE_EPISODE,
    )
    return session.exec(mine.order_by(col(Callback.created_at).desc())).first()
