"""Words to those whom a change of the rota concerns: one text to each who comes in or is covered."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from carrier import outbox
from models.company import Company, Person
from models.enums import Channel, DutyKind, Purpose
from routing.rota.duty import Change

IN_A_TEXT = 2  # hours; a swap has two


def tell(session: Session, company: Company, written: Sequence[Change], now: datetime) -> None:
    """Tell everybody of changes that were written together, once.

    Those who have not agreed to be texted are left out, and those who only called off: they know.
    """
    coming = [one for one in written if one.kind is not DutyKind.OFF]
    concerned = dict.fromkeys(one for each in coming for one in (each.person, each.covers) if one)
    for person in filter(None, map(company.find, concerned)):
        said = [what for one in coming if (what := _what(company, one, person))]
        if person.opted_in:
            outbox.enqueue(
                session,
                key=f"rota_change:{written[0].id}:{person.id}",
                channel=Channel.TEXT,
                purpose=Purpose.STAFF,
                to=person.phone,
                body=_text(said),
                now=now,
                person_id=person.id,
            )


def _what(company: Company, one: Change, person: Person) -> str:
    """One change as this person hears it; "" when it is not theirs."""
    starts, ends = (at.astimezone(company.timezone) for at in (one.starts, one.ends))
    hours = f"{_clock(starts)} to {_clock(ends)}"
    if person.id == one.covers:
        return f"{company.person(one.person).name} covers you {hours}"
    if person.id != one.person:
        return ""
    whose = company.find(one.covers)
    return f"you cover {whose.name} {hours}" if whose else f"you are on duty as well {hours}"


def _text(shown: Sequence[str]) -> str:
    more = f"; and {len(shown) - IN_A_TEXT} more" if len(shown) > IN_A_TEXT else ""
    text = f"Rota: {'; '.join(shown[:IN_A_TEXT])}{more}."
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _clock(local: datetime) -> str:
    return f"{local:%a %b} {local.day} {local:%I:%M %p}".replace(" 0", " ")
