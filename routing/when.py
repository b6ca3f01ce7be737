"""Times as customers read them, in their language, on the company's wall."""

from datetime import datetime, timedelta

from models.company import Company
from models.enums import Language
from routing.words import clock_time

_TOMORROW = {Language.EN: "tomorrow", Language.ES: "mañana"}
_DAYS = {
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    Language.ES: ("lunes", "martes", "miércoles", "jueves", "viernes", "sabado", "domingo"),
}
_WEEK = timedelta(days=7)


def told(company: Company, at: datetime, now: datetime, language: Language) -> str:
    """'2:35 PM', 'tomorrow 8:15 AM', 'Monday 8:15 AM'; from a week ahead on with the date, 'Monday 11/30 8:15 AM'."""
    local, today = at.astimezone(company.timezone), now.astimezone(company.timezone).date()
    ahead, clock = local.date() - today, clock_time(company, at)
    if ahead == timedelta(0):
        return clock
    if ahead == timedelta(days=1):
        return f"{_TOMORROW[language]} {clock}"
    day = _DAYS[language][local.weekday()]
    return f"{day} {clock}" if timedelta(0) < ahead < _WEEK else f"{day} {local.month}/{local.day} {clock}"
