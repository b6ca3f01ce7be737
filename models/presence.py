"""Who is at the desk: the profile's hours, and who signed in or out today."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, select

from models.company import Company, Person, at_work
from models.tables import Presence

GRACE = timedelta(minutes=20)
"""A CSR who has not signed in so long after their hours began, when another has, is not there today."""


def signed(session: Session, company: Company, now: datetime) -> dict[str, bool]:
    """By person: whether the last that they did today at the desk was to sign in. A sign-in ends with the day."""
    local = now.astimezone(company.timezone)
    midnight = datetime.combine(local.date(), time(0), company.timezone)
    rows = select(Presence).where(col(Presence.at) >= midnight, col(Presence.at) <= now).order_by(col(Presence.at))
    return {row.person_id: row.present for row in session.exec(rows).all()}


def at_desk(person: Person, company: Company, now: datetime, signs: Mapping[str, bool]) -> bool:
    """Whether somebody is at their desk by today's `signs`, else by their hours; no holidays (`Company.is_open`).

    Where no CSR signs in, all are there by their hours: an owner who looks in empties no desk.
    """
    if person.id in signs:
        return signs[person.id]
    others = any(signs.get(one.id) for one in company.with_role("csr"))
    return at_work(person, company, now) and not (others and at_work(person, company, now - GRACE))
