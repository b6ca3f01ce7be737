"""/api/v1/jobs: the work, what other systems tell of it, and what its customer is asked. Needs the bearer key."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from callbacks import followups
from carrier import retention
from desk.api import DOOR, HouseDep
from models.enums import JobEventKind, JobStatus, RunStatus
from models.moves import move
from models.once import insert_once
from models.tables import Job, JobEvent, PageRun
from routing.rota import view
from voice.house import House

router = APIRouter(prefix="/api/v1", tags=["jobs"])

AHEAD = timedelta(minutes=10)
"""How far the clock of another system may be ahead of ours."""

_ENDS = (JobEventKind.COMPLETED, JobEventKind.CANCELLED)


class EventIn(BaseModel):
    """What happened to a job. A time without an offset is on the company's wall; no `key`: once a kind and time."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: JobEventKind
    at: datetime
    key: str | None = Field(default=None, min_length=1, max_length=100)
    detail: str = Field(default="", max_length=500)


@router.get("/jobs")
async def jobs(house: HouseDep, limit: int = 50) -> list[dict[str, Any]]:
    """The latest jobs, newest first."""
    return await house.database.run(_list, house, max(1, min(limit, 500)))


@router.get("/jobs/{job_id}")
async def job(job_id: str, house: HouseDep) -> dict[str, Any]:
    """One job with what was told of it, oldest first, and how the asking after it stands."""
    return await house.database.run(_read, house, job_id)


@router.post("/jobs/{job_id}/events", status_code=201)
async def tell(job_id: str, event: EventIn, house: HouseDep, response: Response) -> dict[str, Any]:
    """Tell what happened to a job, once a key: 201 when it is new, 200 when it was told before. Gives the job."""
    card, new = await house.database.run(_tell, house, job_id, event)
    response.status_code = 201 if new else 200
    house.wake()
    return card


def _tell(session: Session, house: House, job_id: str, event: EventIn) -> tuple[dict[str, Any], bool]:
    row, now = _found(session, job_id), house.clock()
    at = _moment(house, row, event.at, now)
    key = f"{row.id}:{event.key or f'{event.kind}:{at.isoformat()}'}"
    known = session.exec(select(JobEvent).where(JobEvent.key == key)).first()
    if known is None:
        _refuse_nonsense(session, row, event.kind)
        if insert_once(session, JobEvent(key=key, job_id=row.id, kind=event.kind, detail=event.detail, at=at)):
            if event.kind in _ENDS and row.status != JobStatus.CLOSED:
                move(session, row, row.status, JobStatus.CLOSED)
            followups.heard(session, row, event.kind, house.company, now)
            return _card(session, row), True
        known = session.exec(select(JobEvent).where(JobEvent.key == key)).one()
    if (known.kind, known.at) != (event.kind, at):
        raise HTTPException(409, "this key was used for another event of the job: choose another key")
    return _card(session, row), False


def _refuse_nonsense(session: Session, row: Job, kind: JobEventKind) -> None:
    if kind not in _ENDS:
        return
    if kind is JobEventKind.COMPLETED and _was_cancelled(session, row):
        raise HTTPException(409, "this job was cancelled: tell a note, or complete the job that took its place")
    run = session.exec(select(PageRun).where(PageRun.job_id == row.id, PageRun.status == RunStatus.RUNNING)).first()
    if run is not None:
        raise HTTPException(409, f"people are being paged for it: somebody must take it first (A{run.code})")


def _was_cancelled(session: Session, row: Job) -> bool:
    cancelled = select(JobEvent.id).where(JobEvent.job_id == row.id, JobEvent.kind == JobEventKind.CANCELLED)
    return session.exec(cancelled).first() is not None


def _moment(house: House, row: Job, given: datetime, now: datetime) -> datetime:
    """The instant that was given. 422 when it cannot be."""
    try:
        at = view.moment(house.company, given).astimezone(UTC)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    if at > now + AHEAD:
        raise HTTPException(422, "at is in the future: tell it when it has happened")
    if at < row.created_at - AHEAD:
        raise HTTPException(422, "at is before the job began: check the time and its offset")
    return at


def _list(session: Session, house: House, limit: int) -> list[dict[str, Any]]:
    rows = session.exec(select(Job).order_by(col(Job.created_at).desc()).limit(limit)).all()
    retention.note(session, DOOR, "read", "jobs", house.clock())
    return [one.model_dump(mode="json") for one in rows]


def _read(session: Session, house: House, job_id: str) -> dict[str, Any]:
    row = _found(session, job_id)
    retention.note(session, DOOR, "read", row.id, house.clock())
    return _card(session, row)


def _card(session: Session, row: Job) -> dict[str, Any]:
    events = select(JobEvent).where(JobEvent.job_id == row.id).order_by(col(JobEvent.at), col(JobEvent.id))
    asked = followups.of_job(session, row.id)
    return row.model_dump(mode="json") | {
        "events": [one.model_dump(mode="json", exclude={"job_id"}) for one in session.exec(events)],
        "follow_up": asked.model_dump(mode="json", exclude={"job_id", "number"}) if asked else None,
    }


def _found(session: Session, job_id: str) -> Job:
    row = session.get(Job, job_id)
    if row is None:
        raise HTTPException(404, "no job has this id: GET /api/v1/jobs lists them")
    return row
