"""Whose hands a run's job needs, and who may be sent for it today (docs/domain/intake.md section 9)."""

from datetime import datetime

from models.company import Company, Person
from models.enums import Trade
from models.tables import Job, PageRun
from routing.licences import Errand, may_be_sent, needs_of, site_of
from routing.paging import texts


def trade_of(job: Job) -> tuple[Trade | None, bool]:
    """Whose hands the job needs, and whether they must be fit for gas."""
    gas = (job.situation or "").startswith("G") or job.trade == Trade.GAS
    return (Trade(job.trade) if job.trade else None), gas


def may_work(job: Job, person: Person, company: Company, now: datetime, purpose: Errand = Errand.MAKE_SAFE) -> bool:
    """Whether this person may be sent with tools, by their licences as they are today."""
    trade, gas = trade_of(job)
    day = now.astimezone(company.timezone).date()
    site = site_of(job)
    verdict = may_be_sent(person, job.situation, day, company=company, purpose=purpose, trade=trade, gas=gas, site=site)
    return verdict.allowed


def may_go(job: Job, person: Person, company: Company, now: datetime) -> bool:
    """Whether the job may be given to this person: to technicians and heads who may do the work.

    What needs no tools is for those who answer for the shop.
    """
    if not needs_of(job.situation, trade_of(job)[0]).page:
        return person.is_head
    return (person.is_head or "technician" in person.roles) and may_work(job, person, company, now)


def who_may_go(job: Job, person: Person, company: Company, now: datetime) -> list[Person]:
    """Everybody but `person` to whom the job may be given today."""
    others = (one for one in company.staff if one.id != person.id and one.opted_in)
    return [one for one in others if may_go(job, one, company, now)]


def told_to_send(job: Job, person: Person, company: Company, now: datetime, run: PageRun | None = None) -> str:
    """What somebody who took the job hears besides when they may not do it themselves, with who may; else "".

    With `run`, in a text, their page's address follows: there it is handed over.
    """
    if may_go(job, person, company, now):
        return ""
    link = company.links.url(run.id, person.id, now) if run and company.links else ""
    return f" {texts.send_somebody(who_may_go(job, person, company, now))}{f' Hand it over: {link}' if link else ''}"


def for_the_work(job: Job, person: Person, company: Company, now: datetime) -> list[Person]:
    """Who is to be sent once it is safe, where `person` may make it safe and no more; [] where they may do all of it.

    A journeyman troubleshoots; where a permit is likely the work is for who may pull one.
    """
    if may_work(job, person, company, now, Errand.WORK) or not may_work(job, person, company, now):
        return []
    return [one for one in company.staff if one.opted_in and may_work(job, one, company, now, Errand.WORK)]
