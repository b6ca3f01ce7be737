"""Paging: the run, its rungs, and the answer. A lost page is a flooded house; a doubled one is a nuisance.

Every function here works inside the caller's transaction: rows first, acts later (the carrier's engine).
"""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import structlog
from sqlmodel import Session, col, select, update

from carrier import outbox, timers
from models.company import Company, Person
from models.enums import Channel, JobStatus, MessageStatus, Purpose, RunStatus, Trade
from models.moves import move
from models.tables import Job, Message, PageRun, Timer
from routing import jobs, words
from routing.oncall import Rung, ladder

log = structlog.get_logger()
RUNG_TIMER = "rung"
CALL_BACK_WITHIN = timedelta(minutes=15)
"""A technician who took the job phones the customer within 15 minutes (docs/domain/intake.md section 1)."""

LAST_REPEATS = 6
"""Everybody and the owner are called again so many times, ten minutes apart: an hour, before a run is given up."""

UNREACHED = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.NO_ANSWER, MessageStatus.REFUSED})


class Answer(StrEnum):
    """What became of a technician's yes or no."""

    YOURS = "yours"
    TAKEN = "taken"  # somebody else took it first
    PASSED = "passed"


def start(session: Session, job: Job, company: Company, now: datetime, *, managers: bool = False) -> PageRun:
    """Begin paging for a job, once: the run with its ladder snapshotted, the first messages, the first timer.

    `managers` wakes only those who answer for the shop: nothing there for a technician's hands.
    """
    run = session.exec(select(PageRun).where(PageRun.job_id == job.id)).first()
    if run is not None:
        return run
    gas = (job.situation or "").startswith("G") or job.trade == Trade.GAS
    trade = Trade.OFFICE if managers else Trade(job.trade) if job.trade else None
    rungs = ladder(company, trade, gas=gas and not managers)
    run = PageRun(job_id=job.id, code=job.number, policy=[rung.to_json() for rung in rungs], created_at=now)
    session.add(run)
    session.flush()
    move(session, job, JobStatus.NEW, JobStatus.PAGED)
    _fire(session, run, company, now)
    return run


def acknowledge(session: Session, run: PageRun, person: Person, company: Company, now: datetime) -> Answer:
    """Somebody says yes. The first yes takes the job; every other page is cancelled and the customer hears the name."""
    for old in (RunStatus.RUNNING, RunStatus.EXHAUSTED):
        if run.status == old and move(
            session, run, old, RunStatus.ACKNOWLEDGED, acknowledged_by=person.id, acknowledged_at=now
        ):
            break
    else:
        return Answer.YOURS if run.acknowledged_by == person.id else Answer.TAKEN
    outbox.cancel_run(session, run.id, now)
    timers.cancel(session, RUNG_TIMER, run.id)
    job = session.get_one(Job, run.job_id)
    move(session, job, JobStatus.PAGED, JobStatus.ACCEPTED)
    if job.callback:
        outbox.enqueue(
            session,
            key=f"accepted:{run.id}",
            channel=Channel.TEXT,
            purpose=Purpose.RECEIPT,
            to=job.callback,
            body=words.accepted(company, person, now + CALL_BACK_WITHIN),
            now=now,
            call_id=job.call_id,
        )
    return Answer.YOURS


def decline(session: Session, run: PageRun, person: Person, company: Company, now: datetime) -> Answer:
    """Somebody passes: the next person is paged at once."""
    if run.status != RunStatus.RUNNING:
        return Answer.TAKEN if run.status == RunStatus.ACKNOWLEDGED else Answer.PASSED
    people = set(_rung(run, run.step).people)
    if person.id in people:
        run.passed = [*run.passed, person.id]
        session.add(run)
        if people <= {*run.passed}:
            _climb(session, run, company, now, past=person.id)
    return Answer.PASSED


