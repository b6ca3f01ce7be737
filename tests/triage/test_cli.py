"""`firstring triage`: lines in, JSON lines out."""

import json

import pytest
import typer
from typer.testing import CliRunner

from triage.cli import triage

KEYS = [
    "id", "intent", "priority", "trade", "situation", "hazards", "script", "confidence", "entities", "evidence", "ask",
]  # fmt: skip
SLOTS = {
    "name", "callback", "address", "problem", "equipment", "onset", "access", "window", "account", "po", "brand", "age",
    "claim", "role", "place",
}  # fmt: skip


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(triage)
    return lambda *args, text="": CliRunner().invoke(app, args, input=text)


def test_lines_of_text_become_json_lines_with_the_agreed_keys(run) -> None:
    result = run(text="i smell gas\n\nmy kitchen faucet drips\n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [row["id"] for row in rows] == ["1", "3"]
    assert [row["priority"] for row in rows] == ["P1", "P3"]
    assert set(rows[0]["entities"]) == SLOTS
    assert set(rows[0]["entities"]["address"]) == {"number", "street", "unit", "city", "state", "zip"}
    assert rows[0]["hazards"] == ["gas"]


def test_json_lines_carry_id_caller_and_context(run) -> None:
    rows = [
        {"id": "a", "text": "yes this number", "caller": "+15125550199", "context": "Q_CB"},
        {"id": "b", "text": "the furnace is out", "context": {"outdoor_f": 70}},
    ]
    result = run(text="\n".join(map(json.dumps, rows)))
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], first["entities"]["callback"]) == ("a", "+15125550199")
    assert (second["id"], second["priority"]) == ("b", "P3")


@pytest.mark.parametrize("context", ["Q_INSIDE", {"asked": "Q_INSIDE"}])
def test_a_line_answers_the_question_of_its_context(run, context) -> None:
    row = json.loads(run(text=json.dumps({"text": "no", "context": context})).stdout)
    assert [evidence["rule"] for evidence in row["evidence"] if evidence["rule"].startswith("answer:")] != []


def test_a_file_is_read(run, tmp_path) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_text('{"text": "i want to pay my bill"}\n')
    assert json.loads(run(str(calls)).stdout)["intent"] == "billing"


def test_explain_says_why_in_words(run) -> None:
    said = run("--explain", "it's probably nothing but I smell something like rotten eggs by the furnace").stdout
    assert "P1, emergency, gas, danger: gas" in said
    assert '"smell something like rotten eggs"' in said
    assert "say S01 first" in said


@pytest.mark.parametrize(
    "line", ['{"text": 5}', '{"secret', '{"text": "a", "context": 7}', '{"text":"a","context":{"month":"x"}}']
)
def test_a_bad_line_is_named_and_not_repeated(run, line: str) -> None:
    result = run(text=f"hello\n{line}\n")
    assert result.exit_code == 2
    assert "line 2" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outdoor_f", "NaN"),
        ("outdoor_f", "Infinity"),
        ("heat_index_f", "-Infinity"),
        ("heat_index_f", "1e400"),
        ("outdoor_f", '"nan"'),
        ("outdoor_f", "[]"),
        ("month", "0"),
        ("month", "13"),
        ("month", "1e400"),
    ],
)
def test_a_value_that_can_not_be_is_refused_with_its_line_and_field(run, field: str, value: str) -> None:
    result = run(text=f'hello\n{{"text": "no heat", "context": {{"{field}": {value}}}}}\n')
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit)
    assert "line 2" in result.stderr and field in result.stderr


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "hi", "context": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"text": "hi", "id": ' + "9" * 5000 + "}",
    ],
)
def test_a_line_that_no_program_should_write_is_refused_and_not_a_traceback(run, line: str) -> None:
    result = run(text=f"{line}\n")
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit)
    assert "line 1" in result.stderr


def test_half_a_surrogate_pair_is_read_as_a_question_mark(run) -> None:
    line = r'{"id": "\ud800", "text": "i smell gas \ud83d", "caller": "\udfff", "context": "\ud800"}'
    row = json.loads(run(text=line).stdout)
    assert (row["id"], row["hazards"]) == ("?", ["gas"])
    assert "i smell gas ?" in run("--explain", text=line).stdout


def test_input_that_is_not_text_is_refused(run, tmp_path) -> None:
    calls = tmp_path / "calls.txt"
    calls.write_bytes(b"i smell gas \xff\n")
    result = run(str(calls))
    assert (result.exit_code, result.exception.__class__) == (2, SystemExit)


def test_one_long_text_is_a_text_and_no_file(run) -> None:
    assert json.loads(run("i smell gas and " + "well " * 200).stdout)["hazards"] == ["gas"]


def test_a_missing_file_is_an_error(run) -> None:
    assert run("/no/such/file").exit_code == 2
