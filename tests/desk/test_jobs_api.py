"""Jobs for other systems: what happened to one is told once, and what makes no sense is refused with what to do."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from desk import jobs
from models.company import Company
from models.database import Database
from models.enums import JobStatus, RunStatus
from models.tables import Access, PageRun
from tests.callbacks.followups_rig import ANA, Rig, asking
from tests.conftest import Clock

KEY = {"Authorization": "Bearer key"}


class Desk(Rig):
    """The same shop, with its door."""

    def __init__(self, client: TestClient, database: Database, company: Company, clock: Clock) -> None:
        super().__init__(database, company, clock)
        self.client, self.woken = client, 0

    def wake(self) -> None:
        self.woken += 1

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1/jobs{path}", headers=KEY)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tells(self, job_id: str, kind: str = "completed", expected: int = 201, **more: Any) -> Any:
        body = {"kind": kind, "at": self.clock().isoformat(), **more}
        answer = self.client.post(f"/api/v1/jobs/{job_id}/events", json=body, headers=KEY)
        assert answer.status_code == expected, answer.text
        return answer.json()


@pytest.fixture
def desk(database: Database, shop: Company, wednesday: Clock) -> Iterator[Desk]:
    app, company = FastAPI(), asking(shop)
    app.include_router(jobs.router)
    with TestClient(app) as client:
        desk = Desk(client, database, company, wednesday)
        app.state.api_key = "key"
        app.state.house = SimpleNamespace(company=company, database=database, clock=wednesday, wake=desk.wake)
        yield desk


def test_a_stranger_learns_nothing(desk: Desk) -> None:
    assert desk.client.get("/api/v1/jobs").status_code == 401
    assert desk.client.get("/api/v1/jobs/x").status_code == 401
    assert desk.client.post("/api/v1/jobs/x/events", json={}).status_code == 401


def test_a_completed_job_is_closed_and_its_customer_will_be_asked(desk: Desk) -> None:
    desk.agrees()
    job = desk.job()
    card = desk.tells(job, detail="new valve")
    assert card["status"] == "closed" and [one["detail"] for one in card["events"]] == ["new valve"]
    assert card["follow_up"]["status"] == "waiting" and "number" not in card["follow_up"]
    desk.passes(days=1, hours=1)
    desk.writes("4")
    card = desk.get(f"/{job}")
    assert (card["follow_up"]["rating"], [one["kind"] for one in card["events"]]) == (4, ["completed", "note"])
    assert [one["id"] for one in desk.get("")] == [job] and desk.woken == 1


def test_who_looks_at_a_job_is_written_down(desk: Desk) -> None:
    job = desk.job()
    desk.get(f"/{job}")
    with desk.database.transaction() as session:
        assert [(one.who, one.what, one.ref) for one in session.exec(select(Access))] == [("api", "read", job)]


def test_the_same_event_told_twice_counts_once(desk: Desk) -> None:
    job, other = desk.job(), desk.job()
    first = desk.tells(job, key="st-1")
    assert desk.tells(job, key="st-1", expected=200) == first
    assert desk.tells(other, key="st-1")["id"] == other  # another job's keys are its own
    at = desk.clock().isoformat()
    desk.tells(job, "note", at=at)
    assert len(desk.tells(job, "note", at=at, expected=200)["events"]) == 2
    assert "choose another key" in desk.tells(job, "note", key="st-1", expected=409)["detail"]


def test_a_time_without_an_offset_is_on_the_companys_wall(desk: Desk) -> None:
    card = desk.tells(desk.job(), at="2026-11-18T10:20:00")
    assert card["events"][0]["at"] == "2026-11-18T16:20:00Z"


def test_a_job_that_nobody_knows_is_404_with_the_way_to_find_it(desk: Desk) -> None:
    assert "GET /api/v1/jobs" in desk.tells("nothing", expected=404)["detail"]
    assert desk.client.get("/api/v1/jobs/nothing", headers=KEY).status_code == 404


def test_times_that_cannot_be_are_422(desk: Desk) -> None:
    job, now = desk.job(), desk.clock()
    later = (now + timedelta(hours=1)).isoformat()
    assert "future" in desk.tells(job, at=later, expected=422)["detail"]
    assert "before the job" in desk.tells(job, at=(now - timedelta(days=1)).isoformat(), expected=422)["detail"]
    assert "a year" in desk.tells(job, at="0001-01-01T00:00:00", expected=422)["detail"]
    desk.tells(job, "finished", expected=422)
    desk.tells(job, colour="red", expected=422)


def test_a_cancelled_job_is_not_completed_afterwards_but_a_completed_one_may_be_cancelled(desk: Desk) -> None:
    desk.agrees()
    first, second = desk.job(), desk.job("+15125550188")
    desk.tells(first, "cancelled")
    assert "was cancelled" in desk.tells(first, expected=409)["detail"]
    desk.tells(second)
    assert desk.tells(second, "cancelled")["follow_up"]["reason"] == "cancelled"


def test_a_job_for_which_people_are_being_paged_is_first_taken(desk: Desk) -> None:
    job = desk.job(status=JobStatus.PAGED)
    run = PageRun(job_id=job, code=4821, created_at=desk.clock())
    desk.database.work(lambda session: session.add(run))
    assert "A4821" in desk.tells(job, expected=409)["detail"]
    desk.tells(job, "complaint")

    def taken(session: Any) -> None:
        row = session.get_one(PageRun, run.id)
        row.status = RunStatus.ACKNOWLEDGED
        session.add(row)

    desk.database.work(taken)
    assert desk.tells(job)["status"] == "closed"


def test_a_complaint_stops_the_asking(desk: Desk) -> None:
    job = desk.done()
    assert desk.tells(job, "complaint")["follow_up"]["status"] == "stopped"
    desk.passes(days=2)
    assert desk.texts(ANA) == []
