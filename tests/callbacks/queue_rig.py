"""A shop with callers who wait, two CSRs and a clock that is turned; the engine's timers run as it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from callbacks import queue, story
from callbacks.keeping import PROMISE_TIMER
from callbacks.queue import calling
from callbacks.queue.taking import Taking
from carrier import outbox
from carrier.timers import TimerPass
from models.company import Company
from models.database import Database
from models.enums import AttemptStatus, CallbackStatus, CallStatus, Channel, MessageStatus, TimerStatus
from models.tables import Attempt, Call, Callback, Message, Timer
from tests.conftest import Clock

T = TypeVar("T")
CALLER = "+15125550199"
NUMBERS = count(1)


class Rig:
    """One database, one shop. `by_hand`: nobody is rung by itself."""

    def __init__(self, database: Database, company: Company, clock: Clock, *, by_hand: bool = False) -> None:
        self.database, self.clock = database, clock
        rules = replace(company.callbacks, ring=not by_hand)
        self.company = replace(company, callbacks=rules)
        self.look = TimerPass(database, queue.handlers(self.company))

    def work(self, piece: Callable[..., T], *args: Any) -> T:
        return self.database.work(piece, *args)

    def owed(self, number: str | None = CALLER, **facts: Any) -> str:
        def write(session: Session) -> str:
            sid = f"CA{next(NUMBERS)}"
            now = self.clock()
            call = Call(sid=sid, caller=number, status=CallStatus.ENDED, received_at=now, ended_at=now)
            session.add(call)
            session.flush()
            row = Callback(call_id=call.id, number=number, reason="abandoned", created_at=now, **facts)
            session.add(row)
            session.flush()
            queue.owed(session, row, self.company, now)
            return row.id

        return self.work(write)

    def row(self, id_: str) -> Callback:
        return self.work(lambda session: session.get_one(Callback, id_))

    def story(self, id_: str) -> list[str]:
        return [one.what for one in self.work(story.told, id_)]

    def act(self, piece: Callable[..., T], id_: str, *args: Any) -> T:
        """`piece(session, callback, *args)` in a transaction of its own."""
        return self.work(lambda session: piece(session, session.get_one(Callback, id_), *args))

    def begin(self, id_: str, person: str = "dana") -> Taking:
        return self.act(queue.begin, id_, self.company.person(person), self.company, self.clock())

    def take(self, id_: str, person: str = "dana") -> Taking:
        return self.act(queue.take, id_, self.company.person(person), self.company, self.clock())

    def attempts(self) -> list[Attempt]:
        rows = select(Attempt).order_by(col(Attempt.created_at))
        return self.work(lambda session: list(session.exec(rows).all()))

    def attempt(self) -> Attempt:
        return self.attempts()[-1]

    def on(self, piece: Callable[..., T], *args: Any) -> T:
        """`piece(session, attempt, *args)` with the latest attempt."""
        id_ = self.attempt().id
        return self.work(lambda session: piece(session, session.get_one(Attempt, id_), *args))

    def staff_hears(self, status: str) -> None:
        """Twilio's news of the call to our person."""
        key, now = f"callback:{self.attempt().id}", self.clock()

        def write(session: Session) -> None:
            row = session.exec(select(Message).where(Message.key == key)).one()
            changed = outbox.news(session, row.id, f"CA{row.id}", status, None, now)
            if changed is not None:
                queue.staff_news(session, changed, self.company, now)

        self.work(write)

    def picks_up_and_presses_1(self) -> calling.Dialling:
        self.staff_hears("in-progress")
        self.on(calling.picked_up, "CAstaff", self.clock())
        return self.on(calling.dial, self.company, self.clock())

    def nobody_answers(self, status: str = "no-answer") -> None:
        """The caller's telephone rings in vain, and our person hangs up."""
        self.on(calling.rang, "CAcaller", self.clock())
        self.on(calling.unanswered, status, self.company, self.clock())
        self.staff_hears("completed")

    def they_talk(self, seconds: float = 60) -> None:
        self.on(calling.rang, "CAcaller", self.clock())
        self.on(calling.answered, self.company, self.clock())
        self.clock.turn(seconds=seconds)
        self.staff_hears("completed")

    def passes(self, **by: float) -> datetime:
        """Time goes by, and the engine looks."""
        now = self.clock.turn(**by)
        self.look(now)
        return now

    def looks_at_the_time(self, id_: str) -> bool:
        """Whether the promise is watched."""
        rows = select(Timer).where(Timer.kind == PROMISE_TIMER, Timer.ref == id_, Timer.status == TimerStatus.PENDING)
        return self.work(lambda session: session.exec(rows).first() is not None)

    def texts(self) -> list[str]:
        rows = select(Message).where(Message.channel == Channel.TEXT, Message.status == MessageStatus.PENDING)
        return [one.body for one in self.work(lambda session: session.exec(rows).all())]


OPEN, TAKEN, DONE, CLOSED = (
    CallbackStatus.OPEN,
    CallbackStatus.TAKEN,
    CallbackStatus.DONE,
    CallbackStatus.CLOSED,
)
NOT_BEGUN, NO_ANSWER, OVER = AttemptStatus.NOT_BEGUN, AttemptStatus.NO_ANSWER, AttemptStatus.OVER
