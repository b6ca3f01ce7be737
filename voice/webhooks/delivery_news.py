"""News of what we sent, by text or by call: written down once, and answered in the same transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from callbacks import owing, queue
from carrier import outbox, outcomes
from models.company import Company
from models.tables import Message
from routing import paging, transfers


def write(
    session: Session, company: Company, message_id: str, sid: str, status: str, form: Mapping[str, str], now: datetime
) -> None:
    """Twilio's `status` of the message whose row is `message_id`; bad news of a page calls for the next method."""
    code = form.get("ErrorCode", "")
    changed = outbox.news(session, message_id, sid, status, int(code) if code.isdigit() else None, now)
    if changed is not None:
        react(session, changed, company, now)


def react(session: Session, message: Message, company: Company, now: datetime) -> None:
    """A row of the outbox has moved, by whatever news: what that means for its number, its page, its transfer."""
    outcomes.heard(session, company, message, now)
    paging.page_news(session, message, company, now)
    transfers.leg_news(session, message, company, now)
    owing.text_news(session, message, now)
    queue.staff_news(session, message, company, now)
