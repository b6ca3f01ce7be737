"""A text that came in: whose it is, and who answers it. Called once a text, inside the transaction that claims it."""

from datetime import datetime

from sqlmodel import Session

from callbacks import queue, safety
from callbacks.replies import record, talk
from callbacks.replies.answering import reply, reply_staff
from callbacks.replies.record import Text
from carrier import consent
from models.company import Company, Person
from models.enums import Priority
from routing import paging
from routing.rota import changes
from triage.assessment import Context
from triage.triage import Triage, Utterance


def hear(session: Session, triage: Triage, company: Company, text: Text, now: datetime) -> None:
    """Deal with a text; answers are rows of the outbox.

    A cry for help first, which may be the carriers' HELP too; then a yes or no to our texts, which may hold an
    emergency besides; then the staff's own words; then callers'.
    """
    record.hold(session, text.number, now)
    outside = record.sent_outside(session, text.number, now)
    if outside is not None and (told := safety.answer(session, outside, text.body, company, now)) is not None:
        reply(session, text.sid, text.number, told, now, outside.id, danger=True)
        consent.opt_out(session, company, text.number, text.body, text.opt_out, f"{text.sid}:besides", now)
        return
    person = next((one for one in company.staff if one.phone == text.number), None)
    agreed = consent.as_agreed(session, company) if person else None
    answered = consent.opt_out(session, company, text.number, text.body, text.opt_out, text.sid, now)
    if agreed is not None and consent.as_agreed(session, company) != agreed:
        changes.look_now(session, now)
    if answered:
        return
    if person is None:
        talk.caller(session, triage, company, text, now)
    else:
        _staff(session, triage, company, person, text, now)


def _staff(session: Session, triage: Triage, company: Company, person: Person, text: Text, now: datetime) -> None:
    """An answer to a page, or a word about the queue; whoever owes an answer may stand in another emergency."""
    answered = paging.answer_text(session, person, text.body, company, now)
    answered = answered or queue.by_text(session, person, text.body, company, now)
    if answered:
        reply_staff(session, text.sid, text.number, answered, now)
    words = paging.own_words(text.body)
    context = Context(caller=text.number, month=now.astimezone(company.timezone).month)
    if words and triage.assess([Utterance(words)], context).priority == Priority.P1:
        talk.caller(session, triage, company, Text(text.sid, text.number, text.to, words), now)
