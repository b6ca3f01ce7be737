"""The product rings people by itself: the next caller's turn has come and somebody is free ([callbacks] ring)."""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks.promise.staff import on_duty
from callbacks.queue import beginning, watch
from callbacks.queue.order import tried_out, waiting
from callbacks.queue.signing import idle
from callbacks.queue.taking import Answer
from models.company import Company, Person
from models.tables import Callback


def due(session: Session, company: Company, now: datetime) -> list[Callback]:
    """Those for whom somebody is rung by itself now: the desk had its moment to take them, and there are tries left."""
    wait = timedelta(seconds=company.callbacks.ring_after_s)
    turn = [one for one in waiting(session, now) if one.created_at + wait <= now]
    return [one for one in turn if not tried_out(one, company)]


def look(session: Session, company: Company, now: datetime) -> int:
    """Give callers to those who are free, one each, in the queue's order; how many telephones ring now."""
    if not company.callbacks.ring:
        return 0
    callers = due(session, company, now)
    free = idle(session, company, now) if callers else []
    rung = 0
    for callback in callers:
        person = _fit(callback, free)
        if person is not None and beginning.begin(session, callback, person, company, now).answer is Answer.YOURS:
            free.remove(person)
            rung += 1
    if due(session, company, now):
        somebody = on_duty(session, company, now)
        watch.queue(session, now + (watch.AGAIN if somebody else watch.NOBODY_THERE))
    return rung


def _fit(callback: Callback, free: list[Person]) -> Person | None:
    """The first who speaks the caller's language, else the first; never the caller's own telephone."""
    others = [one for one in free if one.phone != callback.number]
    return next((one for one in others if callback.language in one.languages), others[0] if others else None)
