"""Who is owed a call, the time they were given, and the text that gives it. Redials share one row and one text."""

import re
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from callbacks import episode, keeping, promise, queue, story, texts
from callbacks.missed import Missed
from callbacks.queue.closing import BY_ITSELF
from carrier import gate, outbox
from models.company import Company
from models.enums import CallbackStatus, Channel, Intent, MessageStatus, Purpose
from models.moves import move
from models.tables import Call, Callback, Job, Message
from routing import jobs

NEVER_READ = frozenset(
    {MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.REFUSED, MessageStatus.CANCELLED}
)

HELPED = "called again and was helped"
BLOCKED = "blocked number"

MEMBER = re.compile(r"\b(member(ship)?|(maintenance|service) (plan|agreement)|membres[ií]a|socio)\b", re.IGNORECASE)
"""How callers say that they have a plan with us; an account is looked up nowhere yet."""


class Told(StrEnum):
    """Whether the caller has the time in writing."""

    NOW = "now"  # a text of this call gives it
    BEFORE = "before"  # an earlier text gave it, and it still stands
    NO = "no"


def owe(
    session: Session,
    call: Call,
    company: Company,
    reason: str,
    now: datetime,
    *,
    number: str | None,
    priority: str | None,
    missed: bool = True,
) -> Callback:
    """Write that this caller is owed a call, once an episode, with a time; the text that says so goes in the outbox.

    `number` is where they can be reached (E.164) or None; without a number there is a row for people and no text.
    `missed` tells a caller whom nobody spoke to from one who was promised a call while on the line. Who calls again
    within the half hour shares the row: the time stands, there is no second text. A blocked number's row is closed as
    it is written. While the caller is on another line with us their text waits: see `call_over`.
    """
    if number is not None:
        episode.hold(session, number, now)
    callback = episode.of_call(session, call)
    if callback is None:
        callback = episode.waiting(session, number, now) if number else None
        if callback is None:
            callback = _new(session, call, company, reason, now, number=number, priority=priority)
        else:
            callback.calls += 1
            story.note(session, callback, "redialled", now, detail=reason)
    _raise(session, callback, reason, priority)
    if number is not None and number != callback.number:
        _reached_at(session, callback, call, company, now, number)
    call.callback_id = callback.id
    session.add_all([call, callback])
    session.flush()
    _tell(session, callback, call, company, now, missed=missed)
    return callback


def call_over(session: Session, call: Call, company: Company, now: datetime, *, helped: bool) -> None:
    """A call has ended, whatever came of it. `helped`: its caller has talked to one of our people.

    Then nobody need call them back any more. Otherwise a text that waited for the end of this call leaves now.
    """
    number = call.caller
    if number is None:
        return
    episode.hold(session, number, now)
    if helped:
        for settled in _open_of(session, number, call.received_at):
            _settle(session, settled, now)
        return
    callback = episode.waiting(session, number, now)
    if callback is not None:
        _tell(session, callback, call, company, now, missed=callback.reason in set(Missed))


def told(session: Session, callback: Callback, company: Company, now: datetime) -> Told:
    """Whether a text with the time of this callback is there, or may leave: what is said aloud must come true."""
    if callback.number is None or callback.promised_at is None or callback.promised_at <= now:
        return Told.NO
    text = _text_of(session, callback)
    if text is None or text.status in NEVER_READ:
        return Told.NO
    if text.status == MessageStatus.PENDING and not gate.may_send(session, text, company, now).allowed:
        return Told.NO
    calls = select(Call.received_at).where(Call.callback_id == callback.id).order_by(col(Call.received_at).desc())
    latest = session.exec(calls.limit(1)).first()
    return Told.BEFORE if latest is not None and text.created_at < latest else Told.NOW


def may_tell(session: Session, company: Company, number: str | None, now: datetime) -> bool:
    """Whether a caller from this number who is owed a call would be texted a time now: what `told` asks, beforehand."""
    if number is None or episode.our_own(company, number):
        return False
    text = Message(
        key="", channel=Channel.TEXT, purpose=Purpose.RECEIPT, to=number, body="-", due_at=now, created_at=now
    )
    may = gate.may_send(session, text, company, now).allowed
    return may and promise.give(session, company, now, priority=None) is not None


def text_news(session: Session, message: Message, now: datetime) -> None:
    """A row of the outbox has moved: when a callback's text will never be read, its story says so and why."""
    if message.status not in NEVER_READ or message.purpose not in (Purpose.MISSED, Purpose.RECEIPT):
        return
    prefix, _, callback_id = message.key.partition(":")
    callback = session.get(Callback, callback_id) if prefix == "promise" else None
    if callback is not None and callback.status == CallbackStatus.OPEN:
        story.note(session, callback, "untold", now, detail=message.reason or str(message.status))


