"""The ladder of one job: by the rota as it is now, and with what this night has already asked of people."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from carrier import consent
from models.company import Company
from models.enums import MessageStatus, Purpose, Trade
from models.tables import Job, Message
from routing import oncall
from routing.licences import site_of
from routing.oncall import Plan
from routing.paging.hands import trade_of
from routing.policies import night
from routing.rota import changes as rota
from routing.rota.duty import ladder_people


def plan_for(session: Session, job: Job, company: Company, now: datetime, *, managers: bool) -> Plan:
    """Whom to page, by the rota as it is now, and with what this night has already asked of people.

    Those who have said STOP are passed over, those who have said JOIN are not. Where that leaves nobody at all, the
    ladder is the profile's: the gate holds its pages, and its end is told to the customer.
    """
    trade, gas = (Trade.OFFICE, False) if managers else trade_of(job)
    changes = rota.load(session, now, now + timedelta(microseconds=1))
    pages_tonight = _pages_tonight(session, company, now)

    def plan(people: Company) -> Plan:
        return oncall.plan(
            people,
            trade,
            gas=gas,
            order=ladder_people(people, changes, now, trade),
            situation=job.situation,
            site=site_of(job),
            priority=job.priority,
            pages_tonight=pages_tonight,
            at=now,
        )

    try:
        return plan(consent.as_agreed(session, company))
    except LookupError:
        return plan(company)


def _pages_tonight(session: Session, company: Company, now: datetime) -> dict[str, int]:
    """By person: for how many jobs they were paged this night; nobody by day."""
    dark = night(company, now)
    if dark is None:
        return {}
    jobs = func.count(col(Message.run_id).distinct())
    paged = (
        select(Message.person_id, jobs)
        .where(Message.purpose == Purpose.PAGE, col(Message.created_at) >= dark[0])
        .where(col(Message.status) != MessageStatus.CANCELLED)
        .group_by(col(Message.person_id))
    )
    return {person_id: count for person_id, count in session.exec(paged) if person_id}
