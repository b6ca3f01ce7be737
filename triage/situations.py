"""The 114 situations, the questions, the safety scripts and the near misses of data/situations.json, typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.enums import Intent, Language, Priority, Trade
from triage.words.normalise import data_file

LIFE_SAFETY = "LIFE_SAFETY"


@dataclass(frozen=True, slots=True)
class Script:
    """A safety script. `en` and `es` hold {gas_utility} and {elec_utility}; S00 is empty."""

    id: str
    name: str
    en: str
    es: str
    source: str

    def text(self, language: Language) -> str:
        """The words in one language."""
        return self.es if language is Language.ES else self.en


@dataclass(frozen=True, slots=True)
class Situation:
    """One row: what is going on, how urgent it is, who can help, what to say first and what to ask.

    `intent` is the row's own word (status, reschedule, complaint, commercial_admin and nonservice beside the five).
    `priority` is None for rows that send nobody.
    """

    id: str
    trade: Trade
    title: str
    phrases: tuple[str, ...]
    intent: str
    cls: str
    priority: Priority | None
    modifiers: str
    first: str
    skill: str
    script: str
    questions: tuple[str, ...]
    permit: str
    source: str

    @property
    def life_safety(self) -> bool:
        """Whether somebody can be hurt soon."""
        return self.cls == LIFE_SAFETY

    @property
    def owner_intent(self) -> Intent:
        """The row's intent in the owner's words; what has no word there is `other`, but for a danger to life (A25)."""
        if self.intent in set(Intent):
            return Intent(self.intent)
        return Intent.EMERGENCY if self.life_safety else Intent.OTHER


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Words that sound like a danger or a row and are not (or are, though played down)."""

    text: str
    rule: str
    expect: str


def _situation(row: dict[str, Any]) -> Situation:
    return Situation(
        id=row["id"],
        trade=Trade(row["trade"]),
        title=row["situation"],
        phrases=tuple(row["phrases"].split("|")),
        intent=row["intent"],
        cls=row["cls"],
        priority=None if row["priority"] == "-" else Priority(row["priority"]),
        modifiers=row["modifiers"],
        first=row["first"],
        skill=row["skill"],
        script=row["script"],
        questions=tuple(row["questions"]),
        permit=row["permit"],
        source=row["source"],
    )


_DATA: dict[str, Any] = json.loads(data_file("situations.json"))

QUESTIONS: Mapping[str, str] = MappingProxyType(dict(_DATA["questions"]))
"""Question id (Q_SAFE, ...) to its wording."""

SCRIPTS: Mapping[str, Script] = MappingProxyType(
    {key: Script(key, row["name"], row["en"], row["es"], row["source"]) for key, row in _DATA["scripts"].items()}
)
"""Script id (S00, ...) to its words."""

NO_SCRIPT = "S00"
"""The script of a row that has none."""

SITUATIONS: Mapping[str, Situation] = MappingProxyType({row["id"]: _situation(row) for row in _DATA["rows"]})
"""Situation id (G01, ...) to its row."""

NEAR_MISSES: tuple[NearMiss, ...] = tuple(NearMiss(**row) for row in _DATA["near_miss"])
"""What must not be mistaken."""
