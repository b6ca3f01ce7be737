"""Callers whose trouble becomes a page run, and technicians who take it, each through the doors of routing/paging."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from fastapi import FastAPI, Request, Response
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from models.clock import system_clock
from models.company import Company
from models.database import Database
from models.enums import MessageStatus, Priority, Trade
from models.tables import Call, Job, Message, PageRun, Timer
from routing import paging
from simulator.exchange import Exchange
from tests.faults import shop
from tests.faults.cases import Planned
from voice.webhooks import delivery_news

T = TypeVar("T")
LOOK_S = 0.1


@dataclass(slots=True)
class Escalation:
    """One escalation as it goes: `arrived` when its first text lies on a telephone, `taken` when that was written."""

    planned: Planned
    company: Company
    run: str = ""
    rungs: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    taken: datetime | None = None


@dataclass(slots=True)
class People:
    """All of them. The database is asked again for as long as it is away; `books` reads it and takes no lock."""

    database: Database
    books: Engine
    company: Company
    escalations: dict[int, Escalation]

    @classmethod
    def of(cls, planned: tuple[Planned, ...], company: Company, database: Database, exchange: Exchange) -> "People":
        """Everybody of the plan; their telephones listen for codes."""
        known = {one.code: Escalation(one, shop.crew(company, place)) for place, one in enumerate(planned)}
        people = cls(database, create_engine(database.url, pool_pre_ping=True), company, known)
        for person in company.staff:
            exchange.phone(person.phone).on_text(people.hear)
        return people

    def hear(self, body: str) -> None:
        """A text lies on somebody's telephone."""
        code = re.search(r"Reply A(\d+)", body)
        if code:
            self.escalations[int(code[1])].arrived.set()

    async def live(self, one: Escalation, began: float, ladder: int) -> None:
        """One escalation from the call to somebody's yes."""
        await asyncio.sleep(max(0.0, began + one.planned.at - asyncio.get_running_loop().time()))
        one.run, one.rungs = await self.write(begin, one.planned.code, one.company, ladder)
        if one.planned.taken_after is None:
            while not await self.read(_climbed, one.run):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(LOOK_S)
        else:
            await one.arrived.wait()
            await asyncio.sleep(one.planned.taken_after)
        await self.take(one)

    async def take(self, one: Escalation) -> None:
        """Somebody of the crew says yes. `taken` is read after the commit."""
        await self.write(_take, one.run, self.company)
        one.taken = datetime.now(UTC)

    async def write(self, piece: Callable[..., T], *args: Any) -> T:
        """A piece of work in one transaction."""
        return await self._until_back(partial(self.database.work, piece, *args))

    async def read(self, piece: Callable[..., T], *args: Any) -> T:
        """A look that holds nobody up: a transaction of the product's takes SQLite's write lock at once."""
        return await self._until_back(partial(self._look, piece, *args))

    def _look(self, piece: Callable[..., T], *args: Any) -> T:
        with Session(self.books) as session:
            return piece(session, *args)

    async def _until_back(self, work: Callable[[], T]) -> T:
        while True:
            try:
                return await asyncio.to_thread(work)
            except DBAPIError:
                await asyncio.sleep(LOOK_S)


def news_door(people: People) -> FastAPI:
    """Where Twilio's news of texts and calls arrives: the same writing as behind the product's doors."""
    app = FastAPI()

    async def write(message: str, request: Request) -> Response:
        async with request.form() as form:
            fields = {name: str(value) for name, value in form.items()}
        sid, status = fields.get("MessageSid") or fields["CallSid"], fields.get("MessageStatus") or fields["CallStatus"]
        await people.write(delivery_news.write, people.company, message, sid, status, fields, datetime.now(UTC))
        return Response(status_code=204)

    app.post("/twilio/sms/status")(write)
    app.post("/twilio/pages/{message}/status")(write)
    return app


def begin(session: Session, code: int, company: Company, ladder: int) -> tuple[str, int]:
    """The call, the job and the run, as the telephone's ledger writes them, with the ladder's waits shortened.

    Gives the run and how many rungs it has.
    """
    now = system_clock()
    caller = f"+1512557{code:04d}"
    call = session.exec(select(Call).where(Call.sid == f"CA{code:032d}")).first()
    if call is not None:  # written already: only the answer got lost
        known = session.exec(select(PageRun).where(PageRun.code == code)).one()
        return known.id, len(known.policy)
    call = Call(sid=f"CA{code:032d}", caller=caller, received_at=now)
    session.add(call)
    session.flush()
    job = Job(
        number=code, call_id=call.id, intent="emergency", priority=Priority.P1, trade=Trade.PLUMBING, situation="P01",
        caller=caller, callback=caller, address={"street": "Maple Street", "zip": "78704"}, created_at=now,
    )  # fmt: skip
    session.add(job)
    session.flush()
    run = paging.start(session, job, company, now)
    run.policy = [
        {
            name: max(1, round(value / ladder)) if name.endswith("_s") and value else value
            for name, value in rung.items()
        }
        for rung in run.policy
    ]
    for timer in session.exec(select(Timer).where(Timer.ref == run.id)):
        timer.due_at = now + max(timedelta(seconds=1), (timer.due_at - now) / ladder)
        session.add(timer)
    session.add(run)
    session.flush()
    return run.id, len(run.policy)


def _take(session: Session, run_id: str, company: Company) -> None:
    run = session.get_one(PageRun, run_id)
    person = company.person(run.policy[min(run.step, len(run.policy) - 1)]["people"][0])
    paging.acknowledge(session, run, person, company, system_clock())


def _climbed(session: Session, run_id: str) -> bool:
    """Whether every rung of a run was paged and every page of its ladder has left, or so the rows say."""
    run = session.get_one(PageRun, run_id)
    waits = col(Message.status).in_((MessageStatus.PENDING, MessageStatus.SENDING))
    ladder = select(Message.id).where(Message.run_id == run.id, col(Message.step) < len(run.policy), waits)
    return run.step >= len(run.policy) - 1 and session.exec(ladder).first() is None
