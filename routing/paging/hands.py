"""Whose hands a run's job needs, and who may be sent for it today (docs/domain/intake.md section 9)."""

from datetime import datetime

from models.company import Company, Person
from models.enums import Trade
from models.tables import Job
from routing import words
from routing.licences import may_be_sent, needs_of, site_of


def trade_of(job: Job) -> tuple[Trade | None, bool]:
    """Whose hands the job needs, and whether they must be fit for gas."""
    gas = (job.situation or "").startswith("G") or job.trade == Trade.GAS
    return (Trade(job.trade) if job.trade else None), gas


def may_work(job: Job, person: Person, company: Company, now: datetime) -> bool:
    """Whether this person may be sent with tools, by their licences as they are today."""
    trade, gas = trade_of(job)
    day = now.astimezone(company.timezone).date()
    site = site_of(job)
    return may_be_sent(person, job.situation, day, company=company, trade=trade, gas=gas, site=site).allowed


def told_to_send(job: Job, person: Person, company: Company, now: datetime) -> str:
    """What somebody who took the job hears besides when they may not do it themselves; else an empty string."""
    return "" if may_go(job, person, company, now) else f" {words.MUST_SEND}"


def may_go(job: Job, person: Person, company: Company, now: datetime) -> bool:
    """Whether the job may be given to this person: to technicians and heads who may do the work.

    What needs no tools is for those who answer for the shop.
    """
    if not needs_of(job.situation, trade_of(job)[0]).page:
        return person.is_head
    return (person.is_head or "technician" in person.roles) and may_work(job, person, company, now)
