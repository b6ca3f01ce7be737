"""When an event of a calendar takes place: RFC 5545 rules expanded, bounded, on the wall of the event's own zone."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any, cast

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from routing.rota.turns import DAY

Properties = Mapping[str, Any]
"""Of an event, by name: values of icalendar, or lists of them."""

OLDEST = timedelta(days=5 * 366)
"""How long ago a rule may have begun: every occurrence since then is counted through, and a day takes microseconds."""

MOST = 800
"""Occurrences of one event within the window: twice a day for a year, and some. More is a mistake."""

LONGEST = timedelta(days=31)

_PARTS: Mapping[str, Mapping[str, str]] = {
    "DAILY": {},
    "WEEKLY": {"BYDAY": r"(MO|TU|WE|TH|FR|SA|SU)"},
    "MONTHLY": {"BYDAY": r"([+-]?[1-4])?(MO|TU|WE|TH|FR|SA|SU)", "BYMONTHDAY": r"-?([1-9]|1\d|2[0-8])"},
    "YEARLY": {},
}
"""What a rule may pick by, and how. Every rule of these comes round again: one that never does (30 February) would be
searched for until the year 9999, which took half a minute for a single line."""


class Unreadable(ValueError):
    """An event that cannot be read; the text is why, in words of our own (nothing of the event)."""


def wall(value: date | datetime, zone: tzinfo) -> datetime:
    """A date, a floating time or an instant on the wall of `zone` (naive)."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(0))
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


def occurrences(event: Properties, zone: tzinfo, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Every (start, end) in UTC that touches the time from `since` up to `until`; `zone` is of events without one.

    A length of whole days is days of the wall, so that an all-day event ends at midnight also when the clock changed.
    Raises Unreadable.
    """
    start = _moment(event, "DTSTART")
    own = start.tzinfo if isinstance(start, datetime) and start.tzinfo else zone
    length = _length(event, start, own)
    first = wall(start, own)
    floor = wall(since, own) - length - DAY  # a day: what the clock's change may move
    if "RRULE" in event and first < floor - OLDEST:
        raise Unreadable("its rule began more than five years ago: begin it later")
    gone = {wall(one, own) for one in _dates(event, "EXDATE")}
    starts = {first, *(wall(one, own) for one in _dates(event, "RDATE"))}
    if "RRULE" in event:
        starts |= {*_repeated(event, first, own, floor, wall(until, own))}
    spans = [(_utc(begins, own), _utc(begins + length, own)) for begins in sorted(starts - gone)]
    found = [span for span in spans if span[0] < span[1] and span[1] > since and span[0] < until]
    if len(found) > MOST:
        raise Unreadable(f"it takes place more than {MOST} times in the time ahead")
    return found


def original(event: Properties, zone: tzinfo) -> datetime | None:
    """For an event that replaces one occurrence of its series: that occurrence's start in UTC. Raises Unreadable."""
    if "RECURRENCE-ID" not in event:
        return None
    if "RANGE" in event["RECURRENCE-ID"].params:
        raise Unreadable("it changes a series from one day on: end the series and begin another")
    value = _moment(event, "RECURRENCE-ID")
    own = value.tzinfo if isinstance(value, datetime) and value.tzinfo else zone
    return _utc(wall(value, own), own)


def _repeated(event: Properties, first: datetime, zone: tzinfo, since: datetime, until: datetime) -> list[datetime]:
    rule = event["RRULE"]
    if isinstance(rule, list):
        raise Unreadable("it has two rules: write one")
    frequency = str(rule.get("FREQ", [""])[0])
    parts = {name: values for name, values in rule.items() if name not in ("FREQ", "UNTIL", "COUNT", "WKST")}
    every = parts.pop("INTERVAL", [1])
    if frequency not in _PARTS or len(parts) > 1 or len(every) > 1 or not 1 <= every[0] <= 366:
        raise Unreadable("its rule is not one that we read: daily, weekly, monthly or yearly, and by one thing")
    for name, values in parts.items():
        shape = _PARTS[frequency].get(name)
        if shape is None or not all(re.fullmatch(shape, str(one)) for one in values):
            raise Unreadable(f"its rule picks by {name} in a way that we do not read: write the days out")
    parts |= {"FREQ": [frequency], "INTERVAL": every}
    parts |= {name: [str(one) for one in rule[name]] for name in ("COUNT", "WKST") if name in rule}
    text = ";".join(f"{name}={','.join(map(str, values))}" for name, values in parts.items())
    last = min([until, *(_end_of_day(one, zone) for one in rule.get("UNTIL", []))])
    return [*islice(_from(text, first, since, last), MOST + 1)]


def _from(text: str, first: datetime, since: datetime, last: datetime) -> Iterator[datetime]:
    try:
        rule = rrulestr(text, dtstart=first)
    except ValueError:
        raise Unreadable("its rule cannot be read") from None
    for one in rule:
        if one > last:
            return
        if one >= since:
            yield one


def _end_of_day(value: date | datetime, zone: tzinfo) -> datetime:
    """UNTIL counts whole days where it is a date."""
    return wall(value, zone) + (timedelta(0) if isinstance(value, datetime) else DAY - timedelta(seconds=1))


def _length(event: Properties, start: date | datetime, zone: tzinfo) -> timedelta:
    if "DTEND" in event:
        length = wall(_moment(event, "DTEND"), zone) - wall(start, zone)
    elif "DURATION" in event:
        length = cast(timedelta, _value(event, "DURATION", timedelta))
    else:
        length = timedelta(0) if isinstance(start, datetime) else DAY
    if not timedelta(0) < length <= LONGEST:
        raise Unreadable(f"it must end after it begins, and within {LONGEST.days} days")
    return length


def _moment(event: Properties, name: str) -> date | datetime:
    moment = cast("date | datetime", _value(event, name, date))
    if "TZID" in event[name].params and getattr(moment, "tzinfo", None) is None:
        raise Unreadable(f"the time zone of its {name} is not known")
    if not 1970 < moment.year < 9000:
        raise Unreadable(f"its {name} is out of all time")
    return moment


def _value(event: Properties, name: str, kind: type) -> Any:
    if name not in event:
        raise Unreadable(f"it has no {name}")
    if isinstance(event[name], list) or not isinstance(found := getattr(event[name], "dt", None), kind):
        raise Unreadable(f"its {name} cannot be read")
    return found


def _dates(event: Properties, name: str) -> Iterator[date | datetime]:
    lists = event.get(name, [])
    for one in lists if isinstance(lists, list) else [lists]:
        for value in one.dts:
            if not isinstance(value.dt, date):
                raise Unreadable(f"its {name} cannot be read")
            yield value.dt


def _utc(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
