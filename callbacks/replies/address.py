"""The address in a story by text: kept into the job, read back, replaced where the caller says that it is wrong."""

from collections.abc import Callable
from datetime import datetime
from string import capwords

from sqlmodel import Session

from callbacks import story
from callbacks.replies import record
from callbacks.replies.answering import reply
from callbacks.texts import promised, say
from models.company import Company
from models.tables import Call, Callback, Job
from routing import jobs, paging
from triage.assessment import Address, Assessment, to_json

FIX = "fix"
"""The question, in the record: what is the right address?"""

TRIES = 2
"""So often it is asked; what cannot be read then is read by people."""

BY_CALLER = "corrected by text"
"""In a job's details: the address stands as the caller wrote it last, whatever was heard on the telephone."""


_OF = "address_of"
"""In a job's details: somebody else than the caller has told the place."""


def known(job: Job | None) -> str:
    """The address that a truck could find, on one line; empty while it is not known."""
    parts = (job.address or {}) if job else {}
    return jobs.place(job) if job and parts.get("number") and parts.get("street") else ""


def of_another(session: Session, job: Job) -> None:
    """A telephone that was only left to be called has told the place: it is never read back to the caller's."""
    job.details = job.details | {_OF: "another number"}
    session.add(job)
    session.flush()


def is_anothers(job: Job | None) -> bool:
    """Whether the place was told from another number than the caller's."""
    return job is not None and _OF in job.details


def readable(place: str) -> str:
    """As people write it: what was heard and typed has no capitals."""
    return capwords(place)


def written(session: Session, call: Call, heard: Assessment, now: datetime) -> Job | None:
    """Bring the job up to date; None while there is nothing to write one for: neither trouble nor a place."""
    place = heard.entities.address
    if heard.priority is None and jobs.of_call(session, call.id) is None and not (place and place.complete):
        return None
    return kept(session, call, lambda: jobs.write(session, call, heard, now))


def kept(session: Session, call: Call, write: Callable[[], Job]) -> Job:
    """Write a job; an address that the caller has corrected stays what it is."""
    before = jobs.of_call(session, call.id)
    corrected = before.address if before and before.details.get("address") == BY_CALLER else None
    job = write()
    if corrected is not None:
        job.address = corrected
        session.add(job)
        session.flush()
    return job


def fix(
    session: Session,
    company: Company,
    call: Call,
    text: record.Text,
    position: int,
    right: Assessment | None,
    now: datetime,
) -> None:
    """They say that the address is wrong. `right`: what is understood of the words that tell the right one, if any."""
    place = right.entities.address if right else None
    if right is not None and place is not None and place.complete:
        body, asks = _replaced(session, company, call, right, place, now), None
    elif record.asked(session, call).count(FIX) >= TRIES:
        callback = session.get(Callback, call.callback_id) if call.callback_id else None
        promise = promised(company, callback.promised_at if callback else None, now, call.language)
        body, asks = say(company, "noted", call.language, promise=promise), None
    elif known(jobs.of_call(session, call.id)):
        body, asks = say(company, "spelling", call.language), FIX
    else:
        body, asks = say(company, "nothing_to_fix", call.language), FIX
    record.decided(session, call, position, "address", asks)
    reply(session, text.sid, text.number, body, now, call.id)


def _replaced(session: Session, company: Company, call: Call, right: Assessment, place: Address, now: datetime) -> str:
    """Put the right address in the place of the wrong one, tell whoever has the job, and read it back."""
    job = jobs.of_call(session, call.id) or jobs.write(session, call, right, now)
    job.address = to_json(place)
    job.details = {name: told for name, told in job.details.items() if name != _OF} | {"address": BY_CALLER}
    session.add(job)
    session.flush()
    paging.brief(session, job, company, now)
    callback = session.get(Callback, call.callback_id) if call.callback_id else None
    if callback is not None:
        story.note(session, callback, "corrected", now, detail="address")
    return say(company, "address", call.language, place=readable(jobs.place(job)), more="")
