"""Which recogniser to use, and why."""

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

from voice.recogniser.protocol import Engine

SETTINGS = ("auto", "sphinx", "whisper")
MODEL_SETTING = "FIRSTRING_WHISPER_MODEL"
DEFAULT_SIZE = "base"


class RecogniserUnavailable(Exception):
    """The recogniser that was asked for cannot be had on this machine; the text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine's name, as `load` takes it, and the reason in words for the log's first lines."""

    name: str
    reason: str


def load(name: str) -> Engine:
    """Load an engine. Raises ValueError for an unknown name and RecogniserUnavailable when it cannot be had."""
    match name:
        case "sphinx":
            from voice.recogniser.sphinx import SphinxEngine

            return SphinxEngine()
        case "whisper":
            return _load_whisper()
    raise ValueError(f"unknown recogniser {name!r}: sphinx or whisper")


def pick(setting: str) -> Choice:
    """The engine for FIRSTRING_STT: whisper by `auto` only when it is installed and its weights are on disk.

    Raises ValueError for an unknown setting and RecogniserUnavailable when `whisper` is asked for and not installed.
    """
    match setting:
        case "sphinx":
            return Choice("sphinx", "asked for by name")
        case "whisper":
            _require_whisper()
            return Choice("whisper", f"asked for by name, model {model_setting()}")
        case "auto":
            return _automatic()
    raise ValueError(f"unknown recogniser setting {setting!r}: one of {', '.join(SETTINGS)}")


def _load_whisper() -> Engine:
    _require_whisper()
    from voice.recogniser.whisper_engine import WhisperEngine

    try:
        return WhisperEngine(model_setting())
    except (OSError, RuntimeError) as error:  # no such size or file, no network to download it from, not a checkpoint
        mend = f"give a size's name or a checkpoint's path in {MODEL_SETTING}, and let it be downloaded once"
        raise RecogniserUnavailable(f"Whisper's model {model_setting()!r} does not load ({error}): {mend}") from error


def _require_whisper() -> None:
    if not whisper_installed():
        raise RecogniserUnavailable("openai-whisper is not installed: pip install 'firstring[whisper]'")


def _automatic() -> Choice:
    if not whisper_installed():
        return Choice("sphinx", "openai-whisper is not installed")
    weights = weights_on_disk(model_setting())
    if weights is None:
        return Choice(
            "sphinx", f"openai-whisper is installed, but its weights ({model_setting()}) are not on this disk"
        )
    return Choice("whisper", f"installed, with weights at {weights}")


def whisper_installed() -> bool:
    """Whether openai-whisper and torch can be imported (neither is imported to find out)."""
    return all(importlib.util.find_spec(package) is not None for package in ("whisper", "torch"))


def model_setting() -> str:
    """FIRSTRING_WHISPER_MODEL: a size's name or a checkpoint's path."""
    return os.environ.get(MODEL_SETTING) or DEFAULT_SIZE


def cache_folder() -> Path:
    """Where Whisper's own loader keeps its downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"


def weights_on_disk(model: str) -> Path | None:
    """The checkpoint for a size's name or a path, or None when it is not on this disk."""
    for candidate in (Path(model).expanduser(), cache_folder() / f"{model}.pt"):
        if candidate.is_file():
            return candidate
    return None
