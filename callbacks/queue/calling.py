"""One try to call somebody back: our person's telephone rings, a key puts the caller's into a Dial, they talk or not.

    asked ──picked up──> briefing ──key 1──> dialling ──answered──> talking ──parted──> over: the callback is done
      └──────passed, nobody───┴──> not begun     └─────no answer, a machine──┴──> no answer: tried again later

News may come twice, late, out of order or never: what a state does not wait for changes nothing, and every state has a
limit (watch.py). In doubt a caller counts as not reached: one call too many is better than one too few.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, update

from callbacks import story
from callbacks.queue import outcome, stopping, taking, watch
from callbacks.queue.beginning import barred
from callbacks.queue.taking import Answer
from carrier import outbox
from carrier.doors import ATTEMPT_KEY
from models.company import Company
from models.enums import AttemptStatus, CallbackStatus
from models.moves import ALLOWED, move
from models.tables import Attempt, Callback, Message

SPOKE_S = 3
"""Seconds; a shorter talk is none."""

SURE_S = 60
"""Seconds; a shorter talk that no key confirms may have been with a machine."""

RANG = frozenset({"no-answer", "busy", "completed"})
"""Final words of Twilio's for the caller's call that tell that their telephone rang."""


@dataclass(frozen=True, slots=True)
class Dialling:
    """What follows the key: the number to be dialled, or why none is."""

    number: str | None
    answer: Answer = Answer.YOURS


def picked_up(session: Session, attempt: Attempt, sid: str, now: datetime) -> bool:
    """Somebody, or something, hears whom they are about to call; False when there is nobody to be called any more."""
    if attempt.status == AttemptStatus.ASKED:
        _move(session, attempt, AttemptStatus.BRIEFING, now, staff_sid=sid)
    return attempt.status == AttemptStatus.BRIEFING


def dial(session: Session, attempt: Attempt, company: Company, now: datetime) -> Dialling:
    """Key 1. The gate is asked again at this moment; a key that comes twice gets the same answer twice."""
    callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
    if attempt.status not in stopping.BEFORE_THE_KEY:
        again = attempt.status == AttemptStatus.DIALLING
        return Dialling(callback.number) if again else Dialling(None, Answer.SETTLED)
    if not _has(attempt, callback):
        not_begun(session, attempt, company, now, "settled meanwhile")
        return Dialling(None, Answer.SETTLED)
    no = barred(session, callback, company, now)
    if no is not None:
        not_begun(session, attempt, company, now, no.answer)
        return Dialling(None, no.answer)
    _move(session, attempt, AttemptStatus.DIALLING, now, dialled_at=now)
    return Dialling(callback.number)


def not_begun(session: Session, attempt: Attempt, company: Company, now: datetime, detail: str) -> None:
    """Our person did not pick up, passed, or pressed nothing: the caller goes back to the queue as they were."""
    if attempt.status not in stopping.BEFORE_THE_KEY:
        return
    if _move(session, attempt, AttemptStatus.NOT_BEGUN, now):
        stopping.stop(session, attempt, now, detail)
        callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
        if _has(attempt, callback):
            taking.let_go(session, callback, company, now, by=attempt.person_id, detail=detail)


def rang(session: Session, attempt: Attempt, sid: str, at: datetime) -> None:
    """The caller's telephone rings, or has rung: counted once an attempt. The first time keeps the promise."""
    mark = update(Attempt).where(col(Attempt.id) == attempt.id, col(Attempt.caller_sid).is_(None))
    silent = {"synchronize_session": False}
    if session.execute(mark.values(caller_sid=sid).execution_options(**silent)).rowcount != 1:  # type: ignore[attr-defined]
        return
    session.refresh(attempt)
    _count(session, attempt, first_tried_at=func.coalesce(col(Callback.first_tried_at), at))
    callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
    story.note(session, callback, "rang", at, person_id=attempt.person_id)


def answered(session: Session, attempt: Attempt, company: Company, now: datetime, talked_s: int = 0) -> None:
    """The caller picked up, `talked_s` seconds ago."""
    at = now - timedelta(seconds=talked_s)
    if attempt.status == AttemptStatus.DIALLING:
        rang(session, attempt, "unheard", attempt.dialled_at or at)
        if _move(session, attempt, AttemptStatus.TALKING, now, answered_at=at):
            staff_over(session, attempt, company, now)


