"""The keeping of a promise: it is looked at before it breaks, and whoever waits is told once, honestly.

Looks: at half the time, ten minutes before, and when it is due. Whoever takes, reaches or closes the callback ends
them; so does time alone: each look comes once, and after the last of the second promise there is no further.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from callbacks import promise, story, texts
from carrier import consent, outbox, timers
from models.company import Company
from models.enums import CallbackStatus, Channel, Priority, Purpose
from models.tables import Call, Callback, Timer
from routing.words import clock_time, gsm

PROMISE_TIMER = "promise"
BEFORE = timedelta(minutes=10)
TOO_UNLIKELY = 0.5
"""Below this the time is taken back: earlier would frighten callers whose telephone then rings in time."""

RINGING_SOON = timedelta(minutes=5)
"""Somebody has taken it and is about to dial: one more look so much later."""

LOOKS = 12
"""Of one callback at most, with all times that it was given: beyond, people have been told often enough."""


def watch(session: Session, callback: Callback, now: datetime) -> None:
    """A time was given, or changed: look at it before it breaks. Looks at an earlier time are called off.

    Whoever gives a new time after a try clears `first_tried_at`: only a try after that moment keeps it.
    """
    timers.cancel(session, PROMISE_TIMER, callback.id, wait=False)
    at = callback.promised_at
    if at is None:
        return
    moments = {now + (at - now) / 2, at - BEFORE}
    for moment in sorted(one for one in moments if one > now):
        _look_at(session, callback, moment)
    _look_at(session, callback, max(at, now))


def renew(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """It waits again: a time that has not passed stands, else there is a new one, and the caller is told by text.

    A promise that was broken stays the measure; one that was kept, or was never due, gives way to the new one.
    """
    stands = callback.first_tried_at is None and callback.promised_at is not None and callback.promised_at > now
    if not stands:
        first, wish, mine = callback.first_promised_at, callback.not_before, callback.id
        at = promise.give(session, company, now, priority=callback.priority, not_before=wish, callback_id=mine)
        if first is None or first >= (callback.first_tried_at or now):
            callback.first_promised_at = at
        callback.promised_at, callback.first_tried_at, callback.slipped_at = at, None, None
        session.add(callback)
        session.flush()
        if at is not None:
            story.note(session, callback, "promised", now, detail=at.isoformat())
            _text_again(session, callback, company, now)
    watch(session, callback, now)


def look(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Will it be kept? If not the caller gets the new time; if its moment has passed, those who answer for the shop."""
    callback = session.get(Callback, timer.ref, populate_existing=True)
    if callback is None or callback.promised_at is None or callback.first_tried_at is not None:
        return
    due = now >= callback.promised_at
    if callback.status is CallbackStatus.TAKEN:
        if due:
            _look_at(session, callback, now + RINGING_SOON)
    elif callback.status is CallbackStatus.OPEN:
        if due:
            _broken(session, callback, company, now)
        if due or promise.chance(session, company, callback, now) < TOO_UNLIKELY:
            slip(session, callback, company, now)


def slip(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """Give the caller one honest later time, and watch that. The measure stays the first promise."""
    if callback.slipped_at is not None:
        return
    wish, mine = callback.not_before, callback.id
    new = promise.give(session, company, now, priority=callback.priority, not_before=wish, callback_id=mine)
    if new is None or callback.promised_at is None or new <= callback.promised_at:
        return
    old, callback.promised_at, callback.slipped_at = callback.promised_at, new, now
    session.add(callback)
    session.flush()
    story.note(session, callback, "slipped", now, detail=f"{clock_time(company, old)} to {clock_time(company, new)}")
    if callback.number:
        outbox.enqueue(
            session,
            key=f"slipped:{callback.id}",
            channel=Channel.TEXT,
            purpose=Purpose.SLIPPED,
            to=callback.number,
            body=texts.slipped(company, old, new, now, callback.language),
            now=now,
            call_id=callback.call_id,
        )
    _tell(session, company, now, f"slipping:{_hour(now)}", f"callbacks run late, {_waiting(session)} waiting.")
    watch(session, callback, now)


def _text_again(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    if callback.number:
        called_at = session.get_one(Call, callback.call_id).received_at
        outbox.enqueue(
            session,
            key=f"again:{callback.id}:{now.isoformat()}",
            channel=Channel.TEXT,
            purpose=Purpose.RECEIPT,
            to=callback.number,
            body=texts.agreed(company, called_at, callback.promised_at, now, callback.language),
            now=now,
            call_id=callback.call_id,
        )


def _broken(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """Its time has passed and nobody has dialled: P1 each, the others once an hour."""
    story.note(session, callback, "broken", now)
    urgent = callback.priority == Priority.P1
    key = f"broken:{callback.id}" if urgent else f"broken:{_hour(now)}"
    what = "an URGENT caller was not called back in time." if urgent else "a caller was not called back in time."
    _tell(session, company, now, key, f"{what} {_waiting(session)} waiting.")


def _tell(session: Session, company: Company, now: datetime, key: str, what: str) -> None:
    for person in consent.as_agreed(session, company).staff:
        if person.is_head and person.opted_in:
            words = gsm(f"{company.name}: {what} See the desk.")
            outbox.text_staff(session, person, f"{key}:{person.id}", words, now)


def _look_at(session: Session, callback: Callback, moment: datetime) -> None:
    steps = select(func.max(Timer.step)).where(Timer.kind == PROMISE_TIMER, Timer.ref == callback.id)
    last = session.exec(steps).one()
    step = 0 if last is None else last + 1
    if step < LOOKS:
        timers.schedule(session, PROMISE_TIMER, callback.id, moment, step)


def _waiting(session: Session) -> int:
    return session.exec(
        select(func.count()).select_from(Callback).where(col(Callback.status) == CallbackStatus.OPEN)
    ).one()


def _hour(now: datetime) -> str:
    return now.strftime("%Y%m%d%H")
