"""The prompt bank: every line that can be spoken on a call, as µ-law, ready in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.company import Company
from models.enums import Language
from voice.dialogue.moves import Line
from voice.ears.mulaw import SILENCE
from voice.prompts import atoms
from voice.prompts.recordings import Recordings, recordings
from voice.prompts.render import Wanted, wanted
from voice.prompts.store import BYTES_PER_MS, SHARED, Entry, Store


class PromptError(KeyError):
    """A line that cannot be spoken."""

    def __str__(self) -> str:
        return str(self.args[0])


class UnknownLine(PromptError):
    """No line has this id; a mistake in the program, not in the profile."""


class NoAudio(PromptError):
    """The line has words and no sound; the text says how to give it one."""


@dataclass(frozen=True, slots=True)
class PromptBank:
    """All lines of one company. Immutable; safe to share between calls.

    `words` and `entries` are by key ("en/greeting"); `clips` holds the µ-law of every entry (about 10 MB in all).
    """

    words: Mapping[str, str]
    entries: Mapping[str, Entry]
    clips: Mapping[str, bytes]

    @classmethod
    def load(cls, company: Company, recordings_folder: Path | None = None, cache: Path | None = None) -> "PromptBank":
        """Gather a company's lines: its recordings, then what was rendered for it, then what is checked in.

        A rendering counts only while it says what the line says now. Lines without sound are in `missing()`.
        Raises BadLines, BadSound for a recording that cannot be read, NotADirectoryError for a folder not there.
        """
        recorded = recordings(recordings_folder)
        lines = wanted(company)
        stores = [SHARED] if cache is None else [Store(cache), SHARED]
        listed = [(store, store.entries()) for store in stores]
        entries: dict[str, Entry] = {}
        clips: dict[str, bytes] = {}
        for line in lines:
            if line.key in recorded.files:
                entries[line.key], clips[line.key] = _recorded(line, recorded)
                continue
            for store, there in listed:
                entry = there.get(line.key)
                if entry is not None and entry.text == line.words:
                    entries[line.key], clips[line.key] = entry, store.read(entry)
                    break
        return cls({line.key: line.words for line in lines}, entries, clips)

    def clip(self, line: Line, language: Language = Language.EN) -> bytes:
        """The line as µ-law, 8 bytes a millisecond. A line without Spanish is spoken in English.

        Raises UnknownLine for an id that nothing is called, NoAudio for a line without sound, and ValueError when the
        text of a "number" or "time" line is none.
        """
        joints = _joints(line)
        if joints is None:
            return self._one(line.id, language)
        parts = [self._one(joint.id, language) + SILENCE * (joint.gap_ms * BYTES_PER_MS) for joint in joints[:-1]]
        return b"".join([*parts, *(self._one(joint.id, language) for joint in joints[-1:])])

    def duration_ms(self, line: Line, language: Language = Language.EN) -> int:
        """How long the line takes to say. Raises as `clip`."""
        return len(self.clip(line, language)) // BYTES_PER_MS

    def text(self, line: Line, language: Language = Language.EN) -> str:
        """The line's words for the record: what `clip` says, read-outs as they were given. Raises UnknownLine."""
        if _joints(line) is not None:
            return line.text
        return self.words[self._key(line.id, language, self.words)]

    def missing(self) -> tuple[str, ...]:
        """Keys ("en/greeting") of the lines that have words and no sound; `firstring prompts render` gives them one."""
        return tuple(key for key in self.words if key not in self.clips)

    def silent(self) -> tuple[str, ...]:
        """Keys of the missing lines that could not be spoken in English either: with these no call may be answered.

        A machine with an English voice alone misses a company's Spanish lines and still speaks.
        """
        return tuple(key for key in self.missing() if f"{Language.EN.value}/{key.split('/', 1)[1]}" not in self.clips)

    def _one(self, line_id: str, language: Language) -> bytes:
        key = self._key(line_id, language, self.words)
        if key not in self.clips:
            key = self._key(line_id, language, self.clips)
        return self.clips[key]

    def _key(self, line_id: str, language: Language, among: Mapping[str, object]) -> str:
        own, english = f"{language.value}/{line_id}", f"{Language.EN.value}/{line_id}"
        for key in (own, english):
            if key in among:
                return key
        if own in self.words or english in self.words:
            raise NoAudio(
                f"{english} has no sound: run `firstring prompts render` (needs a voice: apt-get install flite), "
                f"or record it as {english}.wav in the profile's folder of recordings"
            )
        raise UnknownLine(f"no line is called {line_id!r}")


def _joints(line: Line) -> tuple[atoms.Joint, ...] | None:
    """How a read-out is put together; None for a line of its own."""
    match line.id:
        case "digits":
            return atoms.digits(line.text)
        case "spell":
            return atoms.spell(line.text)
        case "number":
            return atoms.number(line.text)
        case "time":
            return atoms.time_of_day(line.text)
    return None


def _recorded(line: Wanted, recorded: Recordings) -> tuple[Entry, bytes]:
    clip = recorded.clip(line.key)
    path = recorded.files[line.key]
    entry = Entry(
        id=line.text.id,
        lang=line.text.language,
        text=line.words,
        hash="",
        voice=path.name,
        duration_ms=len(clip) // BYTES_PER_MS,
        file=str(path),
        source="recorded",
    )
    return entry, clip
