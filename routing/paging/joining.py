"""A caller who rings again about what somebody was already woken for: one ladder, and its holder hears of it.

Whoever drives to a gas leak is not rung twice more for it, and nobody else is woken.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from models.company import Company
from models.enums import JobStatus, Priority, RunStatus
from models.moves import move
from models.tables import Job, PageRun, RunEvent
from routing.paging import customer, story, texts
from triage.situations import NO_SCRIPT, SITUATIONS

AGAIN_WITHIN = timedelta(hours=2)
"""So long after it was paged or taken, the same danger of the same number is the same emergency."""

TOLD_LATELY = timedelta(minutes=5)
"""Whoever drives reads of five redials once."""

JOINED = "joined"
"""In a job's details: the number of the job that it is about once more."""

LEARNED = ("name", "problem", "callback")


def in_hand(session: Session, number: str, now: datetime) -> PageRun | None:
    """The newest run that asks somebody now, or that somebody took lately, for an emergency of this number (E.164)."""
    since = now - AGAIN_WITHIN
    lately = or_(col(PageRun.created_at) > since, col(PageRun.acknowledged_at) > since)
    mine = (or_(Job.callback == number, Job.caller == number), Job.priority == Priority.P1)
    alive = (col(Job.status).in_((JobStatus.PAGED, JobStatus.ACCEPTED)), PageRun.step >= 0)
    asked = col(PageRun.status).in_((RunStatus.RUNNING, RunStatus.ACKNOWLEDGED))
    runs = select(PageRun).join(Job, col(Job.id) == col(PageRun.job_id)).where(*mine, *alive, asked, lately)
    return session.exec(runs.order_by(col(PageRun.created_at).desc())).first()


def same_danger(first: Job, again: Job) -> bool:
    """Whether the second job tells of nothing that the first was not paged for. What is not known is not the same."""
    if first.situation is None or first.priority != Priority.P1 or again.priority != Priority.P1:
        return False
    if again.situation in (None, first.situation):
        return True
    one, other = SITUATIONS[first.situation], SITUATIONS[again.situation or ""]
    return one.script == other.script != NO_SCRIPT and one.trade == other.trade


def join(session: Session, job: Job, company: Company, now: datetime) -> PageRun | None:
    """The run of an earlier call that this new job belongs to, and points to from now on. None: another danger."""
    runs = (in_hand(session, one, now) for one in dict.fromkeys((job.callback, job.caller)) if one)
    run = next(filter(None, runs), None)
    if run is None or not same_danger(first := session.get_one(Job, run.job_id), job):
        return None
    session.refresh(run, with_for_update=True)
    if run.status not in (RunStatus.RUNNING, RunStatus.ACKNOWLEDGED):
        return None
    job.details = job.details | {JOINED: first.number}
    session.add(job)
    session.flush()
    move(session, job, JobStatus.NEW, JobStatus.PAGED)
    rings_again(session, run, company, job.call_id, now)
    return run


def still_joined(session: Session, run: PageRun, job: Job) -> bool:
    """Whether a job that points to a run tells of nothing else by now; otherwise it points there no more."""
    if same_danger(session.get_one(Job, run.job_id), job):
        return True
    job.details = {name: said for name, said in job.details.items() if name != JOINED}
    session.add(job)
    return False


def rings_again(session: Session, run: PageRun, company: Company, call_id: str, now: datetime) -> None:
    """Write down, once a call, that its caller rang again; whoever has the job is told by text, once in a while."""
    known = select(RunEvent).where(RunEvent.run_id == run.id, RunEvent.detail == call_id)
    if session.exec(known.where(RunEvent.what == story.RANG_AGAIN)).first() is not None:
        return
    told = story.said_since(session, run, story.RANG_AGAIN, now - TOLD_LATELY)
    story.note(session, run, story.RANG_AGAIN, now, run.acknowledged_by, call_id)
    holder = company.find(run.acknowledged_by)
    if holder is not None and not told:
        job = session.get_one(Job, run.job_id)
        customer.tell_staff(session, job, holder, f"again:{run.id}:{call_id}", texts.rings_again(job), now)


def first_of(session: Session, run: PageRun, job: Job) -> Job:
    """The job that the run pages, with what a later call about it has added: that one's own job is settled by it."""
    if run.job_id == job.id:
        return job
    session.refresh(run, with_for_update=True)
    first = session.get_one(Job, run.job_id, populate_existing=True)
    for name in LEARNED:
        if getattr(first, name) is None:
            setattr(first, name, getattr(job, name))
    if job.address and not _found(first):
        first.address = job.address
    first.details = first.details | {name: said for name, said in job.details.items() if name != JOINED}
    session.add(first)
    session.flush()
    move(session, job, JobStatus.PAGED, JobStatus.CLOSED)
    return first


def _found(job: Job) -> bool:
    return bool(job.address and job.address.get("number") and job.address.get("street"))
