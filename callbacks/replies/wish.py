"""Another time for the call back, as callers write it: "after 5", "tomorrow morning", "no antes del mediodia".

Small on purpose: a text is a wish only when every word of it belongs to one. "My heat went out after 5" is no wish, nor
is "come tomorrow": nobody is promised a visit. Days and times are the company's own, whatever the clocks do that night.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callbacks.replies.wish_words import NOON, Said, pieces, plain
from models.enums import Language

LONGEST = timedelta(days=14)
"""A wish for later than this is left to people."""

_PARTS = {
    "morning": time(8), "afternoon": time(12), "evening": time(17), "night": time(17),
    "manana": time(8), "tarde": time(12), "noche": time(17),
}  # fmt: skip
"""When the parts of a day begin."""
_SMALL_HOURS = time(4)
"""Until then a night is still the evening before: its "tomorrow" is the day that has begun already."""

_FIRST_BY_DAY = 7
"""An hour without am or pm is the one between 7 in the morning and 7 in the evening, if that is still to come."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Call me then: not before this instant (UTC). `told`: they named an hour, which can be read back."""

    not_before: datetime
    told: bool
    language: Language


def read(text: str, now: datetime, zone: ZoneInfo) -> Wish | None:
    """The wish of a text, later than `now`; None when it is none, or holds anything besides."""
    words = plain(text)
    if not words or (text.rstrip().endswith("?") and not re.search(r"\b(?:call|llam\w+)\b", words)):
        return None
    said = pieces(words)
    if said is None:
        return None
    at, told = _moment(said, now.astimezone(zone), zone)
    if at is None or at - now > LONGEST:
        return None
    return Wish(max(at, now), told, said.language)


def _moment(said: Said, local: datetime, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """The instant, and whether an hour was named."""
    if said.span is not None:
        return (local.astimezone(UTC) + said.span, True) if said.span else (None, False)
    day = said.day - (local.time() < _SMALL_HOURS) if said.day else said.day
    ahead, days = day, [0, 1] if day is None else [day]
    if said.weekday is not None:
        coming = (said.weekday - local.weekday()) % 7
        ahead, days = coming or 7, [coming, coming + 7]
    if said.clock is not None:
        return _at_clock(said, said.clock, days, local, zone), True
    if said.part:
        begins = _wall(local, ahead or 0, _PARTS[said.part], zone)
        over = ahead is None and said.part in ("morning", "manana") and local.time() >= NOON
        return _wall(local, 1, _PARTS[said.part], zone) if over else begins, False
    if said.day and not ahead:
        return _wall(local, 0, _SMALL_HOURS, zone), False
    return (_wall(local, ahead, time(0), zone) if ahead else None), False


def _at_clock(said: Said, clock: time, days: list[int], local: datetime, zone: ZoneInfo) -> datetime | None:
    """The next time that the clock shows it, on the first of these days; without am or pm by day."""
    readings = [clock]
    if not said.half:
        morning = clock.replace(hour=clock.hour % 12)
        evening = clock.replace(hour=clock.hour % 12 + 12)
        by_part = {"morning": [morning], "manana": [morning]}.get(said.part, [evening] if said.part else [])
        readings = by_part or ([morning, evening] if morning.hour >= _FIRST_BY_DAY else [evening])
    now = local.astimezone(UTC)
    moments = (_wall(local, day, reading, zone) for day in days for reading in readings)
    return next((moment for moment in moments if moment > now), None)


def _wall(local: datetime, days: int, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which the company's clock shows it; an hour that is left out that night is the next one."""
    return datetime.combine(local.date() + timedelta(days=days), clock, zone).astimezone(UTC)
