"""Deleting: the words of a call, who was on it, and all that is known of one number. Work on rows, one transaction.

Words are what people said or wrote (transcripts, evidence, messages, free text); the person is numbers, names and
addresses. What remains are times, statuses and priorities, which the figures need.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, or_, select

from carrier import outbox
from carrier.retention.access import note
from models.enums import CallbackStatus, CallStatus, FollowUpStatus, JobStatus, MessageStatus, RunStatus
from models.moves import ALLOWED, move
from models.once import about
from models.tables import (
    Call,
    Callback,
    CallbackEvent,
    Consent,
    DeadNumber,
    Decision,
    FollowUp,
    Job,
    JobEvent,
    Message,
    PageRun,
    RunEvent,
    Seen,
    Transfer,
    Utterance,
)

ON_REQUEST = "deleted on request"
GONE = ""
"""What stands where a number was that a row cannot do without."""

_KEPT_OF_ASSESSMENT = ("intent", "priority", "situation", "trade", "language")
_GIVEN_UP = (RunStatus.CANCELLED, RunStatus.EXHAUSTED)
_ON_ITS_WAY = (MessageStatus.PENDING, MessageStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Wiped:
    """What became of a request: calls deleted; left alone for a hold, or because somebody is at work on them.

    `busy` ones can be deleted when their job is closed.
    """

    calls: int
    held: int
    busy: int
    messages: int
    consents_kept: int


def words_of(session: Session, call: Call, now: datetime) -> None:
    """Delete what was said and written in a call and about it; its recording follows (tapes.py)."""
    _set(session, Utterance, Utterance.call_id == call.id, text="")
    for one in session.exec(select(Decision).where(Decision.call_id == call.id)):
        one.evidence, one.moves = [], [{"move": move_.get("move")} for move_ in one.moves]
        session.add(one)
    _set(session, Message, Message.call_id == call.id, col(Message.status).not_in(_ON_ITS_WAY), body="")
    _set(session, Transfer, Transfer.call_id == call.id, summary="")
    _set(session, Job, Job.call_id == call.id, problem=None, evidence=[], details={})
    jobs = select(Job.id).where(Job.call_id == call.id)
    runs = select(PageRun.id).where(col(PageRun.job_id).in_(jobs))
    callbacks = select(Callback.id).where(Callback.call_id == call.id)
    _set(session, JobEvent, col(JobEvent.job_id).in_(jobs), detail="")
    _set(session, RunEvent, col(RunEvent.run_id).in_(runs), detail="")
    _set(session, CallbackEvent, col(CallbackEvent.callback_id).in_(callbacks), detail="")
    kept = call.assessment or {}
    call.assessment = {name: kept[name] for name in _KEPT_OF_ASSESSMENT if name in kept} or None
    call.twiml, call.wiped_at, call.heard_at = "", call.wiped_at or now, call.heard_at or now
    session.add(call)
    session.flush()


def person_of(session: Session, call: Call) -> None:
    """Delete who was on a call: numbers, name and address, here and in all that came of it."""
    jobs = select(Job.id).where(Job.call_id == call.id)
    _set(session, FollowUp, col(FollowUp.job_id).in_(jobs), number=GONE)
    _set(session, Job, Job.call_id == call.id, caller=None, callback=None, name=None, address=None)
    _set(session, Callback, Callback.call_id == call.id, number=None)
    customers = (Message.call_id == call.id, col(Message.person_id).is_(None), col(Message.status).not_in(_ON_ITS_WAY))
    _set(session, Message, *customers, to=GONE)
    call.caller = None
    session.add(call)
    session.flush()


def forget(session: Session, number: str, who: str, now: datetime, *, really: bool) -> Wiped:
    """Delete all that is known of a number, E.164, but its consents and the do-not-call list; `really` False: count.

    Raises nothing: what is under a hold, or still being worked on, is left and counted.
    """
    calls = session.exec(select(Call).where(_of_number(number)).order_by(col(Call.id))).all()
    held = [one for one in calls if one.held]
    busy = [one for one in calls if not one.held and _at_work(session, one)]
    free = [one for one in calls if one not in held and one not in busy]
    kept = [one.id for one in (*held, *busy)]
    loose = or_(col(Message.call_id).is_(None), col(Message.call_id).not_in(kept))
    texts = session.exec(select(Message).where(Message.to == number, loose)).all()
    consents = session.exec(select(Consent.id).where(Consent.number == number)).all()
    done = Wiped(len(free), len(held), len(busy), len(texts), len(consents))
    if really:
        _call_off(session, texts, free, now)
        for call in free:
            words_of(session, call, now)
            person_of(session, call)
            note(session, who, "wiped", call.id, now)
        _set(session, Message, Message.to == number, loose, col(Message.status).not_in(_ON_ITS_WAY), body="", to=GONE)
        session.execute(delete(DeadNumber).where(col(DeadNumber.number) == number))
        session.execute(delete(Seen).where(col(Seen.key).startswith(about(number), autoescape=True)))
    return done


def _of_number(number: str) -> Any:
    """Calls from a number, or about which it was left as the number to call."""
    jobs = select(Job.call_id).where(or_(Job.callback == number, Job.caller == number))
    owed = select(Callback.call_id).where(Callback.number == number)
    return or_(Call.caller == number, col(Call.id).in_(jobs), col(Call.id).in_(owed))


def _at_work(session: Session, call: Call) -> bool:
    """Whether somebody talks, calls back, or is paged or on the way: they need the address until the job is closed."""
    if call.status != CallStatus.ENDED:
        return True
    runs = select(PageRun.id).join(Job, col(Job.id) == col(PageRun.job_id)).where(Job.call_id == call.id)
    taken = select(Callback.id).where(Callback.call_id == call.id, Callback.status == CallbackStatus.TAKEN)
    going = (col(PageRun.status).not_in(_GIVEN_UP), Job.status != JobStatus.CLOSED)
    paging = session.exec(runs.where(*going)).first()
    return paging is not None or session.exec(taken).first() is not None


def _call_off(session: Session, texts: Any, calls: list[Call], now: datetime) -> None:
    """What was still to be sent, called or asked of somebody who wants to be forgotten is not."""
    for text in texts:
        if text.status is MessageStatus.PENDING:
            outbox.settle(session, text, MessageStatus.CANCELLED, now, reason=ON_REQUEST)
    for call in calls:
        open_ones = select(Callback).where(Callback.call_id == call.id, Callback.status == CallbackStatus.OPEN)
        for owed in session.exec(open_ones).all():
            changes = {"closed_at": now, "closed_reason": ON_REQUEST}
            move(session, owed, CallbackStatus.OPEN, CallbackStatus.CLOSED, **changes)
        asked = select(FollowUp).join(Job, col(Job.id) == col(FollowUp.job_id)).where(Job.call_id == call.id)
        for one in session.exec(asked).all():
            if FollowUpStatus.STOPPED in ALLOWED[FollowUpStatus].get(one.status, frozenset()):
                move(session, one, one.status, FollowUpStatus.STOPPED, reason=ON_REQUEST)


def _set(session: Session, table: type[SQLModel], *which: Any, **values: Any) -> None:
    session.execute(update(table).where(*which).values(**values).execution_options(synchronize_session=False))
