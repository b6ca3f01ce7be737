"""What one answer asks: the one thing that is missing most, once, and three things in all."""

from collections.abc import Sequence

from callbacks.texts import question
from models.company import Company
from models.enums import Intent
from models.tables import Job
from triage.assessment import Assessment

MOST = 3
"""Questions by text in one story: the rest a person asks."""

_VISITS = frozenset({Intent.EMERGENCY, Intent.ROUTINE, Intent.QUOTE})

DANGERS = ("Q_SMOKE", "Q_NEARELEC", "Q_VULN")
"""Asked before the address: their answers can make an emergency of it."""


def next_question(company: Company, heard: Assessment, job: Job | None, asked: Sequence[str | None]) -> str | None:
    """The id of the next question worth asking by text; None when nothing is, or enough was asked."""
    before = {one for one in asked if one}
    if len(before) >= MOST:
        return None
    return next((one for one in _wanted(heard, job) if one not in before and question(company, one)), None)


def _wanted(heard: Assessment, job: Job | None) -> tuple[str, ...]:
    """What is missing, the most useful first."""
    if heard.situation is None:
        return () if heard.intent in (Intent.BILLING, Intent.MEMBERSHIP) else ("Q_PROB", *_address(job))
    if heard.intent not in _VISITS:
        return heard.ask
    first = tuple(one for one in heard.ask if one in DANGERS)
    return (*first, *_address(job), *(one for one in heard.ask if one not in (*first, "Q_ADDR")))


def _address(job: Job | None) -> tuple[str, ...]:
    known = (job.address or {}) if job else {}
    return () if known.get("number") and known.get("street") else ("Q_ADDR",)
