"""Everything the technician's page shows, as plain facts read in one transaction. Who may see what is decided here."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Literal

from sqlmodel import Session

from carrier import consent
from models.company import Company, Person
from models.enums import RunStatus
from models.tables import Job, PageRun, RunEvent
from routing import jobs, paging, words
from routing.licences import permit_hint
from triage.situations import SCRIPTS, SITUATIONS

PARTS: Mapping[str, list[str]] = tomllib.loads(files(__package__).joinpath("data/parts.toml").read_text("utf-8"))
"""Situation to what a first visit often needs."""

State = Literal["open", "yours", "taken", "ended"]
"""For the one who looks: nobody has it, they have it, somebody else has it, it was called off."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What whoever goes must know; personal, so nobody sees it whom it does not concern any more."""

    name: str
    place: str
    phone: str
    notes: tuple[tuple[str, str], ...]  # (what, words): access and gate code, equipment, ...


@dataclass(frozen=True, slots=True)
class Card:
    """One page. `brief` is None for those who were paged in vain; `history` is (time, words)."""

    number: int
    priority: str
    title: str
    state: State
    status: str
    answers: str = ""
    problem: str = ""
    script: tuple[str, str] | None = None  # its name, its words
    skill: str = ""
    permit: str = ""
    for_the_work: str = ""  # who is sent once it is safe, where whoever looks may make it safe and no more
    parts: tuple[str, ...] = ()
    brief: Brief | None = None
    minutes: int | None = None
    arrived: bool = False
    may_pass: bool = False
    others: tuple[tuple[str, str], ...] = ()  # (id, name) of those who may go instead
    must_send: bool = False  # it is theirs, and one of those must go
    history: tuple[tuple[str, str], ...] = ()


NOTES = {
    "access": "Gate code and access",
    "window": "Times",
    "place": "Building",
    "equipment": "Equipment",
    "brand": "Brand",
    "age": "Age",
    "onset": "Since",
    "po": "PO or limit",
    "role": "Caller is",
}
"""Details of a job that a technician reads, and what they are called."""


def card(session: Session, run_id: str, person: Person, company: Company, now: datetime) -> Card | None:
    """The page of this person for this run; None when there is no such run any more."""
    run = session.get(PageRun, run_id, populate_existing=True)
    if run is None:
        return None
    company = consent.as_agreed(session, company)
    job = session.get_one(Job, run.job_id)
    state = _state(run, person)
    bare = Card(job.number, job.priority or "", jobs.title(job), state, _status(run, state, company))
    send = paging.told_to_send(job, person, company, now) if state == "yours" else ""
    if state in ("taken", "ended"):
        return bare
    row = SITUATIONS.get(job.situation or "")
    script = SCRIPTS.get(job.script or "")
    yours = state == "yours"
    return Card(
        *(bare.number, bare.priority, bare.title, state, f"{bare.status}.{send}" if send else bare.status),
        answers=jobs.known_answers(job),
        problem=job.problem or "",
        script=(script.name, script.en.format(**_utilities(company))) if script and script.en else None,
        skill=row.skill if row else "",
        permit=permit_hint(company, row.id).says if row else "",
        parts=tuple(PARTS.get(job.situation or "", ())),
        brief=_brief(job),
        minutes=run.minutes,
        arrived=run.arrived_at is not None,
        may_pass=yours or run.status == RunStatus.RUNNING,
        for_the_work=", ".join(one.name for one in paging.for_the_work(job, person, company, now)),
        others=tuple((one.id, one.name) for one in paging.who_may_go(job, person, company, now)) if yours else (),
        must_send=bool(send),
        history=tuple(
            (words.clock_time(company, one.at), _happened(one, company)) for one in paging.story(session, run)
        ),
    )


def _state(run: PageRun, person: Person) -> State:
    if run.acknowledged_by is not None:
        return "yours" if run.acknowledged_by == person.id else "taken"
    return "ended" if run.status == RunStatus.CANCELLED else "open"


def _status(run: PageRun, state: State, company: Company) -> str:
    match state:
        case "open":
            return "Nobody has taken it yet"
        case "ended":
            return "This page was called off"
        case "taken":
            said = words.taken_by(run, company)
            return said[0].upper() + said[1:]
    if run.arrived_at:
        return "Yours. You have arrived"
    if run.on_way_at:
        return f"Yours. On the way{f', {run.minutes} minutes' if run.minutes else ''}"
    return "Yours. Phone the customer now"


def _brief(job: Job) -> Brief:
    notes = tuple((title, str(job.details[key])) for key, title in NOTES.items() if job.details.get(key))
    return Brief(job.name or "", jobs.place(job), job.callback or "", notes)


def _utilities(company: Company) -> dict[str, str]:
    return {"gas_utility": company.gas_utility, "elec_utility": company.electric_utility}


HAPPENED = {
    "started": "paged",
    "next_method": "next method",
    "passed": "passed",
    "silent": "not heard of, asked again",
    "reminded": "reminded to send somebody",
    "overdue": "not there in time, asked",
    "not_there": "not there, no answer",
    "answered": "keeps it",
    "reopened": "paged again",
    "climbed": "next paged",
    "repeated": "paged once more",
    "exhausted": "nobody answered",
    "unreached": "everybody was asked",
    "rang_again": "the caller rang again",
    "pressed": "the caller asked for help again",
    "let_down": "time given has passed",
    "taken": "took it",
    "too_late": "answered too late",
    "called": "phoned the customer",
    "on_way": "on the way",
    "arrived": "arrived",
    "part_missing": "needs a part",
}


def _happened(event: RunEvent, company: Company) -> str:
    """One line of history: who did what; ids of staff in the detail become names."""
    who = company.find(event.person_id)
    names = {one.id: one.name for one in company.staff}
    detail = ", ".join(names.get(one, one) for one in event.detail.split(", ")) if event.detail else ""
    said = f"{who.name}: {HAPPENED[event.what]}" if who else HAPPENED[event.what].capitalize()
    return f"{said} ({detail})" if detail else said
