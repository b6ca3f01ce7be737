"""After a yes: a technician who took the job and is not heard of is asked once, and then it is paged again."""

from datetime import datetime, timedelta

from sqlmodel import Session

from carrier import timers
from models.company import Company, Person
from models.enums import RunStatus
from models.tables import Job, PageRun, Timer
from routing import words
from routing.paging import customer, story
from routing.paging.run import again, fire, lock

SILENT_TIMER, REOPEN_TIMER, LATE_TIMER = "silent", "reopen", "late"
"""Each is set once for (run, how often it was reopened)."""

ON_WAY_WITHIN = timedelta(minutes=20)
"""A technician who took the job has set out, or phoned the customer, by then; otherwise they are asked."""

ANSWER_WITHIN = timedelta(minutes=10)
"""And so long after the question it is paged again."""


def watch(session: Session, run: PageRun, now: datetime) -> None:
    """Somebody took it: look whether they are heard of."""
    timers.schedule(session, kind=SILENT_TIMER, ref=run.id, due_at=now + ON_WAY_WITHIN, step=run.reopened)


def heard_of(session: Session, run: PageRun) -> None:
    """They set out, phoned or arrived: nobody need ask."""
    for kind in (SILENT_TIMER, REOPEN_TIMER):
        timers.cancel(session, kind, run.id, run.reopened)


def silent_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Not on the way, not phoned: one question by text and by call."""
    run = _still(session, timer, RunStatus.ACKNOWLEDGED)
    if run is None:
        return
    person = company.find(run.acknowledged_by)
    if person is None:
        reopen(session, run, company, now, why="left the company")
        return
    job = session.get_one(Job, run.job_id)
    key = f"silent:{run.id}:{run.reopened}"
    customer.tell_staff(session, job, person, f"{key}:text", words.silent(job), now)
    customer.tell_staff(session, job, person, f"{key}:call", words.silent_spoken(job), now, ring_about=run)
    story.note(session, run, story.SILENT, now, person.id, "asked by text and call")
    timers.schedule(session, kind=REOPEN_TIMER, ref=run.id, due_at=now + ANSWER_WITHIN, step=run.reopened)


def reopen_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The question was not answered: the next person is paged, and the silent one told."""
    run = _still(session, timer, RunStatus.ACKNOWLEDGED)
    if run is None:
        return
    person, before = company.find(run.acknowledged_by), run.reopened
    if reopen(session, run, company, now, why="silence") and person is not None:
        job = session.get_one(Job, run.job_id)
        customer.tell_staff(session, job, person, f"paged_again:{run.id}:{before}", words.paged_again(job), now)


def reopen(
    session: Session, run: PageRun, company: Company, now: datetime, *, why: str, first: Person | None = None
) -> bool:
    """Page again a job that somebody holds: the next person now, `first` before all others. False when nobody holds it.

    The customer is told only if the time that was given passes and nobody has taken it by then.
    """
    if run.status != RunStatus.ACKNOWLEDGED:
        return False
    given = customer.promised(run)
    heard_of(session, run)
    if not again(session, run, now, why=why, first=first):
        return False
    timers.schedule(session, kind=LATE_TIMER, ref=run.id, due_at=max(given, now), step=run.reopened)
    fire(session, run, company, now)
    return True


def late_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The time that the customer was given has passed, and nobody has taken the job again: the truth, if not told."""
    run = _still(session, timer, RunStatus.RUNNING, RunStatus.EXHAUSTED)
    if run is None:
        return
    again_since = story.last(session, run, story.REOPENED)
    if not story.said_since(session, run, story.UNREACHED, again_since):
        customer.let_down(session, run, company, now)


def _still(session: Session, timer: Timer, *statuses: RunStatus) -> PageRun | None:
    """The run of a timer, locked, if it is still as the timer was set for."""
    run = session.get_one(PageRun, timer.ref)
    lock(session, run)
    return run if run.reopened == timer.step and run.status in statuses else None
