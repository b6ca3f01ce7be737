"""One caller, one episode: who redials within half an hour, or while their time stands, is one person in the queue.

Source: docs/domain/intake.md section 10; docs/carrier.md, "Missed calls".
"""

from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, or_, select

from carrier.gate.rules import MISSED_EVERY
from models.company import Company
from models.enums import CallbackStatus, CallStatus
from models.once import about, insert_once
from models.tables import Call, Callback, Job, Seen

ONE_EPISODE = MISSED_EVERY
"""The same caller redials, and has had their text."""

LONGEST_CALL = timedelta(hours=4)
"""Twilio ends a call after so long (docs/carrier.md): an older one that is still open here is none."""


def hold(session: Session, number: str, now: datetime) -> None:
    """Let one transaction at a time decide about this number; the next one sees what this one wrote.

    Two processes that end two calls of one caller in the same second would otherwise both find nobody waiting.
    """
    key = about(number, "caller")
    insert_once(session, Seen(key=key, at=now))
    session.exec(select(Seen).where(Seen.key == key).with_for_update()).first()


def waiting(session: Session, number: str, now: datetime) -> Callback | None:
    """The callback of this number that another call joins: of this episode, or its time stands, or it is being called.

    One whose time has passed is owed a new one: that goes on in a row of its own (callbacks/queue/folding.py).
    """
    stands = or_(col(Callback.created_at) > now - ONE_EPISODE, col(Callback.promised_at) > now)
    mine = select(Callback).where(
        Callback.number == number,
        or_(
            Callback.status == CallbackStatus.TAKEN,
            and_(col(Callback.status) == CallbackStatus.OPEN, stands),
        ),
    )
    newest = mine.order_by(col(Callback.created_at).desc()).execution_options(populate_existing=True)
    return session.exec(newest).first()


def of_call(session: Session, call: Call) -> Callback | None:
    """The callback that this call began or joined, as the database has it now; the one in which it goes on."""
    joined = select(Call.callback_id).where(Call.id == call.id).scalar_subquery()
    mine = select(Callback).where((col(Callback.call_id) == call.id) | (col(Callback.id) == joined))
    newest = mine.order_by(col(Callback.created_at).desc())
    return session.exec(newest.execution_options(populate_existing=True)).first()


def on_the_line(session: Session, number: str, now: datetime, besides: str | None = None) -> bool:
    """Whether this number is talking to us right now, on another call than `besides` (an id)."""
    others = select(Call.id).where(
        Call.caller == number,
        Call.id != besides,
        Call.status != CallStatus.ENDED,
        col(Call.ended_at).is_(None),
        col(Call.received_at) > now - LONGEST_CALL,
    )
    return session.exec(others.limit(1)).first() is not None


def known(session: Session, number: str, before: datetime) -> bool:
    """Whether this number called, or had a job, before the episode in which it called at `before`."""
    since = before - ONE_EPISODE
    called = select(Call.id).where(Call.caller == number, col(Call.received_at) < since)
    job = select(Job.id).where((col(Job.callback) == number) | (col(Job.caller) == number), col(Job.created_at) < since)
    return any(session.exec(one.limit(1)).first() is not None for one in (called, job))


def our_own(company: Company, number: str) -> bool:
    """Whether it is one of our numbers, or the telephone of somebody on the staff."""
    staff = {person.phone for person in company.staff}
    return number in company.own_numbers | {company.phone} | staff
