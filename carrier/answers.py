"""How often one number is answered by text: two machines that answer each other come to rest."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select

from models.enums import Purpose
from models.tables import Message

ANSWERS_AN_HOUR = 8
"""To one number: a person who writes more is called. Safety scripts and confirmed opt-outs leave always."""

STAFF_KEY = "answer:"
"""How the key of an answer to staff begins; their notices and pages are none."""


def had_enough(session: Session, to: str, now: datetime) -> bool:
    """Whether this number has had its answers of the hour."""
    answers = or_(Message.purpose == Purpose.REPLY, col(Message.key).startswith(STAFF_KEY))
    mine = select(func.count()).select_from(Message).where(Message.to == to, answers)
    return session.exec(mine.where(col(Message.created_at) > now - timedelta(hours=1))).one() >= ANSWERS_AN_HOUR
