"""The end without a talk, by a person with a reason or after the last try in vain; and the way back to the queue."""

from datetime import datetime

from sqlmodel import Session

from callbacks import keeping, story
from callbacks.queue import stopping, watch
from callbacks.queue.hours import open_minutes_later
from callbacks.texts import say
from carrier import outbox
from models.company import Company
from models.enums import CallbackStatus, Channel, Priority, Purpose
from models.moves import move
from models.tables import Callback

BY_ITSELF = "firstring"
"""Who closed what no person did."""


def close(session: Session, callback: Callback, reason: str, by: str, now: datetime) -> bool:
    """Close it with a reason, whoever has it; False when it is settled already. Raises ValueError without a reason."""
    reason = reason.strip()
    if not reason:
        raise ValueError("a callback is closed with a reason only")
    rung = stopping.ringing(session, callback)
    session.refresh(callback)
    before = CallbackStatus(callback.status)
    if before not in (CallbackStatus.OPEN, CallbackStatus.TAKEN):
        return False
    ended = {"closed_at": now, "closed_by": by, "closed_reason": reason}
    if not move(session, callback, before, CallbackStatus.CLOSED, **ended):
        return close(session, callback, reason, by, now)  # it was taken or let go in the same instant
    story.note(session, callback, "closed", now, person_id=by, detail=reason)
    stopping.stop_all(session, rung, now, "closed meanwhile")
    return True


def reopen(session: Session, callback: Callback, by: str, company: Company, now: datetime) -> bool:
    """Back to the queue with a time and all tries ahead of it; False when it is there already, or somebody has it."""
    session.refresh(callback)
    before = CallbackStatus(callback.status)
    if before not in (CallbackStatus.DONE, CallbackStatus.CLOSED):
        return False
    ended = ("closed_at", "closed_by", "closed_reason", "taken_by", "taken_at", "next_try_at", "reached_at")
    nothing = dict.fromkeys(ended)
    if not move(session, callback, before, CallbackStatus.OPEN, attempts=0, **nothing):
        return False
    story.note(session, callback, "reopened", now, person_id=by)
    keeping.renew(session, callback, company, now)
    watch.owed(session, callback, company, now)
    return True


def in_vain(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """The last try is over and the caller was not reached: left to people for a while; an emergency until they act."""
    if callback.priority != Priority.P1:
        last = company.callbacks.retry_minutes[-1]
        watch.closing(session, callback, open_minutes_later(company, now, last))


def give_up(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """Nobody has reached them meanwhile: closed, and the caller is told once whom to call."""
    tries = callback.attempts
    if not close(session, callback, f"no answer after {tries} tries", BY_ITSELF, now) or callback.number is None:
        return
    outbox.enqueue(
        session,
        key=f"not_reached:{callback.id}",
        channel=Channel.TEXT,
        purpose=Purpose.RECEIPT,
        to=callback.number,
        body=say(company, "not_reached", callback.language, times=tries),
        now=now,
        call_id=callback.call_id,
    )
