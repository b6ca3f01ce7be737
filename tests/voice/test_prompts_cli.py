"""`firstring prompts`, as somebody at a terminal meets it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from firstring.profile import load
from models.company import Company
from models.enums import Language
from voice.prompts import cli
from voice.prompts.sound import Wave
from voice.prompts.synthesiser import CommandVoice, NoSynthesiser

EXAMPLE = load(Path(__file__).parents[2] / "fixtures" / "business.toml")
OTHER = replace(EXAMPLE, spoken_name="Blue River Plumbing")


class Hummer(CommandVoice):
    """A voice that needs no program."""

    def speak(self, text: str) -> Wave:
        return Wave(np.sin(np.arange(400 * len(text)) * 0.2), 8000)


def _hummer(language: Language, among: Iterable[CommandVoice] = ()) -> CommandVoice:
    return Hummer("hummer", language, "hummer", ())


def _nobody(language: Language, among: Iterable[CommandVoice] = ()) -> CommandVoice:
    raise NoSynthesiser(f"no {language.value} voice is installed: apt-get install flite")


def _only_english(language: Language, among: Iterable[CommandVoice] = ()) -> CommandVoice:
    return _hummer(language) if language is Language.EN else _nobody(language)


def _app(company: Company) -> typer.Typer:
    def load_company(_: Path) -> Company:
        return company

    return cli.make_app(load_company)


def test_rendering_gives_a_new_company_its_own_lines_and_a_second_time_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "voice_for", _hummer)
    first = CliRunner().invoke(_app(OTHER), ["render", "--into", str(tmp_path)])
    assert first.exit_code == 0, first.output
    assert "no sound" not in first.output
    again = CliRunner().invoke(_app(OTHER), ["render", "--into", str(tmp_path)])
    assert "0 lines spoken" in again.output
    assert "0 unchanged" not in again.output


def test_a_machine_without_a_voice_says_what_to_install_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "voice_for", _nobody)
    result = CliRunner().invoke(_app(OTHER), ["render", "--into", str(tmp_path)])
    assert result.exit_code == 1
    assert "apt-get install flite" in result.output


def test_a_machine_with_an_english_voice_alone_renders_english_and_names_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "voice_for", _only_english)
    result = CliRunner().invoke(_app(OTHER), ["render", "--into", str(tmp_path)])
    assert result.exit_code == 0
    missing = result.output.split("have no sound:")[1].replace("\n", "")
    assert "es/greeting" in missing
    assert "en/greeting" not in missing


def test_an_unknown_voice_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        _app(OTHER), ["render", "--into", str(tmp_path), "--english", "nobody", "--spanish", "flite:slt"]
    )
    assert result.exit_code == 1
    assert "no en voice is called nobody" in result.output
    assert "no es voice is called flite:slt" in result.output


def test_the_list_as_json_has_every_line_with_its_words_and_duration(tmp_path: Path) -> None:
    result = CliRunner().invoke(_app(EXAMPLE), ["list", "--json", "--into", str(tmp_path)])
    rows = {f"{row['lang']}/{row['id']}": row for row in map(json.loads, result.stdout.splitlines())}
    assert rows["en/greeting"]["text"].startswith("Thanks for calling Hometown Plumbing")
    assert rows["en/greeting"]["duration_ms"] > 3000
    assert rows["es/S01"]["source"] == "rendered"


def test_the_list_marks_lines_without_sound_and_files_that_are_no_line(tmp_path: Path) -> None:
    recorded = tmp_path / "own"
    (recorded / "en").mkdir(parents=True)
    (recorded / "en" / "greting.ulaw").write_bytes(b"\x10" * 800)
    result = CliRunner().invoke(
        _app(OTHER), ["list", "--into", str(tmp_path), "--recordings", str(recorded)], env={"COLUMNS": "200"}
    )
    assert result.exit_code == 0, result.output
    assert "no sound" in result.output
    assert "greting.ulaw is called after no line" in result.output.replace("\n", "")
