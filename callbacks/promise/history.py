"""The company's own history, read for the estimator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from callbacks.promise.handling import URGENT_PER_HOUR, Arrivals, Handling, learn_handling, learn_today, usual_rates
from callbacks.promise.hours import spans
from models.company import Company
from models.enums import AttemptStatus, Priority
from models.tables import Attempt, Call, Callback, Transfer

MEMORY = timedelta(days=56)
WEEKS = timedelta(days=28)
MOST = 400
"""Calls that are read: beyond so many nothing is learned, and the answer must be there in milliseconds."""

WEEK_S = 7 * 86_400.0
CALLS_PER_HOUR = 4.0  # day and night
TRIED = (AttemptStatus.TALKING, AttemptStatus.OVER, AttemptStatus.NO_ANSWER)


def handling(session: Session, now: datetime) -> Handling:
    """How long callers are spoken with, on calls back and on calls that were handed over."""
    attempts = select(Attempt).where(col(Attempt.status).in_(TRIED), col(Attempt.created_at) > now - MEMORY)
    tried = session.exec(attempts.order_by(col(Attempt.created_at).desc()).limit(MOST)).all()
    handed = select(Transfer).where(col(Transfer.ended_at).is_not(None), col(Transfer.created_at) > now - MEMORY)
    talks = session.exec(handed.order_by(col(Transfer.created_at).desc()).limit(MOST)).all()
    ends = [(one.answered_at, one.ended_at) for one in tried] + [(one.bridged_at, one.ended_at) for one in talks]
    lasted = [((b - a).total_seconds(), (now - b).total_seconds()) for a, b in ends if a and b]
    return learn_handling(lasted, len(tried), sum(one.status is AttemptStatus.NO_ANSWER for one in tried))


def urgent(session: Session, company: Company, now: datetime) -> Arrivals:
    """Missed callers of P1: they go before everybody."""
    calls = _times(session, Call.received_at, now)
    weeks = min(max(now.timestamp() - min(calls, default=now.timestamp()), 0.0), WEEKS.total_seconds()) / WEEK_S
    hour = hour_of_week(company)
    opened = spans(company, company.hours, now - timedelta(days=7), days=7)
    open_hours = max(1, round(sum(closes - opens for opens, closes in opened) / 3600))
    usual = usual_rates(calls, weeks, hour, 168, CALLS_PER_HOUR)
    today = learn_today(calls, usual, now.timestamp(), hour)
    missed = _times(session, Callback.created_at, now, _P1)
    return Arrivals(usual_rates(missed, weeks, hour, open_hours, URGENT_PER_HOUR), *today)


_P1 = col(Callback.priority) == Priority.P1.value


def _times(session: Session, column: datetime, now: datetime, *where: ColumnElement[bool]) -> list[float]:
    """When such rows were made in the last weeks."""
    found = select(column).where(col(column) > now - WEEKS, col(column) <= now, *where)
    return [at.timestamp() for at in session.exec(found).all()]


def hour_of_week(company: Company) -> Callable[[float], int]:
    """Which hour of the week (0 = Monday midnight, on the company's wall) a moment lies in."""

    def hour(at: float) -> int:
        local = datetime.fromtimestamp(at, UTC).astimezone(company.timezone)
        return local.weekday() * 24 + local.hour

    return hour
