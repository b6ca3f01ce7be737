"""Who is on duty at any instant: the company's turns, and the changes that people wrote. Pure: no clock, no rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from models.company import Company, Turn
from models.enums import DutyKind, Trade
from routing.rota.turns import Stint, stints, turns_of

EVERY_TRADE = frozenset(Trade)
HORIZON = timedelta(weeks=5)
"""How far ahead `on_duty` looks for the end of a duty: four people who change weekly, and a week."""

ANSWERS = 3
"""The level of those who answer for the shop: behind the two levels of the rota."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the rota as it was written (models.tables.DutyChange). Those `written` at one instant go together."""

    id: str
    kind: DutyKind
    person: str
    starts: datetime
    ends: datetime
    written: datetime
    covers: str | None = None
    trades: frozenset[Trade] = EVERY_TRADE


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's place on the rota. `turn` is "" where a change added them; `covers` is whose place it is by the turn.

    `until` is when it ends or becomes another; None: not within the time that was looked at.
    """

    level: int
    person: str
    turn: str
    trades: frozenset[Trade]
    covers: str | None = None
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Span:
    """From handoff to handoff: all who are on duty from `starts` up to `ends`. Nobody: a hole."""

    starts: datetime
    ends: datetime
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    level: int
    turn: str
    trades: frozenset[Trade]
    owner: str | None  # by the turn
    holder: str
    off: bool = False  # the holder cannot; the place waits for a cover


def on_duty(company: Company, changes: Sequence[Change], at: datetime, trade: Trade | None = None) -> tuple[Duty, ...]:
    """Everyone on duty at an instant, level 1 first; of one trade, or of all.

    Licences are not looked at here: who may be sent is asked of each person (routing.rota.fitness).
    """
    return next_changes(company, changes, at, at + HORIZON, trade)[0].duties


def next_changes(
    company: Company, changes: Sequence[Change], since: datetime, until: datetime, trade: Trade | None = None
) -> tuple[Span, ...]:
    """The time from `since` up to `until` cut at every handoff; neighbours differ, and there are no gaps between."""
    merged: list[Span] = []
    for span in _sweep(company, turns_of(company), changes, since, until, trade):
        if merged and merged[-1].duties == span.duties:
            merged[-1] = replace(merged[-1], ends=span.ends)
        else:
            merged.append(span)
    known: dict[Duty, datetime | None] = dict.fromkeys(merged[-1].duties) if merged else {}
    for place in reversed(range(len(merged))):
        span = merged[place]
        known = {duty: known.get(duty, span.ends) for duty in span.duties}
        merged[place] = replace(span, duties=tuple(replace(duty, until=end) for duty, end in known.items()))
    return tuple(merged)


def ladder_people(
    company: Company, changes: Sequence[Change], at: datetime, trade: Trade | None = None
) -> tuple[str, ...]:
    """Ids in the order in which they are paged: level 1, level 2, then those who answer for the shop.

    The last is always a manager or the owner: when all of them are off, they are rung nevertheless.
    """
    last = Turn(id="answers", level=ANSWERS, people=answering(company))
    moment = at + timedelta(microseconds=1)
    (span,) = _sweep(company, (*turns_of(company), last), changes, at, moment, trade)
    people = [one.person for one in span.duties if one.level < ANSWERS]
    heads = [one.person for one in span.duties if one.level == ANSWERS and _is_head(company, one.person)]
    return tuple(dict.fromkeys([*people, *(heads or last.people)]))


def answering(company: Company) -> tuple[str, ...]:
    """Ids of those who answer for the shop: the managers and owners of its ladder, or else all there are."""
    ladder = tuple(one for one in company.on_call if _is_head(company, one))
    return ladder or tuple(one.id for one in company.staff if _is_head(company, one.id))


def _is_head(company: Company, person_id: str) -> bool:
    person = company.find(person_id)
    return person is not None and person.is_head


def _sweep(
    company: Company,
    turns: Iterable[Turn],
    changes: Sequence[Change],
    since: datetime,
    until: datetime,
    trade: Trade | None,
) -> Iterator[Span]:
    """The time cut wherever anything may change."""
    planned = [stint for turn in turns for stint in stints(company, turn, since, until)]
    changes = [one for one in changes if one.starts < until and one.ends > since]
    edges = {edge for one in planned for edge in (one.starts, one.ends)}
    edges |= {edge for one in changes for edge in (one.starts, one.ends)}
    cuts = [since, *sorted(edge for edge in edges if since < edge < until), until]
    for starts, ends in pairwise(cuts):
        now = [one for one in planned if one.starts <= starts < one.ends]
        written = [one for one in changes if one.starts <= starts < one.ends]
        yield Span(starts, ends, _duties(company, _places(now, written), trade))


def _places(planned: Iterable[Stint], changes: Iterable[Change]) -> list[_Place]:
    """The places of one moment after every change, in the order they were written. The later word counts."""
    places = [
        _Place(one.turn.level, one.turn.id, one.turn.trades or EVERY_TRADE, person, person)
        for one in planned
        for person in one.people
    ]
    in_order = sorted(changes, key=lambda one: (one.written, one.kind is DutyKind.OFF, one.id))
    for _, together in groupby(in_order, key=lambda one: one.written):
        group = list(together)
        places = [after for place in places for after in _changed(place, group)]
        places += [_Place(1, "", one.trades, None, one.person) for one in group if one.kind is DutyKind.ADD]
    return places


def _changed(place: _Place, group: Iterable[Change]) -> Iterator[_Place]:
    """One place after changes written together, so that two who swap at the same hours change places once."""
    left = place.trades
    for one in group:
        whose = one.covers if one.kind is DutyKind.COVER else one.person if one.kind is DutyKind.OFF else None
        if whose == place.holder and (common := left & one.trades):
            yield replace(place, trades=common, holder=one.person, off=one.kind is DutyKind.OFF)
            left -= common
    if left:
        yield replace(place, trades=left)


def _duties(company: Company, places: Iterable[_Place], trade: Trade | None) -> tuple[Duty, ...]:
    found = [
        Duty(
            level=one.level,
            person=one.holder,
            turn=one.turn,
            trades=one.trades if trade is None else frozenset({trade}),
            covers=one.owner if one.owner != one.holder else None,
        )
        for one in places
        if not one.off and company.find(one.holder) and (trade is None or trade in one.trades)
    ]
    return tuple(dict.fromkeys(sorted(found, key=lambda duty: duty.level)))
