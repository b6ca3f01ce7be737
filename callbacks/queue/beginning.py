"""The beginning of a try: a person gets the caller, and their own telephone rings. Asked by desk, text or by itself."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from callbacks import episode
from callbacks.queue import closing, taking, watch, whisper
from callbacks.queue.taking import Answer, Taking
from carrier import alarms, consent, gate, outbox
from carrier.doors import ATTEMPT_KEY
from models.company import Company, Person
from models.enums import CallbackStatus, Channel, Priority, Purpose
from models.tables import Attempt, Callback
from routing.transfers.busy import busy

LEFT_TO_PEOPLE = timedelta(minutes=30)
"""So long an emergency whose caller may not be rung leaves the head of the queue to the others."""


def begin(session: Session, callback: Callback, person: Person, company: Company, now: datetime) -> Taking:
    """Take the caller for this person and ring their telephone. Pressing twice does no harm."""
    # held still: two who press at once come one after the other, and each attempt is one
    callback = session.get_one(Callback, callback.id, populate_existing=True, with_for_update=True)
    if callback.number is None:
        return Taking(Answer.NO_NUMBER)
    if not consent.as_agreed(session, company).person(person.id).opted_in or person.phone == callback.number:
        return Taking(Answer.NOT_AGREED)
    if callback.status == CallbackStatus.TAKEN and live(session, callback) is not None:
        mine = callback.taken_by == person.id
        return Taking(Answer.YOURS if mine else Answer.HELD, callback.taken_by)
    held = callback.status == CallbackStatus.TAKEN and callback.taken_by == person.id
    if not held and person.id in busy(session):
        return Taking(Answer.HOLDING, person.id)
    no = barred(session, callback, company, now)
    if no is not None:
        return no
    taken = taking.take(session, callback, person, company, now)
    if taken.answer is Answer.YOURS:
        _ring(session, callback, person, company, now)
    return taken


def live(session: Session, callback: Callback) -> Attempt | None:
    """The attempt that is under way."""
    running = select(Attempt).where(Attempt.callback_id == callback.id, col(Attempt.ended_at).is_(None))
    return session.exec(running.order_by(col(Attempt.created_at).desc())).first()


def barred(session: Session, callback: Callback, company: Company, now: datetime) -> Taking | None:
    """Why the caller's number is not dialled now. What the gate never allows is closed with its reason, an emergency
    only by people; those who answer for the shop are told of either."""
    assert callback.number is not None
    if episode.on_the_line(session, callback.number, now):
        return Taking(Answer.ON_THE_LINE)
    verdict = gate.may_dial(session, callback.number, company, now)
    if verdict.allowed:
        return None
    urgent = callback.priority == Priority.P1
    alarms.nobody_rings(session, company, callback.id, verdict.reason, now, urgent=urgent)
    if urgent:
        callback.next_try_at = now + LEFT_TO_PEOPLE
        session.add(callback)
        session.flush()
    else:
        closing.close(session, callback, verdict.reason, closing.BY_ITSELF, now)
    return Taking(Answer.NEVER, reason=verdict.reason)


def _ring(session: Session, callback: Callback, person: Person, company: Company, now: datetime) -> None:
    attempt = Attempt(callback_id=callback.id, person_id=person.id, created_at=now)
    session.add(attempt)
    session.flush()
    outbox.enqueue(
        session,
        key=f"{ATTEMPT_KEY}{attempt.id}",
        channel=Channel.CALL,
        purpose=Purpose.STAFF,
        to=person.phone,
        body=whisper.summary(session, callback, company, now),
        now=now,
        call_id=callback.call_id,
        person_id=person.id,
    )
    watch.attempt(session, attempt, now)
