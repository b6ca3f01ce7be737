"""The promise: a time at which a person will call, computed and not made up."""

from datetime import datetime, timedelta

from models.company import Company
from routing.words import clock_time

HANDLING = timedelta(minutes=6)
"""How long a CSR needs for one callback until the company's own history says better."""

FLOOR = timedelta(minutes=10)
STEP_MINUTES = 5
AFTER_OPENING = timedelta(minutes=15)
"""Nobody calls the minute the shop opens."""


def is_open(company: Company, moment: datetime) -> bool:
    """Whether the shop is open: see `Company.is_open`."""
    return company.is_open(moment)


def next_opening(company: Company, moment: datetime) -> datetime | None:
    """The next moment the shop opens after `moment`; None when it has no hours within a fortnight."""
    local = moment.astimezone(company.timezone)
    for ahead in range(15):
        day = local.date() + timedelta(days=ahead)
        if day in company.holidays:
            continue
        for span in sorted(company.hours, key=lambda one: one.opens):
            opens = datetime.combine(day, span.opens, company.timezone)
            if span.weekday == day.weekday() and opens > local:
                return opens
    return None


def promise(company: Company, now: datetime, *, waiting_before: int) -> datetime | None:
    """When a person will call: the queue before it by staff on duty, rounded up to 5 minutes, at least 10.

    Outside hours it counts from the next opening. None when the shop never opens or has no CSR: then no time is given.
    """
    staff = len(company.with_role("csr"))
    if not staff:
        return None
    wait = max(FLOOR, (waiting_before // staff + 1) * HANDLING)
    if is_open(company, now):
        at = round_up(now + wait)
        if is_open(company, at - timedelta(minutes=1)):
            return at
    opening = next_opening(company, now)
    return round_up(opening + max(AFTER_OPENING, wait)) if opening else None


def round_up(moment: datetime) -> datetime:
    """The next full five minutes."""
    over = timedelta(minutes=moment.minute % STEP_MINUTES, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment - over + timedelta(minutes=STEP_MINUTES)


def spoken_day(company: Company, at: datetime, now: datetime) -> str:
    """'2:35 PM', 'tomorrow 8:15 AM' or 'Monday 8:15 AM', on the company's wall."""
    local, today = at.astimezone(company.timezone), now.astimezone(company.timezone).date()
    clock = clock_time(company, at)
    if local.date() == today:
        return clock
    if local.date() == today + timedelta(days=1):
        return f"tomorrow {clock}"
    return f"{local.strftime('%A')} {clock}"