def caller_over(
    session: Session, attempt: Attempt, status: str, talked_s: int | None, company: Company, now: datetime
) -> None:
    """The caller's call is over, by Twilio's final `status`. Who talked is done when our person has hung up too."""
    if status == "completed" and (talked_s is None or talked_s >= SPOKE_S):
        answered(session, attempt, company, now, talked_s or SPOKE_S)
    else:
        unanswered(session, attempt, status, company, now)


def unanswered(session: Session, attempt: Attempt, status: str | None, company: Company, now: datetime) -> None:
    """The caller did not pick up, or a machine did (`status` completed); None: nobody could say."""
    if attempt.status not in (AttemptStatus.DIALLING, AttemptStatus.TALKING):
        return
    if status in RANG:
        rang(session, attempt, "unheard", attempt.dialled_at or now)
    elif attempt.caller_sid is None:
        _count(session, attempt)  # it counts as a try, but it keeps no promise
    if _move(session, attempt, AttemptStatus.NO_ANSWER, now):
        _try_later(session, attempt, status or "no news", company, now)


def parted(session: Session, attempt: Attempt, company: Company, now: datetime, *, sure: bool = False) -> None:
    """Our person has hung up, or says that they talked (`sure`). Who was short and says nothing is asked by text."""
    if attempt.status != AttemptStatus.TALKING:
        return
    at = attempt.answered_at or now
    if not sure and attempt.answered_at is not None and now < at + timedelta(seconds=SURE_S):
        unanswered(session, attempt, "completed", company, now)
        if now >= at + timedelta(seconds=SPOKE_S):
            outcome.ask_whether_talked(session, attempt, company, now)
    elif _move(session, attempt, AttemptStatus.OVER, now):
        callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
        outcome.talked(session, callback, attempt.person_id, at, now)


def staff_news(session: Session, message: Message, company: Company, now: datetime) -> None:
    """A row of the outbox has moved: when it was the call to our person and that call is over, the attempt goes on."""
    if message.key.startswith(ATTEMPT_KEY) and message.status in outbox.FINAL:
        attempt = session.get(Attempt, message.key.removeprefix(ATTEMPT_KEY), populate_existing=True)
        if attempt is not None:
            staff_over(session, attempt, company, now)


def staff_over(session: Session, attempt: Attempt, company: Company, now: datetime) -> None:
    """If our person's call is over: what that means in the state the attempt is in."""
    if not staff_gone(session, attempt):
        return
    match AttemptStatus(attempt.status):
        case AttemptStatus.ASKED | AttemptStatus.BRIEFING:
            not_begun(session, attempt, company, now, "not picked up, or no key")
        case AttemptStatus.DIALLING:  # news of the caller's call may be on its way
            watch.attempt(session, attempt, now, look=watch.LOOKS - 1, wait=watch.AGAIN)
        case AttemptStatus.TALKING:
            parted(session, attempt, company, now)
        case _:
            pass


def staff_gone(session: Session, attempt: Attempt) -> bool:
    """Whether our person's call is over, as far as we know."""
    message = session.exec(stopping.call_to_ours(attempt)).first()
    return message is not None and message.status in outbox.FINAL


def _has(attempt: Attempt, callback: Callback) -> bool:
    return callback.status == CallbackStatus.TAKEN and callback.taken_by == attempt.person_id


def _count(session: Session, attempt: Attempt, **changes: Any) -> None:
    """One more try, whoever else writes the row."""
    row = update(Callback).where(col(Callback.id) == attempt.callback_id)
    values = {"attempts": col(Callback.attempts) + 1, **changes}
    session.execute(row.values(**values).execution_options(synchronize_session=False))


def _try_later(session: Session, attempt: Attempt, detail: str, company: Company, now: datetime) -> None:
    callback = session.get_one(Callback, attempt.callback_id, populate_existing=True)
    story.note(session, callback, "no_answer", now, person_id=attempt.person_id, detail=detail)
    if _has(attempt, callback):
        outcome.try_later(session, callback, attempt.person_id, detail, company, now)


def _move(session: Session, attempt: Attempt, new: AttemptStatus, now: datetime, **changes: Any) -> bool:
    """Move the attempt on and set its next limit; False when somebody else moved it first."""
    if new not in ALLOWED[AttemptStatus]:
        changes["ended_at"] = now
    if not move(session, attempt, AttemptStatus(attempt.status), new, **changes):
        return False
    if new in ALLOWED[AttemptStatus]:
        watch.attempt(session, attempt, now)
    return True
