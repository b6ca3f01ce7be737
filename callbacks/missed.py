"""Was this caller missed? Five rules, from whatever is known when the call is over, in whatever order it came.

Source: docs/carrier.md ("Missed calls"), rules 1 to 5; docs/domain/intake.md section 10.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.enums import TransferStatus

NOTHING_S = 2.0
"""A tape no longer than this holds no message."""

UNANSWERED = frozenset({"no-answer", "busy", "failed", "canceled"})
"""Final statuses (Twilio's CallStatus) of an inbound call that nothing answered."""

ELSEWHERE = "elsewhere"
"""The outcome of a call that we never had: Twilio's own fallback joined the caller to a person (README)."""

SPOKE = frozenset({TransferStatus.BRIDGED, TransferStatus.OVER})
"""The caller and one of our people have been joined."""


class Missed(StrEnum):
    """Which rule says so."""

    NEVER_ANSWERED = "never_answered"  # 1: the call ended before anything answered
    NO_STREAM = "no_stream"  # 2: answered, but our voice was never on the line
    ABANDONED = "abandoned"  # 3: hung up before enough was understood, or before it was settled
    NOBODY_FREE = "nobody_free"  # 4: a person was promised and not reached
    VOICEMAIL = "voicemail"  # 5: left a message


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known of a call when it is over."""

    final_status: str | None  # Twilio's word, when its callback came
    streamed: bool
    outcome: str | None  # how the dialogue closed the call; None when the caller left first
    transfer: TransferStatus | None = None
    recording_s: float = 0.0


def judge(ending: Ending) -> Missed | None:
    """The rule by which this caller was missed, or None.

    A call that had a stream was answered, whatever its final status says: so the verdict is the same whether that
    status came first, last or never.
    """
    if ending.transfer in SPOKE or ending.outcome == ELSEWHERE:
        return None
    if ending.recording_s > NOTHING_S:
        return Missed.VOICEMAIL
    if ending.transfer is not None:
        return Missed.NOBODY_FREE
    if ending.streamed:
        return Missed.ABANDONED if ending.outcome is None else None
    return Missed.NEVER_ANSWERED if ending.final_status in UNANSWERED else Missed.NO_STREAM
