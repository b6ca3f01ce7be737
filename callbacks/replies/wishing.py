"""A caller asks for another time: the promise follows, and they are told the new one."""

from datetime import datetime

from sqlmodel import Session

from callbacks import keeping, promise, story
from callbacks.replies.wish import Wish
from callbacks.texts import promised, say
from models.company import Company
from models.enums import CallbackStatus
from models.tables import Callback


def grant(session: Session, callback: Callback, wish: Wish, company: Company, now: datetime) -> str | None:
    """Move the promise to the wish; the text that confirms it. None when nobody waits any more, or a person has it now.

    The new time is the one that is measured: they asked for it.
    """
    session.refresh(callback)
    if callback.status != CallbackStatus.OPEN:
        return None
    at = promise.give(
        session,
        company,
        now,
        priority=callback.priority,
        member=callback.member,
        known=callback.known,
        not_before=wish.not_before,
        callback_id=callback.id,
    )
    callback.not_before = wish.not_before
    callback.promised_at = callback.first_promised_at = at
    callback.slipped_at = None
    session.add(callback)
    story.note(session, callback, "wished", now, detail=wish.not_before.isoformat())
    keeping.watch(session, callback, now)
    after = wish.not_before if wish.told and company.is_open(wish.not_before) else None
    return say(company, "wish", callback.language, promise=promised(company, at, now, callback.language, after))
