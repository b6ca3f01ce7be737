"""A caller and a dialogue without audio: what is understood is given, what is said and done is read."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from models.company import Company
from models.enums import Intent, Priority, Trade
from triage.assessment import Address, Assessment, Entities, Evidence, Hazard, Slot
from triage.rules.signals import BY_ROW
from triage.situations import SITUATIONS, Situation
from voice.dialogue.dialogue import Dialogue
from voice.dialogue.moves import (
    Answered,
    Event,
    HazardHeard,
    Heard,
    KeyPressed,
    Listen,
    Move,
    PageNow,
    Say,
    Silence,
)

CALLER = "+15125550141"
OTHER = "+15125550188"
COMPANY = Company(
    name="Hill Country Plumbing",
    spoken_name="Hill Country",
    phone="+15125550100",
    timezone=ZoneInfo("America/Chicago"),
    trades=frozenset(Trade),
    staff=(),
    on_call=(),
    hours=(),
    visit_fee="eighty nine dollars",
)
ADDRESS = Address(number="412", street="Maple Street", confidence=0.9)


def slot(value: str) -> Slot:
    return Slot(value, value, 0.9)


def hazard(situation: str, name: str = "water", words: str = "") -> Hazard:
    row = SITUATIONS[situation]
    return Hazard(name, row.id, row.script, row.life_safety, Evidence("test", words))


def understood(row: Situation) -> Assessment:
    """What perfect understanding makes of a caller who says just this row."""
    dangerous = row.priority is Priority.P1 and row.script != "S00"
    return Assessment(
        intent=Intent(row.intent) if row.intent in set(Intent) else Intent.OTHER,
        priority=row.priority,
        trade=row.trade,
        situation=row.id,
        situations=(row.id,),
        hazards=(hazard(row.id),) if dangerous else (),
        script=row.script,
        signals=frozenset({BY_ROW[row.id]} if row.id in BY_ROW else ()),
        ask=row.questions,
    )


class Conversation:
    """One call. `says` adds to what is understood; signals hold for one utterance."""

    def __init__(
        self, *, caller: str | None = CALLER, open_now: bool = False, textable: bool = True, company: Company = COMPANY
    ) -> None:
        self.dialogue = Dialogue(company)
        self.state = self.dialogue.begin()
        self.heard = Assessment()
        self.done: list[Move] = []
        self.happens(Answered(caller, open_now, open_now, textable))

    def happens(self, event: Event) -> tuple[Move, ...]:
        self.state, moves = self.dialogue.step(self.state, event)
        self.done += moves
        return moves

    def says(
        self, *signals: str, row: str | None = None, unclear: bool = False, early: bool = False, **changes: object
    ) -> tuple[Move, ...]:
        self._understand(signals, row, changes)
        return self.happens(Heard(self.heard, "words", unclear, early))

    def bursts_out(self, *signals: str, row: str, **changes: object) -> tuple[Move, ...]:
        """A hazard in a partial text."""
        self._understand(signals, row, changes)
        return self.happens(HazardHeard(self.heard))

    def is_silent(self) -> tuple[Move, ...]:
        return self.happens(Silence())

    def presses(self, digit: str) -> tuple[Move, ...]:
        return self.happens(KeyPressed(digit))

    def answers(self) -> tuple[Move, ...]:
        """Answer what was asked, as a helpful caller would."""
        entities = self.heard.entities
        match self.state.waiting:
            case "Q_OUTSIDE":
                return self.says(answers={"Q_INSIDE": "no"})
            case "Q_CONFIRM_HAZARD":
                return self.says("confirmation_no")
            case "Q_CB" | "Q_CB_OK" | "Q_ADDR_OK" | "Q_FEE":
                return self.says("confirmation_yes")
            case "Q_ADDR":
                return self.says(entities=replace(entities, address=ADDRESS))
            case "Q_NAME":
                return self.says(entities=replace(entities, name=slot("John Miller")))
        return self.says()

    def _understand(self, signals: tuple[str, ...], row: str | None, changes: dict[str, object]) -> None:
        base = replace(understood(SITUATIONS[row]), entities=self.heard.entities) if row else self.heard
        said = base.signals if row else frozenset()
        self.heard = replace(base, signals=said | set(signals), **changes)  # type: ignore[arg-type]

    @property
    def over(self) -> bool:
        return self.state.outcome is not None

    @property
    def pages(self) -> list[PageNow]:
        return [move for move in self.done if isinstance(move, PageNow)]

    @property
    def questions(self) -> list[str]:
        """What was asked, in order, each once."""
        asked = [move.question for move in self.done if isinstance(move, Listen) and move.question]
        return list(dict.fromkeys(asked))


def lines(moves: tuple[Move, ...] | list[Move]) -> list[str]:
    """The ids of everything said."""
    return [line.id for move in moves if isinstance(move, Say) for line in move.lines]


def entities(**slots: object) -> Entities:
    return replace(Entities(), **slots)  # type: ignore[arg-type]


def kinds(moves: tuple[Move, ...]) -> list[str]:
    """What is done, in order."""
    return [type(move).__name__ for move in moves]
