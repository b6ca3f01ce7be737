"""The law as data: `gate/law.toml`, read once. What it means is in the rules that use it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.enums import Purpose

MARKETING = frozenset({Purpose.CHECK, Purpose.REVIEW, Purpose.REFERRAL})
"""How satisfied somebody was is asked with a link behind it: marketing, to be safe (legal.md, legend)."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours [from, to) of the clock in which marketing may come: Monday to Friday, Saturday, Sunday."""

    weekday: tuple[int, int]
    saturday: tuple[int, int]
    sunday: tuple[int, int]

    def of(self, weekday: int) -> tuple[int, int]:
        """The hours of a day, 0 = Monday."""
        return self.saturday if weekday == 5 else self.sunday if weekday == 6 else self.weekday


@dataclass(frozen=True, slots=True)
class Revokes:
    """Phrases that say no in free text, and what they look like when they do not."""

    about: str  # texts or calls
    say: re.Pattern[str]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Law:
    """The whole file. `words` are lower case, by kind: twilio_stop, stop, start, join, help, twilio_help."""

    emergency: frozenset[str]
    premium: re.Pattern[str]  # E.164
    words: dict[str, frozenset[str]]
    revokes: tuple[Revokes, ...]
    windows: dict[str, Window]  # by state; also "federal" and "safe"
    zones: dict[str, frozenset[str]]  # of a state
    night: tuple[int, int]  # from this hour to that
    asked_minutes: int
    answers: dict[str, dict[str, str]]  # by what is answered and language; {business} and {phone}


@cache
def law() -> Law:
    """The law, read from the file beside the gate."""
    data = tomllib.loads((Path(__file__).parent / "gate" / "law.toml").read_text("utf-8"))
    words = {kind: frozenset(said) for kind, said in data["words"].items()}
    zones: dict[str, frozenset[str]] = {}
    for one in data["zones"].values():
        for state in one["states"]:
            zones[state] = zones.get(state, frozenset()) | {one["zone"]}
    return Law(
        emergency=frozenset(data["emergency"]["lines"]),
        premium=re.compile(data["emergency"]["premium"]),
        words=words,
        revokes=tuple(Revokes(one["about"], _any(one["say"]), _any(one["unless"])) for one in data["revokes"]),
        windows={state: _window(hours) for state, hours in data["quiet"].items()},
        zones=zones,
        night=(data["night"]["from"], data["night"]["to"]),
        asked_minutes=data["night"]["asked_minutes"],
        answers=data["answers"],
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b")


def _window(hours: dict[str, Any]) -> Window:
    return Window(**{day: (span[0], span[1]) for day, span in hours.items()})
