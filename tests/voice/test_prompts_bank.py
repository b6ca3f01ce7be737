"""The bank: what can be spoken, in whose voice, and what is missing."""

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from firstring.profile import load
from models.company import Company
from models.enums import Language
from voice.dialogue.moves import Line
from voice.ears.mulaw import decode
from voice.prompts.bank import NoAudio, PromptBank, UnknownLine
from voice.prompts.sound import BadSound, speech_level


@pytest.fixture(scope="module")
def example_company() -> Company:
    return load(Path(__file__).parents[2] / "fixtures" / "business.toml")


@pytest.fixture(scope="module")
def bank(example_company: Company) -> PromptBank:
    return PromptBank.load(example_company)


def _record(path: Path, hertz: float, seconds: float = 1.0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44100)
        tone = 3000 * np.sin(2 * np.pi * hertz * np.arange(round(44100 * seconds)) / 44100)
        out.writeframes(tone.astype("<i2").tobytes())


def test_the_example_company_can_say_everything(bank: PromptBank) -> None:
    assert bank.missing() == ()


def test_every_clip_is_at_the_banks_level_and_without_dead_air(bank: PromptBank) -> None:
    for key, clip in bank.clips.items():
        samples = decode(clip).astype(np.float64) / 2**15
        assert -24.5 < speech_level(samples) < -19, key
        assert np.abs(samples).max() < 0.95, key
        loud = np.flatnonzero(np.abs(samples) > 0.003)
        assert loud[0] < 1200, key
        assert len(samples) - loud[-1] < 1600, key


def test_the_greeting_holds_the_three_disclosures(bank: PromptBank, example_company: Company) -> None:
    said = bank.text(Line("greeting"))
    assert example_company.spoken_name in said
    assert "automated assistant" in said
    assert "recorded and transcribed" in said


def test_durations_are_those_of_the_clips(bank: PromptBank) -> None:
    for key, entry in bank.entries.items():
        assert entry.duration_ms == len(bank.clips[key]) // 8, key
    line = Line("digits", "5125550142")
    assert bank.duration_ms(line) == len(bank.clip(line)) // 8


def test_digits_are_the_atoms_with_gaps_between_and_none_at_the_end(bank: PromptBank) -> None:
    four, two = bank.clip(Line("d4")), bank.clip(Line("d2"))
    said = bank.clip(Line("digits", "42"))
    assert said.startswith(four)
    assert said.endswith(two)
    gap = said[len(four) : -len(two)]
    assert set(gap) == {0xFF}
    assert len(gap) == 60 * 8


def test_nothing_to_read_out_is_no_sound(bank: PromptBank) -> None:
    assert bank.clip(Line("digits", "")) == b""
    assert bank.clip(Line("spell", "!?")) == b""


def test_read_outs_are_recorded_as_they_were_given(bank: PromptBank) -> None:
    assert bank.text(Line("digits", "5125550142")) == "5125550142"
    assert bank.text(Line("time", "14:35")) == "14:35"


def test_spanish_is_spoken_where_there_is_any_and_english_where_there_is_none(bank: PromptBank) -> None:
    assert bank.text(Line("S01"), Language.ES).startswith("Salga del edificio")
    assert bank.clip(Line("S01"), Language.ES) != bank.clip(Line("S01"))
    assert bank.clip(Line("digits", "42"), Language.ES).startswith(bank.clips["es/d4"])
    only_english = next(key[3:] for key in bank.words if key.startswith("en/Q_") and "es/" + key[3:] not in bank.words)
    assert bank.clip(Line(only_english), Language.ES) == bank.clip(Line(only_english))
    assert bank.text(Line(only_english), Language.ES) == bank.text(Line(only_english))


def test_a_line_that_nobody_wrote_is_an_error_that_names_it(bank: PromptBank) -> None:
    with pytest.raises(UnknownLine, match="greetings"):
        bank.clip(Line("greetings"))
    with pytest.raises(KeyError):
        bank.text(Line("greetings"))


def test_a_company_that_was_not_rendered_misses_its_own_lines_and_says_what_to_do(example_company: Company) -> None:
    bank = PromptBank.load(replace(example_company, spoken_name="Blue River Plumbing"))
    assert "en/greeting" in bank.missing()
    assert "en/still_there" not in bank.missing()
    assert "Blue River" in bank.text(Line("greeting"))
    with pytest.raises(NoAudio, match=r"prompts render.*apt-get install flite.*record it as en/greeting\.wav"):
        bank.clip(Line("greeting"))


def test_english_is_spoken_rather_than_nothing_when_the_spanish_has_no_sound(example_company: Company) -> None:
    bank = PromptBank.load(example_company)
    silent = {key: clip for key, clip in bank.clips.items() if key != "es/S01"}
    half = replace(bank, clips=silent)
    assert half.clip(Line("S01"), Language.ES) == bank.clip(Line("S01"))
    assert (half.missing(), half.silent()) == (("es/S01",), ())


def test_a_line_without_english_sound_is_silent_in_both_languages(example_company: Company) -> None:
    bank = PromptBank.load(example_company)
    mute = replace(bank, clips={key: clip for key, clip in bank.clips.items() if not key.endswith("/S01")})
    assert mute.silent() == ("en/S01", "es/S01")


def test_a_recording_wins_over_the_rendering(example_company: Company, tmp_path: Path) -> None:
    _record(tmp_path / "en" / "goodbye.wav", 440, seconds=2.0)
    bank = PromptBank.load(example_company, tmp_path)
    entry = bank.entries["en/goodbye"]
    assert (entry.source, entry.voice) == ("recorded", "goodbye.wav")
    assert bank.duration_ms(Line("goodbye")) == pytest.approx(2000, abs=70)
    assert bank.entries["en/still_there"].source == "rendered"


def test_a_recording_gives_sound_to_a_line_that_has_none(example_company: Company, tmp_path: Path) -> None:
    _record(tmp_path / "en" / "greeting.wav", 440)
    other = replace(example_company, spoken_name="Blue River Plumbing")
    assert "en/greeting" not in PromptBank.load(other, tmp_path).missing()


def test_ulaw_recordings_are_played_as_they_are(example_company: Company, tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "S01.ulaw").write_bytes(b"\x10\x90" * 4000)
    assert PromptBank.load(example_company, tmp_path).clip(Line("S01"), Language.ES) == b"\x10\x90" * 4000


def test_a_recording_that_cannot_be_read_is_named(example_company: Company, tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "goodbye.wav").write_bytes(b"not a wav")
    with pytest.raises(BadSound, match=r"goodbye\.wav"):
        PromptBank.load(example_company, tmp_path)


def test_a_folder_of_recordings_that_is_not_there_is_an_error_and_not_silence(
    example_company: Company, tmp_path: Path
) -> None:
    with pytest.raises(NotADirectoryError, match="elsewhere"):
        PromptBank.load(example_company, tmp_path / "elsewhere")
