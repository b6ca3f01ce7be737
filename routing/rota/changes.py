"""Changes of the rota as rows: an override, a swap, an absence. One that would leave the shop worse off is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from carrier import timers
from models.company import Company
from models.enums import DutyKind, Trade
from models.once import insert_once
from models.tables import DutyChange, new_id
from routing.rota import notices
from routing.rota.duty import EVERY_TRADE, Change, Duty, Span, next_changes
from routing.rota.fitness import Fit, by_licence

ROTA_CHECK = "rota_check"
"""The kind of timer that looks at the rota (routing.rota.check)."""

WITHDRAWN = "withdrawn:"
"""What the `ref` of such a timer begins with when somebody must be told; the instant follows."""

SETTLE = timedelta(minutes=5)
"""Between a change and the look at it: who calls off somebody sick has so long to write who covers."""

LONGEST = timedelta(days=366)
"""Of one change: a whole year, with its leap day."""


class Refused(ValueError):
    """A change that cannot be; `reason` is for who asked, and names people."""

    def __init__(self, reason: str) -> None:
        super().__init__("the change was refused")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Window:
    """Somebody's hours, for a swap."""

    person: str
    starts: datetime
    ends: datetime


def load(session: Session, since: datetime, until: datetime) -> tuple[Change, ...]:
    """The changes that touch the time from `since` up to `until`, those withdrawn left out."""
    found = select(DutyChange).where(
        col(DutyChange.withdrawn_at).is_(None), col(DutyChange.ends_at) > since, col(DutyChange.starts_at) < until
    )
    return tuple(from_row(row) for row in session.exec(found.order_by(col(DutyChange.created_at), col(DutyChange.id))))


def draft(
    kind: DutyKind,
    person: str,
    starts: datetime,
    ends: datetime,
    now: datetime,
    *,
    covers: str | None = None,
    trades: frozenset[Trade] = frozenset(),
) -> Change:
    """A change not yet written; no `trades` means all."""
    return Change(new_id(), kind, person, starts, ends, now, covers, trades or EVERY_TRADE)


def write(
    session: Session,
    company: Company,
    drafts: Sequence[Change],
    now: datetime,
    *,
    by: str = "",
    note: str = "",
    fit: Fit | None = None,
) -> tuple[Change, ...]:
    """Write changes that belong together, all or none; tell whom they concern, and have the rota looked at soon.

    Raises Refused.
    """
    for reason in (refusal(company, one, now) for one in drafts):
        if reason:
            raise Refused(reason)
    since, until = min(one.starts for one in drafts), max(one.ends for one in drafts)
    if reason := worse(company, load(session, since, until), drafts, fit or by_licence(company)):
        raise Refused(reason)
    put(session, drafts, now, by=by, note=note)
    notices.tell(session, company, drafts, now)
    return tuple(drafts)


def put(session: Session, drafts: Sequence[Change], now: datetime, *, by: str, note: str) -> list[Change]:
    """Write changes that were judged already, each once for its id; those that are new."""
    look_soon(session, now)
    return [one for one in drafts if insert_once(session, _row(one, by, note))]


def _row(one: Change, by: str, note: str) -> DutyChange:
    return DutyChange(
        id=one.id,
        kind=one.kind,
        person_id=one.person,
        covers=one.covers,
        trades=[] if one.trades == EVERY_TRADE else sorted(one.trades),
        starts_at=one.starts,
        ends_at=one.ends,
        note=note,
        made_by=by,
        created_at=one.written,
    )


def swap(
    session: Session,
    company: Company,
    first: Window,
    second: Window,
    now: datetime,
    *,
    by: str = "",
    note: str = "",
    fit: Fit | None = None,
) -> tuple[Change, ...]:
    """Two people take each other's hours: both halves or none. Raises Refused."""
    halves = (
        draft(DutyKind.COVER, second.person, first.starts, first.ends, now, covers=first.person),
        draft(DutyKind.COVER, first.person, second.starts, second.ends, now, covers=second.person),
    )
    return write(session, company, halves, now, by=by, note=note, fit=fit)


def withdraw(session: Session, change_id: str, now: datetime) -> bool:
    """Take a change back; False when there is none, or somebody did so already.

    Whom it concerns is told at the look that follows, of all that was withdrawn at this instant.
    """
    done = take_back(session, change_id, now)
    if done:
        timers.schedule(session, ROTA_CHECK, f"{WITHDRAWN}{now.isoformat()}", now + SETTLE)
    return done


