"""Timers of the queue, so that nobody in it depends on a screen or on news: set here, looked at in looks.py."""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks.queue.order import may_ring_at
from carrier import timers
from models.company import Company
from models.enums import AttemptStatus
from models.tables import Attempt, Callback

OWED = "callback_owed"  # of one caller: it may be their turn
QUEUE = "callback_queue"  # everybody was busy, or a caller was given: look again
HELD = "callback_held"  # of one taking
ATTEMPT = "callback_attempt"  # of one state of an attempt
CLOSING = "callback_closing"  # all tries were in vain

AGAIN = timedelta(seconds=15)
"""Between two looks for somebody free while a caller waits."""

NOBODY_THERE = timedelta(minutes=5)
"""Between two looks while nobody is at the desk; who signs in is rung at once."""

LIMITS = {
    AttemptStatus.ASKED: timedelta(seconds=90),  # Twilio places one call a second, and rings for half a minute
    AttemptStatus.BRIEFING: timedelta(seconds=60),  # the whisper thrice
    AttemptStatus.DIALLING: timedelta(seconds=45),  # longer than the caller's telephone rings
    AttemptStatus.TALKING: timedelta(hours=4),  # Twilio ends every call by then (docs/carrier.md)
}
"""After so long in a state its news is lost. A talk's end is asked for long before (carrier/unheard.py)."""

P1_ANSWERS_IN = timedelta(minutes=2)
"""So long the holder of an emergency has to answer; of anybody else as long as they may hold."""

LOOKS = 1000  # more than any state has: steps of a timer are numbered by state and look


def owed(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """This caller waits: look when it is their turn. To be called whenever a callback is written, or opens again."""
    wait = timedelta(seconds=company.callbacks.ring_after_s)
    at = max(may_ring_at(callback), callback.created_at + wait, now)
    step = int((at - callback.created_at).total_seconds())
    while not timers.schedule(session, OWED, callback.id, at, step):  # another look had that second
        step += 1


def queue(session: Session, at: datetime) -> None:
    """Look at the whole queue, once in each stretch of `AGAIN`."""
    timers.schedule(session, QUEUE, "all", at, int(at.timestamp() // AGAIN.total_seconds()))


def next_one(session: Session, given: Callback, now: datetime, taking: int) -> None:
    """Look at the rest of the queue at once, in a transaction of its own: this caller was given to somebody."""
    timers.schedule(session, QUEUE, given.id, now, taking)


def held(session: Session, callback: Callback, at: datetime, taking: int, *, asked: bool = False) -> None:
    """Look whether anything has followed this taking; `asked`: its holder was, and this is the last look."""
    timers.schedule(session, HELD, callback.id, at, taking + LOOKS * asked)


def attempt(session: Session, row: Attempt, now: datetime, look: int = 0, wait: timedelta | None = None) -> None:
    """The limit of the state that the attempt has just reached."""
    status = AttemptStatus(row.status)
    step = list(LIMITS).index(status) * LOOKS + look
    timers.schedule(session, ATTEMPT, row.id, now + (wait or LIMITS[status]), step)


def state_of(step: int) -> AttemptStatus:
    """The state that a timer of an attempt is about."""
    return list(LIMITS)[step // LOOKS]


def closing(session: Session, callback: Callback, at: datetime) -> None:
    """Close it then, unless somebody has reached the caller."""
    timers.schedule(session, CLOSING, callback.id, at, int((at - callback.created_at).total_seconds()))
