"""The company of the storm: many small crews, so that no telephone is paged more often than the send gate allows."""

from dataclasses import replace
from math import ceil
from pathlib import Path

from firstring import profile
from models.company import Company

SHARED_BY = 5
"""Escalations of one crew: they share telephones, so that a lost page must be told from its neighbours at Twilio."""

NUMBER = "+15125550100"

_HEAD = f"""
[company]
name = "Storm Plumbing"
spoken_name = "Storm Plumbing"
phone = "{NUMBER}"
timezone = "America/Chicago"
trades = ["plumbing"]
city = "Austin"
state = "TX"

[texting]
sandbox = true
"""


def load(path: Path, escalations: int) -> Company:
    """Write the profile for so many escalations and read it as the product does."""
    crews = ceil(escalations / SHARED_BY)
    people = [_person(place, role) for place, role in enumerate(("technician", "technician", "manager") * crews)]
    names = ", ".join(f'"s{place}"' for place in range(3 * crews))
    path.write_text(f"{_HEAD}\n{''.join(people)}\n[on_call]\nladder = [{names}]\n")
    return profile.load(path)


def crew(company: Company, number: int) -> Company:
    """The company as the escalation of this number (0, 1, ...) sees it: two technicians and their manager."""
    first = 3 * (number // SHARED_BY)
    staff = company.staff[first : first + 3]
    return replace(company, staff=staff, on_call=tuple(person.id for person in staff))


def _person(place: int, role: str) -> str:
    return f"""
[[staff]]
id = "s{place}"
name = "Storm Hand"
phone = "+1512556{place:04d}"
roles = ["{role}"]
trades = ["plumbing"]
opted_in = true
"""
