"""The watch on the watch: is anything overdue, does the engine still turn. Reads only, and takes no write lock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, text
from sqlmodel import Session, col, or_, select

from carrier import calling_off, claims, timers, unheard
from models.clock import Clock
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, TimerStatus
from models.tables import Instant, Message, Timer

STUCK_SECONDS = 30.0
"""A row that should have left half a minute ago, or a loop that has stood still for so long: the engine is stuck."""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def overdue_seconds(session: Session, now: datetime) -> float:
    """How long the oldest row that is due has been waiting; 0 when there is none."""
    since = _owed_since()
    owed = select(func.min(since)).where(
        col(Message.status).in_((MessageStatus.PENDING, MessageStatus.SENDING)), since <= now
    )
    looks = select(func.min(Timer.due_at)).where(col(Timer.status) == TimerStatus.PENDING, col(Timer.due_at) <= now)
    oldest = [due for query in (owed, looks) if (due := session.exec(query).one()) is not None]
    return max(((now - due).total_seconds() for due in oldest), default=0.0)


def _owed_since() -> ColumnElement[datetime]:
    """Since when a row has been waiting: a page by telephone since it was due, whatever keeps it.

    Anything else that rests after a refusal, or is being sent, has its lease first: a mail server that is down is no
    engine that stands still. A row that is claimed and never sent is one.
    """
    patient = or_(col(Message.purpose) != Purpose.PAGE, col(Message.channel) == Channel.EMAIL)
    at_work = or_(col(Message.owner).is_(None), col(Message.status) == MessageStatus.SENDING)
    rested = patient & at_work & (col(Message.lease_until) > col(Message.due_at))
    return case((rested, col(Message.lease_until)), else_=col(Message.due_at))


class Glance:
    """Whether any pass of the engine has something to do: what a poll asks, in one statement that only reads.

    The statement is put together once, because that costs more than asking does (1.1 ms and 0.15 ms of CPU). Its
    instants are kept as their distance from now.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        compiled = _anything_due(EPOCH).compile(compile_kwargs={"render_postcompile": True})
        values = compiled.params
        self._ahead = {name: value - EPOCH for name, value in values.items() if isinstance(value, datetime)}
        self._words = {name: str(value) for name, value in values.items() if name not in self._ahead}
        self._statement = text(str(compiled)).bindparams(*(bindparam(name, type_=Instant) for name in self._ahead))

    def __call__(self, now: datetime) -> bool:
        """Ask. Raises what the database raises."""
        instants = {name: now + ahead for name, ahead in self._ahead.items()}
        with self._database.read() as session:
            return bool(session.connection().execute(self._statement, {**self._words, **instants}).scalar())


def _anything_due(now: datetime) -> Select[Any]:
    messages = (claims.due(now), claims.interrupted(now), unheard.due(now), calling_off.due(now))
    rows = (select(Message.id).where(which).exists() for which in messages)
    return select(or_(*rows, select(Timer.id).where(timers.due(now)).exists()))


class Watch:
    """Asks the database and the engine's beat. `beat` gives the end of the engine's last sweep, None before the first.

    With the engine in another process, `beat` gives None for ever and the rows alone tell.
    """

    def __init__(self, database: Database, clock: Clock, beat: Callable[[], datetime | None]) -> None:
        self._database = database
        self._clock = clock
        self._beat = beat

    def overdue(self) -> float:
        """Seconds, as `overdue_seconds`. Raises what the database raises."""
        with self._database.read() as session:
            return overdue_seconds(session, self._clock())

    def wrong(self) -> list[str]:
        """What is wrong, in words; nothing when all is well. Raises what the database raises."""
        found = []
        beat = self._beat()
        if beat is not None and (self._clock() - beat).total_seconds() > STUCK_SECONDS:
            found.append("the engine's loop stands still")
        overdue = self.overdue()
        if overdue > STUCK_SECONDS:
            found.append(f"a message is overdue by {overdue:.0f} s: the engine is stuck")
        return found
