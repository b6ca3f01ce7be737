"""The rota for other systems: who is on call, the days ahead, changes, the calendar."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar

from desk import rota
from models.company import Company
from models.database import Database
from tests.conftest import Clock

NIGHT = {"starts_at": "2026-11-20T17:00", "ends_at": "2026-11-21T07:00"}
KEY = {"Authorization": "Bearer key"}


class Desk:
    """Asks with the key."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.woken = client, 0

    def wake(self) -> None:
        self.woken += 1

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=KEY)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def change(self, expected: int = 201, **body: Any) -> Any:
        answer = self.client.post("/api/v1/rota/changes", json=body, headers=KEY)
        assert answer.status_code == expected, answer.text
        return answer.json()

    def on(self, at: str, trade: str = "plumbing") -> list[str]:
        return [one["person"] for one in self.get(f"/on-call?at={at}&trade={trade}")["duties"]]


@pytest.fixture
def desk(books: Database, shop: Company, wednesday: Clock) -> Iterator[Desk]:
    app = FastAPI()
    app.include_router(rota.router)
    with TestClient(app) as client:
        desk = Desk(client)
        app.state.api_key = "key"
        app.state.house = SimpleNamespace(company=shop, database=books, clock=wednesday, wake=desk.wake)
        yield desk


def test_a_stranger_learns_nothing(desk: Desk) -> None:
    for path in ("on-call", "rota", "rota.ics"):
        assert desk.client.get(f"/api/v1/{path}").status_code == 401
    assert desk.client.post("/api/v1/rota/changes", json={}).status_code == 401
    assert desk.client.delete("/api/v1/rota/changes/x").status_code == 401


def test_who_is_on_call_now_and_without_their_numbers(desk: Desk) -> None:
    told = desk.get("/on-call?trade=gas")
    assert told["at"] == "2026-11-18T10:15:00-06:00"
    assert [(one["name"], one["level"]) for one in told["duties"]] == [("Marcus Bell", 1), ("Elena Ruiz", 1)]
    assert "+1512" not in str(told)


def test_a_cover_is_written_seen_and_withdrawn(desk: Desk) -> None:
    (cover,) = desk.change(kind="cover", person="walt", covers="marcus", **NIGHT)
    assert cover["starts_at"] == "2026-11-20T17:00:00-06:00" and desk.woken == 1
    assert [desk.on(at) for at in ("2026-11-20T16:59", "2026-11-20T17:00", "2026-11-21T13:00Z")] == [
        ["marcus"],
        ["walt"],
        ["marcus"],
    ]
    week = desk.get("/rota?days=7")
    assert [one["id"] for one in week["changes"]] == [cover["id"]]
    starts = [datetime.fromisoformat(one["starts_at"]) for one in week["spans"]]
    assert [f"{one:%d %H:%M}" for one in starts] == ["18 10:15", "20 17:00", "21 07:00"]
    gone = f"/api/v1/rota/changes/{cover['id']}"
    assert [desk.client.delete(gone, headers=KEY).status_code for _ in range(2)] == [204, 404]
    assert desk.on("2026-11-20T17:00") == ["marcus"]


def test_a_swap_is_two_covers_and_one_that_leaves_a_hole_is_none(desk: Desk) -> None:
    other = {"other_starts_at": "2026-11-22T17:00", "other_ends_at": "2026-11-23T07:00"}
    no = desk.change(409, kind="swap", person="marcus", other="tom", **NIGHT, **other)
    assert "plumbing would have nobody who may be sent (Tom Okafor" in no["detail"]
    assert desk.get("/rota")["changes"] == []
    desk.change(kind="off", person="marcus", **NIGHT)
    desk.change(kind="add", person="walt", trades=["plumbing"], **NIGHT)
    assert desk.on("2026-11-20T20:00") == ["walt"] and desk.on("2026-11-20T20:00", "gas") == ["elena"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "party", "person": "tom", **NIGHT},
        {"kind": "off", "person": "tom", **NIGHT, "phone": "+15125550113"},
        {"kind": "off", "person": "tom", **NIGHT, "starts_at": "0001-01-01T00:00"},
        {"kind": "off", "person": "tom", **NIGHT, "ends_at": "tomorrow"},
    ],
)
def test_nonsense_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    desk.change(422, **body)


def test_the_calendar(desk: Desk) -> None:
    answer = desk.client.get("/api/v1/rota.ics?days=7", headers=KEY)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 5
