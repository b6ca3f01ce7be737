"""`firstring rota`, as a dispatcher types it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.company import Company
from models.database import Database
from routing.rota.cli import Shop, make_app
from tests.conftest import Clock


class Terminal:
    """Types a command."""

    def __init__(self, shop: Shop) -> None:
        @contextmanager
        def opened() -> Iterator[Shop]:
            yield shop

        self.app = make_app(opened)

    def type(self, line: str, leaves: int = 0) -> Result:
        result = CliRunner().invoke(self.app, line.split())
        assert result.exit_code == leaves, result.output
        return result


@pytest.fixture
def terminal(books: Database, shop: Company, wednesday: Clock) -> Terminal:
    return Terminal(Shop(shop, books, wednesday))


def test_now_and_the_week(terminal: Terminal) -> None:
    assert "Tom Okafor" in terminal.type("now --trade electrical").output
    assert [one["person"] for one in json.loads(terminal.type("now --trade gas --json").output)] == ["marcus", "elena"]
    assert len(json.loads(terminal.type("week --json").output)) == 1


def test_somebody_falls_ill_the_check_says_so_and_a_cover_leaves_nobody_behind_it(terminal: Terminal) -> None:
    span = "--from 2026-11-18T17:00 --until 2026-11-19T07:00"
    terminal.type("check")
    terminal.type(f"off marcus {span}")
    assert "nobody on duty for plumbing" in terminal.type("check", leaves=1).output
    (cover,) = json.loads(terminal.type(f"cover walt --for marcus {span} --json").output)
    assert "only Walt Kowalski for plumbing" in terminal.type("check", leaves=1).output  # nobody behind him now
    assert "Walt Kowalski" in terminal.type("now --at 2026-11-18T20:00 --trade plumbing").output
    terminal.type(f"withdraw {cover['id']}")
    terminal.type(f"withdraw {cover['id']}", leaves=2)
    (found,) = json.loads(terminal.type("check --json", leaves=1).output)
    assert found["findings"] == ["nobody on duty for plumbing"]


def test_a_swap_that_cannot_be_says_why(terminal: Terminal) -> None:
    line = "swap marcus --from 2026-11-18T17:00 --until 2026-11-19T07:00 --with tom"
    told = terminal.type(f"{line} --with-from 2026-11-19T17:00 --with-until 2026-11-20T07:00", leaves=2)
    assert "plumbing would have nobody" in told.output
    told = terminal.type("off marcus --from 0001-01-01T00:00 --until 2026-11-19T07:00", leaves=2)
    assert "a year between" in told.output


def test_a_calendar_out_and_in(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "rota.ics"
    terminal.type(f"export --to {file}")
    assert file.read_text("utf-8").count("BEGIN:VEVENT") == 5 == terminal.type("export").output.count("BEGIN:VEVENT")
    night = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261120T170000\nDTEND:20261121T070000\nSUMMARY:{}\n"
    file.write_text(night.format("Walt") + "END:VEVENT\nEND:VCALENDAR\n", "utf-8")
    assert json.loads(terminal.type(f"import {file} --json").output) == {"written": 1, "kept": 0, "withdrawn": 0}
    file.write_text(night.format("Zoe") + "END:VEVENT\nEND:VCALENDAR\n", "utf-8")
    assert "line 2, UID 1: it names nobody on the staff" in " ".join(
        terminal.type(f"import {file}", leaves=2).output.split()
    )
    terminal.type(f"import {tmp_path / 'none.ics'}", leaves=2)
