"""Timers of a transfer, so that no lost webhook leaves a caller on hold: set here, looked at in looks.py."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from carrier import timers
from models.company import Company
from models.enums import TransferStatus
from models.tables import Timer, Transfer

BEGUN = "transfer_begun"  # the caller was told to hold, and Twilio has not asked what comes next
RING = "transfer_ring"  # of one attempt
BRIEF = "transfer_brief"  # of one attempt
TALK = "transfer_talk"  # of one attempt
HOLD = "transfer_hold"  # everybody was busy: look again
ONWARD = "transfer_onward"  # the caller's call is to ask us what comes next (onward.py)
DROP = "transfer_drop"  # the CSR's call is to end (onward.py)
ALIVE = "transfer_alive"  # is everybody still there? (alive.py)

WAITING_S = 60
"""From the decision to Twilio's asking: the goodbye takes ten seconds."""

SLACK_S = 10
"""For news on its way: Twilio places one call a second, and a webhook may take a few."""

BRIEF_S = 25
"""A whisper of eight seconds, four for the key, and the same once more for a key that meant nothing."""

TALK_S = 14400
"""Twilio ends a call after four hours (docs/carrier.md). Nothing lasts longer, even when Twilio cannot be asked."""

ASKED_FIRST = timedelta(minutes=2)
"""From the key to the first question; most talks are longer, and all others have sent their news by then."""

ASKED_AGAIN = timedelta(minutes=3)
"""Between two questions about a transfer: so long at most is somebody taken for busy who is not."""

HOLD_S = 20
"""Between two looks for somebody free; the caller hears words as often."""


def begun(session: Session, transfer: Transfer, now: datetime) -> None:
    """From now on the caller is not to be forgotten, whatever becomes of the news of them."""
    waiting(session, transfer, now)
    timers.schedule(session, ALIVE, transfer.id, now + timedelta(seconds=WAITING_S))


def waiting(session: Session, transfer: Transfer, now: datetime, step: int = 0) -> None:
    """Nobody has asked for the first ring yet; the longer a talk with us goes on after all, the longer the wait."""
    timers.schedule(session, BEGUN, transfer.id, now + timedelta(seconds=WAITING_S * (step + 1)), step)


def status(session: Session, transfer: Transfer, company: Company, now: datetime) -> None:
    """The limit of the state that was just reached; of a talk that began also when Twilio is asked about it."""
    kind, seconds = {
        TransferStatus.RINGING: (RING, company.transfers.ring_s + SLACK_S),
        TransferStatus.BRIEFING: (BRIEF, BRIEF_S),
        TransferStatus.BRIDGED: (TALK, TALK_S),
    }[TransferStatus(transfer.status)]
    timers.schedule(session, kind, transfer.id, now + timedelta(seconds=seconds), transfer.tried)
    if kind == TALK:
        timers.put_off(session, ALIVE, transfer.id, now + ASKED_FIRST, step=0)


def holding(session: Session, transfer: Transfer, now: datetime) -> None:
    """Look again soon. Plainly the caller's own document asks at the same time: it may be a little late."""
    seconds = HOLD_S if transfer.room else HOLD_S + SLACK_S
    timers.cancel(session, HOLD, transfer.id)
    timers.schedule(session, HOLD, transfer.id, now + timedelta(seconds=seconds), _holds(session, transfer))


def held_s(session: Session, transfer: Transfer) -> int:
    """How long the caller has held because everybody was busy, in whole looks."""
    return _holds(session, transfer) * HOLD_S


def send_onward(session: Session, transfer: Transfer, now: datetime) -> None:
    """The caller's call is to leave what it hears and ask `/twilio/transfers/{id}/next`, unless it asks by itself."""
    timers.schedule(session, ONWARD, transfer.id, now, int((now - transfer.created_at).total_seconds()))


def stay(session: Session, transfer: Transfer) -> None:
    """The caller's call is asking by itself: it need not be told to."""
    timers.cancel(session, ONWARD, transfer.id)


def drop_leg(session: Session, transfer: Transfer, now: datetime) -> None:
    """The present attempt's call is to end, with a word to whoever is there."""
    timers.schedule(session, DROP, transfer.id, now, transfer.tried)


def let_go(session: Session, transfer: Transfer, attempt: int) -> None:
    """That call ends by itself: it need not be told to."""
    timers.cancel(session, DROP, transfer.id, attempt)


def _holds(session: Session, transfer: Transfer) -> int:
    looks = select(func.count()).select_from(Timer).where(col(Timer.kind) == HOLD, col(Timer.ref) == transfer.id)
    return session.exec(looks).one()
