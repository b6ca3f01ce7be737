"""The rota as a calendar (RFC 5545): duties out for people's telephones, other people's on-call calendars in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event
from sqlmodel import Session, col, select

from models.company import Company, Person
from models.enums import DutyKind, Trade
from models.tables import DutyChange
from routing.rota import notices
from routing.rota.changes import from_row, load, look_soon, put, refusal, take_back, worse
from routing.rota.duty import EVERY_TRADE, HORIZON, Change, Duty, next_changes
from routing.rota.fitness import Fit, by_licence
from routing.rota.recurrence import Properties, Unreadable, occurrences, original

MOST_BYTES = 1_000_000
MOST_EVENTS = 500
MOST_DUTIES = 2000
"""Changes out of one file: five people, each on every day of the year."""

AHEAD = timedelta(days=366)
"""What an endless rule gives."""

BY = "calendar"
"""`DutyChange.made_by` of what was imported; its `note` is the event's UID."""

_COVER = re.compile(r"(?P<who>.+?)\b(?:covers|covering|for|instead of)\b(?P<whose>.+)", re.IGNORECASE)


class BadCalendar(ValueError):
    """Nothing was imported; `mistakes` are sentences, each with the event's line and UID."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(f"{len(mistakes)} mistakes in the calendar")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: changes written, changes that were there, and earlier ones that the file no longer has."""

    written: int
    kept: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    uid: str
    event: Properties


def export(company: Company, changes: Sequence[Change], now: datetime, days: int) -> bytes:
    """The duties of the next `days` as a calendar: names and trades, no numbers. A duty keeps its UID.

    `changes` must reach back to `now - HORIZON` (routing.rota.duty).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//FirstRing//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {company.name}")
    back = now - HORIZON
    open_ones: dict[Duty, datetime] = {}
    until = now + timedelta(days=days)
    for span in next_changes(company, changes, back, until):
        for duty in span.duties:
            open_ones.setdefault(duty, span.starts)
            if span.ends in (duty.until, until):
                starts = open_ones.pop(duty)
                if span.ends > now:
                    calendar.add_component(_vevent(company, duty, starts, span.ends, now, always=starts == back))
    return bytes(calendar.to_ical())


def read(company: Company, data: bytes, now: datetime) -> tuple[dict[str, list[Change]], set[str]]:
    """A calendar as changes by UID, from `now` a year ahead, and every UID it has. Pure; raises BadCalendar."""
    entries = _entries(data)
    mistakes: set[tuple[int, str]] = set()
    found: dict[str, list[Change]] = {}
    moved = _moved(company, entries, mistakes)
    for entry in entries:
        try:
            found.setdefault(entry.uid, []).extend(_changes(company, entry, now, moved))
        except Unreadable as error:
            mistakes.add((entry.line, _said(entry, error)))
    if sum(map(len, found.values())) > MOST_DUTIES:
        mistakes.add((0, f"more than {MOST_DUTIES} duties within a year: import less at once"))
    if mistakes:
        raise BadCalendar([said for _, said in sorted(mistakes)])
    return found, {entry.uid for entry in entries}


def take_in(session: Session, company: Company, data: bytes, now: datetime, fit: Fit | None = None) -> Imported:
    """Import a calendar. The same file again changes nothing; what an event has lost since is withdrawn.

    Whom it concerns gets one text for the whole file.

    Raises BadCalendar, and then the caller's transaction must not be committed.
    """
    found, uids = read(company, data, now)
    earlier = {row.id: from_row(row) for row in _earlier(session, uids, now)}
    wanted = {one.id for changes in found.values() for one in changes}
    lost = [one for one in earlier.values() if one.id not in wanted and take_back(session, one.id, now)]
    fresh = {uid: [one for one in changes if one.id not in earlier] for uid, changes in found.items()}
    existing = [*load(session, now, now + AHEAD), *(one for changes in fresh.values() for one in changes)]
    mistakes = [
        f"UID {uid}: {reason}"
        for uid, changes in fresh.items()
        for one in changes
        if (reason := refusal(company, one, now) or _harm(company, existing, one, fit or by_licence(company)))
    ]
    if mistakes:
        raise BadCalendar(mistakes)
    written = [one for uid, changes in fresh.items() for one in put(session, changes, now, by=BY, note=uid)]
    if written or lost:
        look_soon(session, now)
        notices.tell(session, company, written, now, withdrawn=lost)
    return Imported(len(written), len(wanted) - len(written), len(lost))


def _harm(company: Company, existing: Sequence[Change], one: Change, fit: Fit) -> str | None:
    """Why one of the file's changes may not be, beside all the others."""
    return worse(company, [other for other in existing if other is not one], [one], fit)


def _earlier(session: Session, uids: set[str], now: datetime) -> Sequence[DutyChange]:
    rows = select(DutyChange).where(
        DutyChange.made_by == BY, col(DutyChange.ends_at) > now, col(DutyChange.withdrawn_at).is_(None)
    )
    return [row for row in session.exec(rows) if row.note in uids]


