"""One number is one caller: what they were owed before goes on in the newest callback, and one talk settles all."""

from datetime import datetime

from sqlmodel import Session, col, func, select, update

from callbacks import story
from callbacks.queue import closing, watch
from models.company import Company
from models.enums import CallbackStatus
from models.moves import move
from models.tables import Call, Callback

GOES_ON = "called again: goes on in a newer callback"


def owed(session: Session, callback: Callback, company: Company, now: datetime) -> None:
    """A new callback waits for its turn, and for those of the same number whose time has passed."""
    for older in _open_besides(session, callback):
        if not closing.close(session, older, GOES_ON, closing.BY_ITSELF, now):
            continue
        urgent = [one for one in (older.priority, callback.priority) if one is not None]
        callback.priority = min(urgent, default=None)
        callback.member = callback.member or older.member
        callback.calls += older.calls
        calls = update(Call).where(col(Call.callback_id) == older.id)
        session.execute(calls.values(callback_id=callback.id).execution_options(synchronize_session=False))
    session.add(callback)
    session.flush()
    watch.owed(session, callback, company, now)


def settle(session: Session, callback: Callback, at: datetime, now: datetime) -> None:
    """They were spoken with at that moment: nothing else that this number is owed needs a call any more."""
    for other in _open_besides(session, callback):
        rang = func.coalesce(col(Callback.first_tried_at), at)
        if move(session, other, CallbackStatus.OPEN, CallbackStatus.DONE, reached_at=at, first_tried_at=rang):
            story.note(session, other, "reached", now, person_id=callback.taken_by, detail="in another call back")
    folded = update(Callback).where(
        col(Callback.number) == callback.number,
        col(Callback.closed_reason) == GOES_ON,
        col(Callback.closed_at) >= callback.created_at,
    )
    session.execute(folded.values(reached_at=at).execution_options(synchronize_session=False))


def _open_besides(session: Session, callback: Callback) -> list[Callback]:
    others = select(Callback).where(
        col(Callback.number).is_not(None),
        Callback.number == callback.number,
        Callback.id != callback.id,
        Callback.status == CallbackStatus.OPEN,
    )
    return list(session.exec(others.execution_options(populate_existing=True)).all())
