"""Turns of the rota as stretches of time: wall time of the company in, instants out. Pure.

Days, weeks and hours are counted on the company's wall clock, so that a handoff at seven is at seven all year: the
night that the clock changes is an hour longer or shorter for whoever is on. A wall time that comes twice means the
first; one that is skipped means as much later as was skipped (2:30 is 3:30). That is RFC 5545 section 3.3.5, so that
calendars agree with us.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.company import Company, Turn

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stint:
    """People of one turn on duty from `starts` up to `ends`, not including it (UTC)."""

    starts: datetime
    ends: datetime
    turn: Turn
    people: tuple[str, ...]


def instant(zone: ZoneInfo, wall: datetime) -> datetime:
    """The instant (UTC) at which the clock on the wall shows `wall` (naive)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def turns_of(company: Company) -> tuple[Turn, ...]:
    """The company's turns; without any, the people of the ladder are on day and night, in its order."""
    return company.turns or (Turn(id="ladder", level=1, people=company.on_call),)


def is_holiday(company: Company, day: date) -> bool:
    """Whether the rota keeps this day as a holiday: the office is closed, or it is a day off here."""
    return day in company.holidays or any(
        (one.month, one.day) == (day.month, day.day)
        and one.year in (None, day.year)
        and one.location in ("", company.location)
        for one in company.days_off
    )


def stints(company: Company, turn: Turn, since: datetime, until: datetime) -> Iterator[Stint]:
    """What of a turn touches the time from `since` up to `until`, in order. Hours belong to the day they begin."""
    zone = company.timezone
    day = since.astimezone(zone).date() - DAY
    last = until.astimezone(zone).date()
    while day <= last:
        if day.weekday() in turn.days and _runs(company, turn, day):
            opens = datetime.combine(day, turn.opens)
            closes = datetime.combine(day if turn.closes > turn.opens else day + DAY, turn.closes)
            for begins, ends, people in _handoffs(turn, opens, closes):
                stint = Stint(instant(zone, begins), instant(zone, ends), turn, people)
                if stint.starts < stint.ends and stint.ends > since and stint.starts < until:
                    yield stint
        day += DAY


def _runs(company: Company, turn: Turn, day: date) -> bool:
    return turn.holidays == "as_usual" or (turn.holidays == "only") == is_holiday(company, day)


def _handoffs(turn: Turn, opens: datetime, closes: datetime) -> Iterator[tuple[datetime, datetime, tuple[str, ...]]]:
    """The hours of one day cut at the handoffs of the rotation; wall time, nothing before `since`."""
    opens = max(opens, turn.since or opens)
    if not turn.unit or turn.since is None:
        if opens < closes:
            yield opens, closes, turn.people
        return
    length = timedelta(**{turn.unit: turn.every})
    count = (opens - turn.since) // length
    while opens < closes:
        handoff = turn.since + (count + 1) * length
        yield opens, min(handoff, closes), (turn.people[count % len(turn.people)],)
        opens, count = handoff, count + 1