def _vevent(company: Company, duty: Duty, starts: datetime, ends: datetime, now: datetime, *, always: bool) -> Event:
    trades = [] if duty.trades == EVERY_TRADE else sorted(duty.trades)
    since = "always" if always else starts.isoformat()
    about = "|".join([duty.turn, str(duty.level), duty.person, duty.covers or "", *trades, since])
    event = Event()
    event.add("uid", f"{sha256(about.encode()).hexdigest()[:32]}@firstring")
    event.add("dtstamp", now)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", f"On call, level {duty.level}: {company.person(duty.person).name}")
    if trades:
        event.add("categories", [str(one) for one in trades])
    return event


def _entries(data: bytes) -> list[_Entry]:
    """The events with the lines on which they begin."""
    if len(data) > MOST_BYTES:
        raise BadCalendar([f"the file is larger than {MOST_BYTES} bytes"])
    lines = [line.strip().upper() for line in data.splitlines()]
    begins = [number for number, line in enumerate(lines, start=1) if line == b"BEGIN:VEVENT"]
    if len(begins) > MOST_EVENTS:
        raise BadCalendar([f"the file has more than {MOST_EVENTS} events"])
    try:
        calendar = Calendar.from_ical(_without_zones(data))
        events = calendar.walk("VEVENT")
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise BadCalendar(["this is not a calendar: a line outside its events cannot be read"]) from None
    if calendar.name != "VCALENDAR" or len(events) != len(begins):
        raise BadCalendar(["this is not a calendar: its events do not begin and end one after another"])
    return [
        _Entry(line, str(event.get("UID", "none"))[:200], event) for line, event in zip(begins, events, strict=True)
    ]


def _without_zones(data: bytes) -> bytes:
    """Zones are known by their names (IANA's and Windows'): a file's own rules of a zone are never worked out."""
    kept, inside = [], False
    for line in data.splitlines(keepends=True):
        word = line.strip().upper()
        inside = inside or word == b"BEGIN:VTIMEZONE"
        if not inside:
            kept.append(line)
        inside = inside and word != b"END:VTIMEZONE"
    return b"".join(kept)


def _moved(company: Company, entries: Sequence[_Entry], mistakes: set[tuple[int, str]]) -> set[tuple[str, datetime]]:
    """Occurrences of series that an event of their own replaces, by UID and start."""
    moved = set()
    for entry in entries:
        try:
            if (start := original(entry.event, company.timezone)) is not None:
                moved.add((entry.uid, start))
        except Unreadable as error:
            mistakes.add((entry.line, _said(entry, error)))
    return moved


def _changes(company: Company, entry: _Entry, now: datetime, moved: set[tuple[str, datetime]]) -> Iterator[Change]:
    event = entry.event
    if errors := getattr(event, "errors", None):
        raise Unreadable(f"its {errors[0][0] or 'content'} cannot be read")
    if "UID" not in event:
        raise Unreadable("it has no UID")
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    who, whose = _people(company, event)
    trades = frozenset(_trades(event)) or EVERY_TRADE
    kind = DutyKind.COVER if whose else DutyKind.ADD
    for starts, ends in occurrences(event, company.timezone, now, now + AHEAD):
        if "RECURRENCE-ID" in event or (entry.uid, starts) not in moved:
            about = "|".join([entry.uid, kind, who, whose or "", *sorted(trades), f"{starts}", f"{ends}"])
            yield Change(sha256(about.encode()).hexdigest()[:32], kind, who, starts, ends, now, whose, trades)


def _people(company: Company, event: Properties) -> tuple[str, str | None]:
    """Who is on, and whose place they take: "Elena", "On call: Elena Ruiz", "Elena covers Marcus"."""
    summary = str(event.get("SUMMARY", "")).strip()[:200]
    cover = _COVER.fullmatch(summary)
    whose = _named(company, cover["whose"]) if cover else set()
    text = cover["who"] if cover and whose else summary
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    who = _named(company, text, *(str(one) for one in attendees)) - whose
    if len(who) != 1 or len(whose) > 1:
        raise Unreadable("it names nobody on the staff" if not who else "it names several people: one each")
    return who.pop(), whose.pop() if whose else None


def _named(company: Company, *texts: str) -> set[str]:
    """Staff whose id, name or e-mail stands in the texts, whole."""

    def stands(person: Person) -> bool:
        names = (person.id, person.name, person.email)
        return any(
            re.search(rf"(?<![\w@.+-]){re.escape(name)}(?![\w@+-])", text, re.IGNORECASE)
            for name in names
            if name
            for text in texts
        )

    return {person.id for person in company.staff if stands(person)}


def _trades(event: Properties) -> Iterator[Trade]:
    lists = event.get("CATEGORIES", [])
    for one in lists if isinstance(lists, list) else [lists]:
        yield from (Trade(name) for each in one.cats if (name := str(each).lower()) in set(Trade))


def _said(entry: _Entry, why: Unreadable) -> str:
    return f"line {entry.line}, UID {entry.uid}: {why}"
