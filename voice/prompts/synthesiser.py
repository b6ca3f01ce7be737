"""The voices that can be had from Debian, each behind the same call: a text in, sound out.

Which voice speaks for the company and why: docs/prompts.md.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from models.enums import Language
from voice.prompts.sound import Wave, read_wave

PATIENCE_S = 60.0
"""A line of 20 s takes under a second with the slowest of them (festival); a minute means that it hangs."""


class Synthesiser(Protocol):
    """Anything that can speak."""

    @property
    def name(self) -> str:
        """Goes into the manifest: another name means that the line is rendered anew."""
        ...

    @property
    def language(self) -> Language:
        """What it speaks."""
        ...

    def speak(self, text: str) -> Wave:
        """Speak a text at whatever rate the voice has. Raises SynthesiserFailed."""
        ...


class NoSynthesiser(RuntimeError):
    """No voice for this language is installed; the text says what to install."""


class SynthesiserFailed(RuntimeError):
    """The voice's program ended with an error or hung; the text holds its name and what it wrote."""


@dataclass(frozen=True, slots=True)
class CommandVoice:
    """A voice that is a program: text on standard input or as the last argument, a WAV file out.

    `{out}` in the command is the file to write and `{text}` the text; without `{text}` the text goes to its input.
    """

    name: str
    language: Language
    package: str
    command: tuple[str, ...]
    encoding: str = "utf-8"
    seseo: bool = False  # a Castilian voice that is made to say c and z as the Americas do

    @property
    def installed(self) -> bool:
        """Whether the program is on the path, and the voice's own data where it lives apart from it."""
        return shutil.which(self.command[0]) is not None and all(Path(at).exists() for at in _DATA.get(self.name, ()))

    def speak(self, text: str) -> Wave:
        """Speak a text. Raises SynthesiserFailed."""
        if self.seseo:
            text = american(text)
        inline = any("{text}" in part for part in self.command)
        with tempfile.TemporaryDirectory(prefix="firstring-voice-") as folder:
            out = Path(folder) / "out.wav"
            argv = [part.replace("{out}", str(out)).replace("{text}", text) for part in self.command]
            try:
                run = subprocess.run(
                    argv,
                    input=None if inline else text.encode(self.encoding, "replace"),
                    capture_output=True,
                    timeout=PATIENCE_S,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise SynthesiserFailed(f"{self.name}: {type(error).__name__}") from error
            if run.returncode or not out.exists():
                raise SynthesiserFailed(f"{self.name} (status {run.returncode}): {run.stderr.decode(errors='replace')}")
            return read_wave(out)


def american(text: str) -> str:
    """Spanish spelled so that a Castilian voice says it with the s of the Americas: "veces, luz" as "veses, lus"."""
    return re.sub(r"c(?=[eiéí])|z", "s", re.sub(r"C(?=[eiéíEIÉÍ])|Z", "S", text))


def _flite(voice: str, stretch: float = 1.0) -> CommandVoice:
    """A flite voice; `stretch` above 1 is slower."""
    command = ("flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-o", "{out}", "-t", "{text}")
    return CommandVoice(f"flite:{voice}" + (f"*{stretch}" if stretch != 1 else ""), Language.EN, "flite", command)


def _festival(name: str, language: Language, package: str, encoding: str = "utf-8") -> CommandVoice:
    command = ("text2wave", "-eval", f"(voice_{name})", "-o", "{out}")
    return CommandVoice(f"festival:{name}", language, package, command, encoding)


def _pico(locale: str, language: Language, *, seseo: bool = False) -> CommandVoice:
    command = ("pico2wave", "-l", locale, "-w", "{out}", "{text}")
    return CommandVoice(f"pico:{locale}", language, "libttspico-utils", command, seseo=seseo)


PICO_US = _pico("en-US", Language.EN)
PICO_GB = _pico("en-GB", Language.EN)
PICO_ES = _pico("es-ES", Language.ES, seseo=True)
SLT = _flite("slt")
RMS = _flite("rms")
AWB = _flite("awb")
RMS_CALM = _flite("rms", 1.1)
SLT_HTS = _festival("cmu_us_slt_arctic_hts", Language.EN, "festvox-us-slt-hts")
EL_ES = _festival("el_diphone", Language.ES, "festvox-ellpc11k", "latin-1")
ESPEAK_ES = CommandVoice(
    "espeak-ng:es-419", Language.ES, "espeak-ng", ("espeak-ng", "-v", "es-419", "-s", "150", "-w", "{out}", "{text}")
)

ALL: dict[str, CommandVoice] = {
    voice.name: voice for voice in (RMS_CALM, RMS, SLT, AWB, SLT_HTS, PICO_US, PICO_GB, PICO_ES, EL_ES, ESPEAK_ES)
}
"""Every voice by its name."""

_DATA = {
    SLT_HTS.name: ("/usr/share/festival/voices/us/cmu_us_slt_arctic_hts",),
    EL_ES.name: ("/usr/share/festival/voices/spanish/el_diphone",),
}

PREFERRED: dict[Language, tuple[CommandVoice, ...]] = {
    Language.EN: (RMS_CALM, SLT_HTS, PICO_US),
    Language.ES: (PICO_ES, EL_ES, ESPEAK_ES),
}
"""The company's voice in each language, best first (docs/prompts.md says what they were compared on).

English: share of the words of 10 scripts and 15 lines got wrong by the embedded recogniser at 8 kHz µ-law:
rms 15 % (at 180 words a minute; 17 % at 164, which is this), awb 31 %, slt_hts 32 %, slt 41 %, pico en-US 44 %.
"""


def voice_for(language: Language, among: Iterable[CommandVoice] = ()) -> CommandVoice:
    """The best voice that is installed. Raises NoSynthesiser, saying what to install."""
    wanted = tuple(among) or PREFERRED[language]
    for voice in wanted:
        if voice.installed:
            return voice
    packages = " or ".join(dict.fromkeys(voice.package for voice in wanted))
    raise NoSynthesiser(f"no {language.value} voice is installed: apt-get install {packages}")
