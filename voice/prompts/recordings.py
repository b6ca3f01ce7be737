"""A company's own recordings: `<folder>/<language>/<id>.wav` (any rate) or `.ulaw`; each wins over the rendering."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voice.prompts.sound import BadSound, read_wave, to_clip
from voice.prompts.texts import texts


@dataclass(frozen=True, slots=True)
class Recordings:
    """What a company recorded, by key ("en/greeting"); `strangers` are files that no line is called after."""

    files: Mapping[str, Path] = field(default_factory=dict)
    strangers: tuple[Path, ...] = ()

    def clip(self, key: str) -> bytes:
        """A recording as µ-law. A WAV is trimmed and levelled; a `.ulaw` file is played as it is. Raises BadSound."""
        path = self.files[key]
        try:
            return path.read_bytes() if path.suffix.lower() == ".ulaw" else to_clip(read_wave(path))
        except BadSound as error:
            raise BadSound(f"recording {path}: {error}") from error


def recordings(folder: Path | None) -> Recordings:
    """What lies in the folder named by the profile; nothing when there is none. Raises NotADirectoryError."""
    if folder is None:
        return Recordings()
    if not folder.is_dir():
        raise NotADirectoryError(f"the folder of recordings is not there: {folder}")
    known = {text.key for text in texts()}
    files: dict[str, Path] = {}
    strangers: list[Path] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in (".wav", ".ulaw"):
            continue
        key = path.relative_to(folder).with_suffix("").as_posix()
        if key in known:
            files[key] = path
        else:
            strangers.append(path)
    return Recordings(files, tuple(strangers))
