"""Every row can be read by a person."""

import json
from datetime import timedelta
from pathlib import Path

import typer
from sqlmodel import SQLModel
from typer.testing import CliRunner

from carrier.cli import make_outbox
from carrier.errors import Refused, Throttled
from carrier.records import owed_and_failed, row_story
from models.database import Database
from tests.carrier.conftest import TurnedClock, shop
from tests.carrier.fakes import FakeCarrier
from tests.carrier.test_outbox import page_run
from tests.carrier.world import SAM, World


def test_a_row_tells_who_what_when_why_and_what_twilio_said(world: World) -> None:
    with world.database.transaction() as session:
        run_id = page_run(session, world.clock)
    world.page(run_id=run_id, step=2, person_id="sam")
    world.carrier.plan.extend([Throttled("Twilio asks us to wait", 20429), Refused(30006, permanent=True)])
    world.sweep()
    world.clock.turn(1)
    world.sweep()
    with world.database.read() as session:
        story = row_story(session, world.row().id)
        assert row_story(session, "nothing") is None
    assert story is not None
    assert (story.who, story.what, story.job, story.step) == ("sam", "page by text", 4821, 2)
    assert (story.status, story.tries, story.why) == ("failed", 2, "a landline or an unreachable network")
    assert story.twilio == "30006 a landline or an unreachable network"


def test_the_list_holds_what_is_owed_and_what_failed_within_a_day(world: World) -> None:
    world.page("failed")
    world.carrier.plan.append(Refused(21211, permanent=True))
    world.sweep()
    world.page("owed", body="P1 #2", due_at=world.clock() + timedelta(hours=30))
    world.page("sent", body="P1 #3")
    world.sweep()
    world.hears("sent", "delivered")

    def shown() -> list[str]:
        with world.database.read() as session:
            return [one.status for one in owed_and_failed(session, world.clock())]

    assert shown() == ["failed", "pending"]
    world.clock.turn(25 * 3600)
    assert shown() == ["pending"]


def test_the_command_shows_it_without_a_strangers_number(tmp_path: Path, clock: TurnedClock) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    database = Database(url)
    SQLModel.metadata.create_all(database.engine)
    world = World(database, FakeCarrier(clock), shop(), clock)
    world.page(due_at=clock() + timedelta(hours=1))
    app = typer.Typer()
    app.command()(make_outbox(lambda: (Database(url), clock)))
    run = CliRunner()
    [line] = run.invoke(app, ["--json"]).stdout.splitlines()
    row = json.loads(line)
    assert (row["who"], row["status"], row["due_at"]) == ("...0101", "pending", "2026-01-20T04:00:00+00:00")
    assert SAM not in line
    assert "The outbox" in run.invoke(app).stdout
    assert row["id"] in run.invoke(app, [row["id"]]).stdout
    assert run.invoke(app, ["nobody"]).exit_code == 2
    database.close()
