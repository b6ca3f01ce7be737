"""What may be sent to whom and why not, for other systems."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from carrier import consent, gate, outbox
from desk import consents
from models.company import Company
from models.database import Database
from models.enums import Channel, Purpose
from models.tables import Access, Call
from tests.conftest import Clock

ANN = "+15125550777"
KEY = {"Authorization": "Bearer key"}
AT = {"number": ANN}


@pytest.fixture
def desk(books: Database, shop: Company, wednesday: Clock) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(consents.router)
    app.state.api_key = "key"
    app.state.house = SimpleNamespace(database=books, company=shop, clock=wednesday)
    with TestClient(app, headers=KEY) as client:
        yield client


def test_why_a_message_did_not_leave(desk: TestClient, books: Database, shop: Company, wednesday: Clock) -> None:
    with books.transaction() as session:
        row = outbox.enqueue(
            session, key="k", channel=Channel.TEXT, purpose=Purpose.REPLY, to=ANN, body="Words.", now=wednesday()
        )
        row.reason, message_id = "L4: opted out", row.id
    assert desk.get(f"/api/v1/messages/{message_id}").json()["why"] == "L4: opted out"
    assert desk.get("/api/v1/messages/none").status_code == 404
    assert ANN not in desk.get(f"/api/v1/messages/{message_id}").text


def test_what_a_number_has_said_and_that_somebody_looked(
    desk: TestClient, books: Database, shop: Company, wednesday: Clock
) -> None:
    with books.transaction() as session:
        consent.opt_out(session, shop, ANN, "stop", None, "SM1", wednesday())
    events = desk.post("/api/v1/consents/read", json=AT).json()
    assert {(one["channel"], one["granted"], one["source"]) for one in events} == {
        ("text", False, "keyword"),
        ("call", False, "keyword"),
    }
    with books.transaction() as session:
        assert [one.what for one in session.exec(select(Access)).all()] == ["read"]


def test_the_do_not_call_list(desk: TestClient, books: Database, shop: Company, wednesday: Clock) -> None:
    assert desk.post("/api/v1/blocked", json={**AT, "reason": "prank"}).status_code == 201
    assert desk.post("/api/v1/blocked", json={"number": "5125550777"}).status_code == 422
    assert desk.get("/api/v1/blocked.csv").text.splitlines()[1].startswith(f"{ANN},prank,api,")
    with books.transaction() as session:
        assert not gate.may_dial(session, ANN, shop, wednesday()).allowed
    assert desk.post("/api/v1/blocked/release", json=AT).json() == {"was_there": True}
    assert desk.get("/api/v1/blocked").json() == []
    with books.transaction() as session:
        looks = session.exec(select(Access)).all()
    assert {(one.who, one.what, one.ref) for one in looks} == {
        ("api", "exported", "blocked"),
        ("api", "read", "blocked"),
    }


def test_consents_come_in_only_with_their_proof(desk: TestClient) -> None:
    table = f"number,channel,scope,proof,given_at\n{ANN},text,marketing,,2026-05-04T10:00:00-05:00\n"
    answer = desk.post("/api/v1/consents/import", content=table, headers={"Content-Type": "text/csv"})
    assert answer.json() == {"taken": 0, "refused": ["line 2: no proof"]}


def test_a_legal_hold_is_set_and_released(desk: TestClient, books: Database, wednesday: Clock) -> None:
    with books.transaction() as session:
        session.add(Call(sid="CA1", caller=ANN, received_at=wednesday()))
    assert desk.post("/api/v1/calls/CA1/hold").json() == {"held": True}
    assert desk.post("/api/v1/calls/CA1/release").json() == {"held": False}
    assert desk.post("/api/v1/calls/CA2/hold").status_code == 404
    assert desk.post("/api/v1/consents/read", json=AT, headers={"Authorization": "Bearer no"}).status_code == 401
