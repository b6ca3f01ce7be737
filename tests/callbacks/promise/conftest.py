"""Rows about a desk of two, and a watch that is turned: who was missed when, who signed in, what became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session, select

from callbacks import keeping, promise
from carrier import timers
from models.company import Company
from models.database import Database
from models.tables import Call, Callback, Message, Presence


class Shop:
    """The example shop with rows behind it."""

    def __init__(self, database: Database, company: Company) -> None:
        self.database, self.company = database, company
        self.now = datetime(2026, 11, 1, tzinfo=company.timezone)
        self.numbers = count(5550200)
        self.looks = timers.TimerPass(
            database, {keeping.PROMISE_TIMER: lambda session, timer, now: keeping.look(session, timer, company, now)}
        )

    def at(self, local: str) -> datetime:
        """It is now so late on the shop's wall; every look that comes due on the way is taken in its minute."""
        until = datetime.fromisoformat(local).replace(tzinfo=self.company.timezone)
        if until - self.now > timedelta(days=2) or until < self.now:
            self.now = until
        while self.now < until:
            self.now = min(until, self.now + timedelta(minutes=1))
            self.looks(self.now)
        return until

    def missed(self, priority: str | None = None, **more: Any) -> str:
        """Somebody is missed now and given a time; the callback's id."""
        with self.database.transaction() as session:
            number = f"+1512{next(self.numbers)}"
            call = Call(sid=f"CA{number}", caller=number, called=self.company.phone, received_at=self.now)
            session.add(call)
            session.flush()
            at = promise.give(session, self.company, self.now, priority=priority)
            row = Callback(
                call_id=call.id,
                number=number,
                reason="abandoned",
                priority=priority,
                promised_at=at,
                first_promised_at=at,
                created_at=self.now,
                **more,
            )
            session.add(row)
            session.flush()
            keeping.watch(session, row, self.now)
            return row.id

    def work(self, act: Callable[[Session], Any]) -> Any:
        with self.database.transaction() as session:
            return act(session)

    def change(self, callback_id: str, **changes: Any) -> None:
        self.work(lambda session: session.get_one(Callback, callback_id).sqlmodel_update(changes))

    def row(self, callback_id: str) -> Callback:
        row: Callback = self.work(lambda session: session.get_one(Callback, callback_id))
        return row

    def clock(self, moment: datetime | None) -> str:
        assert moment is not None
        return moment.astimezone(self.company.timezone).strftime("%a %H:%M")

    def sign(self, person_id: str, present: bool) -> None:
        self.work(lambda session: session.add(Presence(person_id=person_id, present=present, at=self.now)))

    def texts(self) -> list[Message]:
        rows: list[Message] = self.work(lambda session: list(session.exec(select(Message)).all()))
        return rows


@pytest.fixture
def desk(database: Database, shop: Company) -> Shop:
    return Shop(database, shop)
