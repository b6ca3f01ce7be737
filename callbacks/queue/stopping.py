"""A telephone of ours that would ring for nobody any more is stopped.

Here while the call to our person is still a row; the engine stops what rings already (carrier/calling_off.py), and lets
nothing leave for an attempt that is over (carrier/departure.py).
"""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from carrier import outbox
from carrier.doors import ATTEMPT_KEY
from carrier.notify import notify
from models.enums import AttemptStatus, MessageStatus
from models.moves import move
from models.tables import Attempt, Callback, Message

BEFORE_THE_KEY = (AttemptStatus.ASKED, AttemptStatus.BRIEFING)


def call_to_ours(attempt: Attempt) -> SelectOfScalar[Message]:
    """The call to our person, as the database has it."""
    return select(Message).where(Message.key == f"{ATTEMPT_KEY}{attempt.id}").execution_options(populate_existing=True)


def stop(session: Session, attempt: Attempt, now: datetime, reason: str) -> None:
    """The attempt is over before the key: its call does not leave. One that is just leaving is not waited for."""
    waiting = call_to_ours(attempt).where(Message.status == MessageStatus.PENDING)
    row = session.exec(waiting.with_for_update(skip_locked=True)).first()
    if row is not None:
        outbox.settle(session, row, MessageStatus.CANCELLED, now, reason=reason)
    notify(session)


def ringing(session: Session, callback: Callback) -> list[Attempt]:
    """The attempts of a callback in which no key was pressed yet, held still: before their callback is."""
    mine = select(Attempt).where(Attempt.callback_id == callback.id, col(Attempt.status).in_(BEFORE_THE_KEY))
    held = mine.order_by(col(Attempt.id)).with_for_update().execution_options(populate_existing=True)
    return list(session.exec(held).all())


def stop_all(session: Session, attempts: list[Attempt], now: datetime, reason: str) -> None:
    """Nobody is to call them any more: whose telephone rings need not be told so."""
    for attempt in attempts:
        if move(session, attempt, AttemptStatus(attempt.status), AttemptStatus.NOT_BEGUN, ended_at=now):
            stop(session, attempt, now, reason)
