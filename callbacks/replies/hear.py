"""A text that came in: whose it is, and who answers it. Called once a text, inside the transaction that claims it."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from callbacks import queue
from callbacks.replies import echo, outside, record, talk
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
    """Deal with a text; answers are rows of the outbox. What is left of it without our own words counts.

    A cry for help first, which may be the carriers' HELP too; then a yes or no to our texts, which may hold an
    emergency besides; then the staff's own words; then callers'.
    """
    record.hold(session, text.number, text.sid, now)
    person = next((one for one in company.staff if one.phone == text.number), None)
    whole, text = text, replace(text, body=echo.without_ours(session, company, text.number, text.body, now))
    if person is None and not text.body and whole.body.strip() and not text.pictures:
        return
    call = record.sent_outside(session, text.number, now)
    if call is not None and (told := outside.answer(session, call, text, company, now)) is not None:
        reply(session, text.sid, text.number, told, now, call.id, danger=True)
        talk.overheard(session, triage, company, call, text, now)
        consent.opt_out(session, company, text.number, text.body, text.opt_out, f"{text.sid}:besides", now)
        return
    agreed = consent.as_agreed(session, company) if person else None
    answered = consent.opt_out(session, company, text.number, text.body, text.opt_out, text.sid, now)
    if agreed is not None and consent.as_agreed(session, company) != agreed:
        changes.look_now(session, now)
    if answered:
        return
    if person is None:
        talk.caller(session, triage, company, text, now)
    else:
        _staff(session, triage, company, person, whole, text, now)


def _staff(
    session: Session, triage: Triage, company: Company, person: Person, whole: Text, text: Text, now: datetime
) -> None:
    """An answer to a page, or a word about the queue; whoever owes an answer may stand in another emergency.

    A page that a telephone quotes names the job that a thumb is meant for, so its `whole` text is read for an answer.
    """
    answered = paging.answer_text(session, person, whole.body, company, now)
    answered = answered or queue.by_text(session, person, whole.body, company, now)
    if answered:
        asked = paging.read_reply(whole.body) is not None
        reply_staff(session, text.sid, text.number, answered, now, asked=asked)
    words = paging.own_words(text.body)
    context = Context(caller=text.number, month=now.astimezone(company.timezone).month)
    if words and triage.assess([Utterance(words)], context).priority == Priority.P1:
        talk.caller(session, triage, company, Text(text.sid, text.number, text.to, words), now)
