"""Opening hours as stretches of time, and the words for a time that was given."""

from datetime import date, datetime, timedelta

from models.company import Company, Hours
from routing.words import clock_time

HORIZON_DAYS = 15
"""So far ahead a promise may lie: longer than any run of holidays."""

Spans = list[tuple[float, float]]
"""Stretches of time in seconds since 1970, in order, from the first up to the second."""


def spans(company: Company, hours: tuple[Hours, ...], moment: datetime, days: int = HORIZON_DAYS) -> Spans:
    """Such hours from the day of `moment` on, on the company's wall and without its holidays."""
    first = moment.astimezone(company.timezone).date()
    found = (one for ahead in range(days) for one in _of_day(company, hours, first + timedelta(days=ahead)))
    return sorted(found)


def _of_day(company: Company, hours: tuple[Hours, ...], day: date) -> Spans:
    if day in company.holidays:
        return []
    return [
        (
            datetime.combine(day, span.opens, company.timezone).timestamp(),
            datetime.combine(day, span.closes, company.timezone).timestamp(),
        )
        for span in hours
        if span.weekday == day.weekday() and span.opens < span.closes
    ]


def both(one: Spans, other: Spans) -> Spans:
    """The time that lies in both."""
    met = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return sorted((start, end) for start, end in met if start < end)


def spoken_day(company: Company, at: datetime, now: datetime) -> str:
    """'2:35 PM', 'tomorrow 8:15 AM' or 'Monday 8:15 AM', on the company's wall."""
    local, today = at.astimezone(company.timezone), now.astimezone(company.timezone).date()
    clock = clock_time(company, at)
    if local.date() == today:
        return clock
    if local.date() == today + timedelta(days=1):
        return f"tomorrow {clock}"
    return f"{local.strftime('%A')} {clock}"
