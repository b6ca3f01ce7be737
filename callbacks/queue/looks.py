"""What the timers of the queue do when their time has come. They alone bring every attempt to its end."""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks.queue import beginning, calling, closing, outcome, ringing, taking, watch
from callbacks.queue.order import may_ring_at, tried_out
from carrier.timers import Handler
from models.company import Company
from models.enums import AttemptStatus, CallbackStatus, Priority
from models.tables import Attempt, Callback, Timer


def handlers(company: Company) -> dict[str, Handler]:
    """For the engine's pass over the timers."""

    def owed(session: Session, timer: Timer, now: datetime) -> None:
        callback = session.get_one(Callback, timer.ref)
        if callback.status == CallbackStatus.OPEN and may_ring_at(callback) > now:  # they asked for a later time
            watch.owed(session, callback, company, now)
        ringing.look(session, company, now)

    def queue(session: Session, _timer: Timer, now: datetime) -> None:
        ringing.look(session, company, now)

    def held(session: Session, timer: Timer, now: datetime) -> None:
        callback = session.get_one(Callback, timer.ref)
        asked, number = divmod(timer.step, watch.LOOKS)
        mine = callback.status == CallbackStatus.TAKEN and taking.takings(session, callback) == number
        if not mine or beginning.live(session, callback) is not None:
            return
        if not asked and outcome.ask_holder(session, callback, company, now, number):
            again = timedelta(minutes=company.callbacks.hold_minutes)
            wait = watch.P1_ANSWERS_IN if callback.priority == Priority.P1 else again
            watch.held(session, callback, now + wait, number, asked=True)
        else:
            taking.let_go(session, callback, company, now, by=callback.taken_by, detail="nothing followed")

    def attempt(session: Session, timer: Timer, now: datetime) -> None:
        row = session.get_one(Attempt, timer.ref)
        if row.status == watch.state_of(timer.step):
            _too_long(session, row, timer.step, company, now)

    def close(session: Session, timer: Timer, now: datetime) -> None:
        callback = session.get_one(Callback, timer.ref)
        if callback.status == CallbackStatus.OPEN and tried_out(callback, company):
            closing.give_up(session, callback, company, now)

    return {watch.OWED: owed, watch.QUEUE: queue, watch.HELD: held, watch.ATTEMPT: attempt, watch.CLOSING: close}


def _too_long(session: Session, row: Attempt, step: int, company: Company, now: datetime) -> None:
    """The limit of a state is over, and the news of its end has not come."""
    match AttemptStatus(row.status):
        case AttemptStatus.TALKING:
            calling.parted(session, row, company, now)
        case AttemptStatus.DIALLING:
            longest = watch.LIMITS[AttemptStatus.TALKING]
            if calling.staff_gone(session, row) or now >= (row.dialled_at or row.created_at) + longest:
                calling.unanswered(session, row, None, company, now)
            else:  # they may be talking: our person is on the telephone
                watch.attempt(session, row, now, look=step % watch.LOOKS + 1)
        case _:
            calling.not_begun(session, row, company, now, "no news of the call to our person")
