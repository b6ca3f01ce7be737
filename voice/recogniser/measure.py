"""Word error rate of an engine over recordings with reference texts."""

import csv
import tomllib
import wave
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice.ears.mulaw import decode, encode
from voice.prompts.sound import BadSound, levelled, read_wave, to_8k, to_pcm
from voice.prompts.synthesiser import AWB, PICO_GB, PICO_US, RMS, SLT, SLT_HTS, CommandVoice
from voice.recogniser.corpus import own_held_out
from voice.recogniser.protocol import Engine, Pcm8k, Transcript

VOICES = {"rms": RMS, "slt": SLT, "awb": AWB, "pico_us": PICO_US, "pico_gb": PICO_GB, "slt_hts": SLT_HTS}
"""The synthetic callers that the held-out lines are spoken by."""

TOPICS = {"Q_CB": "phone", "Q_ADDR": "address", "Q_XST": "address", "Q_NAME": "name", "Q_FEE": "yes_no"}
"""Which topic a fixture's turn answers, where it answers a question; everything else is general."""


@dataclass(frozen=True, slots=True)
class Item:
    """One recording: its file, what is said in it, by whom, and what was asked before."""

    path: Path
    reference: str
    speaker: str
    topic: str = "general"


@dataclass(frozen=True, slots=True)
class Score:
    """One decoded recording. `errors` are substitutions, insertions and deletions against the reference's words."""

    item: Item
    transcript: Transcript
    errors: int
    words: int


def items(book: Path) -> list[Item]:
    """The recordings of a TSV (columns file, reference, speaker) or of a fixtures' TOML; paths are relative to it.

    Raises ValueError for a file of another kind, OSError and KeyError for one that is not there or not of that shape.
    """
    if book.suffix == ".tsv":
        with book.open(newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [Item(book.parent / row["file"], row["reference"], row["speaker"]) for row in rows]
    if book.suffix == ".toml":
        return list(_fixtures(tomllib.loads(book.read_text()), book.parent))
    raise ValueError(f"{book}: neither a .tsv nor a .toml")


def _fixtures(content: dict[str, list[dict[str, str]]], folder: Path) -> Iterator[Item]:
    for one in content.get("utterance", []):
        if one.get("lang", "en") == "en":
            speaker = one["voice"] + (f"+{one['noise']}" if "noise" in one else "")
            topic = TOPICS.get(one.get("asked", ""), "general")
            yield Item(folder / "utterances" / f"{one['id']}.wav", one["text"], speaker, topic)
    for call in content.get("call", []):
        if call.get("lang", "en") != "en":
            continue
        turns: Sequence[dict[str, str]] = call["turn"]  # type: ignore[assignment]
        for number, turn in enumerate(turns):
            topic = TOPICS.get(turn.get("answers", ""), "general")
            yield Item(folder / "calls" / call["id"] / f"{number}.wav", turn["text"], call["voice"], topic)


def load_pcm(path: Path) -> Pcm8k:
    """A WAV of any rate, channels or width (µ-law too) as telephone samples. Raises BadSound and OSError."""
    return to_pcm(to_8k(read_wave(path)))


def errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Fewest substitutions, insertions and deletions that make one word sequence of the other."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], at
        for to, other in enumerate(heard, 1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (word != other))
    return row[-1]


def score(engine: Engine, recordings: Iterable[Item]) -> Iterator[Score]:
    """Decode each recording. One whose file is missing or holds no sound raises OSError or BadSound."""
    for item in recordings:
        transcript = engine.decode(load_pcm(item.path), item.topic)
        reference = item.reference.split()
        yield Score(item, transcript, errors(reference, transcript.text.split()), len(reference))


def word_error_rate(scores: Iterable[Score]) -> float:
    """Errors in a hundred reference words; 0 where there are none."""
    kept = list(scores)
    words = sum(one.words for one in kept)
    return 100.0 * sum(one.errors for one in kept) / words if words else 0.0


def render(folder: Path, voices: dict[str, CommandVoice] = VOICES) -> Path:
    """Speak the held-out lines with every installed voice into `folder`, as the telephone carries them; give the TSV.

    Of the lines, the odd ones were used to choose settings and the even ones are the test: the two are two TSV files,
    `develop.tsv` and `test.tsv`, of which the second is given. Raises BadSound when no voice is installed.
    """
    installed = {name: voice for name, voice in voices.items() if voice.installed}
    if not installed:
        raise BadSound("no synthetic voice is installed: apt-get install flite")
    folder.mkdir(parents=True, exist_ok=True)
    books: dict[str, list[str]] = {"develop.tsv": [], "test.tsv": []}
    for number, line in enumerate(own_held_out(), 1):
        for name, voice in installed.items():
            path = folder / f"{name}_{number:03d}.wav"
            pcm = decode(encode(to_pcm(levelled(to_8k(voice.speak(line)), -22.0))))
            write_wave(path, pcm)
            books["develop.tsv" if number % 2 else "test.tsv"].append(f"{path.name}\t{line}\t{name}")
    for name, rows in books.items():
        (folder / name).write_text("\n".join(["file\treference\tspeaker", *rows]) + "\n")
    return folder / "test.tsv"


def write_wave(path: Path, pcm: Pcm8k) -> None:
    """Write telephone samples as a 16-bit mono WAV."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(pcm.tobytes())
