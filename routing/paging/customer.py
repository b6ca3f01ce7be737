"""What the customer, the owner and a technician are told of a run: rows of the outbox, each once."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from carrier import consent, outbox
from models.company import Company, Person
from models.enums import CallbackStatus, Channel, Language, MessageStatus, Purpose
from models.tables import Call, Callback, Job, Message, PageRun
from routing import words
from routing.paging import customer_words, story
from routing.paging.hands import may_work

CALL_BACK_WITHIN = timedelta(minutes=15)
"""A technician who took the job phones the customer within 15 minutes (docs/domain/intake.md section 1)."""

JUST_TOLD = timedelta(minutes=5)
"""A customer who was told so lately that nobody comes yet is not told it again."""


def accepted(session: Session, run: PageRun, person: Person, company: Company, now: datetime) -> None:
    """Who has taken it, and by when that person phones."""
    able = may_work(session.get_one(Job, run.job_id), person, company, now)
    by = now + CALL_BACK_WITHIN
    body = customer_words.accepted(company, person, by, _language(session, run), able=able)
    _tell(session, run, f"accepted:{run.id}:{run.reopened}", body, now)


def on_way(session: Session, run: PageRun, person: Person, company: Company, now: datetime) -> None:
    """The technician set out, with the minutes that they gave; once for each promise."""
    arrival = promised(run).isoformat(timespec="minutes") if run.minutes else "set out"
    body = customer_words.on_way(company, person, run.minutes, _language(session, run))
    _tell(session, run, f"on_way:{run.id}:{run.reopened}:{arrival}", body, now)


def held(session: Session, run: PageRun, person: Person, company: Company, now: datetime) -> None:
    """The caller rang again and was not heard: who has their job; once for each who takes it."""
    body = customer_words.held(company, person, _language(session, run))
    _tell(session, run, f"held:{run.id}:{run.reopened}", body, now)


def let_down(session: Session, run: PageRun, company: Company, now: datetime) -> None:
    """The time that was given has passed, and whoever gave it is not coming."""
    story.note(session, run, story.LET_DOWN, now, detail="customer told")
    body = customer_words.let_down(company, _language(session, run))
    _tell(session, run, f"let_down:{run.id}:{run.reopened}", body, now)


def unreached(session: Session, run: PageRun, company: Company, now: datetime) -> None:
    """The truth when everybody was asked and nobody has answered; once a run, and not on the heels of another."""
    known = story.last(session, run, story.UNREACHED) is not None
    if known or story.said_since(session, run, story.LET_DOWN, now - JUST_TOLD):
        return
    story.note(session, run, story.UNREACHED, now, detail="customer told")
    _tell(session, run, f"unreached:{run.id}", customer_words.unreached(company, _language(session, run)), now)


def given_up(session: Session, run: PageRun, company: Company, now: datetime) -> None:
    """The truth when the ladder has ended, with the time of a person's call if one is owed.

    One text: where another was just written to give that time, it says all of it.
    """
    job = session.get_one(Job, run.job_id)
    owed = select(Callback).where(Callback.call_id == job.call_id, Callback.status == CallbackStatus.OPEN)
    by = next((one.promised_at for one in session.exec(owed)), None)
    body = customer_words.given_up(company, by if by and by > now else None, now, _language(session, run))
    about = (Message.call_id == job.call_id, Message.to == job.callback, Message.purpose == Purpose.RECEIPT)
    beside = select(Message).where(*about, Message.created_at == now, Message.status == MessageStatus.PENDING)
    if by and (text := session.exec(beside).first()) is not None:
        text.body = body
        session.add(text)
    else:
        _tell(session, run, f"given_up:{run.id}:{run.reopened}", body, now)


def promised(run: PageRun) -> datetime:
    """The time that the customer was given: of arrival if the technician gave minutes, else of the technician's call.

    Only of a run that somebody has taken.
    """
    if run.on_way_at and run.minutes:
        return run.on_way_at + timedelta(minutes=run.minutes)
    if run.acknowledged_at is None:
        raise ValueError("nobody has taken this run, so no time was given")
    return run.acknowledged_at + CALL_BACK_WITHIN


def nobody_took(session: Session, run: PageRun, company: Company, now: datetime) -> None:
    """The owner, and the managers, hear that the ladder has ended. The job stays open, and a late yes counts."""
    job = session.get_one(Job, run.job_id)
    tell_heads(session, job, company, f"nobody_took:{run.id}:{run.reopened}", words.nobody_took(job), now)


def tell_heads(
    session: Session, job: Job, company: Company, key: str, body: str, now: datetime, *, but: Person | None = None
) -> None:
    """A text to everybody who answers for the shop, `but` one whom it is about."""
    for person in consent.as_agreed(session, company).staff:
        if person.opted_in and person.is_head and not (but and person.id == but.id):
            tell_staff(session, job, person, f"{key}:{person.id}", body, now)


def brief_key(run: PageRun) -> str:
    """What the keys of all briefs of a run begin with; the person's id follows."""
    return f"brief:{run.id}:"


def call_off_briefs(session: Session, run: PageRun, holder: Person, now: datetime) -> None:
    """News for those who were paged in vain, if it has not left yet: it looks like a page that is still open."""
    owed = select(Message).where(
        col(Message.key).startswith(brief_key(run)),
        Message.person_id != holder.id,
        Message.status == MessageStatus.PENDING,
    )
    for one in session.exec(owed):
        outbox.settle(session, one, MessageStatus.CANCELLED, now, reason="acknowledged")


def tell_staff(
    session: Session, job: Job, person: Person, key: str, body: str, now: datetime, *, ring_about: PageRun | None = None
) -> None:
    """A text to one of the staff about a job; no page, so it may leave after an acknowledgement.

    With `ring_about` it is a call: the door that speaks it asks for the run.
    """
    outbox.enqueue(
        session,
        key=key,
        channel=Channel.CALL if ring_about else Channel.TEXT,
        purpose=Purpose.STAFF,
        to=person.phone,
        body=body,
        now=now,
        call_id=job.call_id,
        run_id=ring_about.id if ring_about else None,
        person_id=person.id,
    )


def _language(session: Session, run: PageRun) -> Language:
    """What the customer speaks, as the job's call has it."""
    call = session.get_one(Call, session.get_one(Job, run.job_id).call_id)
    return Language.ES if call.language == Language.ES else Language.EN


def _tell(session: Session, run: PageRun, key: str, body: str, now: datetime) -> None:
    job = session.get_one(Job, run.job_id)
    if job.callback:
        outbox.enqueue(
            session,
            key=key,
            channel=Channel.TEXT,
            purpose=Purpose.RECEIPT,
            to=job.callback,
            body=body,
            now=now,
            call_id=job.call_id,
        )
