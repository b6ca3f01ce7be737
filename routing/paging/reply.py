"""The answers that come by text: A4821, a 4821, D4821, a bare letter for the latest, minutes when setting out.

Never YES, CANCEL or END: those are the carrier's words, and they switch our texts on and off.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, select

from carrier import consent
from models.company import Company, Person
from models.enums import RunStatus
from models.once import insert_once
from models.tables import Job, Message, PageRun, Seen
from routing import words
from routing.paging import texts
from routing.paging.after import asked
from routing.paging.answer import LONGEST_WAY, Answer, acknowledge, arrived, decline, on_way
from routing.paging.hands import told_to_send

_GAP = r"[\s.,:;!#()/*~+-]*"  # no quotes and no pictures: a thumb down is an answer too
_BARE = re.compile(rf"{_GAP}([ad])(?:(?!\w)(?!{_GAP}\d{{4}})(.*))?", re.IGNORECASE | re.DOTALL)
_CODED = re.compile(rf"{_GAP}([ad])\s*#?\s*(\d{{4,6}})\b(.*)", re.IGNORECASE | re.DOTALL)
_MINUTES = re.compile(rf"{_GAP}(?:in|about|eta)?{_GAP}(\d{{1,3}})\s*(?:m|min|mins|minutes?)?{_GAP}", re.IGNORECASE)
_SET_OUT = re.compile(rf"{_GAP}(?:omw|on (?:my|the) way)\b(.*)", re.IGNORECASE | re.DOTALL)
_ARRIVED = re.compile(rf"{_GAP}(?:i(?: a|['\u2019])?m )?(?:here|arrived|on ?site){_GAP}", re.IGNORECASE)
_QUOTED = re.compile(r"[\"\u201c\u00ab][^\"\u201d\u00bb]*#\d{4}.*|\bP[123] #\d{4}.*", re.DOTALL)
_NOTHING = re.compile(_GAP)
_NO = re.compile(r"\b(?:no|not|never|can.?t|cannot|won.?t|unable)\b", re.IGNORECASE)

HELD_FOR = timedelta(hours=6)
"""So long after taking a job minutes without a code are still meant for it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A technician's text. `code` None means the latest; `minutes` to arrival; `going` when they said they set out."""

    verb: Literal["accept", "decline", "on_way", "arrived"]
    code: int | None = None
    minutes: int | None = None
    going: bool = False


def read_reply(text: str) -> Reply | None:
    """What a technician's text means; None when it is something else.

    The letter comes first: telephones quote the page, with both codes in it, under a thumb up or down. A yes has
    nothing behind it but minutes or words of setting out; a no may have its reason, when it names the job.
    """
    if coded := _CODED.match(text):
        return _lettered(coded[1], int(coded[2]), coded[3])
    if bare := _BARE.fullmatch(text):
        return _lettered(bare[1], None, bare[2] or "")
    if _ARRIVED.fullmatch(text):
        return Reply("arrived")
    way = _way(text)
    return Reply("on_way", None, way[0], going=True) if way else None


def own_words(text: str) -> str:
    """What somebody on the staff tells us that is no answer to a page: without the page that a telephone quotes."""
    return "" if read_reply(text) else _QUOTED.sub("", text).strip()


def _lettered(letter: str, code: int | None, rest: str) -> Reply | None:
    way = _way(rest)
    plain = way is not None or _NOTHING.fullmatch(rest) or _MINUTES.fullmatch(rest)
    if letter.lower() == "d":
        return Reply("decline", code) if code or plain else None
    return Reply("accept", code, way[0] if way else None, going=way is not None) if plain else None


def _way(text: str) -> tuple[int | None] | None:
    """The minutes of somebody who is setting out, if they said any; None when the words do not say so."""
    out = _SET_OUT.match(text)
    minutes = _MINUTES.fullmatch(out[1] if out else text)
    if minutes and 1 <= int(minutes[1]) <= LONGEST_WAY:
        return (int(minutes[1]),)
    return (None,) if out and not _NO.search(out[1]) else None


def answer_text(session: Session, person: Person, text: str, company: Company, now: datetime) -> str | None:
    """Deal with a text from staff; the reply to send, or None when it has nothing to do with a page."""
    reply = read_reply(text)
    if reply is None or reply.verb in ("on_way", "arrived"):
        return _without_code(session, person, reply, company, now)
    run = _run_for(session, person, reply.code)
    if run is None:
        return words.no_such_page(reply.code)
    if reply.verb == "accept":
        answer = acknowledge(session, run, person, company, now, going=reply.going, minutes=reply.minutes)
    else:
        answer = decline(session, run, person, company, now)
    job = session.get_one(Job, run.job_id)
    send = told_to_send(job, person, consent.as_agreed(session, company), now, run) if answer is Answer.YOURS else ""
    return words.answered(answer, job, run, company) + send


def _without_code(session: Session, person: Person, reply: Reply | None, company: Company, now: datetime) -> str | None:
    """Words that name no job: of setting out or arriving, for the one they hold; of anything else while an answer is
    awaited, and then they are told once how to give it: it may be a machine that writes."""
    held, run = _held_by(session, person, now), _run_for(session, person, None)
    if held is not None and reply is not None and reply.verb == "arrived":
        arrived(session, held, person, now)
        return texts.arrived_noted(session.get_one(Job, held.job_id))
    if run is not None and run.status == RunStatus.RUNNING and person.id not in run.passed:
        if held and reply:
            return words.which_job(run.code, held.code)
        first = insert_once(session, Seen(key=f"how_to_answer:{run.id}:{person.id}", at=now))
        return words.how_to_answer(run.code) if reply or first else None
    if held is None:
        return None
    job = session.get_one(Job, held.job_id)
    if reply is None:
        return words.still_asked(job) if asked(session, held) else None
    on_way(session, held, person, company, now, reply.minutes)
    return words.on_way_noted(job, held)


def _run_for(session: Session, person: Person, code: int | None) -> PageRun | None:
    """The run with this code, of the person's pages or any if they answer for the shop; without a code that of their
    latest page, one that still runs before all others."""
    if code is not None and person.is_head:
        return session.exec(select(PageRun).where(PageRun.code == code)).first()
    paged = select(PageRun).join(Message, col(Message.run_id) == col(PageRun.id)).where(Message.person_id == person.id)
    if code is not None:
        paged = paged.where(PageRun.code == code)
    return session.exec(
        paged.order_by((col(PageRun.status) == RunStatus.RUNNING).desc(), col(Message.created_at).desc())
    ).first()


def _held_by(session: Session, person: Person, now: datetime) -> PageRun | None:
    """The job that the person took last, lately, and has not come to yet."""
    held = select(PageRun).where(
        PageRun.acknowledged_by == person.id,
        col(PageRun.arrived_at).is_(None),
        col(PageRun.acknowledged_at) > now - HELD_FOR,
    )
    return session.exec(held.order_by(col(PageRun.acknowledged_at).desc())).first()
