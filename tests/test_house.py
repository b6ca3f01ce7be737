"""The house holds: imports go upwards only, every room has a docstring at its door, the simulator stands alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("models", "triage", "carrier", "routing", "callbacks", "voice", "desk", "firstring")
ALL = (*ROOMS, "simulator", "fixtures")


def imported(path: Path) -> set[str]:
    """The rooms that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names & {*ALL, "tests"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_those_above_it(room: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room) + 1]}
    if room == "firstring":
        allowed |= {"simulator", "fixtures"}  # the demo, the load test and `firstring call` place calls
    for path in (ROOT / room).rglob("*.py"):
        assert imported(path) <= allowed, path


def test_the_simulator_imports_nothing_of_ours() -> None:
    for path in (ROOT / "simulator").rglob("*.py"):
        assert imported(path) <= {"simulator"}, path


@pytest.mark.parametrize("room", ALL)
def test_every_room_says_at_its_door_what_lives_there(room: str) -> None:
    assert ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text("utf-8")))
