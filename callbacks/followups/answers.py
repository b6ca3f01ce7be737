"""What a customer writes back when asked how the work was. Nobody's answer changes what they or others are sent.

Everybody had the review link with the question, and everybody gets the same thanks (docs/domain/legal.md L13); an
unhappy answer is told to the owner as well, and such a customer is not asked to recommend the company.
"""

from datetime import datetime
from textwrap import shorten

from sqlmodel import Session, col, func, select

from callbacks import episode
from callbacks.followups import reading
from callbacks.followups.asking import ANSWERS_FOR
from callbacks.followups.stopping import stop, why
from callbacks.texts import say
from carrier import outbox
from carrier.gate import quiet
from models.company import Company
from models.enums import FollowUpStatus, JobEventKind
from models.moves import move
from models.once import insert_once
from models.tables import FollowUp, Job, JobEvent
from routing.words import gsm

UNHAPPY = "unhappy"
WORDS_KEPT = 500  # characters
WORDS_TOLD = 90
"""Characters of the customer's own words in the text to the owner: with the rest it fits in one segment."""

_MAY_ANSWER = (FollowUpStatus.ASKED, FollowUpStatus.REMINDED)


def answer(session: Session, number: str, body: str, company: Company, now: datetime) -> str | None:
    """Take a customer's text as the answer to our asking, if it is one: what to reply, in their language.

    None: it is no answer, or it says more than that and is to be read on. Emergencies and opt-outs come before this.
    """
    heard = reading.read(body)
    if heard is None:
        return None
    episode.hold(session, number, now)
    row = _asked(session, number, now)
    if row is None:
        return None
    reason = why(session, row)
    if reason is not None:  # they have called again: what they write is about that
        stop(session, row, reason, now)
        return None
    if not move(session, row, row.status, FollowUpStatus.ANSWERED, rating=heard.rating, answered_at=now):
        return None
    said = JobEvent(key=f"answer:{row.id}", job_id=row.job_id, kind=JobEventKind.NOTE, detail=body[:WORDS_KEPT], at=now)
    insert_once(session, said)
    if heard.unhappy:
        stop(session, row, UNHAPPY, now)
        _tell_the_owner(session, row, heard.rating, body, company, now)
    return say(company, "thanks", row.language) if heard.alone else None


def _asked(session: Session, number: str, now: datetime) -> FollowUp | None:
    """The latest asking of this number that an answer may be meant for."""
    last = func.coalesce(col(FollowUp.reminded_at), col(FollowUp.asked_at))
    mine = select(FollowUp).where(FollowUp.number == number, col(FollowUp.status).in_(_MAY_ANSWER))
    latest = mine.where(last > now - ANSWERS_FOR).order_by(last.desc()).execution_options(populate_existing=True)
    return session.exec(latest).first()


def _tell_the_owner(
    session: Session, row: FollowUp, rating: int | None, body: str, company: Company, now: datetime
) -> None:
    """Every owner, or else every manager; in the night it waits for the morning."""
    job = session.get_one(Job, row.job_id)
    said = shorten(gsm(body), WORDS_TOLD, placeholder="...")
    words = f"#{job.number}: unhappy customer{f', {rating} of 5' if rating else ''}: '{said}' Please call them."
    morning = quiet.good_from(now, quiet.waking_hours(), frozenset({company.timezone.key}))
    for head in company.with_role("owner") or company.with_role("manager"):
        key = f"unhappy:{row.id}:{head.id}"
        outbox.text_staff(session, head, key, words, now, call_id=job.call_id, due_at=morning)
