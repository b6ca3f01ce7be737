"""Texts with what is right about them, one JSON object a line: the one format to learn from and to be scored by.

Required are `text` and `intent`. Whatever other label a line leaves out is not known and not scored; null says that
there is none. See `LabelledText` for the fields.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from models.enums import Intent, Priority, Trade
from triage.assessment import Context
from triage.situations import SITUATIONS
from triage.words.normalise import words_of

TEXTS = Path(__file__).parent / "data" / "texts"
"""The labelled texts: train, tune and test, one JSON object a line."""

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class BadTextError(ValueError):
    """A line that cannot be read; the message names the line and the field, never what they held."""


class Kind(StrEnum):
    """What a caller can tell, as it is labelled; `phone` is `Entities.callback`, and a street has its own number."""

    NAME = "name"
    PHONE = "phone"
    NUMBER = "number"
    STREET = "street"
    UNIT = "unit"
    CITY = "city"
    STATE = "state"
    ZIP = "zip"
    EQUIPMENT = "equipment"
    BRAND = "brand"
    AGE = "age"
    ONSET = "onset"
    ACCESS = "access"
    WINDOW = "window"
    ACCOUNT = "account"
    PO = "po"
    CLAIM = "claim"
    ROLE = "role"
    PLACE = "place"
    PROBLEM = "problem"


class LabelledEntity(BaseModel):
    """One thing that was told: its words, as they stand in the text, and how it is written where that is known."""

    model_config = STRICT

    kind: Kind
    spoken: str = Field(min_length=1)
    value: str | None = Field(default=None, min_length=1)


class LabelledText(BaseModel):
    """One line. `labelled` says which of the optional labels it gives.

    `near_miss` names the danger that the text sounds like and is not. `family` groups paraphrases that must not be
    parted, `voice` says who speaks. `asked`, `caller` and `context` are what the text is heard in the light of, as
    `firstring triage` takes them; see `light`.
    """

    model_config = STRICT

    text: str = Field(pattern=r"\S")
    intent: Intent
    priority: Priority | None = None
    trade: Trade | None = None
    situation: str | None = None
    near_miss: str | None = Field(default=None, min_length=1)
    entities: tuple[LabelledEntity, ...] | None = None
    asked: str | None = Field(default=None, pattern=r"^Q_[A-Z_]+$")
    caller: str | None = None
    context: Context = Field(default_factory=Context)
    family: str | None = None
    voice: str | None = None
    id: str | int | None = None

    @field_validator("context", mode="before")
    @classmethod
    def _question(cls, given: object) -> object:
        return {"asked": given} if isinstance(given, str) else {} if given is None else given

    @field_validator("situation")
    @classmethod
    def _known(cls, row: str | None) -> str | None:
        if row is not None and row not in SITUATIONS:
            raise PydanticCustomError("situation", "is no row of situations.json")
        return row

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.asked and self.context.asked not in (None, self.asked):
            raise PydanticCustomError("asked", "asked and context name two questions")
        for place, entity in enumerate(self.entities or ()):
            if not _stands_in(entity.spoken, self.text):
                raise PydanticCustomError("spoken", f"entities.{place}.spoken: these words are not in the text")
        return self

    def labelled(self, label: str) -> bool:
        """Whether the line gives this label, null included."""
        return label in self.model_fields_set

    @property
    def life_safety(self) -> bool:
        """Whether somebody can be hurt soon, by the class of the situation."""
        return self.situation is not None and SITUATIONS[self.situation].life_safety

    @property
    def light(self) -> Context:
        """What the text is heard in the light of."""
        given = self.context
        return Context(
            asked=self.asked or given.asked,
            caller=self.caller or given.caller,
            month=given.month,
            outdoor_f=given.outdoor_f,
            heat_index_f=given.heat_index_f,
        )


def read_texts(lines: Iterable[str]) -> Iterator[LabelledText]:
    """The texts of JSON lines in their order, empty lines skipped. Raises BadTextError at the first that is wrong."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield LabelledText.model_validate_json(line.strip())
            except ValidationError as wrong:
                raise BadTextError(f"line {number}, {_first(wrong)}") from None


def load_texts(path: Path) -> list[LabelledText]:
    """The texts of a file. Raises BadTextError, also when there are none, and OSError."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            texts = list(read_texts(lines))
    except UnicodeDecodeError:
        raise BadTextError(f"{path.name} is not UTF-8") from None
    if not texts:
        raise BadTextError(f"{path.name} holds no texts")
    return texts


def _stands_in(spoken: str, text: str) -> bool:
    """Whether words are words of the text, as written there ("cooler" in "the cooler's out") or normalised."""
    if re.search(rf"(?<!\w){re.escape(spoken.strip())}(?!\w)", text, re.IGNORECASE):
        return True
    return f" {' '.join(words_of(spoken))} " in f" {' '.join(words_of(text))} "


def _first(wrong: ValidationError) -> str:
    """The field and what is wrong with it, without the value."""
    error: Any = wrong.errors(include_input=False, include_url=False)[0]
    if error["type"] == "json_invalid":
        return str(error["msg"]).replace("line 1 column", "column")
    if error["type"] == "string_pattern_mismatch":
        error["msg"] = "is empty or not of its form"
    field = ".".join(map(str, error["loc"]))
    return f"{field}: {error['msg']}" if field else str(error["msg"])