def take_back(session: Session, change_id: str, now: datetime) -> bool:
    """The row alone: for whoever tells people, and has the rota looked at, themselves."""
    statement = (
        update(DutyChange)
        .where(col(DutyChange.id) == change_id, col(DutyChange.withdrawn_at).is_(None))
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
    done: bool = session.execute(statement).rowcount == 1  # type: ignore[attr-defined]
    return done


def withdrawn_at(session: Session, at: datetime, now: datetime) -> list[Change]:
    """The changes that were withdrawn at an instant and would not be over yet."""
    found = select(DutyChange).where(col(DutyChange.withdrawn_at) == at, col(DutyChange.ends_at) > now)
    return [from_row(row) for row in session.exec(found)]


def look_soon(session: Session, now: datetime) -> None:
    """Have the rota looked at, once for all that changes at this instant."""
    timers.schedule(session, ROTA_CHECK, f"changed:{now.isoformat()}", now + SETTLE)


def look_now(session: Session, now: datetime) -> None:
    """Have the rota looked at at once: somebody may be paged no more, or again."""
    timers.schedule(session, ROTA_CHECK, f"agreed:{now.isoformat()}", now)


def refusal(company: Company, change: Change, now: datetime) -> str | None:
    """Why a change makes no sense in itself; None when it does."""
    for one in filter(None, (change.person, change.covers)):
        if company.find(one) is None:
            return f"{one} is not the id of anyone on the staff"
    if not change.starts < change.ends:
        return "it must begin before it ends"
    if change.ends <= now:
        return "it is over already"
    if change.ends - change.starts > LONGEST:
        return f"it is longer than {LONGEST.days} days"
    if (change.kind is DutyKind.COVER) != (change.covers is not None):
        return "a cover, and nothing else, names whose place is taken"
    return f"{change.person} cannot cover their own hours" if change.covers == change.person else None


def worse(company: Company, existing: Sequence[Change], drafts: Sequence[Change], fit: Fit) -> str | None:
    """Why covers may not be written: one does nothing, or a trade loses somebody who may be sent. Absences may be."""
    covers = [one for one in drafts if one.kind is DutyKind.COVER]
    for one in covers:
        without = [*existing, *(other for other in drafts if other is not one)]
        if _rota(company, without, one) == _rota(company, [*existing, *drafts], one):
            return f"{one.covers} is not on duty in that time: ask the rota who is, and cover them"
    came = {one.person for one in covers}
    for one in covers:
        before, after = _rota(company, existing, one), _rota(company, [*existing, *drafts], one)
        for at in sorted({span.starts for span in (*before, *after)}):
            if reason := _loss(company, came, _at(before, at), _at(after, at), at, fit):
                return reason
    return None


def _rota(company: Company, changes: Sequence[Change], one: Change) -> tuple[Span, ...]:
    return next_changes(company, changes, one.starts, one.ends)


def _at(spans: Sequence[Span], at: datetime) -> tuple[Duty, ...]:
    return next(span.duties for span in spans if span.starts <= at < span.ends)


def _loss(
    company: Company, came: set[str], before: Sequence[Duty], after: Sequence[Duty], at: datetime, fit: Fit
) -> str:
    """The trades that have fewer people who may be sent than before, and why those who came may not; "" for none."""
    local = at.astimezone(company.timezone)
    losses = []
    for trade in sorted(company.trades - {Trade.OFFICE}):
        was, stood = ({one.person for one in duties if trade in one.trades} for duties in (before, after))
        against = {
            one: fit(company.person(one), trade, trade is Trade.GAS, local.date()) for one in sorted(was | stood)
        }
        able_before, able = (sum(not against[one] for one in people) for people in (was, stood))
        if able < able_before:
            reasons = "; ".join(filter(None, (against.get(one) for one in sorted(came))))
            left = f"{able} instead of {able_before}" if able else "nobody"
            losses.append(f"{trade} would have {left} who may be sent" + (f" ({reasons})" if reasons else ""))
    return f"from {local:%Y-%m-%d %H:%M}: {', '.join(losses)}" if losses else ""


def from_row(row: DutyChange) -> Change:
    """A change as it was written."""
    trades: list[Any] = row.trades
    return Change(
        id=row.id,
        kind=row.kind,
        person=row.person_id,
        starts=row.starts_at,
        ends=row.ends_at,
        written=row.created_at,
        covers=row.covers,
        trades=frozenset(Trade(one) for one in trades) or EVERY_TRADE,
    )
