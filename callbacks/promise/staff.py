"""Who is at the desk, now and in the coming days: the profile's hours, and who signed in or out today."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from callbacks.promise.hours import Spans, both, spans
from models.company import Company, Person, at_work
from models.presence import at_desk, signed


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody can call: `spans` from now on; `here` when they have signed in, so they will not be missing."""

    person_id: str
    spans: Spans
    here: bool


def shifts(session: Session, company: Company, now: datetime) -> list[Shift]:
    """Everybody of the desk with the hours in which they can call; no CSR signed in today: all by their hours."""
    signs = signed(session, company, now)
    return [_shift(person, company, now, signs) for person in _desk(company, signs)]


def on_duty(session: Session, company: Company, now: datetime) -> list[Person]:
    """Who is at the desk now, CSRs first; empty outside the shop's hours."""
    at = now.timestamp()
    there = {one.person_id for one in shifts(session, company, now) if any(a <= at < b for a, b in one.spans)}
    return [person for person in _desk(company, signed(session, company, now)) if person.id in there]


def _desk(company: Company, signs: dict[str, bool]) -> list[Person]:
    """The CSRs, and whoever else has signed in today to call customers back."""
    csrs = company.with_role("csr")
    return [*csrs, *(one for one in company.staff if signs.get(one.id) and one not in csrs)]


def _shift(person: Person, company: Company, now: datetime, signs: dict[str, bool]) -> Shift:
    """Their hours inside the shop's, with today's hours as the signing says."""
    shop = spans(company, company.hours, now)
    own = both(spans(company, person.hours or company.hours, now), shop)
    day = now.astimezone(company.timezone).date()
    tomorrow = datetime.combine(day + timedelta(days=1), time(0), company.timezone).timestamp()
    later = [one for one in own if one[0] >= tomorrow and "csr" in person.roles]  # others for today only
    today = [one for one in own if one[0] < tomorrow]
    match signs.get(person.id):
        case True:
            today = [(max(a, now.timestamp()), b) for a, b in shop if a < tomorrow and b > now.timestamp()]
        case False:
            today = []
        case None if at_work(person, company, now) and not at_desk(person, company, now, signs):
            today = []
    ahead = [one for one in today + later if one[1] > now.timestamp()]
    return Shift(person.id, ahead, signs.get(person.id, False))
