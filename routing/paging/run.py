"""The run: it begins with its ladder snapshotted, pages rung after rung, and ends at somebody's yes or at the owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select, update

from carrier import consent, outbox, timers
from models.company import Company, Patience, Person
from models.enums import Channel, JobStatus, Priority, Purpose, RunStatus
from models.moves import move
from models.tables import Job, PageRun, Timer
from routing import words
from routing.oncall import Rung
from routing.paging import customer, joining, story
from routing.paging.ladder import plan_for
from routing.policies import BOTH

log = structlog.get_logger()
RUNG_TIMER = "rung"

LAST_REPEATS = 6
"""Everybody and the owner are called again so many times, ten minutes apart: an hour, before a run is given up."""

ACCEPTANCE = timedelta(seconds=60)
"""How much longer than its wait a rung lasts at most: the wait begins when Twilio accepts the page, and it may not."""


GivenUp = Callable[[Session, Job, datetime], None]
"""What is done for the caller of a job that nobody has taken: given by whoever puts the house together."""

WAITING = -1
"""The step of a run that begins when the night is over."""


def start(session: Session, job: Job, company: Company, now: datetime, *, managers: bool = False) -> PageRun:
    """Begin paging for a job, once: the run with its ladder snapshotted, the first messages, the first timer.

    `managers` wakes only those who answer for the shop: nothing there for a technician's hands. Who rings again about
    what somebody was woken for has that run (joining.py).
    """
    run = of_job(session, job)
    if run is not None and (run.job_id == job.id or (not managers and joining.still_joined(session, run, job))):
        return run
    if not managers and (run := joining.join(session, job, company, now)) is not None:
        return run
    plan = plan_for(session, job, company, now, managers=managers)
    run = PageRun(job_id=job.id, code=job.number, policy=[one.to_json() for one in plan.rungs], created_at=now)
    run.step = 0 if plan.starts_at is None else WAITING
    session.add(run)
    session.flush()
    move(session, job, JobStatus.NEW, JobStatus.PAGED)
    over = [f"passed over: {reason}" for one in plan.passed_over for reason in one.reasons]
    story.note(session, run, story.STARTED, now, detail="; ".join([", ".join(plan.rungs[0].people), *over]))
    if plan.starts_at is None:
        fire(session, run, company, now)
    else:
        timers.schedule(session, kind=RUNG_TIMER, ref=run.id, due_at=plan.starts_at, step=WAITING)
    return run


def of_job(session: Session, job: Job) -> PageRun | None:
    """The run of a job, if it was ever paged: its own, or that of the call before about the same."""
    own = session.exec(select(PageRun).where(PageRun.job_id == job.id)).first()
    joined = job.details.get(joining.JOINED)
    if own is not None or joined is None:
        return own
    return session.exec(select(PageRun).where(PageRun.code == joined)).first()


def lock(session: Session, run: PageRun) -> None:
    """See the run as it is now, and keep others from changing it until the transaction ends."""
    session.refresh(run, with_for_update=True)


def locked(session: Session, timer: Timer) -> PageRun:
    """The run that a timer is about, held."""
    run = session.get_one(PageRun, timer.ref)
    lock(session, run)
    return run


def patience(run: PageRun) -> Patience:
    """How long whoever holds the job may be silent: the policy's word when the run began."""
    return rung(run, run.step).patience


def rung(run: PageRun, step: int) -> Rung:
    """The rung of a step; after the last one the last is climbed again."""
    return Rung.from_json(run.policy[min(step, len(run.policy) - 1)])


def willing(session: Session, run: PageRun, step: int, company: Company) -> list[Person]:
    """Whom a step pages: its people who are still with the company, agree to be paged and have not passed.

    From the last rung on, where these are nobody, the others are asked again.
    """
    agreed = consent.as_agreed(session, company)
    here = [found for one in rung(run, step).people if (found := agreed.find(one))]
    left = [one for one in here if one.id not in run.passed and one.opted_in]
    return left or (here if step >= len(run.policy) - 1 else [])


def rung_due(
    session: Session, timer: Timer, company: Company, now: datetime, *, given_up: GivenUp | None = None
) -> None:
    """Nobody answered in time: the next rung; or the end, and then `given_up` sees to it that a person calls."""
    run = locked(session, timer)
    if run.status == RunStatus.RUNNING and run.step == timer.step:
        climb(session, run, company, now, timed=True)
        if RunStatus(run.status) is RunStatus.EXHAUSTED:
            if given_up is not None:
                given_up(session, session.get_one(Job, run.job_id), now)
            customer.given_up(session, run, company, now)


