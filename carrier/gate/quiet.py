"""Quiet hours (docs/domain/legal.md L7): when a text may come, by every zone and state its reader may be in. Pure.

Marketing keeps the hours of the states; what we tell on our own and nobody asked for this minute keeps the night.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from carrier.law import Window, law

STEP = timedelta(minutes=15)
LOOK_AHEAD = timedelta(days=8)  # a week has a good hour, or there is none
MANY_ZONES = 6
"""A number that may be in more zones than this (toll-free, not of this plan) tells nothing."""

CONTINENT = frozenset({"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"})
_NAMES = {
    **{"Connecticut": "CT", "Florida": "FL", "Maryland": "MD", "Mississippi": "MS"},
    **{"New Jersey": "NJ", "Oklahoma": "OK", "Rhode Island": "RI", "Texas": "TX"},
}
"""How the numbering plan calls the states whose hours are stricter than the nation's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody may be: every zone that is possible, and the states that are known.

    A state is two capitals; one whose hours are the nation's may stand under its name.
    """

    zones: frozenset[str]
    states: frozenset[str]


def place_of(number: str, home: Place | None) -> Place:
    """Where the owner of a number may be: by its area code, and by the address of their job, `home`."""
    from phonenumbers import geocoder, timezone  # big tables, wanted seldom

    parsed = phonenumbers.parse(number, None)
    zones = frozenset(timezone.time_zones_for_number(parsed)) - {timezone.UNKNOWN_TIMEZONE}
    if not zones or len(zones) > MANY_ZONES:
        zones = CONTINENT
    described = geocoder.description_for_number(parsed, "en")
    state = described.rpartition(", ")[2] if len(described) > 1 else ""
    states = frozenset({_NAMES.get(state, state)} if state and state != "United States" else ())
    return Place(zones | home.zones, states | home.states) if home else Place(zones, states)


def marketing_windows(place: Place) -> tuple[Window, ...]:
    """The hours of every state they may be in; where no state is known, those that are good in all."""
    windows = law().windows
    if not place.states:
        return (windows["safe"],)
    return (windows["federal"], *(windows[state] for state in sorted(place.states) if state in windows))


def waking_hours() -> tuple[Window, ...]:
    """The hours outside the night."""
    starts, ends = law().night
    day = (ends, starts)
    return (Window(day, day, day),)


def good_at(moment: datetime, windows: Iterable[Window], zones: Iterable[str]) -> bool:
    """Whether a moment lies in every window on every wall."""
    for zone in zones:
        local = moment.astimezone(ZoneInfo(zone))
        for window in windows:
            opens, closes = window.of(local.weekday())
            if not opens <= local.hour < closes:
                return False
    return True


def good_from(now: datetime, windows: tuple[Window, ...], zones: frozenset[str]) -> datetime | None:
    """The first moment from `now` on that is good everywhere; None when none comes within a week."""
    if good_at(now, windows, zones):
        return now
    moment = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % 15)
    for _ in range(LOOK_AHEAD // STEP):
        moment += STEP
        if good_at(moment, windows, zones):
            return moment
    return None
