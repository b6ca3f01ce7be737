"""What the law leaves to the shop: how its texts are registered, how far a no reaches, how long records are kept."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Texting:
    """How texts to customers leave (docs/domain/legal.md L6). SIDs are Twilio's.

    The default is a sandbox, for companies made by hand: a profile says what it is, and without a word is unregistered.
    """

    campaign: str | None = None  # of A2P 10DLC, or another proof of registration
    service: str | None = None  # messaging service of transactional texts; None: the company's number itself
    marketing_service: str | None = None
    sandbox: bool = True  # a pretend Twilio, or test credentials: nothing reaches anybody
    twilio_answers: bool = True  # Twilio itself answers STOP, START and HELP, as it does unless told not to

    @property
    def registered(self) -> bool:
        """Whether customers may be texted."""
        return self.sandbox or self.campaign is not None

    @property
    def markets(self) -> bool:
        """Whether marketing has a sender of its own."""
        return self.sandbox or self.marketing_service is not None


@dataclass(frozen=True, slots=True)
class Consenting:
    """How far a no reaches (L4), and whom the shop serves. `purpose`: only what the last text was about; `all`: all."""

    revoke_scope: Literal["all", "purpose"] = "all"
    emergency_lines: frozenset[str] = frozenset()  # local ones, E.164 (L2)
    countries: frozenset[str] = frozenset({"US", "CA"})  # of customers' numbers, two capitals


@dataclass(frozen=True, slots=True)
class Retention:
    """Days until something is deleted (L15). `structured_days` None: names, addresses and numbers stay."""

    audio_days: int = 30
    words_days: int = 180
    structured_days: int | None = None
    consent_days: int = 1825
