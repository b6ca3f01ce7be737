"""Words to those whom a change of the rota concerns: one text to each, of all that changed together."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from carrier import consent, outbox
from models.company import Company, Person
from models.enums import DutyKind
from routing.rota.duty import Change

IN_A_TEXT = 2  # hours; a swap has two


def tell(
    session: Session, company: Company, written: Sequence[Change], now: datetime, *, withdrawn: Sequence[Change] = ()
) -> None:
    """Tell everybody of changes that were written, or withdrawn, together; once, the earliest hours first.

    Those who have not agreed to be texted are left out, and those who only called off: they know.
    """
    written, withdrawn = (sorted(some, key=lambda one: (one.starts, one.id)) for some in (written, withdrawn))
    coming = [one for one in written if one.kind is not DutyKind.OFF]
    concerned = dict.fromkeys(one for each in (*coming, *withdrawn) for one in (each.person, each.covers) if one)
    for person in filter(None, map(consent.as_agreed(session, company).find, concerned)):
        said = [*(_what(company, one, person) for one in coming), *(_undone(company, one, person) for one in withdrawn)]
        about = f"rota_change:{written[0].id}" if written else f"rota_withdrawn:{withdrawn[0].id}:{now.isoformat()}"
        if person.opted_in:
            outbox.text_staff(session, person, f"{about}:{person.id}", _text([one for one in said if one]), now)


def _what(company: Company, one: Change, person: Person) -> str:
    """One change as this person hears it; "" when it is not theirs."""
    if person.id == one.covers:
        return f"{_name(company, one.person)} covers you {_hours(company, one)}"
    if person.id != one.person:
        return ""
    return f"you {_place(company, one)} {_hours(company, one)}"


def _undone(company: Company, one: Change, person: Person) -> str:
    """The same of a change that was withdrawn."""
    hours = _hours(company, one)
    if person.id == one.covers:
        return f"{_name(company, one.person)} does not cover you {hours}: you are on again"
    if person.id != one.person:
        return ""
    if one.kind is DutyKind.OFF:
        return f"you are not off any more {hours}"
    return f"withdrawn: you {_place(company, one)} {hours}"


def _place(company: Company, one: Change) -> str:
    return f"cover {_name(company, one.covers)}" if one.covers else "are on duty as well"


def _hours(company: Company, one: Change) -> str:
    return f"{clock(company, one.starts)} to {clock(company, one.ends)}"


def _name(company: Company, person_id: str) -> str:
    """Their name; the id of somebody who has left."""
    found = company.find(person_id)
    return found.name if found else person_id


def _text(shown: Sequence[str]) -> str:
    more = f"; and {len(shown) - IN_A_TEXT} more" if len(shown) > IN_A_TEXT else ""
    text = f"Rota: {'; '.join(shown[:IN_A_TEXT])}{more}."
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def clock(company: Company, at: datetime) -> str:
    """A day and a time on the company's wall: Fri Nov 20 5:00 PM."""
    local = at.astimezone(company.timezone)
    return f"{local:%a %b} {local.day} {local:%I:%M %p}".replace(" 0", " ")
