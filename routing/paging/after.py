"""After a yes: a technician who took the job and is not heard of is asked once, and then it is paged again.

Nothing here calls a timer off: each look asks, with the run held, whether it is still wanted.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from carrier import consent, timers
from models.company import Company, Person
from models.enums import RunStatus, TimerStatus
from models.tables import Job, PageRun, Timer
from routing import words
from routing.paging import customer, story, texts
from routing.paging.hands import told_to_send
from routing.paging.run import again, fire, locked, patience

SILENT_TIMER, REOPEN_TIMER, LATE_TIMER = "silent", "reopen", "late"
"""The first two are set once for (run, number of the watch), the last for (run, how often it was reopened)."""


def watch(session: Session, run: PageRun, now: datetime) -> None:
    """Somebody took it, or said again that it is theirs: look whether they are heard of."""
    due = now + timedelta(seconds=patience(run).asked_after_s)
    timers.schedule(session, kind=SILENT_TIMER, ref=run.id, due_at=due, step=_watch(session, run))


def answer_within(run: PageRun) -> timedelta:
    """How long after a question an answer is awaited."""
    return timedelta(seconds=patience(run).paged_again_after_s - patience(run).asked_after_s)


def asked(session: Session, run: PageRun) -> bool:
    """Whether whoever holds the job was asked and has not answered."""
    question = select(Timer.id).where(Timer.kind == REOPEN_TIMER, Timer.ref == run.id)
    stands = question.where(Timer.status == TimerStatus.PENDING, Timer.step == _watch(session, run))
    return not story.heard_of(session, run) and session.exec(stands).first() is not None


def answered(session: Session, run: PageRun, person: Person, now: datetime) -> None:
    """The holder says again that it is theirs. If a question stood, they are asked again later."""
    if asked(session, run):
        story.note(session, run, story.ANSWERED, now, person.id)
        watch(session, run, now)


def silent_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Not on the way, not phoned: one question by text and by call.

    Whoever may not do the work themselves, and only told the customer, is reminded to send somebody.
    """
    run = _watched(session, timer)
    if run is None:
        return
    person, job = company.find(run.acknowledged_by), session.get_one(Job, run.job_id)
    send = told_to_send(job, person, consent.as_agreed(session, company), now, run).strip() if person else ""
    key = f"silent:{run.id}:{timer.step}"
    if story.heard_of(session, run):
        if person is not None and send:
            story.note(session, run, story.REMINDED, now, person.id)
            customer.tell_staff(session, job, person, f"{key}:send", texts.still_to_send(job, send), now)
        return
    if person is None:
        reopen(session, run, company, now, why="left the company")
        return
    within = answer_within(run)
    question = texts.silent(job, round(within.total_seconds() / 60), send)
    customer.tell_staff(session, job, person, f"{key}:text", question, now)
    customer.tell_staff(session, job, person, f"{key}:call", texts.silent_spoken(job), now, ring_about=run)
    story.note(session, run, story.SILENT, now, person.id, "asked by text and call")
    timers.schedule(session, kind=REOPEN_TIMER, ref=run.id, due_at=now + within, step=_watch(session, run))


def reopen_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The question was not answered: the next person is paged, and the silent one told."""
    run = _watched(session, timer)
    if run is None or story.heard_of(session, run):
        return
    person, before = company.find(run.acknowledged_by), run.reopened
    if reopen(session, run, company, now, why="silence") and person is not None:
        job = session.get_one(Job, run.job_id)
        customer.tell_staff(session, job, person, f"paged_again:{run.id}:{before}", words.paged_again(job), now)


def reopen(
    session: Session, run: PageRun, company: Company, now: datetime, *, why: str, first: Person | None = None
) -> bool:
    """Page again a job that somebody holds: the next person now, `first` before all others. False when nobody holds it.

    The customer is told only if the time that was given passes and nobody has taken it by then. The run is held.
    """
    if run.status != RunStatus.ACKNOWLEDGED:
        return False
    given = customer.promised(run)
    if not again(session, run, now, why=why, first=first):
        return False
    timers.schedule(session, kind=LATE_TIMER, ref=run.id, due_at=max(given, now), step=run.reopened)
    fire(session, run, company, now)
    return True


def late_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """The time that the customer was given has passed, and the job is being paged: the truth, if not told.

    After the ladder's end they know more than this.
    """
    run = locked(session, timer)
    if run.reopened != timer.step or run.status != RunStatus.RUNNING:
        return
    again_since = story.last(session, run, story.REOPENED)
    if not story.said_since(session, run, story.UNREACHED, again_since):
        customer.let_down(session, run, company, now)


def _watch(session: Session, run: PageRun) -> int:
    """The number of the present watch: each reopening, question and answer begins another, with timers of its own."""
    return run.reopened + story.count(session, run, story.SILENT) + story.count(session, run, story.ANSWERED)


def _watched(session: Session, timer: Timer) -> PageRun | None:
    """The run of a timer, locked, if somebody holds it and the timer's watch is the present one."""
    run = locked(session, timer)
    return run if run.status == RunStatus.ACKNOWLEDGED and timer.step == _watch(session, run) else None
