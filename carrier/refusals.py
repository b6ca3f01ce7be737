"""What to do when a method said no: the next account, a wait, or the end. Pure: row, error and chance in, plan out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from carrier.codes import OURS_TO_MEND, Meaning, meaning
from carrier.errors import CarrierError, Refused
from carrier.methods import Methods
from models.enums import Channel, Purpose
from models.tables import Message

BACKOFF_SECONDS = (1.0, 20.0)
"""First and longest wait after "not now"; doubled each time, then between half and all of it by chance."""

MENDING_SECONDS = 60.0
"""Between rounds while every account is refused: somebody has to mend one, and the message is still owed."""

PATIENCE_SECONDS = 3.0
"""How long a page waits for an account that says "not now" or cannot be reached, before the next one is tried."""

GIVEN_UP = timedelta(hours=6)
"""After so long nobody waits for a text or an e-mail any more. A page by telephone is owed until its run is over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes next. `over`: it will never go. `exhausted`: every account has been tried, so try further methods."""

    over: bool = False
    account: int = 0
    wait_s: float = 0.0
    exhausted: bool = False


def after(row: Message, error: CarrierError, methods: Methods, now: datetime, chance: float) -> Plan:
    """The plan for a row that certainly did not go; `chance` is between 0 and 1."""
    following = methods.following(row.account) if row.channel is not Channel.EMAIL else None
    permanent = isinstance(error, Refused) and error.permanent
    if permanent and (meaning(error.code) is not Meaning.SENDER or following is None):
        return Plan(over=True)
    if given_up(row, now):
        return Plan(over=True)
    if isinstance(error, Refused):
        return Plan(account=following) if following is not None else Plan(wait_s=MENDING_SECONDS, exhausted=True)
    if impatient(row, now):
        if following is not None:
            return Plan(account=following)
        return Plan(wait_s=_backoff(row, chance), exhausted=True)
    return Plan(account=row.account, wait_s=_backoff(row, chance))


def given_up(row: Message, now: datetime) -> bool:
    """Whether a row that did not go has been owed for so long that it is not tried again."""
    by_telephone = row.purpose is Purpose.PAGE and row.channel is not Channel.EMAIL
    return not by_telephone and now - row.due_at >= GIVEN_UP


def impatient(row: Message, now: datetime) -> bool:
    """Whether a page has been owed for longer than its account may take."""
    return row.purpose is Purpose.PAGE and (now - row.due_at).total_seconds() >= PATIENCE_SECONDS


def ours_to_mend(error: CarrierError) -> bool:
    """Whether our own configuration is at fault, so that the owner must hear of it."""
    known = meaning(error.code)
    return known in OURS_TO_MEND or (isinstance(error, Refused) and not error.permanent)


def _backoff(row: Message, chance: float) -> float:
    first, longest = BACKOFF_SECONDS
    return min(longest, first * 2.0 ** min(max(row.attempt - 1, 0), 16)) * (0.5 + chance / 2)
