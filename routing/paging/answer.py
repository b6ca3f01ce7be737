"""The answer: yes, no, on the way, arrived, somebody else instead. Twice the same changes nothing."""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlmodel import Session, col, select

from carrier import consent, outbox, timers
from carrier.outbox import settle
from models.company import Company, Person
from models.enums import JobStatus, MessageStatus, RunStatus
from models.moves import move
from models.tables import Job, Message, PageRun
from routing import words
from routing.paging import after, customer, overdue, story
from routing.paging.hands import who_may_go
from routing.paging.news import nobody_left
from routing.paging.run import RUNG_TIMER, WAITING, climb, lock, rung

LONGEST_WAY = 240
"""Minutes to arrival; more is a slip of the finger."""

SAME_PROMISE = timedelta(minutes=5)
"""Two arrival times that lie closer are one: the customer is not told again."""


class Answer(StrEnum):
    """What became of a technician's yes or no."""

    YOURS = "yours"
    TAKEN = "taken"  # somebody else took it first
    PASSED = "passed"


def acknowledge(
    session: Session,
    run: PageRun,
    person: Person,
    company: Company,
    now: datetime,
    *,
    going: bool = False,
    minutes: int | None = None,
) -> Answer:
    """Somebody says yes. The first yes takes the job; every other page is cancelled and the customer hears the name.

    `going`: on the way already, `minutes` from the door if they said so. A yes after the ladder has ended counts.
    """
    lock(session, run)
    taken = run.acknowledged_by is None
    if run.status in (RunStatus.RUNNING, RunStatus.EXHAUSTED):
        changes = {"acknowledged_by": person.id, "acknowledged_at": now}
        move(session, run, RunStatus(run.status), RunStatus.ACKNOWLEDGED, **changes)
        _taken(session, run, person, company, now, told=going)
    if run.acknowledged_by != person.id:
        story.note(session, run, story.TOO_LATE, now, person.id)
        return Answer.TAKEN
    if going:
        on_way(session, run, person, company, now, minutes)
    elif not taken:
        after.answered(session, run, person, now)
    return Answer.YOURS


def _taken(session: Session, run: PageRun, person: Person, company: Company, now: datetime, *, told: bool) -> None:
    timers.cancel(session, RUNG_TIMER, run.id, wait=False)
    move(session, session.get_one(Job, run.job_id), JobStatus.PAGED, JobStatus.ACCEPTED)
    outbox.cancel_run(session, run.id, now)
    customer.call_off_briefs(session, run, person, now)
    story.note(session, run, story.TAKEN, now, person.id)
    after.watch(session, run, now)
    if not told:
        customer.accepted(session, run, person, company, now)


def decline(session: Session, run: PageRun, person: Person, company: Company, now: datetime) -> Answer:
    """Somebody passes: the next person is paged at once, also when the job was theirs already.

    A pass holds for the whole run, from whichever rung it comes: see `run.willing`.
    """
    lock(session, run)
    if run.status == RunStatus.ACKNOWLEDGED:
        if run.acknowledged_by != person.id:
            return Answer.TAKEN
        _passes(session, run, person)
        after.reopen(session, run, company, now, why="passed after taking it")
    elif run.status == RunStatus.RUNNING and person.id not in run.passed:
        _passes(session, run, person)
        story.note(session, run, story.PASSED, now, person.id)
        _call_off(session, run, person, now)
        asked = run.step != WAITING and person.id in rung(run, run.step).people
        if asked and nobody_left(session, run, company):
            climb(session, run, company, now)
    return Answer.PASSED


def on_way(
    session: Session, run: PageRun, person: Person, company: Company, now: datetime, minutes: int | None = None
) -> bool:
    """Whoever holds the job sets out. The customer hears it, with `minutes` (1 to 240) only as they were given.

    False when the job is not theirs, or nothing new was said.
    """
    minutes = minutes if minutes and 1 <= minutes <= LONGEST_WAY else None
    if not _holds(session, run, person):
        return False
    known = customer.promised(run) if run.minutes else None
    repeated = run.on_way_at is not None and minutes is None
    if repeated or (known and minutes and abs(now + timedelta(minutes=minutes) - known) < SAME_PROMISE):
        return False
    run.on_way_at, run.minutes = now, minutes
    session.add(run)
    story.note(session, run, story.ON_WAY, now, person.id, f"about {minutes} minutes" if minutes else "")
    customer.on_way(session, run, person, company, now)
    if minutes:
        overdue.watch(session, run)
    return True


def called(session: Session, run: PageRun, person: Person, now: datetime) -> bool:
    """Whoever holds the job has phoned the customer. False when it is not theirs, or was said before."""
    if not _holds(session, run, person) or story.said_since(session, run, story.CALLED, run.acknowledged_at):
        return False
    story.note(session, run, story.CALLED, now, person.id)
    return True


def arrived(session: Session, run: PageRun, person: Person, now: datetime) -> bool:
    """Whoever holds the job is at the door. False when it is not theirs, or was said before."""
    if not _holds(session, run, person) or run.arrived_at is not None:
        return False
    run.arrived_at = now
    session.add(run)
    story.note(session, run, story.ARRIVED, now, person.id)
    return True


def reassign(session: Session, run: PageRun, person: Person, other: Person, company: Company, now: datetime) -> bool:
    """Whoever holds the job wants `other` to go: paged at once, and the ladder behind. False when it may not be."""
    able = who_may_go(session.get_one(Job, run.job_id), person, consent.as_agreed(session, company), now)
    if other.id not in {one.id for one in able}:
        return False
    lock(session, run)
    return run.acknowledged_by == person.id and after.reopen(
        session, run, company, now, why=f"handed to {other.id}", first=other
    )


def part_missing(session: Session, run: PageRun, person: Person, part: str, company: Company, now: datetime) -> bool:
    """Whoever holds the job needs a part: those who answer for the shop are told.

    False when it is not theirs, or was said before.
    """
    part = " ".join(part.split())[:200]
    if not part or not _holds(session, run, person):
        return False
    key = f"part:{run.id}:{sha256(part.lower().encode()).hexdigest()[:16]}"
    if session.exec(select(Message.id).where(col(Message.key).startswith(key))).first():
        return False
    job = session.get_one(Job, run.job_id)
    story.note(session, run, story.PART_MISSING, now, person.id, part)
    customer.tell_heads(session, job, company, key, words.part_missing(job, person, part), now)
    return True


def _holds(session: Session, run: PageRun, person: Person) -> bool:
    """Whether the job is theirs, with the run held."""
    lock(session, run)
    return run.acknowledged_by == person.id


def _passes(session: Session, run: PageRun, person: Person) -> None:
    run.passed = [*dict.fromkeys((*run.passed, person.id))]
    session.add(run)


def _call_off(session: Session, run: PageRun, person: Person, now: datetime) -> None:
    """What has not left for somebody who passed need not leave."""
    owed = select(Message).where(
        Message.run_id == run.id, Message.person_id == person.id, Message.status == MessageStatus.PENDING
    )
    for page in session.exec(owed):
        settle(session, page, MessageStatus.CANCELLED, now, reason="passed")
