"""An emergency at the shop: people with telephones, a clock that is turned, and a carrier that takes every page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from carrier import outbox, timers
from models.company import Company, Person
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, RunStatus, TimerStatus, Trade
from models.tables import Call, Job, Message, PageRun, Timer
from routing import paging
from tests.conftest import Clock

CUSTOMER = "+15125550199"


def burst_pipe(session: Session, now: datetime, number: int = 4821, **facts: Any) -> Job:
    """A call that ended and the job that it left."""
    call = Call(sid=f"CA{uuid4().hex}", caller=CUSTOMER, received_at=now)
    session.add(call)
    session.flush()
    known: dict[str, Any] = {
        "intent": "emergency",
        "priority": "P1",
        "trade": Trade.PLUMBING,
        "situation": "P01",
        "callback": CUSTOMER,
        "address": {"number": "412", "street": "Maple Street", "zip": "78704"},
        "details": {"Q_FLOW": "yes", "access": "gate code 1379"},
    }
    job = Job(number=number, call_id=call.id, caller=CUSTOMER, created_at=now, **(known | facts))
    session.add(job)
    session.flush()
    return job


class Night:
    """A run, from the first page on. `dead` are channels of people that reach nobody, at once; `rings_s` is after how
    many seconds a call that nobody answers ends (None: it rings on)."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        self.database, self.company, self.clock = database, company, clock
        self.dead: set[tuple[str, Channel]] = set()
        self.rings_s: float | None = None
        looks = {kind: partial(self._look, look) for kind, look in paging.LOOKS.items()}
        self._timers = timers.TimerPass(database, looks)

    def _look(self, look: Callable[..., None], session: Session, timer: Timer, now: datetime) -> None:
        look(session, timer, self.company, now)

    def begin(self, **facts: Any) -> None:
        def write(session: Session) -> None:
            job = burst_pipe(session, self.clock(), **facts)
            paging.start(session, job, self.company, self.clock())

        self.database.work(write)
        self.deliver()

    def person(self, name: str) -> Person:
        return self.company.person(name)

    def writes(self, name: str, text: str) -> str | None:
        """A technician's text; what they are answered."""
        reply: str | None = self.database.work(paging.answer_text, self.person(name), text, self.company, self.clock())
        self.deliver()
        return reply

    def act(self, verb: Callable[..., Any], name: str, *args: Any) -> Any:
        """A verb of paging by somebody: `act(paging.decline, "marcus")`."""

        def piece(session: Session) -> Any:
            return verb(session, run_of(session), self.person(name), *args, self.clock())

        done = self.database.work(piece)
        self.deliver()
        return done

    def wait(self, **by: float) -> None:
        """Let time pass: every timer at its own moment."""
        now, end = self.clock(), self.clock.turn(**by)
        while (due := self.database.work(self._next_due)) is not None and due <= end:
            self.clock.at = max(now, due)
            self._timers(self.clock())
            self.database.work(self._hang_up)
            self.deliver()
        self.clock.at = end

    def _next_due(self, session: Session) -> datetime | None:
        pending = select(Timer.due_at).where(Timer.status == TimerStatus.PENDING, col(Timer.kind).in_(paging.LOOKS))
        ends = [one for _, one in self._ringing(session)]
        return min([*session.exec(pending), *ends], default=None)

    def _ringing(self, session: Session) -> list[tuple[Message, datetime]]:
        """Calls that ring, and when each will have rung out."""
        if self.rings_s is None:
            return []
        calls = select(Message).where(Message.channel == Channel.CALL, Message.status == MessageStatus.ACCEPTED)
        lasts = timedelta(seconds=self.rings_s)
        return [(one, one.accepted_at + lasts) for one in session.exec(calls) if one.accepted_at]

    def _hang_up(self, session: Session) -> None:
        for row, end in self._ringing(session):
            if end <= self.clock():
                self._hears(session, row, "no-answer")

    def _hears(self, session: Session, row: Message, kind: str) -> None:
        if (changed := outbox.news(session, row.id, f"SM{row.id}", kind, None, self.clock())) is not None:
            paging.page_news(session, changed, self.company, self.clock())

    def deliver(self) -> None:
        """The carrier takes what is owed; then the dead channels report."""
        while self.database.work(self._deliver_one):
            pass

    def _deliver_one(self, session: Session) -> bool:
        owed = select(Message).where(Message.status == MessageStatus.PENDING).order_by(col(Message.created_at))
        row = session.exec(owed).first()
        if row is None:
            return False
        kinds = ["sent" if row.channel is Channel.EMAIL else "queued"]
        if (row.person_id, row.channel) in self.dead:
            kinds.append("no-answer" if row.channel is Channel.CALL else "undelivered")
        for kind in kinds:
            self._hears(session, row, kind)
        return True

    def run(self) -> PageRun:
        found: PageRun = self.database.work(run_of)
        return found

    def paged(self) -> list[str]:
        """Who was paged, one after another: "marcus call"."""
        return [f"{one.person_id} {one.channel}" for one in self._messages(Purpose.PAGE)]

    def told(self) -> list[str]:
        """What the customer reads."""
        return [one.body for one in self._messages(Purpose.RECEIPT)]

    def notices(self, name: str) -> list[str]:
        """What one of the staff is told that is no page."""
        return [one.body for one in self._messages(Purpose.STAFF) if one.person_id == name]

    def story(self) -> list[str]:
        """What happened, for people: "taken marcus"."""
        events = self.database.work(lambda session: paging.story(session, run_of(session)))
        return [f"{one.what} {one.person_id or ''}".strip() for one in events]

    def _messages(self, purpose: Purpose) -> list[Message]:
        def read(session: Session) -> list[Message]:
            found = session.exec(select(Message).where(Message.purpose == purpose)).all()
            return sorted(found, key=lambda one: (one.created_at, one.step or 0, one.person_id or "", one.channel))

        rows: list[Message] = self.database.work(read)
        return rows


def run_of(session: Session) -> PageRun:
    return session.exec(select(PageRun)).one()


def over(run: PageRun) -> bool:
    """Whether nothing more is owed by time alone: given up, or held by somebody who was heard of."""
    return run.status == RunStatus.EXHAUSTED or (run.status == RunStatus.ACKNOWLEDGED and run.on_way_at is not None)
