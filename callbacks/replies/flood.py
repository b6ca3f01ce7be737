"""Somebody writes on and on: what is still read of it."""

from datetime import datetime

from sqlmodel import Session

from callbacks.replies import reading, record
from models.company import Company
from models.enums import Priority
from triage.assessment import Context
from triage.triage import Triage, Utterance


def only_adds(session: Session, triage: Triage, company: Company, text: record.Text, now: datetime) -> bool:
    """Whether a text is one too many of the hour, and tells by itself of no danger and calls for nobody."""
    if not record.too_many(session, text.number, now) or reading.says_urgent(text.body):
        return False
    context = Context(caller=text.number, month=now.astimezone(company.timezone).month)
    return triage.assess([Utterance(text.body)], context).priority != Priority.P1
