"""A danger in a text: whether the run of its story covers it, and the new job that begins where it does not."""

from datetime import datetime

from sqlmodel import Session

from callbacks.replies import reading, record
from models.enums import Priority
from models.tables import Call, Job
from routing import jobs
from routing.paging import Stands
from triage.assessment import Assessment
from triage.rules.hazards import danger_of
from triage.situations import SITUATIONS


def another(call: Call, job: Job, how: Stands, body: str, heard: Assessment, alone: Assessment) -> bool:
    """Whether a text tells of a danger that needs a job of its own.

    A danger beyond those that people were paged for does; so does any, and URGENT, when the job is over. `heard` is
    everything with the text, `alone` the text by itself; `call` as it was understood before it. Pure.
    """
    if how is Stands.UNPAGED:
        return False
    if how is Stands.OVER:
        return alone.priority == Priority.P1 or reading.says_urgent(body)
    return bool(_dangers(heard) - _known(call, job))


def begin(session: Session, old: Call, job: Job, text: record.Text, now: datetime) -> Call:
    """A story of its own for the text, with a job that has from the old one what does not change: who and where."""
    call = record.begun_by_text(session, text, now)
    call.language = old.language
    fresh = jobs.write(session, call, Assessment(), now)
    fresh.name, fresh.address = job.name, job.address
    lasting = ("address", "address_of", "access", "place")
    fresh.details = {name: job.details[name] for name in lasting if name in job.details}
    session.add_all([call, fresh])
    session.flush()
    return call


def _dangers(heard: Assessment) -> set[str]:
    return {one.name for one in heard.hazards if SITUATIONS[one.situation].priority == Priority.P1}


def _known(call: Call, job: Job) -> set[str]:
    """The names of all dangers of the story so far."""
    before = {one["name"] for one in (call.assessment or {}).get("hazards", ())}
    return before | ({danger_of(job.situation)} if job.situation else set())
