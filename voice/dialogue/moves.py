"""What can happen to a conversation (events) and what it can do next (moves)."""

from dataclasses import dataclass
from enum import StrEnum

from models.enums import Language
from triage.assessment import Assessment


class Topic(StrEnum):
    """What the caller was asked for: picks the recogniser's language model and how long a pause may be."""

    GENERAL = "general"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the prompt bank (`voice/prompts/lines.toml`), or a run of characters to be read out.

    `id` is the line's id; or "digits"/"spell" with `text` to be read character by character.
    """

    id: str
    text: str = ""


# ---- events ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Answered:
    """The stream is open. `caller` is E.164 or None (withheld, SIP, nonsense)."""

    caller: str | None
    open_now: bool
    can_transfer: bool  # a CSR is on the profile and the shop is open
    textable: bool = True  # a text with the time of a call back may leave to this number now


@dataclass(frozen=True, slots=True)
class HazardHeard:
    """A partial text holds a hazard, twice running. The caller may still be speaking."""

    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance ended and was understood. `assessment` adds up the whole call so far.

    `text` is what was said; `unclear` when the recogniser was not confident, or rejected it; `early` when it began
    before our last question was spoken, so that it cannot be the answer.
    """

    assessment: Assessment
    text: str
    unclear: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """We finished speaking and nobody said anything for the time allowed."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """The caller pressed a key: 0 to 9, * or #."""

    digit: str


@dataclass(frozen=True, slots=True)
class RecogniserLost:
    """Speech came, and no recogniser could be had for it in time."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone. What follows is only written down; nobody is there to hear a line."""


Event = Answered | HazardHeard | Heard | Silence | KeyPressed | RecogniserLost | HungUp


# ---- moves ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Say:
    """Speak these lines, one after another. `urgent` clears whatever is being said first and cannot be talked over."""

    lines: tuple[Line, ...]
    language: Language = Language.EN
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the caller. `question` is the id of what was asked (or None); `seconds` of silence allowed."""

    topic: Topic = Topic.GENERAL
    question: str | None = None
    seconds: float = 8.0


@dataclass(frozen=True, slots=True)
class PageNow:
    """Write the job and wake the on-call technician with what is known now. Once a call; later facts update the job.

    `reason` is the hazard's name, the row's id, or "manager" where a manager is to be woken instead of a technician.
    `situation` is the row, also where no assessment says so: silence after "Did you say you smell gas?" means yes.
    """

    reason: str
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class OpenJob:
    """Write (or update) the job with everything known. Comes before any line that tells the caller it is written."""

    reason: str


@dataclass(frozen=True, slots=True)
class TransferToPerson:
    """Hand the call to a CSR with a spoken summary. The stream ends once what was said has been heard."""

    reason: str


@dataclass(frozen=True, slots=True)
class PromiseCallback:
    """Write a callback with a time; the caller gets it by text. A person will call."""

    reason: str


@dataclass(frozen=True, slots=True)
class OptOut:
    """The caller does not want texts any more: write the revocation now."""


@dataclass(frozen=True, slots=True)
class ForgetWords:
    """A card number was spoken: the utterance's audio and text are deleted, nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the call once what was said has been heard. The outcomes are listed in docs/dialogue.md."""

    outcome: str


Move = Say | Listen | PageNow | OpenJob | TransferToPerson | PromiseCallback | OptOut | ForgetWords | Close