def climb(session: Session, run: PageRun, company: Company, now: datetime, *, timed: bool = False) -> None:
    """On to the next rung that pages anybody.

    From the last rung on only time climbs: everybody has been asked, and asking at once again helps nobody.
    """
    if run.step >= len(run.policy) - 1 and not timed:
        customer.unreached(session, run, company, now)
        return
    step = run.step + 1
    while not willing(session, run, step, company) and step < len(run.policy) - 1:
        step += 1
    if not _step_up(session, run, step):
        return  # somebody else did, in the same instant
    if step < len(run.policy) + LAST_REPEATS:
        if step >= len(run.policy):
            customer.unreached(session, run, company, now)
        what = story.CLIMBED if step < len(run.policy) else story.REPEATED
        story.note(session, run, what, now, detail=", ".join(one.id for one in willing(session, run, step, company)))
        fire(session, run, company, now)
    elif move(session, run, RunStatus.RUNNING, RunStatus.EXHAUSTED):
        story.note(session, run, story.EXHAUSTED, now)
        customer.nobody_took(session, run, company, now)
        log.error("page.nobody_answered", run=run.id, rungs=len(run.policy))


def fire(session: Session, run: PageRun, company: Company, now: datetime) -> None:
    """Write the pages of the run's present step, and the timer that looks after them.

    Where it pages nobody and another follows, that is due at once.
    """
    present = rung(run, run.step)
    job = session.get_one(Job, run.job_id)
    people = willing(session, run, run.step, company)
    for person in people:
        methods = methods_of(person, present)
        for channel in [one for one in methods if _at_once(job, one)] or methods[:1]:
            page(session, run, job, company, person, channel, now)
    wait = timedelta(seconds=present.wait_s) + ACCEPTANCE if people or run.step >= len(run.policy) - 1 else timedelta(0)
    timers.schedule(session, kind=RUNG_TIMER, ref=run.id, due_at=now + wait, step=run.step)


def methods_of(person: Person, present: Rung) -> list[Channel]:
    """The rung's channels that this person has, in the rung's order; a text and a call when they have none of them."""
    return [one for one in present.channels if one != Channel.EMAIL or person.email] or [*BOTH]


def page(
    session: Session, run: PageRun, job: Job, company: Company, person: Person, channel: Channel, now: datetime
) -> None:
    """Write one page, once for (run, step, person, channel)."""
    link = company.links.url(run.id, person.id, now) if company.links else None
    outbox.enqueue(
        session,
        key=f"page:{run.id}:{run.step}:{person.id}:{channel}",
        channel=channel,
        purpose=Purpose.PAGE,
        to=(person.email or "") if channel == Channel.EMAIL else person.phone,
        body=words.page_spoken(job) if channel == Channel.CALL else words.page_text(job, link),
        now=now,
        call_id=job.call_id,
        run_id=run.id,
        step=run.step,
        person_id=person.id,
    )


def again(session: Session, run: PageRun, now: datetime, *, why: str, first: Person | None = None) -> bool:
    """Page again a job that was taken, or given up: those who have not held it come first, `first` before all.

    The new rungs stand behind the old ones in the snapshot, so that every page keeps a key of its own. False when the
    run is neither any more. The caller fires.
    """
    held = story.holders(session, run)
    *upper, last = (Rung.from_json(one) for one in run.policy)
    fresh = [one for one in dict.fromkeys(upper) if one != last and not set(one.people) <= held]
    if first is not None:
        chosen = replace(Rung.from_json(run.policy[0]), people=(first.id,))
        fresh = [chosen, *(one for one in fresh if one.people != chosen.people)]
    climbed = [rung(run, step).to_json() for step in range(run.step + 1)]
    holder = run.acknowledged_by
    moved = move(
        session,
        run,
        RunStatus.EXHAUSTED if run.status == RunStatus.EXHAUSTED else RunStatus.ACKNOWLEDGED,
        RunStatus.RUNNING,
        policy=[*climbed, *(one.to_json() for one in (*fresh, last))],
        step=run.step + 1,
        passed=[one for one in run.passed if first is None or one != first.id],
        reopened=run.reopened + 1,
        acknowledged_by=None,
        acknowledged_at=None,
        minutes=None,
        on_way_at=None,
        arrived_at=None,
    )
    if moved:
        move(session, session.get_one(Job, run.job_id), JobStatus.ACCEPTED, JobStatus.PAGED)
        story.note(session, run, story.REOPENED, now, holder, why)
    return moved


def _at_once(job: Job, channel: Channel) -> bool:
    """An emergency goes by text and call together; everything else by one method after the other."""
    return job.priority == Priority.P1 and channel != Channel.EMAIL


def _step_up(session: Session, run: PageRun, step: int) -> bool:
    """Move the run to a step, if it still is where we saw it: two who climb at once climb once."""
    timers.cancel(session, RUNG_TIMER, run.id, run.step, wait=False)  # the run may be held already
    statement = (
        update(PageRun)
        .where(col(PageRun.id) == run.id, col(PageRun.status) == RunStatus.RUNNING, col(PageRun.step) == run.step)
        .values(step=step)
        .execution_options(synchronize_session=False)
    )
    done: bool = session.execute(statement).rowcount == 1  # type: ignore[attr-defined]
    session.refresh(run)
    return done
