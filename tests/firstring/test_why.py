""" "Why was I paged?" - answered from what was stored with the job, in words."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firstring import cli
from firstring.settings import EXAMPLE_PROFILE
from models.database import Database
from models.migrate import upgrade
from models.tables import Call
from routing import jobs
from tests.conftest import Clock
from triage.assessment import Context
from triage.triage import Triage, Utterance

SETTINGS = {
    "FIRSTRING_PUBLIC_URL": "https://phone.example.com",
    "FIRSTRING_SECRET_KEY": "k" * 32,
    "FIRSTRING_PROFILE": str(EXAMPLE_PROFILE),
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t" * 32,
}


@pytest.fixture
def paged_for_gas(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, night: Clock) -> int:
    """The number of a job that a smell of gas opened at 23:40."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    for name, value in {**SETTINGS, "FIRSTRING_DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)
    upgrade(url)
    database = Database(url)
    assessment = Triage.load().assess([Utterance("sorry it's late but i smell gas by the stove")], Context())

    def open_job(session) -> int:
        call = Call(sid="CA1", caller="+15125550199", received_at=night())
        session.add(call)
        session.flush()
        return jobs.write(session, call, assessment, night()).number

    number = database.work(open_job)
    database.close()
    return number


def test_the_technician_reads_the_words_that_woke_him(paged_for_gas: int) -> None:
    cli._mount()
    said = CliRunner().invoke(cli.app, ["why", str(paged_for_gas)]).stdout
    assert said.startswith(f"{paged_for_gas}: P1, emergency, G01 Gas smell indoors\n")
    assert '"smell gas" (words 6 to 7)' in said
    assert "the models hear emergency" in said
    assert "rules and models " in said


def test_programs_get_the_evidence_itself(paged_for_gas: int) -> None:
    cli._mount()
    stored = json.loads(CliRunner().invoke(cli.app, ["why", str(paged_for_gas), "--json"]).stdout)
    assert stored["priority"] == "P1"
    assert any(item["rule"].startswith("hazard:gas") for item in stored["evidence"])


def test_a_number_that_is_no_job_is_said_to_be_none(paged_for_gas: int) -> None:
    cli._mount()
    result = CliRunner().invoke(cli.app, ["why", "7"])
    assert result.exit_code == 2
    assert "there is no job 7" in result.stderr
