"""Everything a door needs to do its work, put together once by `firstring.application`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from carrier.engine import Engine
from carrier.signature import Signatures
from models.clock import Clock
from models.company import Company
from models.database import Database
from triage.triage import Triage
from voice.dialogue.dialogue import Dialogue
from voice.ears.activity import Model
from voice.figures import Figures
from voice.lines import Lines
from voice.live import Feed
from voice.prompts.bank import PromptBank
from voice.recogniser.pool import RecogniserPool
from voice.tuning import Tuning

if TYPE_CHECKING:
    from voice.session import CallSession


@dataclass(slots=True)
class House:
    """One running FirstRing."""

    company: Company
    public_url: str
    stream_url: str
    database: Database
    signatures: Signatures
    triage: Triage
    dialogue: Dialogue
    bank: PromptBank
    pool: RecogniserPool
    recogniser: str  # the engine's name
    hearing: Model
    lines: Lines
    engine: Engine
    clock: Clock
    fetch: Callable[[str], bytes]  # a recording by its SID, as a WAV; raises CarrierError
    tuning: Tuning = field(default_factory=Tuning)
    figures: Figures = field(default_factory=Figures)
    feed: Feed = field(default_factory=Feed)
    sessions: "dict[str, CallSession]" = field(default_factory=dict)
    wake: Callable[[], None] = lambda: None
    message_left: asyncio.Event = field(default_factory=asyncio.Event)  # a tape may be ready to be heard

    def url(self, path: str) -> str:
        """An absolute address of this house."""
        return self.public_url + path
