"""`firstring wipe`: what it says of what it leaves."""

import pytest
import typer
from typer.testing import CliRunner

from firstring.wipe import make_wipe
from models.database import Database
from models.enums import CallStatus
from models.tables import Call
from tests.conftest import Clock

ANN = "+15125550777"


@pytest.fixture
def command(books: Database, wednesday: Clock) -> typer.Typer:
    app = typer.Typer()
    app.command()(make_wipe(lambda: (books, wednesday)))
    return app


def test_it_says_why_a_call_is_left_and_what_to_do(command: typer.Typer, books: Database, wednesday: Clock) -> None:
    with books.transaction() as session:
        session.add(Call(sid="CA1", caller=ANN, received_at=wednesday(), status=CallStatus.TALKING))
    told = CliRunner().invoke(command, [ANN, "--yes"])
    assert told.exit_code == 0 and "run this again then" in told.stdout
    assert ANN not in told.stdout


@pytest.mark.parametrize("number", ["5125550777", "+1512", "911", "Ann"])
def test_what_is_no_number_is_refused(command: typer.Typer, number: str) -> None:
    assert CliRunner().invoke(command, [number, "--yes"]).exit_code == 2
