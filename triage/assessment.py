"""What an assessment is made of. Frozen; every part carries the evidence it rests on."""

from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any

from models.enums import Intent, Language, Priority, Trade
from triage.rules.temperature import DEFAULTS, Thresholds


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why we think so: a rule or model, the words it rests on, and their positions in the normalised words."""

    rule: str
    words: str = ""
    start: int = -1
    end: int = -1
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger that was heard. `situation` is a row of situations.json and `script` its safety script."""

    name: str  # gas, co, fire, shock, sparks, water_electric, downed_line, water, sewage, ...
    situation: str
    script: str
    life_safety: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing the caller told us: as spoken, as written, and how sure we are (0 to 1).

    `again`: not sure enough; worth asking once more.
    """

    value: str
    spoken: str
    confidence: float
    start: int = -1
    end: int = -1
    again: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A service address. Parts that were not said are None. `again`: not sure enough; worth asking once more."""

    number: str | None = None
    street: str | None = None
    unit: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    confidence: float = 0.0
    again: bool = False

    @property
    def complete(self) -> bool:
        """Whether a truck could find the door: a house number and a street."""
        return bool(self.number and self.street)


@dataclass(frozen=True, slots=True)
class Entities:
    """What was said, slot by slot; None where it was not.

    `callback.value` is E.164, `role.value` owner, tenant or manager, `place.value` business or home.
    """

    name: Slot | None = None
    callback: Slot | None = None
    address: Address | None = None
    problem: Slot | None = None
    equipment: Slot | None = None
    onset: Slot | None = None
    access: Slot | None = None
    window: Slot | None = None
    account: Slot | None = None
    po: Slot | None = None
    brand: Slot | None = None
    age: Slot | None = None  # of the equipment
    claim: Slot | None = None
    role: Slot | None = None
    place: Slot | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What an utterance is read in the light of."""

    asked: str | None = None  # id of the question that was just asked, e.g. Q_INSIDE
    caller: str | None = None  # E.164 of the caller, where known
    month: int | None = None  # 1 to 12, company time; None = unknown
    outdoor_f: float | None = None
    heat_index_f: float | None = None
    account_priority: Priority | None = None  # what the account's contract promises at least: it may only raise
    member: bool | None = None  # orders the queue inside a priority, and is no priority
    thresholds: Thresholds = DEFAULTS  # the company's own, never looser than ours


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything understood of a call so far.

    `answers` holds what the caller answered to yes/no questions: {"Q_INSIDE": "yes" | "no" | "unsure"}.
    `signals` holds what changes the conversation itself: person, robot_question, opt_out, wrong_number, robocall,
    card_number, recording_refused, spanish, confirmation_yes, confirmation_no, repeat, goodbye.
    `ask` are the questions the situation wants, in order, less those already answered.
    `unsure` names a hazard that needs its one question ("Did you say you smell gas?") before it is believed or dropped.
    """

    intent: Intent = Intent.OTHER
    priority: Priority | None = None
    trade: Trade | None = None
    situation: str | None = None
    situations: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    unsure: Hazard | None = None
    script: str | None = None
    confidence: float = 0.0
    sure: bool = True  # whether to act on the intent; if not, it is asked again, and then a person hears the call
    entities: Entities = field(default_factory=Entities)
    answers: dict[str, str] = field(default_factory=dict)
    signals: frozenset[str] = frozenset()
    vulnerable: bool | None = None
    language: Language = Language.EN
    ask: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    version: str = ""  # hash of rules and model


def to_json(value: Any) -> Any:
    """An assessment, or any part of one, as plain JSON values: dataclasses become objects, sets become sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(to_json(one) for one in value)
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    return value.value if isinstance(value, Enum) else value
