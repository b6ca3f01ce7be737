"""What the telephone company keeps: numbers, calls, messages, recordings, and its complaints about the product."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
"""Statuses a call does not leave."""


def new_sid(prefix: str) -> str:
    """A fresh identifier: two letters and 32 hex digits. Never seeded: databases outlive an exchange."""
    return prefix + uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something the product did that Twilio would refuse, warn about or log. `code` is Twilio's error code.

    `what` names fields, elements and rules, never values.
    """

    code: int
    what: str
    sid: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """Where news of a call, message or conference goes."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Number:
    """A number the account owns, with its webhooks (None: not set)."""

    phone_number: str
    created: datetime
    sid: str = field(default_factory=lambda: new_sid("PN"))
    settings: dict[str, str] = field(default_factory=dict)
    """REST form field (`VoiceUrl`, `SmsMethod`, ...) to value."""

    def url(self, name: str) -> str | None:
        """A configured URL, or None."""
        return self.settings.get(name) or None

    def method(self, name: str) -> str:
        """A configured method; POST unless set."""
        return self.settings.get(name) or "POST"


@dataclass(slots=True)
class CallRecord:
    """One leg of a call as REST shows it. `duration` is in whole seconds of simulated time."""

    account_sid: str
    from_: str
    to: str
    direction: str
    created: datetime
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: str = "queued"
    parent_sid: str | None = None
    number_sid: str | None = None
    updated: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    duration: int | None = None
    answered_by: str | None = None
    forwarded_from: str | None = None
    caller_name: str | None = None
    callback: Callback | None = None
    sequence: int = 0

    @property
    def over(self) -> bool:
        """Whether the status is final."""
        return self.status in FINAL


@dataclass(slots=True)
class MessageRecord:
    """A text as REST shows it."""

    account_sid: str
    from_: str | None
    to: str
    body: str
    direction: str
    created: datetime
    sid: str = field(default_factory=lambda: new_sid("SM"))
    status: str = "queued"
    service_sid: str | None = None
    media: tuple[str, ...] = ()
    error_code: int | None = None
    updated: datetime | None = None
    sent: datetime | None = None
    callback: str | None = None


@dataclass(slots=True)
class Recording:
    """What the caller said to <Record>: mu-law, 8 kHz, mono."""

    account_sid: str
    call_sid: str
    created: datetime
    audio: bytes
    sid: str = field(default_factory=lambda: new_sid("RE"))
    source: str = "RecordVerb"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it lies on somebody's phone."""

    body: str
    from_: str
    to: str
    sid: str
    at: float
    """Simulated seconds."""
    from_carrier: bool = False
    """The network's own words (the answer to STOP): nobody has to expect them."""


@dataclass(slots=True)
class MessagingService:
    """A pool of senders behind one SID."""

    sid: str
    senders: tuple[str, ...]
    callback: str | None = None
