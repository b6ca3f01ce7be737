"""One person, one caller: who presses first has them, the other is told who; given back when nothing follows.

A caller is taken by one conditional UPDATE. That nobody holds two at once is an index of the table (uq_callback_held):
who loses that race is done over by `Database.work`, and then sees what they hold.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, func, select

from callbacks import story
from callbacks.queue import closing, watch
from callbacks.queue.order import tried_out
from models.company import Company, Person
from models.enums import CallbackStatus
from models.moves import move
from models.tables import Callback, CallbackEvent


class Answer(StrEnum):
    """What becomes of somebody's wish to have a caller."""

    YOURS = "yours"
    HELD = "held"  # somebody else has them
    HOLDING = "holding"  # this person has another caller, or talks to one
    SETTLED = "settled"  # done or closed
    NO_NUMBER = "no_number"  # the caller withheld it
    NOT_AGREED = "not_agreed"  # this person has not agreed to be rung (docs/domain/legal.md L3)
    ON_THE_LINE = "on_the_line"  # the caller is telephoning with us right now
    CALLING = "calling"  # a try by the product is under way
    NEVER = "never"  # the gate: this number is not dialled


@dataclass(frozen=True, slots=True)
class Taking:
    """The answer; `by` is the id of who has the caller, `reason` the gate's."""

    answer: Answer
    by: str | None = None
    reason: str = ""


def take(session: Session, callback: Callback, person: Person, company: Company, now: datetime) -> Taking:
    """Give this caller to this person, if both are free. Pressing twice does no harm."""
    session.refresh(callback)
    if callback.status == CallbackStatus.TAKEN:
        return Taking(Answer.YOURS if callback.taken_by == person.id else Answer.HELD, callback.taken_by)
    if callback.status != CallbackStatus.OPEN:
        return Taking(Answer.SETTLED, callback.closed_by)
    if held_by(session, person) is not None:
        return Taking(Answer.HOLDING, person.id)
    if not move(session, callback, CallbackStatus.OPEN, CallbackStatus.TAKEN, taken_by=person.id, taken_at=now):
        return take(session, callback, person, company, now)  # somebody was there in the same instant
    story.note(session, callback, "taken", now, person_id=person.id)
    session.flush()
    again = now + timedelta(minutes=company.callbacks.hold_minutes)
    watch.held(session, callback, again, takings(session, callback))
    return Taking(Answer.YOURS, person.id)


def let_go(
    session: Session,
    callback: Callback,
    company: Company,
    now: datetime,
    *,
    by: str | None,
    detail: str = "",
    next_try_at: datetime | None = None,
) -> bool:
    """Back to the queue, to be called not before `next_try_at`; False when nobody has it any more.

    After the last try it is left to people, however it comes back: it ends without a talk only with a look at it.
    """
    changes = {"taken_by": None, "taken_at": None, "next_try_at": next_try_at or callback.next_try_at}
    if not move(session, callback, CallbackStatus.TAKEN, CallbackStatus.OPEN, **changes):
        return False
    story.note(session, callback, "let_go", now, person_id=by, detail=detail)
    watch.owed(session, callback, company, now)
    if tried_out(callback, company):
        closing.in_vain(session, callback, company, now)
    return True


def held_by(session: Session, person: Person) -> Callback | None:
    """The caller whom this person holds."""
    mine = select(Callback).where(Callback.status == CallbackStatus.TAKEN, Callback.taken_by == person.id)
    return session.exec(mine).first()


def takings(session: Session, callback: Callback) -> int:
    """How often it was taken: the number of the present taking."""
    taken = select(func.count()).where(CallbackEvent.callback_id == callback.id, CallbackEvent.what == "taken")
    return session.exec(taken).one()
