"""On the way, and never there: whoever gave minutes is asked once, and then those who answer for the shop are told."""

from datetime import datetime, timedelta

from sqlmodel import Session

from carrier import timers
from models.company import Company
from models.enums import JobStatus, RunStatus
from models.tables import Job, PageRun, Timer
from routing.paging import customer, story, texts
from routing.paging.after import answer_within
from routing.paging.run import locked, patience

OVERDUE_TIMER, NOT_THERE_TIMER = "overdue", "not_there"
"""Set once for (run, how often somebody set out or gave another time)."""


def watch(session: Session, run: PageRun) -> None:
    """Whoever holds the job gave minutes: look whether they came."""
    due = customer.promised(run) + timedelta(seconds=patience(run).late_after_s)
    timers.schedule(session, kind=OVERDUE_TIMER, ref=run.id, due_at=due, step=_way(session, run))


def overdue_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The time they gave is long past: one question by text."""
    run = _still_missing(session, timer)
    if run is None:
        return
    story.note(session, run, story.OVERDUE, now, run.acknowledged_by, "asked by text")
    if (person := company.find(run.acknowledged_by)) is not None:
        job = session.get_one(Job, run.job_id)
        customer.tell_staff(session, job, person, f"overdue:{run.id}:{timer.step}", texts.not_arrived(job), now)
    timers.schedule(session, kind=NOT_THERE_TIMER, ref=run.id, due_at=now + answer_within(run), step=timer.step)


def not_there_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The question was not answered: a person looks after it, and this watch ends."""
    run = _still_missing(session, timer)
    if run is None:
        return
    person, job = company.find(run.acknowledged_by), session.get_one(Job, run.job_id)
    story.note(session, run, story.NOT_THERE, now, run.acknowledged_by, "managers told")
    key = f"not_there:{run.id}:{timer.step}"
    customer.tell_heads(session, job, company, key, texts.not_heard_of(job, person), now, but=person)


def _way(session: Session, run: PageRun) -> int:
    """The number of the present journey."""
    return story.count(session, run, story.ON_WAY)


def _still_missing(session: Session, timer: Timer) -> PageRun | None:
    """The run of a timer, locked, if its journey is the present one and has not ended."""
    run = locked(session, timer)
    away = run.status == RunStatus.ACKNOWLEDGED and run.on_way_at is not None and run.arrived_at is None
    closed = session.get_one(Job, run.job_id).status == JobStatus.CLOSED
    return run if away and not closed and timer.step == _way(session, run) else None
