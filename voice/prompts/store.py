"""A folder of rendered lines: `manifest.json`, and `audio/<language>/<id>.ulaw` (8 kHz µ-law, no header)."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from models.enums import Language

BYTES_PER_MS = 8

Source = Literal["rendered", "recorded"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line's audio: what it says, how it was made and where it lies (`file` is relative to the folder)."""

    id: str
    lang: Language
    text: str
    hash: str  # of the spoken text, the voice and the way of making; see render.recipe
    voice: str
    duration_ms: int
    file: str
    source: Source

    @property
    def key(self) -> str:
        """ "en/greeting"."""
        return f"{self.lang.value}/{self.id}"


@dataclass(frozen=True, slots=True)
class Store:
    """Rendered lines on disk."""

    root: Path

    @property
    def _manifest(self) -> Path:
        return self.root / "manifest.json"

    def entries(self) -> dict[str, Entry]:
        """What is there, by key; empty when nothing was rendered yet. A file that was deleted is not there."""
        if not self._manifest.exists():
            return {}
        rows = json.loads(self._manifest.read_text("utf-8"))["lines"]
        entries = (Entry(**{**row, "lang": Language(row["lang"])}) for row in rows)
        return {entry.key: entry for entry in entries if (self.root / entry.file).exists()}

    def read(self, entry: Entry) -> bytes:
        """The µ-law bytes of an entry."""
        return (self.root / entry.file).read_bytes()

    def write(self, entry: Entry, clip: bytes) -> None:
        """Put a clip where its entry says; `keep` then writes the manifest."""
        path = self.root / entry.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(clip)

    def keep(self, entries: Iterable[Entry]) -> None:
        """Write the manifest anew, in one move, and delete the audio that is in it no more."""
        listed = sorted(entries, key=lambda entry: entry.key)
        self.root.mkdir(parents=True, exist_ok=True)
        draft = self._manifest.with_suffix(".tmp")
        rows = ",\n".join("  " + json.dumps(asdict(entry), ensure_ascii=False) for entry in listed)
        draft.write_text(f'{{"lines": [\n{rows}\n]}}\n', "utf-8")
        os.replace(draft, self._manifest)
        wanted = {self.root / entry.file for entry in listed}
        for path in (self.root / "audio").rglob("*.ulaw"):
            if path not in wanted:
                path.unlink()


SHARED = Store(Path(__file__).parent)
"""What is checked in: every line without placeholders, and the example company's own."""
