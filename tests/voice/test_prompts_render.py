"""Rendering: only what changed is spoken, and the manifest never lies."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from firstring.profile import load
from models.company import Company
from models.enums import Language
from voice.prompts.recordings import Recordings
from voice.prompts.render import Wanted, own_lines, render, wanted
from voice.prompts.sound import Wave
from voice.prompts.store import SHARED, Store
from voice.prompts.synthesiser import (
    ALL,
    CommandVoice,
    NoSynthesiser,
    SynthesiserFailed,
    american,
    voice_for,
)
from voice.prompts.texts import BadLines, Text, spoken, texts


@pytest.fixture(scope="module")
def example_company() -> Company:
    return load(Path(__file__).parents[2] / "fixtures" / "business.toml")


@dataclass
class Hummer:
    """A voice that hums for a tenth of a second a word, and remembers what it was given."""

    name: str = "hummer"
    language: Language = Language.EN
    fails_on: str = "never"
    said: list[str] = field(default_factory=list)

    def speak(self, text: str) -> Wave:
        if self.fails_on in text:
            raise SynthesiserFailed(f"{self.name}: lost its voice")
        self.said.append(text)
        return Wave(np.sin(np.arange(1600 * len(text.split())) * 0.2), 16000)


def _line(name: str, words: str) -> Wanted:
    return Wanted(Text(name, Language.EN, words), words)


RENDER = "lines.toml or situations.json changed: run `firstring prompts render --checked-in`"

LINES = (_line("one", "first things first"), _line("two", "call 911"))


def test_a_second_rendering_speaks_nothing(tmp_path: Path) -> None:
    voice = Hummer()
    assert render(LINES, Store(tmp_path), {Language.EN: voice}).spoken == ("en/one", "en/two")
    again = render(LINES, Store(tmp_path), {Language.EN: voice})
    assert (again.spoken, again.kept) == ((), ("en/one", "en/two"))
    assert voice.said == ["first things first", "call nine one one"]


def test_a_changed_line_is_spoken_anew_and_a_dropped_one_is_deleted(tmp_path: Path) -> None:
    voice, store = Hummer(), Store(tmp_path)
    render(LINES, store, {Language.EN: voice})
    done = render((_line("two", "call us"), _line("three", "goodbye")), store, {Language.EN: voice})
    assert done.spoken == ("en/two", "en/three")
    assert {path.name for path in tmp_path.rglob("*.ulaw")} == {"two.ulaw", "three.ulaw"}
    entry = store.entries()["en/two"]
    assert (entry.text, entry.duration_ms) == ("call us", len(store.read(entry)) // 8)


def test_another_voice_speaks_everything_anew(tmp_path: Path) -> None:
    render(LINES, Store(tmp_path), {Language.EN: Hummer()})
    assert len(render(LINES, Store(tmp_path), {Language.EN: Hummer(name="tenor")}).spoken) == 2


def test_a_clip_that_was_deleted_by_hand_is_spoken_anew(tmp_path: Path) -> None:
    render(LINES, Store(tmp_path), {Language.EN: Hummer()})
    (tmp_path / "audio" / "en" / "one.ulaw").unlink()
    assert render(LINES, Store(tmp_path), {Language.EN: Hummer()}).spoken == ("en/one",)


def test_a_voice_that_fails_leaves_the_manifest_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    render(LINES[:1], store, {Language.EN: Hummer()})
    with pytest.raises(SynthesiserFailed, match="lost its voice"):
        render(LINES, store, {Language.EN: Hummer(fails_on="nine")})
    assert list(store.entries()) == ["en/one"]


def test_another_company_renders_only_its_own_lines(example_company: Company) -> None:
    other = replace(example_company, spoken_name="Blue River Plumbing")
    own = own_lines(other, Recordings())
    assert "en/greeting" in {line.key for line in own}
    assert {line.key for line in own} <= {text.key for text in texts() if text.of_company}


def test_what_a_company_recorded_is_not_rendered(example_company: Company, tmp_path: Path) -> None:
    other = replace(example_company, spoken_name="Blue River Plumbing")
    recorded = Recordings({"en/greeting": tmp_path / "greeting.wav"})
    assert "en/greeting" not in {line.key for line in own_lines(other, recorded)}


def test_everything_is_rendered_where_nothing_is_checked_in(example_company: Company, tmp_path: Path) -> None:
    assert own_lines(example_company, Recordings(), Store(tmp_path)) == wanted(example_company)


def test_a_placeholder_that_no_company_has_is_named_with_its_line(example_company: Company) -> None:
    with pytest.raises(BadLines, match=r"en/greeting.*weather"):
        Text("greeting", Language.EN, "Lovely {weather} today").filled(example_company)


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('[hello]\nfr = "bonjour"', "hello"),
        ('[hello]\nen = ""', "hello"),
        ('[d7]\nen = "seven"', "en/d7"),
        ('[S01]\nen = "gas"', "en/S01"),
    ],
)
def test_lines_that_cannot_be_used_are_named(tmp_path: Path, toml: str, complaint: str) -> None:
    (tmp_path / "lines.toml").write_text(toml)
    with pytest.raises(BadLines, match=complaint):
        texts(tmp_path / "lines.toml")


def test_a_utility_without_a_name_is_spoken_of_in_the_callers_language(example_company: Company) -> None:
    nameless = replace(example_company, gas_utility="your gas company")
    scripts = {text.language: text.filled(nameless) for text in texts() if text.id == "S01"}
    assert "your gas company" in scripts[Language.EN]
    assert "su compañía de gas" in scripts[Language.ES]


def test_the_emergency_number_is_said_digit_by_digit_in_every_line() -> None:
    for text in texts():
        assert "911" not in spoken(text.template, text.language), text.key


def test_a_castilian_voice_is_made_to_say_the_s_of_the_americas() -> None:
    assert american("Cierre la luz cinco veces. Con cuidado") == "Sierre la lus sinco veses. Con cuidado"


def test_a_voice_that_is_not_installed_is_said_with_its_package() -> None:
    absent = CommandVoice("nobody", Language.EN, "festvox-nobody", ("no-such-program", "{out}"))
    with pytest.raises(NoSynthesiser, match="apt-get install festvox-nobody"):
        voice_for(Language.EN, [absent])


def test_a_program_that_fails_or_writes_nothing_is_an_error_with_its_name() -> None:
    for command in (("false",), ("true",), ("no-such-program",)):
        with pytest.raises(SynthesiserFailed, match="broken"):
            CommandVoice("broken", Language.EN, "coreutils", command).speak("hello")


@pytest.mark.parametrize("voice", ALL.values(), ids=ALL)
def test_every_voice_that_is_installed_speaks(voice: CommandVoice) -> None:
    if not voice.installed:
        pytest.skip(f"{voice.package} is not installed")
    wave = voice.speak("Hola, buenos días." if voice.language is Language.ES else "Hello; it's 5 o'clock.")
    assert 0.5 < len(wave.samples) / wave.rate < 5


def test_the_checked_in_lines_are_those_of_lines_toml_and_situations_json(example_company: Company) -> None:
    checked_in = {key: entry.text for key, entry in SHARED.entries().items()}
    assert checked_in == {line.key: line.words for line in wanted(example_company)}, RENDER
    assert own_lines(example_company, Recordings()) == ()
