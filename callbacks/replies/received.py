"""A text is claimed and heard in one transaction, whoever brings it: Twilio at the door, or a sweep of its list."""

from datetime import datetime

from sqlmodel import Session

from callbacks.replies.hear import hear
from callbacks.replies.record import Text
from models.company import Company
from models.once import insert_once
from models.tables import Seen
from triage.triage import Triage


def key_of(sid: str) -> str:
    """The key of the row of `seen` that says that a text was heard."""
    return f"sms:{sid}"


def receive(session: Session, triage: Triage, company: Company, text: Text, now: datetime) -> bool:
    """Hear a text, once a SID; whether this was the first time."""
    first = insert_once(session, Seen(key=key_of(text.sid), at=now))
    if first:
        hear(session, triage, company, text, now)
    return first
