"""What the buttons do. Each may be pressed twice, late, or by somebody whose job it is not: then nothing changes."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from models.company import Company, Person
from models.tables import PageRun
from routing import paging


def do(session: Session, run_id: str, person: Person, form: Mapping[str, str], company: Company, now: datetime) -> None:
    """Carry out a form: `do` names the button, `minutes`, `to` and `part` are its fields. Nonsense is passed over."""
    run = session.get(PageRun, run_id, populate_existing=True)
    if run is None:
        return
    match form.get("do"):
        case "accept":
            paging.acknowledge(session, run, person, company, now)
        case "pass":
            paging.decline(session, run, person, company, now)
        case "on_way":
            paging.on_way(session, run, person, company, now, _minutes(form))
        case "called":
            paging.called(session, run, person, now)
        case "arrived":
            paging.arrived(session, run, person, now)
        case "part":
            paging.part_missing(session, run, person, form.get("part", ""), company, now)
        case "reassign":
            other = company.find(form.get("to"))
            if other is not None:
                paging.reassign(session, run, person, other, company, now)
        case _:
            pass


def _minutes(form: Mapping[str, str]) -> int | None:
    """The field as a number; `paging.on_way` knows how many make sense."""
    given = form.get("minutes", "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 3 else None
