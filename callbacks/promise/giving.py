"""Give a time: read the queue, the staff and the history, and ask the estimator.

Everybody whose telephone has not rung yet counts as before the new caller, unless the new one is P1: whoever is then
overtaken by an earlier time was counted, so that no time that is given breaks one that was given before.
"""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from callbacks.promise import history, slack
from callbacks.promise.estimate import PLAYS, Situation, dialled, promised
from callbacks.promise.staff import Shift, shifts
from callbacks.queue.order import FAR, breaks_at, may_ring_at, place
from models.company import Company
from models.enums import CallbackStatus, Priority, TransferStatus
from models.tables import Callback, Transfer


def give(
    session: Session,
    company: Company,
    now: datetime,
    *,
    priority: str | None,
    not_before: datetime | None = None,
    callback_id: str | None = None,
) -> datetime | None:
    """The time that will be kept with 90 %; None when the shop has no hours or no CSR: then no time is given.

    Whole five minutes, at least ten from `now` (and from `not_before`, the caller's wish). `callback_id` is the row
    the time is for, if there is one. Members and new customers go before others of the same minute only: their time
    is the same, so that it holds for everybody.
    """
    others = [one for one in waiting(session) if one.id != callback_id]
    urgent = [one for one in others if one.priority == Priority.P1]
    ahead = urgent if priority == Priority.P1 else [one for one in others if one in urgent or breaks_at(one) < FAR]
    at = _given(situation(session, company, now, ahead))
    if not_before is None or not_before <= now or at is None:
        return at
    still = [one for one in ahead if one.promised_at and one.promised_at > not_before]
    wished = _given(situation(session, company, now, still, then=not_before))
    return max(at, wished) if wished else at


def chance(session: Session, company: Company, callback: Callback, now: datetime) -> float:
    """How likely it is now that this caller's telephone rings by the time they were given."""
    if callback.promised_at is None:
        return 1.0
    before = [one for one in waiting(session) if one.id != callback.id and place(one) < place(callback)]
    now_is = situation(session, company, now, before)
    if not any(now_is.shifts):
        return 0.0
    return float((dialled(now_is) <= callback.promised_at.timestamp()).sum()) / PLAYS


def spare(session: Session, company: Company, now: datetime) -> bool:
    """Whether a caller on the line may be handed to the desk without breaking a promise: see `slack`."""
    promised = [at.timestamp() for one in waiting(session) if (at := breaks_at(one)) < FAR and at > now]
    if not promised:
        return True
    at_the_desk = [one.spans for one in shifts(session, company, now) if one.spans]
    urgent = history.urgent(session, company, now)
    an_hour = urgent.by_hour[history.hour_of_week(company)(now.timestamp())] * urgent.shape / urgent.rate
    return slack.spare(now.timestamp(), at_the_desk, promised, history.handling(session, now), an_hour)


def waiting(session: Session) -> list[Callback]:
    """Everybody with a number whom nobody is calling, those for later too."""
    reachable = select(Callback).where(Callback.status == CallbackStatus.OPEN, col(Callback.number).is_not(None))
    return list(session.exec(reachable).all())


def situation(
    session: Session, company: Company, now: datetime, ahead: list[Callback], *, then: datetime | None = None
) -> Situation:
    """The desk as the estimator wants it, with these callers before the one who asks; as it is now, or will be `then`.

    What will be is judged by what is known now: nobody is talking yet, and today is as unusual as it is so far.
    """
    moment = then or now
    desk = [one for one in shifts(session, company, moment) if one.spans]
    later = [may_ring_at(one) for one in ahead]
    return Situation(
        now=moment.timestamp(),
        shifts=tuple(one.spans for one in desk),
        here=tuple(one.here for one in desk),
        busy=_busy(session, desk, now) if then is None else (),
        ahead=sum(at <= moment for at in later),
        due=tuple(sorted(at.timestamp() for at in later if at > moment)),
        handling=history.handling(session, now),
        urgent=history.urgent(session, company, now),
        first_hour=history.hour_of_week(company)(moment.timestamp()),
    )


def _given(now_is: Situation) -> datetime | None:
    at = promised(now_is) if now_is.shifts else None
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _busy(session: Session, desk: list[Shift], now: datetime) -> tuple[float, ...]:
    """How long each talk of the desk that is going on has lasted, calls back and calls handed over, in seconds."""
    here = {one.person_id for one in desk}
    calls = session.exec(select(Callback).where(Callback.status == CallbackStatus.TAKEN)).all()
    handed = select(Transfer).where(Transfer.status == TransferStatus.BRIDGED, col(Transfer.ended_at).is_(None))
    talks = [(one.taken_by, one.taken_at) for one in calls]
    talks += [(one.taken_by, one.bridged_at) for one in session.exec(handed).all()]
    since = {who: at for who, at in talks if who in here and at is not None}
    return tuple(max(0.0, (now - at).total_seconds()) for at in since.values())
