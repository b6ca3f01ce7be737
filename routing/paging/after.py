"""After a yes: a technician who took the job and is not heard of is asked once, and then it is paged again."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from carrier import timers
from models.company import Company, Person
from models.enums import RunStatus, TimerStatus
from models.tables import Job, PageRun, Timer
from routing import words
from routing.paging import customer, story
from routing.paging.run import again, fire, lock

SILENT_TIMER, REOPEN_TIMER, LATE_TIMER = "silent", "reopen", "late"
"""The first two are set once for (run, number of the watch), the last for (run, how often it was reopened)."""

ON_WAY_WITHIN = timedelta(minutes=10)
"""A technician who took the job has set out, or phoned the customer, by then; otherwise they are asked."""

ANSWER_WITHIN = timedelta(minutes=5)
"""And so long after the question it is paged again: both together end when the promised call is due."""


def watch(session: Session, run: PageRun, now: datetime) -> None:
    """Somebody took it: look whether they are heard of."""
    timers.schedule(session, kind=SILENT_TIMER, ref=run.id, due_at=now + ON_WAY_WITHIN, step=_watch(session, run))


def heard_of(session: Session, run: PageRun) -> None:
    """They set out, phoned or arrived: nobody need ask."""
    for kind in (SILENT_TIMER, REOPEN_TIMER):
        timers.cancel(session, kind, run.id)


def asked(session: Session, run: PageRun) -> bool:
    """Whether whoever holds the job was asked and has not answered."""
    question = select(Timer.id).where(Timer.kind == REOPEN_TIMER, Timer.ref == run.id)
    return session.exec(question.where(Timer.status == TimerStatus.PENDING)).first() is not None


def answered(session: Session, run: PageRun) -> bool:
    """The holder says again that it is theirs: whether a question stood, which is answered by this."""
    return timers.cancel(session, REOPEN_TIMER, run.id) > 0


def silent_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Not on the way, not phoned: one question by text and by call."""
    run = _watched(session, timer)
    if run is None:
        return
    person = company.find(run.acknowledged_by)
    if person is None:
        reopen(session, run, company, now, why="left the company")
        return
    job = session.get_one(Job, run.job_id)
    key = f"silent:{run.id}:{timer.step}"
    customer.tell_staff(session, job, person, f"{key}:text", words.silent(job), now)
    customer.tell_staff(session, job, person, f"{key}:call", words.silent_spoken(job), now, ring_about=run)
    story.note(session, run, story.SILENT, now, person.id, "asked by text and call")
    timers.schedule(session, kind=REOPEN_TIMER, ref=run.id, due_at=now + ANSWER_WITHIN, step=_watch(session, run))


def reopen_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The question was not answered: the next person is paged, and the silent one told."""
    run = _watched(session, timer)
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
    run = _locked(session, timer)
    if run.reopened != timer.step or run.status not in (RunStatus.RUNNING, RunStatus.EXHAUSTED):
        return
    again_since = story.last(session, run, story.REOPENED)
    if not story.said_since(session, run, story.UNREACHED, again_since):
        customer.let_down(session, run, company, now)


def _watch(session: Session, run: PageRun) -> int:
    """The number of the present watch: each reopening and each question begins another, with timers of its own."""
    return run.reopened + story.count(session, run, story.SILENT)


def _watched(session: Session, timer: Timer) -> PageRun | None:
    """The run of a timer, locked, if somebody holds it and the timer's watch is the present one."""
    run = _locked(session, timer)
    return run if run.status == RunStatus.ACKNOWLEDGED and timer.step == _watch(session, run) else None


def _locked(session: Session, timer: Timer) -> PageRun:
    run = session.get_one(PageRun, timer.ref)
    lock(session, run)
    return run