def _new(
    session: Session,
    call: Call,
    company: Company,
    reason: str,
    now: datetime,
    *,
    number: str | None,
    priority: str | None,
) -> Callback:
    unwanted = number is not None and gate.is_blocked(session, number)
    member = _member(call, jobs.of_call(session, call.id))
    known = number is not None and episode.known(session, number, call.received_at)
    at = None if unwanted else promise.give(session, company, now, priority=priority)
    callback = Callback(
        call_id=call.id,
        number=number,
        reason=reason,
        priority=priority,
        language=call.language,
        member=member,
        known=known,
        promised_at=at,
        first_promised_at=at,
        created_at=now,
    )
    session.add(callback)
    session.flush()
    story.note(session, callback, "owed", now, detail=reason)
    if unwanted:
        queue.close(session, callback, BLOCKED, BY_ITSELF, now)
        return callback
    if at is not None:
        story.note(session, callback, "promised", now, detail=at.isoformat())
    keeping.watch(session, callback, now)
    queue.owed(session, callback, company, now)
    return callback


def _reached_at(session: Session, callback: Callback, call: Call, company: Company, now: datetime, number: str) -> None:
    """A number is known now, or another was spoken, which goes before that of the telephone they rang from.

    Once the caller's telephone has rung, or is about to, it stays. Nobody was told the time of a row that had no
    number: they get a time from now.
    """
    first = callback.number is None
    if callback.status != CallbackStatus.OPEN or not (first or (number != call.caller and not callback.attempts)):
        return
    callback.number = number
    session.add(callback)
    session.flush()
    story.note(session, callback, "renumbered", now)
    if gate.is_blocked(session, number):
        queue.close(session, callback, BLOCKED, BY_ITSELF, now)
        return
    if first:
        callback.known = episode.known(session, number, call.received_at)
        at = promise.give(session, company, now, priority=callback.priority, callback_id=callback.id)
        callback.promised_at = callback.first_promised_at = at
        if at is not None:
            story.note(session, callback, "promised", now, detail=at.isoformat())
        keeping.watch(session, callback, now)
    queue.owed(session, callback, company, now)


def _raise(session: Session, callback: Callback, reason: str, priority: str | None) -> None:
    """What is learned later makes a callback more urgent, never less; a message that was left is what it is about."""
    if priority is not None:
        callback.priority = min(priority, callback.priority or priority)
    if reason == Missed.VOICEMAIL:
        callback.reason = reason
    session.add(callback)


def _tell(session: Session, callback: Callback, call: Call, company: Company, now: datetime, *, missed: bool) -> None:
    number = callback.number
    if number is None or callback.status != CallbackStatus.OPEN or episode.our_own(company, number):
        return
    if episode.on_the_line(session, number, now, besides=call.id):
        return
    if call.ended_at is not None and now - call.ended_at > episode.ONE_EPISODE:
        return  # found long after (voice/sweep.py): for a person to explain
    words = texts.missed if missed else texts.agreed
    outbox.enqueue(
        session,
        key=_key(callback.id),
        channel=Channel.TEXT,
        purpose=Purpose.MISSED if missed else Purpose.RECEIPT,
        to=number,
        body=words(company, call.received_at, callback.promised_at, now, callback.language),
        now=now,
        call_id=callback.call_id,
    )


def _settle(session: Session, callback: Callback, now: datetime) -> None:
    """They have been helped: no call back, and no text that says so."""
    text = _text_of(session, callback)
    if text is not None and text.status == MessageStatus.PENDING:
        move(session, text, MessageStatus.PENDING, MessageStatus.CANCELLED, reason=HELPED, finished_at=now)
    queue.close(session, callback, HELPED, BY_ITSELF, now)


def _open_of(session: Session, number: str, before: datetime) -> list[Callback]:
    """Everything that this number is owed by calls up to then, and nobody is at."""
    mine = select(Callback).join(Call, col(Call.id) == col(Callback.call_id))
    owed = mine.where(
        Callback.number == number, Callback.status == CallbackStatus.OPEN, col(Call.received_at) <= before
    )
    return list(session.exec(owed.execution_options(populate_existing=True)).all())


def _member(call: Call, job: Job | None) -> bool:
    intent = job.intent if job else (call.assessment or {}).get("intent")
    said = f"{job.problem or ''} {job.details.get('account', '')}" if job else ""
    return intent == Intent.MEMBERSHIP or MEMBER.search(said) is not None


def _text_of(session: Session, callback: Callback) -> Message | None:
    return session.exec(select(Message).where(Message.key == _key(callback.id))).first()


def _key(callback_id: str) -> str:
    return f"promise:{callback_id}"
