"""News of what we sent, by text or by call: written down once, and answered by paging in the same transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from carrier import outbox
from models.company import Company
from routing import paging


def write(
    session: Session, company: Company, message_id: str, sid: str, status: str, form: Mapping[str, str], now: datetime
) -> None:
    """Twilio's `status` of the message whose row is `message_id`; bad news of a page calls for the next method."""
    code = form.get("ErrorCode", "")
    changed = outbox.news(session, message_id, sid, status, int(code) if code.isdigit() else None, now)
    if changed is not None:
        paging.page_news(session, changed, company, now)
