"""What came of a try, by news, a key, a text or the desk's word: they talked, or are tried again later."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from callbacks import story
from callbacks.queue import closing, folding, taking, watch
from callbacks.queue.beginning import live
from callbacks.queue.hours import open_minutes_later
from callbacks.queue.order import tried_out
from callbacks.queue.taking import Answer, Taking
from carrier import consent, outbox
from models.company import Company, Person
from models.enums import AttemptStatus, CallbackStatus
from models.moves import move
from models.tables import Attempt, Callback
from routing.words import clock_time, gsm

UNSETTLED = (CallbackStatus.OPEN, CallbackStatus.TAKEN)


def talked(session: Session, callback: Callback, person_id: str, at: datetime, now: datetime, detail: str = "") -> bool:
    """This person has talked with the caller, since `at`: done. False when it is settled already."""
    before = CallbackStatus(callback.status)
    if before not in UNSETTLED:
        return False
    rang = func.coalesce(col(Callback.first_tried_at), at)
    done = {"reached_at": at, "taken_by": person_id, "first_tried_at": rang, "attempts": callback.attempts or 1}
    if not move(session, callback, before, CallbackStatus.DONE, **done):
        return False
    story.note(session, callback, "reached", now, person_id=person_id, detail=detail)
    folding.settle(session, callback, at, now)
    return True


def try_later(
    session: Session, callback: Callback, person_id: str, detail: str, company: Company, now: datetime
) -> None:
    """They were not reached: the next try after its wait, or after the last one left to people."""
    waits, over = company.callbacks.retry_minutes, tried_out(callback, company)
    again = None if over or not callback.attempts else open_minutes_later(company, now, waits[callback.attempts - 1])
    if callback.status == CallbackStatus.TAKEN:
        taking.let_go(session, callback, company, now, by=person_id, detail=detail, next_try_at=again)
    else:
        callback.next_try_at = again or callback.next_try_at
        session.add(callback)
        session.flush()
        watch.owed(session, callback, company, now)
        if over:
            closing.in_vain(session, callback, company, now)


def by_hand(
    session: Session, callback: Callback, person: Person, company: Company, now: datetime, *, reached: bool
) -> Taking:
    """Somebody dialled from a telephone of their own: they talked, or nobody or a machine answered.

    When it rang only they know: who took the caller first is believed to have dialled at once.
    """
    callback = session.get_one(Callback, callback.id, populate_existing=True, with_for_update=True)
    if callback.status == CallbackStatus.TAKEN and callback.taken_by != person.id:
        return Taking(Answer.HELD, callback.taken_by)
    if callback.status not in UNSETTLED:
        return Taking(Answer.SETTLED, callback.closed_by)
    if live(session, callback) is not None:
        return Taking(Answer.CALLING, callback.taken_by)
    at = callback.taken_at or now
    if reached:
        talked(session, callback, person.id, at, now, "by hand")
        return Taking(Answer.YOURS, person.id)
    callback.attempts += 1
    callback.first_tried_at = callback.first_tried_at or at
    session.add(callback)
    session.flush()
    story.note(session, callback, "no_answer", now, person_id=person.id, detail="by hand")
    try_later(session, callback, person.id, "by hand", company, now)
    return Taking(Answer.YOURS, person.id)


def says_talked(session: Session, person: Person, company: Company, now: datetime) -> bool:
    """TALKED: about the caller whom they hold, else about their last call that was too short to tell."""
    held = taking.held_by(session, person)
    if held is not None and live(session, held) is None:
        return by_hand(session, held, person, company, now, reached=True).answer is Answer.YOURS
    short = select(Attempt).where(
        Attempt.person_id == person.id,
        Attempt.status == AttemptStatus.NO_ANSWER,
        col(Attempt.answered_at).is_not(None),
    )
    attempt = session.exec(short.order_by(col(Attempt.created_at).desc())).first()
    if attempt is None or attempt.answered_at is None:
        return False
    callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
    if callback.status != CallbackStatus.OPEN:
        return False
    return talked(session, callback, person.id, attempt.answered_at, now, "by their text")


def ask_whether_talked(session: Session, attempt: Attempt, company: Company, now: datetime) -> None:
    """Our person hung up so soon that it may have been a machine: their text is the answer."""
    words = "that call was short. Text TALKED if you talked to them, or they are called again."
    _ask(session, f"talked:{attempt.id}", attempt.person_id, words, company, now)


def ask_holder(session: Session, callback: Callback, company: Company, now: datetime, taking_no: int) -> bool:
    """Whoever holds the caller, and has not been rung for them, is asked; False when they cannot be."""
    since = clock_time(company, callback.taken_at or now)
    words = f"you hold a caller since {since}. Text TALKED if you talked to them, or they go back to the queue."
    return _ask(session, f"held:{callback.id}:{taking_no}", callback.taken_by, words, company, now)


def _ask(session: Session, key: str, person_id: str | None, words: str, company: Company, now: datetime) -> bool:
    person = consent.as_agreed(session, company).find(person_id)
    if person is None or not person.opted_in:
        return False
    outbox.text_staff(session, person, key, gsm(f"{company.name}: {words}"), now)
    return True
