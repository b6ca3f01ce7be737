"""The look at the rota before each shift (docs/domain/intake.md section 10): whoever is coming can be paged and sent.

At 17:00 on the company's wall, an hour before each handoff, and soon after each change. What is wrong is one text to
those who answer for the shop, once for the same findings of the same night.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256

import structlog
from sqlmodel import Session, col, select

from carrier import consent, outbox, timers
from models.company import Company, Person
from models.enums import Channel, ConsentScope, Trade
from models.tables import DeadNumber, Timer
from routing.rota import notices
from routing.rota.changes import ROTA_CHECK, WITHDRAWN, load, withdrawn_at
from routing.rota.duty import Change, Duty, answering, next_changes
from routing.rota.fitness import Fit, by_licence
from routing.rota.turns import DAY, instant

log = structlog.get_logger(__name__)

NIGHTLY = time(17)
BEFORE_A_HANDOFF = timedelta(hours=1)
IN_A_TEXT = 3  # findings; the rest are counted, and `firstring rota check` names them


Ways = Mapping[str, frozenset[Channel]]


@dataclass(frozen=True, slots=True)
class Concern:
    """What is wrong with the rota from `starts` up to `ends`: sentences, the gravest first."""

    starts: datetime
    ends: datetime
    findings: tuple[str, ...]


def begin(session: Session, company: Company, now: datetime) -> None:
    """Set the timer of the next look. Safe to call at every start: once for the same look."""
    due = next_check(company, load(session, now, now + 2 * DAY), now)
    timers.schedule(session, ROTA_CHECK, due.isoformat(), due)


def rota_check_due(session: Session, timer: Timer, company: Company, now: datetime, fit: Fit | None = None) -> None:
    """Look at tonight's rota, write the warnings, and set the timer of the next look.

    After a withdrawal, those whom it concerns are told too.
    """
    if timer.ref.startswith(WITHDRAWN):
        at = datetime.fromisoformat(timer.ref.removeprefix(WITHDRAWN))
        if gone := withdrawn_at(session, at, now):
            notices.tell(session, company, (), at, withdrawn=gone)
    for concern in concerns(session, company, now, fit):
        _warn(session, consent.as_agreed(session, company), concern, now)
    begin(session, company, now)


def next_check(company: Company, changes: Sequence[Change], now: datetime) -> datetime:
    """When to look next: at 17:00, or an hour before the next handoff, whichever comes first after `now`."""
    nightly = _evening(company, now) + DAY
    nightly = instant(company.timezone, nightly)
    ahead = next_changes(company, changes, now + BEFORE_A_HANDOFF, nightly + BEFORE_A_HANDOFF)
    handoffs = [span.starts - BEFORE_A_HANDOFF for span in ahead[1:]]
    return min([nightly, *handoffs])


def concerns(
    session: Session, company: Company, now: datetime, fit: Fit | None = None, nights: int = 1
) -> tuple[Concern, ...]:
    """What is wrong with the night (17:00 to 17:00) that is on in an hour, or more of them; the same things once.

    What is over is left out. A concern reaches from the first shift with these findings to the last.
    """
    evening = _evening(company, now + BEFORE_A_HANDOFF)
    since, until = (instant(company.timezone, wall) for wall in (evening, evening + nights * DAY))
    out = ways_out(session, company)
    agreed = consent.as_agreed(session, company)
    first: dict[tuple[str, ...], Concern] = {}
    for span in next_changes(company, load(session, since, until), since, until):
        day = (span.ends - timedelta(microseconds=1)).astimezone(company.timezone).date()
        wrong = findings(agreed, span.duties, out, day, fit or by_licence(company))
        if wrong:
            starts = first[wrong].starts if wrong in first else span.starts
            first[wrong] = Concern(starts, span.ends, wrong)
    return tuple(one for one in first.values() if one.ends > now)


def ways_out(session: Session, company: Company) -> Ways:
    """By person's id the ways, of text and call, that are out: the number is dead, or they said no."""
    dead = {
        (one.number, one.channel)
        for one in session.exec(
            select(DeadNumber).where(col(DeadNumber.number).in_([person.phone for person in company.staff]))
        )
    }

    def works(person: Person, channel: Channel) -> bool:
        said_no = consent.latest(session, person.phone, channel, ConsentScope.PAGING) is False
        return (person.phone, channel) not in dead and not said_no

    both = (Channel.TEXT, Channel.CALL)
    return {one.id: frozenset(way for way in both if not works(one, way)) for one in company.staff}


def findings(company: Company, duties: Sequence[Duty], out: Ways, day: date, fit: Fit) -> tuple[str, ...]:
    """What is wrong with one shift whose last day is `day`: nobody at the end, a trade uncovered, people, depth."""
    silent = {one for one, ways in out.items() if len(ways) > 1}
    heads = [company.person(one) for one in answering(company)]
    wrong = [] if any(_reachable(one, silent) for one in heads) else ["nobody who answers for the shop can be paged"]
    thin = []
    for trade in sorted(company.trades - {Trade.OFFICE}):
        on = [company.person(one.person) for one in duties if trade in one.trades]
        everyone = list(dict.fromkeys([*on, *heads]))
        able = [one for one in everyone if _reachable(one, silent) and not fit(one, trade, trade is Trade.GAS, day)]
        if not set(able) & set(on):
            reasons = [why for one in on if (why := fit(one, trade, trade is Trade.GAS, day))]
            wrong.append(f"nobody on duty for {trade}" + (f" ({', '.join(reasons)})" if reasons else ""))
        elif len(able) < 2:
            thin.append(f"only {able[0].name} for {trade}")
    people = dict.fromkeys(company.person(one.person) for one in duties)
    wrong += [f"{one.name} has not opted in" for one in people if not one.opted_in]
    wrong += [f"{one.name} cannot be reached by text or call" for one in people if one.opted_in and one.id in silent]
    for one in dict.fromkeys([*people, *heads]):
        if one.opted_in and one.id not in silent:
            wrong += [f"{one.name} can have no {way}s: dead or stopped" for way in sorted(out.get(one.id, ()))]
    return tuple(wrong + thin)


def words(company: Company, concern: Concern) -> str:
    """The warning: GSM-7, the first few findings."""
    starts, ends = (one.astimezone(company.timezone) for one in (concern.starts, concern.ends))
    said = list(concern.findings[:IN_A_TEXT])
    if more := len(concern.findings) - len(said):
        said.append(f"and {more} more")
    text = f"Rota {_clock(starts)} to {_clock(ends)}: {'; '.join(said)}. Please mend it."
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _warn(session: Session, company: Company, concern: Concern, now: datetime) -> None:
    body = words(company, concern)
    about = sha256("\n".join([concern.starts.isoformat(), *concern.findings]).encode()).hexdigest()[:16]
    heads = [one for one in company.staff if one.is_head and one.opted_in]
    log.warning("rota.wrong", findings=len(concern.findings), told=len(heads))
    for person in heads:
        outbox.text_staff(session, person, f"rota:{about}:{person.id}", body, now)


def _reachable(person: Person, silent: Iterable[str]) -> bool:
    return person.opted_in and person.id not in silent


def _evening(company: Company, at: datetime) -> datetime:
    """The last 17:00 up to `at`; wall time."""
    wall = at.astimezone(company.timezone).replace(tzinfo=None)
    return datetime.combine(wall.date() if wall.time() >= NIGHTLY else wall.date() - DAY, NIGHTLY)


def _clock(local: datetime) -> str:
    return f"{local:%a} {local:%I:%M %p}".replace(" 0", " ")
