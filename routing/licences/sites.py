"""What a job tells of its place: a home or not, burning gas or not. What was not said stays unknown."""

import re

from models.tables import Job
from routing.licences.judge import Site

_GAS = re.compile(r"\b(gas|propane|lp)\b", re.IGNORECASE)
_NO_GAS = re.compile(r"\b(electric|electrical|oil|heat pump)\b", re.IGNORECASE)


def site_of(job: Job) -> Site:
    """The place of a job, by the caller's own words in its details.

    A home with a unit number may be one of many under a roof, so it does not count as a one- or two-family home.
    """
    return Site(dwelling=_dwelling(job), burns_gas=_burns_gas(str(job.details.get("equipment", ""))))


def _dwelling(job: Job) -> bool | None:
    said = job.details.get("Q_TYPE") or job.details.get("place")
    if said == "home":
        return None if (job.address or {}).get("unit") else True
    return False if said == "business" else None


def _burns_gas(equipment: str) -> bool | None:
    if _GAS.search(equipment):
        return True
    return False if _NO_GAS.search(equipment) else None
