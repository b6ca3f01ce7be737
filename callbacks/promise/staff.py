"""Who is at the desk, now and in the coming days: the profile's hours, and who signed in or out today."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, select

from callbacks.promise.hours import Spans, both, spans
from models.company import Company, Person, at_work
from models.tables import Presence

GRACE = timedelta(minutes=20)
"""Who has not signed in so long after their hours began, when others have, is not there today."""


@dataclass(frozen=True, slots=True)
class Shift:
    """When somebody can call: `spans` from now on; `here` when they have signed in, so they will not be missing."""

    person_id: str
    spans: Spans
    here: bool


def shifts(session: Session, company: Company, now: datetime) -> list[Shift]:
    """Everybody of the desk with the hours in which they can call; nobody signed in today: all by their hours."""
    signs = signed(session, company, now)
    return [_shift(person, company, now, signs) for person in company.with_role("csr")]


def on_duty(session: Session, company: Company, now: datetime) -> list[Person]:
    """The CSRs who are at the desk now; empty outside the shop's hours."""
    at = now.timestamp()
    there = {one.person_id for one in shifts(session, company, now) if any(a <= at < b for a, b in one.spans)}
    return [person for person in company.with_role("csr") if person.id in there]


def signed(session: Session, company: Company, now: datetime) -> dict[str, bool]:
    """By person: whether the last that they did today at the desk was to sign in. A sign-in ends with the day."""
    local = now.astimezone(company.timezone)
    midnight = datetime.combine(local.date(), time(0), company.timezone)
    rows = select(Presence).where(col(Presence.at) >= midnight, col(Presence.at) <= now).order_by(col(Presence.at))
    return {row.person_id: row.present for row in session.exec(rows).all()}


def _shift(person: Person, company: Company, now: datetime, signs: dict[str, bool]) -> Shift:
    """Their hours inside the shop's, with today's hours as the signing says."""
    shop = spans(company, company.hours, now)
    own = both(spans(company, person.hours or company.hours, now), shop)
    day = now.astimezone(company.timezone).date()
    tomorrow = datetime.combine(day + timedelta(days=1), time(0), company.timezone).timestamp()
    later = [one for one in own if one[0] >= tomorrow]
    today = [one for one in own if one[0] < tomorrow]
    match signs.get(person.id):
        case True:
            today = [(max(a, now.timestamp()), b) for a, b in shop if a < tomorrow and b > now.timestamp()]
        case False:
            today = []
        case None if any(signs.values()) and at_work(person, company, now - GRACE) and at_work(person, company, now):
            today = []
    ahead = [one for one in today + later if one[1] > now.timestamp()]
    return Shift(person.id, ahead, signs.get(person.id, False))
