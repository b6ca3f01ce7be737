"""After a caller was sent outside: one text five minutes later. What they answer is read in replies/outside.py.

Source: docs/domain/intake.md section 3.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from callbacks.texts import say
from carrier import outbox, timers
from models.company import Company
from models.enums import Channel, Purpose
from models.tables import Call, Job, Timer
from routing import jobs

ALL_OUT_TIMER = "all_out"
ASK_AFTER = timedelta(minutes=5)


def watch(session: Session, call: Call, now: datetime) -> None:
    """The caller was let go to leave the building: ask in five minutes whether they are out."""
    timers.schedule(session, kind=ALL_OUT_TIMER, ref=call.id, due_at=now + ASK_AFTER, step=0)


def ask(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Five minutes have passed: the question, by text."""
    call = session.get_one(Call, timer.ref)
    job = jobs.of_call(session, call.id)
    number = job.callback if job else call.caller
    if number:
        outbox.enqueue(
            session,
            key=f"all_out:{call.id}",
            channel=Channel.TEXT,
            purpose=Purpose.RECEIPT,
            to=number,
            body=say(company, "all_out", call.language),
            now=now,
            call_id=call.id,
        )


def calls_of(number: str) -> SelectOfScalar[Call]:
    """The calls from a number, and those whose caller is called back there: what is asked by text is answered there."""
    called_back = select(Job.call_id).where(Job.callback == number)
    return select(Call).where(or_(col(Call.caller) == number, col(Call.id).in_(called_back)))
