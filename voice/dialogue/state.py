"""Everything a conversation remembers between two events."""

from dataclasses import dataclass, field

from models.enums import Language
from triage.assessment import Assessment, Hazard
from voice.dialogue.moves import Topic


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one call. Made by `Dialogue.begin`, changed only by `Dialogue.step`.

    `situation` is the row of situations.json that the call is about: the last that was understood, and in an emergency
    never one that is less than P1. `asked` holds every question in the order it was spoken, repeats included.
    """

    # who is calling, and what the shop can do for them
    caller: str | None = None  # E.164
    can_transfer: bool = False
    textable: bool = True
    language: Language = Language.EN

    # what was understood
    assessment: Assessment = field(default_factory=Assessment)
    situation: str | None = None
    spoke: bool = False  # words were heard at least once
    callback: str | None = None  # E.164, agreed with the caller
    house: str | None = None  # the house number that was read back
    refused: frozenset[str] = frozenset()  # telephone and house numbers that the caller said were wrong
    outside: bool | None = None

    # the emergency
    emergency: bool = False
    paged: bool = False
    doubt: Hazard | None = None  # waiting for the answer to "Did you say ...?"
    denied: frozenset[Hazard] = frozenset()
    tail_due: bool = False  # the utterance that HazardHeard interrupted has not ended yet

    # what was said
    scripts: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()  # lines that are said once a call
    asked: tuple[str, ...] = ()
    settled: frozenset[str] = frozenset()
    waiting: str | None = None  # the question whose answer is awaited
    topic: Topic = Topic.GENERAL

    # how the conversation goes
    silences: int = 0  # in a row
    unclear: int = 0  # in a row
    wants_person: str | None = None  # why: the reason of the transfer, or of the call back
    opted_out: bool = False
    message: str | None = None  # why only a callback number is taken now

    # what was written
    job_open: bool = False
    outcome: str | None = None  # set once: the call is over for the dialogue

    @property
    def number(self) -> str | None:
        """The number a person would call back on: the one agreed, else the one they call from."""
        return self.callback or self.caller

    def times(self, question: str) -> int:
        """How often a question was spoken."""
        return self.asked.count(question)
