"""The answers that come by text: A4821, a 4821, D4821, a bare letter for the latest, minutes when setting out.

Never YES, CANCEL or END: those are the carrier's words, and they switch our texts on and off.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from models.company import Company, Person
from models.enums import RunStatus
from models.tables import Job, Message, PageRun
from routing import words
from routing.paging.answer import LONGEST_WAY, acknowledge, decline, on_way

_BARE = re.compile(r"\W*([ad])(?:\W+(?!\d{4})(.*))?", re.IGNORECASE | re.DOTALL)
_CODED = re.compile(r"\b([ad])\s*#?\s*(\d{4,6})\b(.*)", re.IGNORECASE | re.DOTALL)
_MINUTES = re.compile(r"\W*(?:in|about|eta)?\W*(\d{1,3})\s*(?:m|min|mins|minutes?)?\W*", re.IGNORECASE)
_SET_OUT = re.compile(r"\W*(?:omw|on (?:my|the) way)\b(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """A technician's text. `code` None means the latest; `minutes` to arrival; `going` when they said they set out."""

    verb: Literal["accept", "decline", "on_way"]
    code: int | None = None
    minutes: int | None = None
    going: bool = False


def read_reply(text: str) -> Reply | None:
    """What a technician's text means; None when it is something else."""
    if coded := _CODED.search(text):
        return _lettered(coded[1], int(coded[2]), coded[3])
    if bare := _BARE.fullmatch(text):
        rest = bare[2] or ""
        return _lettered(bare[1], None, rest) if not rest.strip(" .!") or _way(rest) else None
    way = _way(text)
    return Reply("on_way", None, way[0], going=True) if way else None


def _lettered(letter: str, code: int | None, rest: str) -> Reply:
    way = _way(rest)
    if letter.lower() == "d":
        return Reply("decline", code)
    return Reply("accept", code, way[0] if way else None, going=way is not None)


def _way(text: str) -> tuple[int | None] | None:
    """The minutes of somebody who is setting out, if they said any; None when the words do not say so."""
    out = _SET_OUT.match(text)
    minutes = _MINUTES.fullmatch(out[1] if out else text)
    if minutes and 1 <= int(minutes[1]) <= LONGEST_WAY:
        return (int(minutes[1]),)
    return (None,) if out else None


def answer_text(session: Session, person: Person, text: str, company: Company, now: datetime) -> str | None:
    """Deal with a text from staff; the reply to send, or None when it has nothing to do with a page."""
    reply = read_reply(text)
    if reply is not None and reply.verb == "on_way" and (held := _held_by(session, person)) is not None:
        on_way(session, held, person, company, now, reply.minutes)
        return words.on_way_noted(session.get_one(Job, held.job_id), held)
    if reply is None or reply.verb == "on_way":
        run = _run_for(session, person, None)
        return words.how_to_answer(run.code) if run and run.status == RunStatus.RUNNING else None
    run = _run_for(session, person, reply.code)
    if run is None:
        return words.no_such_page(reply.code)
    if reply.verb == "accept":
        answer = acknowledge(session, run, person, company, now, going=reply.going, minutes=reply.minutes)
    else:
        answer = decline(session, run, person, company, now)
    return words.answered(answer, session.get_one(Job, run.job_id), run, company)


def _run_for(session: Session, person: Person, code: int | None) -> PageRun | None:
    """The run with this code that paged the person, or the latest: one that still runs before all others."""
    paged = select(PageRun).join(Message, col(Message.run_id) == col(PageRun.id)).where(Message.person_id == person.id)
    if code is not None:
        paged = paged.where(PageRun.code == code)
    return session.exec(
        paged.order_by((col(PageRun.status) == RunStatus.RUNNING).desc(), col(PageRun.created_at).desc())
    ).first()


def _held_by(session: Session, person: Person) -> PageRun | None:
    """The job that the person took last and holds."""
    held = select(PageRun).where(PageRun.acknowledged_by == person.id)
    return session.exec(held.order_by(col(PageRun.acknowledged_at).desc())).first()
