"""The history of a callback, for people to read: what happened, when, by whom. Append-only."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.tables import Callback, CallbackEvent


def note(
    session: Session, callback: Callback, what: str, now: datetime, *, person_id: str | None = None, detail: str = ""
) -> None:
    """Write down that something happened; `what` is a word of `CallbackEvent.what`."""
    session.add(CallbackEvent(callback_id=callback.id, at=now, what=what, person_id=person_id, detail=detail))


def told(session: Session, callback_id: str) -> list[CallbackEvent]:
    """Everything that happened to it, oldest first."""
    events = select(CallbackEvent).where(CallbackEvent.callback_id == callback_id)
    return list(session.exec(events.order_by(col(CallbackEvent.at), col(CallbackEvent.id))).all())
