"""A caller asks for another time: the promise follows, and they are told the new one."""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks import keeping, promise, story
from callbacks.replies.wish import Wish
from callbacks.texts import promised, say
from models.company import Company
from models.enums import CallbackStatus
from models.tables import Callback

TOO_SOON = timedelta(minutes=10)
"""A call sooner than this was never promised to anybody: who asks for it is impatient, and asks for no other time."""


def grant(session: Session, callback: Callback, wish: Wish, company: Company, now: datetime) -> str | None:
    """Move the promise to the wish; the text that confirms it. None when nobody waits any more, or a person has it now.

    The new time is the one that is measured, whatever was tried before it: they asked for it. What is broken stays so.
    Nobody's wish wipes out a time that is about to be kept or broken: who asks for a call no later than promised, or
    within minutes, is told the time that stands.
    """
    session.refresh(callback)
    if callback.status != CallbackStatus.OPEN:
        return None
    stands, before = callback.promised_at, wish.not_before
    impatient = before - now < TOO_SOON
    story.note(session, callback, "wished", now, detail="sooner" if impatient else before.isoformat())
    if stands is not None and (impatient or before <= stands):
        if not impatient:
            callback.not_before = before
            session.add(callback)
        told = promised(company, stands if stands > now else None, now, callback.language)
        return say(company, "wish", callback.language, promise=told)
    at = promise.give(
        session,
        company,
        now,
        priority=callback.priority,
        not_before=before,
        callback_id=callback.id,
    )
    if not _broken(callback, now):
        callback.first_promised_at = at
    callback.not_before, callback.promised_at = before, at
    callback.first_tried_at = callback.slipped_at = None
    session.add(callback)
    keeping.watch(session, callback, now)
    after = before if wish.told and company.is_open(before) else None
    return say(company, "wish", callback.language, promise=promised(company, at, now, callback.language, after))


def _broken(callback: Callback, now: datetime) -> bool:
    """Whether the first time has passed and their telephone had not rung by then."""
    first, tried = callback.first_promised_at, callback.first_tried_at
    return first is not None and first <= now and (tried is None or tried > first)
