"""The access log: who looked at a record that holds personal data, or deleted it. Append-only."""

from datetime import datetime

from sqlmodel import Session

from models.tables import Access


def note(session: Session, who: str, what: str, ref: str, now: datetime) -> None:
    """Write down one look; `what` is a word of `Access.what`, `ref` the row's id or the list's name, never a number."""
    session.add(Access(who=who, what=what, ref=ref, at=now))
