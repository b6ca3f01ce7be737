"""From words to sound: render what a company needs and does not have yet."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from models.company import Company
from models.enums import Language
from voice.prompts.recordings import Recordings
from voice.prompts.sound import to_clip
from voice.prompts.store import BYTES_PER_MS, SHARED, Entry, Store
from voice.prompts.synthesiser import Synthesiser
from voice.prompts.texts import Text, spoken, texts

VERSION = 1
"""Part of every hash: raise it when the shaping of sound changes, and everything is rendered anew."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line as this company says it."""

    text: Text
    words: str

    @property
    def key(self) -> str:
        """ "en/greeting"."""
        return self.text.key


def wanted(company: Company) -> tuple[Wanted, ...]:
    """Every line of the bank as this company says it. Raises BadLines."""
    return tuple(Wanted(text, text.filled(company)) for text in texts())


def recipe(words: str, voice: Synthesiser) -> str:
    """What a clip is made from, as a hash: the same recipe gives the same clip."""
    said = spoken(words, voice.language)
    return hashlib.sha256(f"{VERSION}\0{voice.name}\0{said}".encode()).hexdigest()[:16]


def own_lines(company: Company, recordings: Recordings, shared: Store = SHARED) -> tuple[Wanted, ...]:
    """The lines that must be rendered for this company: neither recorded by it nor checked in with the same words."""
    there = shared.entries()
    return tuple(
        line
        for line in wanted(company)
        if line.key not in recordings.files and (line.key not in there or there[line.key].text != line.words)
    )


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a rendering did: keys spoken anew, and keys whose clip was still good."""

    spoken: tuple[str, ...]
    kept: tuple[str, ...]


def render(
    lines: Iterable[Wanted],
    store: Store,
    voices: Mapping[Language, Synthesiser],
    progress: Callable[[str], object] = str,
) -> Rendered:
    """Make the store hold exactly these lines, speaking only those whose words or voice changed.

    `progress` gets each line's key before it is spoken or kept. Raises SynthesiserFailed; the manifest then still
    tells the truth about what was there before.
    """
    before = store.entries()
    now: list[Entry] = []
    fresh: list[str] = []
    for entry in _entries(lines, voices):
        progress(entry.key)
        old = before.get(entry.key)
        if old is not None and old.hash == entry.hash and old.text == entry.text:
            now.append(old)
            continue
        clip = to_clip(voices[entry.lang].speak(spoken(entry.text, entry.lang)))
        entry = replace(entry, duration_ms=len(clip) // BYTES_PER_MS)
        store.write(entry, clip)
        now.append(entry)
        fresh.append(entry.key)
    if now or before:
        store.keep(now)
    return Rendered(tuple(fresh), tuple(entry.key for entry in now if entry.key not in set(fresh)))


def _entries(lines: Iterable[Wanted], voices: Mapping[Language, Synthesiser]) -> Iterator[Entry]:
    """Each line's entry as it will be, its duration still unknown."""
    for line in lines:
        voice = voices[line.text.language]
        yield Entry(
            id=line.text.id,
            lang=line.text.language,
            text=line.words,
            hash=recipe(line.words, voice),
            voice=voice.name,
            duration_ms=0,
            file=f"audio/{line.key}.ulaw",
            source="rendered",
        )
