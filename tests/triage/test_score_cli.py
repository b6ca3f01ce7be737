"""`firstring triage --score`: labelled texts in, figures out."""

import json
import random
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.triage.labels import label
from triage.assessment import Assessment
from triage.cli import triage
from triage.scoring.figures import Outcome
from triage.scoring.run import cost_of, spoken

HELD_OUT = Path(__file__).parent / "data" / "heldout.jsonl"
CALLS = [
    {"text": "i smell gas in my kitchen", "intent": "emergency", "situation": "G01", "priority": "P1", "trade": "gas"},
    {
        "text": "call me at five one two five five five oh one two three",
        "intent": "other",
        "entities": [{"kind": "phone", "spoken": "five one two five five five oh one two three"}],
    },
    {"text": "there is a strong smell of gas in my basement", "intent": "billing"},  # wrong on purpose
]


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(triage)
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(map(json.dumps, CALLS)))
    return file


def test_json_holds_every_figure_of_every_run(run, calls: Path) -> None:
    result = run("--score", calls, "--json", "--noise", "0.25", "--noise", "0", "--noise", "0.25")
    assert (result.exit_code, result.stderr) == (0, "")
    scored = json.loads(result.stdout)
    clean, noisy = scored["runs"]
    assert (clean["noise"], noisy["noise"]) == (0.0, 0.25)
    figures = clean["figures"]
    assert figures["n"] == 3
    assert figures["life_safety"] == {
        "hits": 1,
        "of": 1,
        "share": 1.0,
        "low": pytest.approx(0.2065, abs=1e-4),
        "high": 1,
    }
    assert figures["entities"]["phone"]["share"] == 1.0
    assert figures["priority"]["of"] == 1
    assert clean["cost"]["p99_ms"] >= clean["cost"]["p50_ms"] > 0
    assert scored["loaded_mb"] > 10
    wrong = next(one for one in clean["worst"] if one["labelled"]["intent"] == "billing")
    assert wrong["wrong"] == ["intent emergency instead of billing"]
    assert wrong["assessment"]["hazards"][0]["name"] == "gas"
    assert wrong["labelled"] == CALLS[2]


def test_a_person_gets_tables_and_the_worst_errors_with_their_words(run, calls: Path) -> None:
    result = run("--score", calls, "--noise", "0.1", "--worst", "1")
    assert result.exit_code == 0
    for words in ("emergency recall", "10% of the words wrong", "Confusion", "Dangers", "phone number exact", "ECE"):
        assert words in result.stdout
    assert CALLS[2]["text"] in result.stdout
    assert "because a danger heard by rule, gas" in result.stdout
    assert "\n2. " not in result.stdout
    assert "\n1. " not in run("--score", calls, "--worst", "0").stdout


def test_the_held_out_texts_are_scored_as_they_are(run) -> None:
    figures = json.loads(run("--score", HELD_OUT, "--json").stdout)["runs"][0]["figures"]
    assert figures["n"] == len(HELD_OUT.read_text().splitlines())
    assert sum(sum(answers.values()) for answers in figures["confusion"].values()) == figures["n"]
    assert figures["trade"] == {"hits": 0, "of": 0, "share": None, "low": None, "high": None}


def test_a_plot_is_a_png(run, calls: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "reliability.png"
    assert run("--score", calls, "--plot", picture, "--noise", "0.2").exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_plot_without_matplotlib_says_what_to_install(run, calls: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run("--score", calls, "--plot", "reliability.png")
    assert result.exit_code == 2
    assert "pip install 'firstring[train]'" in result.stderr
    assert run("--score", calls).exit_code == 0


def test_a_plot_needs_a_folder(run, calls: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run("--score", calls, "--plot", tmp_path / "none" / "it.png")
    assert (result.exit_code, "no folder" in result.stderr) == (2, True)


@pytest.mark.parametrize("line", ['{"text": "secret"}', '{"text": "secret", "intent": "panic"}', "secret", ""])
def test_bad_input_is_two_and_says_nothing_of_the_words(run, tmp_path: Path, line: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(line)
    result = run("--score", file)
    assert result.exit_code == 2
    assert result.stderr.startswith("triage: ")
    assert "secret" not in result.stderr + result.stdout


@pytest.mark.parametrize(
    "args", [("--score", "/no/such/file"), ("--plot", "x.png"), ("--noise", "0.1"), ("a b", "--score", "f")]
)
def test_what_does_not_go_together_is_two(run, args: tuple[str, ...]) -> None:
    assert run(*args).exit_code == 2


def test_noise_is_the_same_each_time_and_in_any_order() -> None:
    texts = [label(f"the kitchen faucet drips into bucket number {n} since monday") for n in range(200)]
    heard = dict(zip((one.text for one in texts), spoken(texts, 0.25), strict=True))
    shuffled = random.Random(2).sample(texts, len(texts))
    assert dict(zip((one.text for one in shuffled), spoken(shuffled, 0.25), strict=True)) == heard
    kept = sum(word in said.split() for text, said in heard.items() for word in text.split())
    assert 0.70 < kept / sum(len(text.split()) for text in heard) < 0.90
    assert list(spoken(texts, 0.0)) == [one.text for one in texts]


def test_cost_is_of_the_middle_and_of_the_slowest_hundredth() -> None:
    outcomes = [Outcome(label(), "", Assessment(), seconds=n / 1000) for n in range(1, 201)]
    cost = cost_of(outcomes)
    assert (cost.p50_ms, cost.p99_ms) == pytest.approx((100, 198))
