"""The product rings people by itself: the next caller's turn has come and somebody is free ([callbacks] ring)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks.promise.staff import on_duty
from callbacks.queue import beginning, taking, watch
from callbacks.queue.order import for_ringing
from callbacks.queue.signing import idle
from callbacks.queue.taking import Answer
from models.company import Company, Person
from models.tables import Callback


def due(session: Session, company: Company, now: datetime) -> list[Callback]:
    """Those for whom somebody is rung by itself now: the desk had its moment to take them, and there are tries left."""
    wait = timedelta(seconds=company.callbacks.ring_after_s)
    return [one for one in for_ringing(session, company, now) if one.created_at + wait <= now]


def look(session: Session, company: Company, now: datetime) -> bool:
    """Give the first caller in the queue's order to somebody who is free; whether a telephone rings now.

    One caller a transaction: whoever gives the same person another one at this moment waits until this one is over.
    The next caller's look comes at once.
    """
    if not company.callbacks.ring:
        return False
    callers = due(session, company, now)
    free = idle(session, company, now) if callers else []
    for callback in callers:
        person = _fit(callback, free)
        if person is not None and beginning.begin(session, callback, person, company, now).answer is Answer.YOURS:
            watch.next_one(session, callback, now, taking.takings(session, callback))
            return True
    if due(session, company, now):
        somebody = on_duty(session, company, now)
        watch.queue(session, now + (watch.AGAIN if somebody else watch.NOBODY_THERE))
    return False


def _fit(callback: Callback, free: list[Person]) -> Person | None:
    """The first who speaks the caller's language, else the first; never the caller's own telephone."""
    others = [one for one in free if one.phone != callback.number]
    return next((one for one in others if callback.language in one.languages), others[0] if others else None)
