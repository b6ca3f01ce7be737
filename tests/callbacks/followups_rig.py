"""A shop that asks after its jobs, customers who have agreed to be asked, and a clock; the timers run as they do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session, col, select

from callbacks import followups
from carrier import consent
from carrier.timers import TimerPass
from models.company import Company, FollowUps
from models.database import Database
from models.enums import CallStatus, Channel, ConsentScope, JobEventKind, JobStatus, MessageStatus, TimerStatus
from models.tables import Call, FollowUp, Job, JobEvent, Message, Timer
from tests.conftest import Clock

ANA = "+15125550199"
LINK = "https://reviews.example/hometown"
NUMBERS = count(2001)

COMPLETED, CANCELLED, COMPLAINT = JobEventKind.COMPLETED, JobEventKind.CANCELLED, JobEventKind.COMPLAINT


def asking(company: Company, **rules: Any) -> Company:
    return replace(company, follow_ups=FollowUps(**{"review_url": LINK, **rules}))


class Rig:
    """One database, one shop. Jobs are given by their ids."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        self.database, self.company, self.clock = database, company, clock
        self.look = TimerPass(
            database, {followups.FOLLOW_UP: lambda *look: followups.look(look[0], look[1], self.company, look[2])}
        )

    def agrees(self, number: str = ANA, granted: bool = True) -> None:
        def say(session: Session) -> None:
            scope = ConsentScope.MARKETING if granted else ConsentScope.ALL
            consent.note(
                session, number, Channel.TEXT, scope, granted, "keyword", self.clock(), written=granted
            )  # fmt: skip

        self.database.work(say)

    def job(self, number: str | None = ANA, language: str = "en", **facts: Any) -> str:
        def write(session: Session) -> str:
            digit, now = next(NUMBERS), self.clock()
            call = Call(sid=f"CA{digit}", caller=number, language=language, received_at=now, status=CallStatus.ENDED)
            session.add(call)
            session.flush()
            facts.setdefault("status", JobStatus.ACCEPTED)
            job = Job(number=digit, call_id=call.id, intent="routine", caller=number, created_at=now, **facts)
            session.add(job)
            session.flush()
            return job.id

        return self.database.work(write)

    def told(self, job_id: str, kind: JobEventKind = COMPLETED, at: datetime | None = None) -> None:
        """As the door does it."""

        def write(session: Session) -> None:
            job, now = session.get_one(Job, job_id), self.clock()
            session.add(JobEvent(key=f"{next(NUMBERS)}", job_id=job_id, kind=kind, at=at or now))
            if kind in (COMPLETED, CANCELLED):
                job.status = JobStatus.CLOSED
                session.add(job)
            session.flush()
            followups.heard(session, job, kind, self.company, now)

        self.database.work(write)

    def done(self, number: str = ANA, **facts: Any) -> str:
        """A job of somebody who has agreed, completed now."""
        self.agrees(number)
        job_id = self.job(number, **facts)
        self.told(job_id)
        return job_id

    def writes(self, body: str, number: str = ANA) -> str | None:
        return self.database.work(followups.answer, number, body, self.company, self.clock())

    def passes(self, *, delivered: bool = True, **by: float) -> None:
        """Time goes by, the engine looks whenever a timer rings, and what is in the outbox leaves."""
        until = self.clock() + timedelta(**by)
        while (due := self.next_timer()) is not None and due <= until:
            self.clock.at = max(self.clock.at, due)
            self.look(self.clock())
            if delivered:
                self.leaves()
        self.clock.at = until

    def next_timer(self) -> datetime | None:
        timers = select(Timer.due_at).where(Timer.status == TimerStatus.PENDING).order_by(col(Timer.due_at))
        return self.database.work(lambda session: session.exec(timers).first())

    def leaves(self, status: MessageStatus = MessageStatus.DELIVERED) -> None:
        def settle(session: Session) -> None:
            for row in session.exec(select(Message).where(Message.status == MessageStatus.PENDING)).all():
                row.status, row.accepted_at = status, self.clock()
                session.add(row)

        self.database.work(settle)

    def row(self, job_id: str) -> FollowUp:
        found = self.database.work(followups.of_job, job_id)
        assert found is not None
        return found

    def texts(self, number: str = ANA) -> Sequence[Message]:
        mine = select(Message).where(Message.to == number, Message.status != MessageStatus.CANCELLED)
        return self.database.work(lambda session: session.exec(mine.order_by(col(Message.created_at))).all())

    def bodies(self, number: str = ANA) -> list[str]:
        return [one.body.partition(": ")[2] for one in self.texts(number)]

    def state(self, job_id: str) -> tuple[str, str | None]:
        row = self.row(job_id)
        return row.status.value, row.reason
