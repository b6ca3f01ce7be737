"""The looks after a job: one text the day after, one reminder, long after that a referral ask. Timers end every one.

The first text holds the question and the review link together: everybody who is asked has the link, before anybody
has answered (docs/domain/legal.md L13). The gate is asked before a text is written, so that what must wait for a
polite hour or is refused never stands in the outbox, and what has happened meanwhile counts.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from callbacks import episode
from callbacks.followups.stopping import Ask, key, live_of, of_job, stop, why
from callbacks.texts import say
from carrier import gate, outbox, timers
from models.company import Company
from models.enums import Channel, FollowUpStatus, JobEventKind, MessageStatus, Purpose
from models.moves import move
from models.once import insert_once
from models.tables import Call, FollowUp, Job, JobEvent, Message, Timer

FOLLOW_UP = "follow_up"
LOOKS = 1000
"""More than any ask has: steps of the timer are numbered by ask and look."""

LATE = timedelta(days=7)
"""So long after the day it was due nobody is asked any more: they have forgotten, and wonder why."""

ONCE_IN = timedelta(days=7)
"""Who has been asked is not asked about another job so soon."""

ANSWERS_FOR = timedelta(days=14)
"""So long after the last ask a text is read as an answer."""

SENT = frozenset({MessageStatus.ACCEPTED, MessageStatus.DELIVERED})


def heard(session: Session, job: Job, kind: JobEventKind, company: Company, now: datetime) -> None:
    """What an event of a job, already written, means for the asking."""
    number = job.callback or job.caller
    if number is None:
        return
    episode.hold(session, number, now)
    if kind is JobEventKind.COMPLETED:
        _begin(session, job, number, company, now)
    elif kind is JobEventKind.COMPLAINT:  # whoever complains is asked about no job at all
        for one in live_of(session, number):
            stop(session, one, kind.value, now)
    elif kind is JobEventKind.CANCELLED and (mine := of_job(session, job.id)) is not None:
        stop(session, mine, kind.value, now)


def look(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The time for the next ask has come: it leaves, waits for a better hour, or nothing more is asked."""
    row, ask = session.get_one(FollowUp, timer.ref), Ask(timer.step // LOOKS)
    episode.hold(session, row.number, now)
    session.refresh(row)
    before, act = _ASKS[ask]
    if row.status not in before:
        return
    reason = why(session, row)
    if reason is not None:
        stop(session, row, reason, now)
    else:
        act(session, row, company, now, timer.step)


def _begin(session: Session, job: Job, number: str, company: Company, now: datetime) -> None:
    """Once a job, if the shop asks at all."""
    rules = company.follow_ups
    if rules.review_url is None:
        return
    language = session.get_one(Call, job.call_id).language
    row = FollowUp(job_id=job.id, number=number, language=language, created_at=now)
    if insert_once(session, row):
        due = max(now, _done_at(session, row) + timedelta(days=rules.after_days))
        timers.schedule(session, FOLLOW_UP, row.id, due, Ask.CHECK * LOOKS)


def _check(session: Session, row: FollowUp, company: Company, now: datetime, step: int) -> None:
    rules = company.follow_ups
    due = _done_at(session, row) + timedelta(days=rules.after_days)
    others = select(FollowUp.id).where(FollowUp.number == row.number, FollowUp.id != row.id)
    if now > due + LATE:
        stop(session, row, "too late", now)
    elif session.exec(others.where(col(FollowUp.asked_at) > now - ONCE_IN)).first() is not None:
        stop(session, row, "asked about another job this week", now)
    else:
        body = say(company, "check", row.language, link=rules.review_url)
        text = _text(session, row, step, Purpose.REVIEW, body, now)
        if _leave(session, row, text, FollowUpStatus.ASKED, company, now, step, asked_at=now, invited_at=now):
            again = now + timedelta(days=rules.reminder_days)
            timers.schedule(session, FOLLOW_UP, row.id, again, Ask.AGAIN * LOOKS)
            last = max(again + ANSWERS_FOR, due + timedelta(days=rules.referral_days - rules.after_days))
            timers.schedule(session, FOLLOW_UP, row.id, last, Ask.LAST * LOOKS)


def _again(session: Session, row: FollowUp, company: Company, now: datetime, step: int) -> None:
    """Once, and only who has had the first."""
    first = session.exec(select(Message).where(Message.key == key(row, Ask.CHECK))).one()
    if first.status not in SENT:
        stop(session, row, first.reason or "the first text did not arrive", now)
        return
    text = _text(session, row, step, Purpose.CHECK, say(company, "check_again", row.language), now)
    _leave(session, row, text, FollowUpStatus.REMINDED, company, now, step, reminded_at=now)


def _last(session: Session, row: FollowUp, company: Company, now: datetime, step: int) -> None:
    """The referral ask, once a customer in each interval; with it or without it is over."""
    interval = timedelta(days=company.follow_ups.referral_days)
    lately = select(FollowUp.id).where(FollowUp.number == row.number, col(FollowUp.referral_at) > now - interval)
    if not interval or session.exec(lately).first() is not None:
        move(session, row, row.status, FollowUpStatus.OVER)
        return
    text = _text(session, row, step, Purpose.REFERRAL, say(company, "referral", row.language), now)
    _leave(session, row, text, FollowUpStatus.OVER, company, now, step, referral_at=now)


def _text(session: Session, row: FollowUp, step: int, purpose: Purpose, body: str, now: datetime) -> Message:
    return Message(
        key=key(row, Ask(step // LOOKS)),
        channel=Channel.TEXT,
        purpose=purpose,
        to=row.number,
        body=body,
        call_id=session.get_one(Job, row.job_id).call_id,
        due_at=now,
        created_at=now,
    )


def _leave(
    session: Session,
    row: FollowUp,
    text: Message,
    new: FollowUpStatus,
    company: Company,
    now: datetime,
    step: int,
    **written: datetime,
) -> bool:
    """Write the text and move on, if the gate lets it; wait for the hour that the gate names; or stop."""
    verdict = gate.may_send(session, text, company, now)
    if verdict.until is not None:
        timers.schedule(session, FOLLOW_UP, row.id, verdict.until, step + 1)
    elif not verdict.allowed:
        stop(session, row, verdict.reason, now)
    elif move(session, row, row.status, new, **written):
        outbox.enqueue(
            session,
            key=text.key,
            channel=text.channel,
            purpose=text.purpose,
            to=text.to,
            body=text.body,
            call_id=text.call_id,
            now=now,
        )
        return True
    return False


def _done_at(session: Session, row: FollowUp) -> datetime:
    """When the job was completed, as told last; when the asking began, where that is gone."""
    told = select(func.max(col(JobEvent.at))).where(
        JobEvent.job_id == row.job_id, JobEvent.kind == JobEventKind.COMPLETED
    )
    return session.exec(told).one() or row.created_at


_Act = Callable[[Session, FollowUp, Company, datetime, int], None]
_ASKS: Mapping[Ask, tuple[frozenset[FollowUpStatus], _Act]] = {
    Ask.CHECK: (frozenset({FollowUpStatus.WAITING}), _check),
    Ask.AGAIN: (frozenset({FollowUpStatus.ASKED}), _again),
    Ask.LAST: (frozenset({FollowUpStatus.ASKED, FollowUpStatus.REMINDED, FollowUpStatus.ANSWERED}), _last),
}
"""By ask: from which states it leaves, and how."""
