"""The callback queue: who is owed a call, the time they were given, and the text that gives it."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from callbacks import promise, words
from carrier import outbox
from models.company import Company
from models.enums import CallbackStatus, Channel, Purpose
from models.tables import Call, Callback

ONE_EPISODE = timedelta(minutes=30)
"""The same caller redials; one text per number in this time (docs/domain/intake.md section 10)."""


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
    `missed` tells a caller whom nobody spoke to from one who was promised a call while on the line.
    """
    known = session.exec(select(Callback).where(Callback.call_id == call.id)).first()
    if known is not None:
        return known
    callback = Callback(
        call_id=call.id,
        number=number,
        reason=reason,
        priority=priority,
        promised_at=promise.promise(company, now, waiting_before=_waiting(session)),
        created_at=now,
    )
    earlier = _open_for(session, number, now) if number else None
    session.add(callback)
    session.flush()
    if number and earlier is None and number not in company.own_numbers:
        outbox.enqueue(
            session,
            key=f"promise:{callback.id}",
            channel=Channel.TEXT,
            purpose=Purpose.MISSED if missed else Purpose.RECEIPT,
            to=number,
            body=(words.missed if missed else words.agreed)(company, call.received_at, callback.promised_at, now),
            now=now,
            call_id=call.id,
        )
    return callback


def _waiting(session: Session) -> int:
    statement = select(func.count()).select_from(Callback).where(Callback.status == CallbackStatus.OPEN)
    return session.exec(statement).one()


def _open_for(session: Session, number: str, now: datetime) -> Callback | None:
    """An open promise to the same number, young enough that its text still stands."""
    return session.exec(
        select(Callback).where(
            Callback.number == number,
            Callback.status == CallbackStatus.OPEN,
            col(Callback.created_at) > now - ONE_EPISODE,
        )
    ).first()