def rung_due(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Nobody answered in time: the next rung."""
    run = session.get_one(PageRun, timer.ref)
    if run.status == RunStatus.RUNNING and run.step == timer.step:
        _climb(session, run, company, now)


def page_news(session: Session, message: Message, company: Company, now: datetime) -> None:
    """A page could not reach somebody. When no page of this rung can any more, the next rung is due now."""
    if message.run_id is None or message.status not in UNREACHED:
        return
    run = session.get_one(PageRun, message.run_id)
    if run.status != RunStatus.RUNNING or message.step != run.step:
        return
    of_rung = session.exec(select(Message).where(Message.run_id == run.id, Message.step == run.step)).all()
    if all(one.status in UNREACHED for one in of_rung):
        _climb(session, run, company, now)


def brief(session: Session, job: Job, company: Company, now: datetime) -> None:
    """Tell everyone already paged by text what was learned since: the address, mostly. Once for the same news."""
    run = session.exec(select(PageRun).where(PageRun.job_id == job.id)).first()
    news = words.brief(job)
    if run is None or not (jobs.place(job) or jobs.known_answers(job) or job.callback != job.caller):
        return
    messages = session.exec(select(Message).where(Message.run_id == run.id, Message.channel == Channel.TEXT)).all()
    told = {one.person_id for one in messages if one.body == words.page_text(job)}  # by their own page, already
    people = {run.acknowledged_by} if run.acknowledged_by else {one.person_id for one in messages}
    for person_id in sorted(one for one in people - told if one and company.find(one)):
        outbox.enqueue(
            session,
            key=f"brief:{run.id}:{person_id}:{sha256(news.encode()).hexdigest()[:16]}",
            channel=Channel.TEXT,
            purpose=Purpose.STAFF,
            to=company.person(person_id).phone,
            body=news,
            now=now,
            call_id=job.call_id,
            person_id=person_id,
        )


def call_for_help(session: Session, job: Job, company: Company, now: datetime) -> None:
    """A caller who was sent outside writes that they need help: everybody who answers for it is told at once."""
    run = session.exec(select(PageRun).where(PageRun.job_id == job.id)).first()
    heads = [one.id for one in company.staff if one.roles & {"manager", "owner"} and one.opted_in]
    paged = [one for one in reached(session, job) if company.find(one)] if run else []
    for person_id in dict.fromkeys([*paged, *heads]):
        outbox.enqueue(
            session,
            key=f"help:{job.id}:{person_id}",
            channel=Channel.TEXT,
            purpose=Purpose.STAFF,
            to=company.person(person_id).phone,
            body=words.needs_help(job),
            now=now,
            call_id=job.call_id,
            person_id=person_id,
        )


def read_reply(text: str) -> tuple[str, int | None] | None:
    """A technician's text: ("accept" | "decline", code or None for the latest); None when it is something else."""
    bare = re.fullmatch(r"\s*([ad])\s*[.!]?\s*", text, re.IGNORECASE)
    found = bare or re.search(r"\b([ad])\s*#?\s*(\d{4,6})\b", text, re.IGNORECASE)
    if not found:
        return None
    if bare:
        return ("accept" if bare[1].lower() == "a" else "decline"), None
    return ("accept" if found[1].lower() == "a" else "decline"), int(found[2])


def answer_text(session: Session, person: Person, text: str, company: Company, now: datetime) -> str | None:
    """Deal with a text from staff; the reply to send, or None when it has nothing to do with a page."""
    reply = read_reply(text)
    if reply is None:
        run = _run_for(session, person, None)
        return words.how_to_answer(run.code) if run and run.status == RunStatus.RUNNING else None
    verb, code = reply
    run = _run_for(session, person, code)
    if run is None:
        return words.no_such_page(code)
    answer = (acknowledge if verb == "accept" else decline)(session, run, person, company, now)
    return words.answered(answer, session.get_one(Job, run.job_id), run, company)


def _rung(run: PageRun, step: int) -> Rung:
    """The rung of a step; after the last one the last is climbed again."""
    return Rung.from_json(run.policy[min(step, len(run.policy) - 1)])


def _run_for(session: Session, person: Person, code: int | None) -> PageRun | None:
    paged = select(PageRun).join(Message, col(Message.run_id) == col(PageRun.id)).where(Message.person_id == person.id)
    if code is not None:
        paged = paged.where(PageRun.code == code)
    return session.exec(
        paged.order_by((col(PageRun.status) == RunStatus.RUNNING).desc(), col(PageRun.created_at).desc())
    ).first()


def _climb(session: Session, run: PageRun, company: Company, now: datetime, past: str | None = None) -> None:
    """On to the next rung; `past` skips rungs that hold nobody but the person who just passed."""
    step = run.step + 1
    while past and step < len(run.policy) and set(_rung(run, step).people) == {past}:
        step += 1
    while step < len(run.policy) and not any(company.find(one) for one in _rung(run, step).people):
        step += 1  # everybody of that rung has left the company
    if not _step_up(session, run, step):
        return  # somebody else did, in the same instant
    if step < len(run.policy) + LAST_REPEATS:
        _fire(session, run, company, now)
    elif move(session, run, RunStatus.RUNNING, RunStatus.EXHAUSTED):
        log.error("page.nobody_answered", run=run.id, rungs=len(run.policy))


def _step_up(session: Session, run: PageRun, step: int) -> bool:
    """Move the run to a step, if it still is where we saw it: two who climb at once climb once."""
    timers.cancel(session, RUNG_TIMER, run.id, run.step)
    statement = (
        update(PageRun)
        .where(col(PageRun.id) == run.id, col(PageRun.status) == RunStatus.RUNNING, col(PageRun.step) == run.step)
        .values(step=step, passed=[])
        .execution_options(synchronize_session=False)
    )
    done: bool = session.execute(statement).rowcount == 1  # type: ignore[attr-defined]
    session.refresh(run)
    return done


def _fire(session: Session, run: PageRun, company: Company, now: datetime) -> None:
    """Write the pages of the run's present step, and the timer that looks after them."""
    step, rung = run.step, _rung(run, run.step)
    job = session.get_one(Job, run.job_id)
    for person in (found for one in rung.people if (found := company.find(one))):
        for channel in rung.channels:
            body = words.page_text(job) if channel == Channel.TEXT else words.page_spoken(job)
            outbox.enqueue(
                session,
                key=f"page:{run.id}:{step}:{person.id}:{channel}",
                channel=channel,
                purpose=Purpose.PAGE,
                to=person.phone,
                body=body,
                now=now,
                call_id=job.call_id,
                run_id=run.id,
                step=step,
                person_id=person.id,
            )
    timers.schedule(session, kind=RUNG_TIMER, ref=run.id, due_at=now + timedelta(seconds=rung.wait_s), step=step)


def reached(session: Session, job: Job) -> list[str]:
    """Ids of the staff whom the job's run has paged so far, first to last."""
    run = session.exec(select(PageRun).where(PageRun.job_id == job.id)).first()
    if run is None:
        return []
    people = session.exec(select(Message).where(Message.run_id == run.id).order_by(col(Message.created_at))).all()
    return list(dict.fromkeys(one.person_id for one in people if one.person_id))
