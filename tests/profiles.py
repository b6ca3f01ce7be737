"""Profiles written by a test: what is wrong with them, and on which line."""

from pathlib import Path

import pytest

from firstring.profile import ProfileError, load
from models.company import Company


def written(tmp_path: Path, text: str) -> Company:
    path = tmp_path / "business.toml"
    path.write_text(text, "utf-8")
    return load(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        written(tmp_path, text)
    return [one.removeprefix(f"{tmp_path / 'business.toml'}:") for one in caught.value.mistakes]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)
