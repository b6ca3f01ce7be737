"""What Twilio's lists say of calls and texts to one of our numbers: read whole, page by page, oldest first.

Twilio lists the newest first, and tells times in whole seconds: of one second the later row is the older one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call to one of our numbers as Twilio's list has it: when it rang, and when it was over if it is."""

    sid: str
    caller: str | None
    called: str
    status: str
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A text to one of our numbers as Twilio's list has it; `pictures` are counted only."""

    sid: str
    writer: str | None
    to: str
    body: str
    pictures: int
    at: datetime


def calls(listed: Iterable[object], to: str, since: datetime) -> tuple[Arrived, ...]:
    """The calls of a list (the SDK's instances) that came in since then. Raises ValueError for a row without a SID."""
    found = [
        Arrived(sid_of(each), _text(each, "_from"), to, str(_field(each, "status")), at, _moment(each, "end_time"))
        for each in listed
        if _field(each, "direction") == "inbound" and (at := _at(each, "start_time")) and at >= since
    ]
    return tuple(sorted(reversed(found), key=lambda one: one.at))


def texts(listed: Iterable[object], to: str, since: datetime) -> tuple[Written, ...]:
    """The texts of a list (the SDK's instances) that came in since then. Raises ValueError for a row without a SID."""
    found = [
        Written(sid_of(each), _text(each, "from_"), to, _text(each, "body") or "", _count(each, "num_media"), at)
        for each in listed
        if _field(each, "direction") == "inbound" and (at := _at(each, "date_sent")) and at >= since
    ]
    return tuple(sorted(reversed(found), key=lambda one: one.at))


def sid_of(row: object) -> str:
    """The SID of what Twilio answered. Raises ValueError when there is none."""
    sid = _text(row, "sid")
    if not sid:
        raise ValueError("no SID")
    return sid


def _field(row: object, name: str) -> object:
    return getattr(row, name, None)


def _text(row: object, name: str) -> str | None:
    value = _field(row, name)
    return value if isinstance(value, str) else None


def _moment(row: object, name: str) -> datetime | None:
    value = _field(row, name)
    return value if isinstance(value, datetime) else None


def _at(row: object, name: str) -> datetime | None:
    """When it happened, as far as Twilio tells: a row may be listed before it has that time."""
    return _moment(row, name) or _moment(row, "date_created")


def _count(row: object, name: str) -> int:
    value = str(_field(row, name) or "")
    return int(value) if value.isdecimal() else 0
