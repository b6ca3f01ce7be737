"""Messages left on tape: which are still to be heard, who hears them now, and what they come to.

A row is leased by one process at a time; when that dies, another takes it up when the lease is over. What was heard is
written once, and read like a call: an emergency left on a tape is paged, anything else is a callback with its priority.
Source: docs/carrier.md, "Missed calls", rule 5; docs/domain/intake.md section 2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from callbacks import owing, story
from callbacks.missed import NOTHING_S, Missed
from carrier import consent, outbox
from models.company import Company
from models.enums import Priority
from models.tables import Call, Job, Utterance
from routing import jobs, paging
from triage import triage
from triage.assessment import Assessment, to_json

LEASE = timedelta(seconds=120)
"""To fetch and understand 90 s of speech on a busy machine; a process that died is followed by another after it."""

PAUSES = (2, 5, 15, 60, 300)
"""Seconds to the next try after each that failed: Twilio needs some to make the file. Then a person is told."""

OLDEST = timedelta(days=2)
"""Older tapes are not looked for: after a long outage people go through the callbacks anyway."""

UNHEARD = "voicemail we could not hear"

Assess = Callable[[Sequence[triage.Utterance], Call], Assessment]
OnIt = Callable[[Session, Company, Call, str, datetime], None]


@dataclass(frozen=True, slots=True)
class Tape:
    """A message to be heard: the id of its call, and where it lies at Twilio. `hopeless`: all tries were in vain."""

    call_id: str
    url: str
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance of a message; milliseconds from its beginning."""

    text: str
    confidence: float
    start_ms: int
    end_ms: int
    decode_ms: int


def lease(session: Session, now: datetime) -> Tape | None:
    """Take the oldest message that nobody has heard or is hearing; None when there is none."""
    due = (
        select(Call.id)
        .where(
            col(Call.received_at) > now - OLDEST,
            col(Call.recording_url).is_not(None),
            col(Call.recording_s) > NOTHING_S,
            col(Call.heard_at).is_(None),
            col(Call.hearing_until).is_(None) | (col(Call.hearing_until) <= now),
        )
        .order_by(col(Call.received_at))
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        update(Call)
        .where(col(Call.id).in_(select(due.c.id)))
        .values(hearing_until=now + LEASE, hearing_tries=Call.hearing_tries + 1)
        .returning(col(Call.id), col(Call.recording_url), col(Call.hearing_tries))
    )
    row = session.execute(taken).first()
    if row is None:
        return None
    call_id, url, tries = row
    return Tape(call_id, url, hopeless=tries > len(PAUSES) + 1)  # it ended whoever heard it, and nobody could say so


def not_heard(session: Session, company: Company, call_id: str, now: datetime) -> bool:
    """A try failed: again a little later, or, after the last, a person is told; whether that was so."""
    call = session.get_one(Call, call_id, populate_existing=True)
    if call.hearing_tries <= len(PAUSES):
        call.hearing_until = now + timedelta(seconds=PAUSES[call.hearing_tries - 1])
        session.add(call)
        return False
    if _settled(session, call, now):
        _tell_people(session, company, call, now)
    return True


def heard(
    session: Session,
    company: Company,
    call_id: str,
    spoken: Sequence[Spoken],
    engine: str,
    assess: Assess,
    on_it: OnIt,
    now: datetime,
) -> None:
    """Write down what a message says, once, and do what it asks for.

    `assess` reads utterances as part of the call; `on_it` tells a caller that the page is out. A danger that would be
    asked about once ("did you say gas?") is believed: nobody is there to answer.
    """
    call = session.get_one(Call, call_id, populate_existing=True)
    if not _settled(session, call, now):
        return
    if not any(one.text for one in spoken):
        _tell_people(session, company, call, now)
        return
    before = _said(session, call)
    assessment = assess([*before, *(triage.Utterance(one.text, None, one.confidence) for one in spoken)], call)
    _keep(session, call, spoken, engine, assessment)
    if "opt_out" in assessment.signals and call.caller:  # legal.md L4: any reasonable way
        consent.by_voice(session, company, call.caller, " ".join(one.text for one in spoken), call.sid, now)
    job = _job(session, company, call, assessment, now)
    number = (job.callback if job else None) or _spoken_number(assessment) or call.caller
    priority = job.priority if job else None
    callback = owing.owe(session, call, company, Missed.VOICEMAIL, now, number=number, priority=priority)
    if job is not None and priority == Priority.P1 and number:
        on_it(session, company, call, number, now)
    story.note(session, callback, "heard", now, detail=jobs.title(job) if job else "")


def _settled(session: Session, call: Call, now: datetime) -> bool:
    """Nobody hears this message any more; False when somebody else was first."""
    first = (
        update(Call)
        .where(col(Call.id) == call.id, col(Call.heard_at).is_(None))
        .values(heard_at=now, hearing_until=None)
        .execution_options(synchronize_session=False)
    )
    done: bool = session.execute(first).rowcount == 1  # type: ignore[attr-defined]
    session.refresh(call)
    return done


def _job(session: Session, company: Company, call: Call, assessment: Assessment, now: datetime) -> Job | None:
    """The job of the call with this message in it; an emergency is paged."""
    doubt = assessment.unsure
    if assessment.priority != Priority.P1 and doubt is not None:
        job = jobs.write_emergency(session, call, assessment, doubt.situation, f"perhaps {doubt.name}, on a tape", now)
    elif assessment.priority is not None or jobs.of_call(session, call.id) is not None:
        job = jobs.write(session, call, assessment, now)
    else:
        return None
    if job.priority == Priority.P1:
        paging.start(session, job, company, now)
    return job


def _keep(session: Session, call: Call, spoken: Sequence[Spoken], engine: str, assessment: Assessment) -> None:
    """The words, behind those spoken before; no words and no sound where a card number is in them (legal.md L12)."""
    last = session.exec(select(func.max(Utterance.position)).where(Utterance.call_id == call.id)).one() or 0
    card = "card_number" in assessment.signals
    for position, one in enumerate(spoken, last + 1):
        session.add(
            Utterance(
                call_id=call.id,
                position=position,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
                text="[removed]" if card else one.text,
                confidence=one.confidence,
                asked=None,
                engine=engine,
                decode_ms=one.decode_ms,
            )
        )
    call.untape = call.untape or card
    call.assessment = to_json(assessment)
    call.language = assessment.language.value
    session.add(call)


def _said(session: Session, call: Call) -> list[triage.Utterance]:
    rows = select(Utterance).where(Utterance.call_id == call.id).order_by(col(Utterance.position))
    return [triage.Utterance(one.text, one.asked, one.confidence) for one in session.exec(rows).all() if one.text]


def _spoken_number(assessment: Assessment) -> str | None:
    return assessment.entities.callback.value if assessment.entities.callback else None


def _tell_people(session: Session, company: Company, call: Call, now: datetime) -> None:
    """A tape that says nothing to us may say something to a person: it is pressing, and a manager hears of it."""
    callback = owing.owe(session, call, company, Missed.VOICEMAIL, now, number=call.caller, priority=Priority.P2.value)
    story.note(session, callback, "unheard", now, detail=UNHEARD)
    for head in company.with_role("manager") or company.with_role("owner"):
        words = f"A {UNHEARD} is in the queue. Please listen to it or have somebody call back now."
        outbox.text_staff(session, head, f"unheard:{call.id}:{head.id}", words, now, call_id=call.id)
