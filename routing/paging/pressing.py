"""A caller presses: a cry for help, URGENT, the same danger once more. A person hears of it, however the run stands."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from carrier import consent
from models.company import Company, Person
from models.enums import Channel, JobStatus, RunStatus
from models.tables import Job, Message, PageRun
from routing import words
from routing.paging import after, customer, story, texts
from routing.paging.news import reached
from routing.paging.run import WAITING, again, climb, fire, lock, of_job, start

TAKEN_LATELY = timedelta(hours=2)
"""So long whoever took a job is taken to be about it; what is reported later has to be paged anew."""

RUNG_LATELY = timedelta(minutes=3)
"""Whoever was rung so lately about this job is not rung over their own call: the text tells them."""

PRESSED = "the caller presses"


class Stands(StrEnum):
    """How it stands with a job that its caller presses about."""

    UNPAGED = "unpaged"  # no run, or one that waits for the morning
    PAGING = "paging"  # somebody is being asked right now
    HELD = "held"  # somebody took it lately
    GIVEN_UP = "given_up"  # everybody was asked, and nobody took it
    OVER = "over"  # taken long ago, or called off, or closed: what is reported now is another job


def stands(session: Session, job: Job, now: datetime) -> Stands:
    """How the job's run stands, as the database has it now."""
    run = of_job(session, job)
    if run is None:
        return Stands.UNPAGED
    lock(session, run)
    match RunStatus(run.status):
        case _ if session.get_one(Job, run.job_id).status == JobStatus.CLOSED:
            return Stands.OVER
        case RunStatus.RUNNING:
            return Stands.UNPAGED if run.step == WAITING else Stands.PAGING
        case RunStatus.EXHAUSTED:
            return Stands.GIVEN_UP
        case RunStatus.ACKNOWLEDGED if run.acknowledged_at and now - run.acknowledged_at <= TAKEN_LATELY:
            return Stands.HELD
    return Stands.OVER


def press(session: Session, job: Job, company: Company, now: datetime) -> Stands:
    """See to it that somebody is asked now, unless somebody has the job: begin, do not wait for morning, begin again.

    Gives how it stands then: PAGING, HELD, or OVER, where only another job can be paged.
    """
    how = stands(session, job, now)
    run = of_job(session, job)
    if run is None:
        start(session, job, company, now)
        return Stands.PAGING
    if how is Stands.UNPAGED:
        climb(session, run, company, now)
    elif how is Stands.GIVEN_UP and again(session, run, now, why=PRESSED):
        fire(session, run, company, now)
    elif how is Stands.HELD and company.find(run.acknowledged_by) is None:
        after.reopen(session, run, company, now, why="left the company")
    else:
        return how
    return Stands.PAGING


def remind(session: Session, job: Job, company: Company, sid: str, now: datetime) -> bool:
    """Ring whoever has the job, and write to them: by its caller's text `sid` it is urgent. False: nobody has it."""
    how, run = stands(session, job, now), of_job(session, job)
    holder = company.find(run.acknowledged_by) if run and how is Stands.HELD else None
    if run is None or holder is None:
        return False
    job = session.get_one(Job, run.job_id)
    said = texts.insists(job), texts.insists_spoken(job)
    _alarm(session, run, job, holder, f"urgent:{job.id}:{sid}", said, now)
    return True


def call_for_help(session: Session, job: Job, company: Company, sid: str, now: datetime) -> None:
    """A caller who was sent outside needs help, by their text `sid`: whoever answers for it is told and rung at once.

    A run that is still asking does not wait for its rung's window.
    """
    people = [*reached(session, job)]
    was, how = stands(session, job, now), press(session, job, company, now)
    run = of_job(session, job)
    if run is None:
        return
    if was is how is Stands.PAGING and run.step < len(run.policy) - 1:
        climb(session, run, company, now)
    heads = [one.id for one in consent.as_agreed(session, company).staff if one.is_head and one.opted_in]
    holder = [run.acknowledged_by] if run.acknowledged_by else []
    job = session.get_one(Job, run.job_id)
    said = words.needs_help(job), texts.needs_help_spoken(job)
    for person in filter(None, map(company.find, dict.fromkeys([*holder, *people, *heads]))):
        _alarm(session, run, job, person, f"help:{job.id}:{sid}", said, now)


def _alarm(
    session: Session, run: PageRun, job: Job, person: Person, key: str, said: tuple[str, str], now: datetime
) -> None:
    """A text, and a call unless their telephone has just rung. `said`: as written, as spoken."""
    customer.tell_staff(session, job, person, f"{key}:{person.id}", said[0], now)
    story.note(session, run, story.PRESSED, now, person.id)
    rung = select(Message.id).where(
        Message.run_id == run.id,
        Message.person_id == person.id,
        Message.channel == Channel.CALL,
        col(Message.created_at) > now - RUNG_LATELY,
    )
    if session.exec(rung.limit(1)).first() is None:
        customer.tell_staff(session, job, person, f"{key}:{person.id}:call", said[1], now, ring_about=run)
