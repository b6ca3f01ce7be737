"""Who is called first. The order is data: rules asked one after the other, the first that tells two callers apart wins.

Source: docs/domain/intake.md section 10.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, or_, select

from models.company import Company
from models.enums import CallbackStatus, Priority
from models.tables import Callback

FAR = datetime.max.replace(tzinfo=UTC)
"""When a promise breaks that was never given, or is kept."""

OF_ONE_AGE = timedelta(minutes=10)
"""Who called within the same ten minutes are of one age: then a member comes first, then somebody new."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`of` gives what is compared: the smaller goes first."""

    name: str
    of: Callable[[Callback], bool | datetime | int | str]


def breaks_at(callback: Callback) -> datetime:
    """When the promise breaks. Once the caller's telephone has rung it presses nobody; a new time begins anew."""
    return FAR if callback.promised_at is None or callback.first_tried_at is not None else callback.promised_at


ORDER = (
    Rule("an emergency", lambda one: one.priority != Priority.P1),
    Rule("whose promise breaks first", breaks_at),
    Rule("who has waited longest", lambda one: int(one.created_at.timestamp() / OF_ONE_AGE.total_seconds())),
    Rule("a member", lambda one: not one.member),
    Rule("somebody new: they call the next shop", lambda one: one.known),
    Rule("who called first", lambda one: one.created_at),
    Rule("always the same", lambda one: one.id),
)


def place(callback: Callback) -> tuple[bool | datetime | int | str, ...]:
    """The sort key of a callback: pure, and the same at any time."""
    return tuple(rule.of(callback) for rule in ORDER)


def may_ring_at(callback: Callback) -> datetime:
    """The earliest moment of the next try: after the one before it, and not before the caller asked for."""
    return max(one for one in (callback.created_at, callback.not_before, callback.next_try_at) if one is not None)


def tried_out(callback: Callback, company: Company) -> bool:
    """Whether all tries were in vain: then it is for people to decide."""
    return callback.attempts > len(company.callbacks.retry_minutes)


def waiting(session: Session, now: datetime) -> list[Callback]:
    """Those who may be called now and whom nobody is calling, in the order in which they are to be called."""
    rows = select(Callback).where(
        Callback.status == CallbackStatus.OPEN,
        col(Callback.number).is_not(None),
        or_(col(Callback.not_before).is_(None), col(Callback.not_before) <= now),
        or_(col(Callback.next_try_at).is_(None), col(Callback.next_try_at) <= now),
    )
    return sorted(session.exec(rows).all(), key=place)


def for_ringing(session: Session, company: Company, now: datetime) -> list[Callback]:
    """Those of `waiting` with tries left: the others are rung only by somebody who chooses them at the desk."""
    return [one for one in waiting(session, now) if not tried_out(one, company)]


def unsettled(session: Session, now: datetime) -> list[Callback]:
    """All who are still owed a call: those of `waiting` first, then those for later or without a number, then taken."""
    rows = select(Callback).where(col(Callback.status).in_((CallbackStatus.OPEN, CallbackStatus.TAKEN)))

    def key(one: Callback) -> tuple[object, ...]:
        later = one.number is None or may_ring_at(one) > now
        return one.status == CallbackStatus.TAKEN, later, *place(one)

    return sorted(session.exec(rows).all(), key=key)
