"""`firstring transcribe` and `firstring speech measure`, and how an engine is chosen."""

import importlib.util
import json
import wave
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from voice.ears.mulaw import encode
from voice.recogniser import choose, measure
from voice.recogniser.calibrate import matched
from voice.recogniser.cli import app, transcribe
from voice.recogniser.confidence import Calibration, Heard, features, fit

SPEECH = Path(__file__).resolve().parents[2] / "fixtures" / "audio" / "utterances" / "gas_leak_short.wav"
WHISPER_ABSENT = importlib.util.find_spec("whisper") is None
runner = CliRunner()


@pytest.fixture
def command() -> typer.Typer:
    alone = typer.Typer()
    alone.command()(transcribe)
    return alone


def as_mulaw(path: Path) -> Path:
    data = encode(measure.load_pcm(SPEECH))
    form = (7).to_bytes(2, "little") + (1).to_bytes(2, "little") + (8000).to_bytes(4, "little") * 2
    form += (1).to_bytes(2, "little") + (8).to_bytes(2, "little")
    body = b"WAVEfmt " + len(form).to_bytes(4, "little") + form + b"data" + len(data).to_bytes(4, "little") + data
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    return path


def as_stereo_44k(path: Path) -> Path:
    pcm = measure.load_pcm(SPEECH).astype(float)
    at = np.arange(int(len(pcm) * 44100 / 8000)) * 8000 / 44100
    fine = np.interp(at, np.arange(len(pcm)), pcm).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(np.stack([fine, fine], axis=1).tobytes())
    return path


def test_json_lines_name_file_text_engine_and_times(command: typer.Typer, tmp_path: Path) -> None:
    paths = [SPEECH, as_mulaw(tmp_path / "mulaw.wav"), as_stereo_44k(tmp_path / "stereo.wav")]
    result = runner.invoke(command, ["--json", "--engine", "sphinx", *map(str, paths)])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(path) for path in paths]
    assert all(set(line) == {"file", "text", "engine", "audio_s", "decode_s"} for line in lines)
    assert all("gas leak" in line["text"] and line["engine"] == "sphinx" for line in lines)
    assert lines[0]["audio_s"] == pytest.approx(lines[2]["audio_s"], abs=0.01)


def test_a_file_that_is_no_recording_is_named_and_the_others_are_still_done(
    command: typer.Typer, tmp_path: Path
) -> None:
    (tmp_path / "song.mp3").write_bytes(b"ID3 not a wave")
    files = [str(tmp_path / "song.mp3"), str(tmp_path / "absent.wav"), str(SPEECH)]
    result = runner.invoke(command, ["--engine", "sphinx", *files])
    assert result.exit_code == 1
    assert "song.mp3 is not a WAV file" in result.stderr
    assert "absent.wav: No such file" in result.stderr
    assert "gas leak" in result.stdout


def test_measure_reads_a_table_and_prints_each_speaker(tmp_path: Path) -> None:
    (tmp_path / "book.tsv").write_text(f"file\treference\tspeaker\n{SPEECH}\tgas leak we have a gas leak\trms\n")
    result = runner.invoke(app, ["measure", str(tmp_path / "book.tsv"), "--engine", "sphinx"])
    assert result.exit_code == 0, result.output
    assert "rms" in result.stdout
    assert "all" in result.stdout


def test_measure_says_what_is_wrong_with_its_table(tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_text("")
    result = runner.invoke(app, ["measure", str(tmp_path / "book.csv"), "--engine", "sphinx"])
    assert result.exit_code == 2
    assert "neither a .tsv nor a .toml" in result.stderr


@pytest.mark.parametrize(
    ("reference", "heard", "expected"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b c", "a x b c", 1), ("a b c", "", 3), ("", "a", 1)],
)
def test_errors_are_the_fewest_changes(reference: str, heard: str, expected: int) -> None:
    assert measure.errors(reference.split(), heard.split()) == expected


def test_matched_words_are_those_in_their_place() -> None:
    assert matched("i smell gas here".split(), "i sell gas in here".split()) == [True, False, True, False, True]


def utterance(*posteriors: float, seconds: float = 0.2) -> list[Heard]:
    return [Heard("gas", at, at + seconds, posterior) for at, posterior in enumerate(posteriors)]


def test_a_fitted_confidence_is_the_share_of_words_that_are_right() -> None:
    dice = np.random.default_rng(5)
    rows = np.concatenate([features(utterance(*np.exp(-dice.exponential(2.0, 4)))) for _ in range(1500)])
    truth = Calibration(base=2.0, own=0.8, mean=0.4, drawl=0.0)
    right = dice.random(len(rows)) < 1 / (1 + np.exp(-rows @ (truth.base, truth.own, truth.mean, truth.drawl)))
    curve = fit(rows, right)
    assert (curve.base, curve.own, curve.mean) == pytest.approx((2.0, 0.8, 0.4), abs=0.25)


def test_confidence_rises_with_the_posterior_and_with_its_neighbours_and_falls_with_a_drawl() -> None:
    curve = Calibration(base=2.7, own=0.55, mean=0.66, drawl=-2.0)
    alone = curve.confidences(utterance(0.5))[0]
    assert curve.confidences(utterance(0.5, 1e-9))[0] < alone < curve.confidences(utterance(0.5, 1.0))[0]
    assert curve.confidences(utterance(0.5, seconds=1.5))[0] < alone
    assert curve.confidences([]) == []
    assert all(0 <= value <= 1 for value in curve.confidences(utterance(0.0, 1.0003)))


def test_auto_without_whisper_is_the_embedded_engine_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "whisper_installed", lambda: False)
    assert choose.pick("auto") == choose.Choice("sphinx", "openai-whisper is not installed")


def test_auto_with_whisper_but_no_weights_is_the_embedded_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(choose, "whisper_installed", lambda: True)
    monkeypatch.delenv(choose.MODEL_SETTING, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert choose.pick("auto").name == "sphinx"
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper" / "base.pt").write_bytes(b"weights")
    assert choose.pick("auto").name == "whisper"
    assert "base.pt" in choose.pick("auto").reason


def test_whisper_asked_for_and_missing_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "whisper_installed", lambda: False)
    for ask in (choose.pick, choose.load):
        with pytest.raises(choose.RecogniserUnavailable, match=r"pip install 'firstring\[whisper\]'"):
            ask("whisper")


@pytest.mark.skipif(WHISPER_ABSENT, reason="openai-whisper is not installed (pip install 'firstring[whisper]')")
@pytest.mark.filterwarnings("ignore")
def test_a_model_that_does_not_exist_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choose.MODEL_SETTING, "no-such-size")
    with pytest.raises(choose.RecogniserUnavailable, match=choose.MODEL_SETTING):
        choose.load("whisper")


def test_unknown_settings_are_refused() -> None:
    for ask in (choose.pick, choose.load):
        with pytest.raises(ValueError, match="siri"):
            ask("siri")
