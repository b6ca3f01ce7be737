"""A day at the shop, written as rows, told as figures: by the API and by the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session
from typer.testing import CliRunner, Result

from callbacks.figures import CallFacts, days, read
from desk import figures as door
from firstring.report import make_report
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, Channel, MessageStatus, Purpose, RunStatus, TransferStatus
from models.tables import Call, Callback, Job, Message, PageRun, RunEvent, Transfer
from routing.rota.cli import Shop
from tests.conftest import Clock

NINE = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # nine in the morning in Austin
NUMBER = "+15125550190"


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def a_day(session: Session) -> None:
    """Bridged in a minute; hung up, texted in half a minute and called back in time; a burst pipe: Marcus phoned."""
    bridged = Call(sid="CA1", caller=NUMBER, received_at=at(0), stream_at=at(0), ended_at=at(9))
    gone = Call(sid="CA2", caller=NUMBER, received_at=at(20), stream_at=at(20), ended_at=at(21), missed="abandoned")
    burst = Call(sid="CA3", caller=NUMBER, received_at=at(60), stream_at=at(60), ended_at=at(62))
    text_only = Call(sid="SM4", caller=NUMBER, received_at=at(70))
    session.add_all([bridged, gone, burst, text_only])
    session.flush()
    owed = Callback(
        call_id=gone.id,
        reason="abandoned",
        status=CallbackStatus.DONE,
        created_at=at(21),
        promised_at=at(40),
        first_promised_at=at(40),
        first_tried_at=at(30),
        reached_at=at(30.5),
    )
    job = Job(number=1001, call_id=burst.id, intent="emergency", priority="P1", created_at=at(61))
    session.add_all([owed, job])
    session.flush()
    gone.callback_id = owed.id
    text = Message(
        key=f"promise:{owed.id}",
        channel=Channel.TEXT,
        purpose=Purpose.MISSED,
        to=NUMBER,
        body="sorry we missed you",
        call_id=gone.id,
        status=MessageStatus.DELIVERED,
        due_at=at(21),
        created_at=at(21),
        accepted_at=at(21.5),
    )
    run = PageRun(job_id=job.id, code=1001, status=RunStatus.ACKNOWLEDGED, created_at=at(61), acknowledged_at=at(63))
    handed = Transfer(call_id=bridged.id, status=TransferStatus.OVER, created_at=at(0), bridged_at=at(1))
    session.add_all([gone, text, run, handed])
    session.flush()
    session.add(RunEvent(run_id=run.id, at=at(70), what="called", person_id="marcus"))


@pytest.fixture
def day(database: Database) -> Database:
    database.work(a_day)
    return database


def test_the_rows_of_a_day_become_its_facts(day: Database, shop: Company) -> None:
    with day.read() as session:
        told = read(session, *days(shop, NINE.date(), NINE.date()))
    bridged, gone, burst = told
    assert bridged == CallFacts(at(0), ended_at=at(9), streamed=True, human_at=at(1))
    assert gone.texted_at == at(21.5)
    assert (gone.begins_missed, gone.recovered, gone.human_at) == (True, True, at(30.5))
    assert (burst.emergency_at, burst.accepted_at, burst.human_at) == (at(61), at(63), at(70))


def test_the_owner_asks_the_api(day: Database, shop: Company, wednesday: Clock) -> None:
    app = FastAPI()
    app.include_router(door.router)
    app.state.api_key, app.state.house = "key", SimpleNamespace(company=shop, database=day, clock=wednesday)
    with TestClient(app) as client:
        client.headers["Authorization"] = "Bearer key"
        total = client.get("/api/v1/figures?from=2026-11-18&to=2026-11-18").json()["total"]
        assert (total["calls"], total["missed"], total["kept"], total["recovered"]) == (3, 1, 1, 1)
        assert (total["human_median_s"], total["human_p95_s"], total["acceptance_median_s"]) == (600, 630, 120)
        lines = client.get("/api/v1/figures.csv?from=2026-11-17&by=hour").text.splitlines()
        assert [line.split(",")[:2] for line in lines[1:]] == [["09", "2"], ["10", "1"], ["total", "3"]]
        wrong = client.get("/api/v1/figures?from=2026-11-19&to=2026-11-18")
        assert wrong.status_code == 422
        assert NUMBER not in lines[0] + str(total)
        assert client.get("/api/v1/figures", headers={"Authorization": ""}).status_code == 401


class Terminal:
    """Types `firstring report`."""

    def __init__(self, shop: Shop) -> None:
        @contextmanager
        def opened() -> Iterator[Shop]:
            yield shop

        self.app = typer.Typer()
        self.app.command()(make_report(opened))

    def type(self, line: str) -> Result:
        return CliRunner().invoke(self.app, line.split(), env={"COLUMNS": "200"})


@pytest.fixture
def terminal(day: Database, shop: Company, wednesday: Clock) -> Terminal:
    return Terminal(Shop(shop, day, wednesday))


def test_the_owner_types_report(terminal: Terminal, tmp_path: Path) -> None:
    table = terminal.type("")
    assert "1 of 1 (100 %)" in table.output
    assert "10 min / 10 min" in table.output
    file, picture = tmp_path / "week.csv", tmp_path / "week.png"
    told = terminal.type(f"--from 2026-11-18 --csv {file} --plot {picture} --json")
    assert json.loads(told.output)["total"]["promises"] == 1
    assert file.read_text("utf-8").splitlines()[1].startswith("2026-11-18,3,3,1,")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_days_that_end_before_they_begin_are_named(terminal: Terminal) -> None:
    wrong = terminal.type("--from 2026-11-19 --to 2026-11-18")
    assert wrong.exit_code == 2
    assert "--from" in wrong.output


def test_a_quiet_week_says_so(terminal: Terminal) -> None:
    assert "nobody has called" in terminal.type("--from 2026-10-01 --to 2026-10-02").output
