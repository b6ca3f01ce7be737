"""The moves a status may make. A move is one conditional UPDATE: two who try it at once, one succeeds."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col

from models.enums import (
    AttemptStatus,
    CallbackStatus,
    CallStatus,
    FollowUpStatus,
    JobStatus,
    MessageStatus,
    RunStatus,
    TimerStatus,
    TransferStatus,
)

_SENT = frozenset({MessageStatus.DELIVERED, MessageStatus.UNDELIVERED, MessageStatus.NO_ANSWER, MessageStatus.FAILED})

ALLOWED: Mapping[type[StrEnum], Mapping[Any, frozenset[Any]]] = {
    CallStatus: {
        CallStatus.RINGING: frozenset({CallStatus.TALKING, CallStatus.OVERFLOW, CallStatus.ENDED}),
        CallStatus.TALKING: frozenset({CallStatus.AFTER, CallStatus.OVERFLOW, CallStatus.ENDED}),
        CallStatus.AFTER: frozenset({CallStatus.OVERFLOW, CallStatus.ENDED}),
        CallStatus.OVERFLOW: frozenset({CallStatus.ENDED}),
        CallStatus.ENDED: frozenset({CallStatus.OVERFLOW}),  # we took a broken socket for the end; the caller is there
    },
    JobStatus: {
        JobStatus.NEW: frozenset({JobStatus.PAGED, JobStatus.CLOSED}),
        JobStatus.PAGED: frozenset({JobStatus.ACCEPTED, JobStatus.CLOSED}),
        JobStatus.ACCEPTED: frozenset({JobStatus.PAGED, JobStatus.CLOSED}),
    },
    RunStatus: {
        RunStatus.RUNNING: frozenset({RunStatus.ACKNOWLEDGED, RunStatus.EXHAUSTED, RunStatus.CANCELLED}),
        RunStatus.ACKNOWLEDGED: frozenset({RunStatus.RUNNING}),  # taken, and then silence: paged again
        # a late yes is still a yes; a caller who presses is paged for again
        RunStatus.EXHAUSTED: frozenset({RunStatus.ACKNOWLEDGED, RunStatus.RUNNING}),
    },
    MessageStatus: {
        # PENDING to accepted and beyond: news of a send that we had given up for lost
        MessageStatus.PENDING: _SENT
        | {MessageStatus.SENDING, MessageStatus.ACCEPTED, MessageStatus.REFUSED, MessageStatus.CANCELLED},
        MessageStatus.SENDING: _SENT
        | {MessageStatus.PENDING, MessageStatus.ACCEPTED, MessageStatus.REFUSED, MessageStatus.CANCELLED},
        MessageStatus.ACCEPTED: _SENT | {MessageStatus.CANCELLED},
    },
    TransferStatus: {
        TransferStatus.WAITING: frozenset({TransferStatus.RINGING, TransferStatus.FAILED, TransferStatus.LEFT}),
        TransferStatus.RINGING: frozenset(
            {
                TransferStatus.BRIEFING,
                TransferStatus.BRIDGED,  # news of the briefing may come after the key
                TransferStatus.REFUSED,
                TransferStatus.LEFT,
            }
        ),
        TransferStatus.BRIEFING: frozenset({TransferStatus.BRIDGED, TransferStatus.REFUSED, TransferStatus.LEFT}),
        TransferStatus.REFUSED: frozenset({TransferStatus.RINGING, TransferStatus.FAILED, TransferStatus.LEFT}),
        # REFUSED: a key was pressed, and the person was gone before the caller was there
        TransferStatus.BRIDGED: frozenset({TransferStatus.OVER, TransferStatus.REFUSED}),
    },
    CallbackStatus: {
        CallbackStatus.OPEN: frozenset({CallbackStatus.TAKEN, CallbackStatus.DONE, CallbackStatus.CLOSED}),
        CallbackStatus.TAKEN: frozenset({CallbackStatus.OPEN, CallbackStatus.DONE, CallbackStatus.CLOSED}),
        # a person opens it again: it was a machine, or closed by mistake
        CallbackStatus.DONE: frozenset({CallbackStatus.OPEN}),
        CallbackStatus.CLOSED: frozenset({CallbackStatus.OPEN}),
    },
    AttemptStatus: {
        AttemptStatus.ASKED: frozenset({AttemptStatus.BRIEFING, AttemptStatus.DIALLING, AttemptStatus.NOT_BEGUN}),
        AttemptStatus.BRIEFING: frozenset({AttemptStatus.DIALLING, AttemptStatus.NOT_BEGUN}),
        AttemptStatus.DIALLING: frozenset({AttemptStatus.TALKING, AttemptStatus.OVER, AttemptStatus.NO_ANSWER}),
        AttemptStatus.TALKING: frozenset({AttemptStatus.OVER, AttemptStatus.NO_ANSWER}),
    },
    FollowUpStatus: {
        FollowUpStatus.WAITING: frozenset({FollowUpStatus.ASKED, FollowUpStatus.STOPPED}),
        FollowUpStatus.ASKED: frozenset(
            {FollowUpStatus.REMINDED, FollowUpStatus.ANSWERED, FollowUpStatus.STOPPED, FollowUpStatus.OVER}
        ),
        FollowUpStatus.REMINDED: frozenset({FollowUpStatus.ANSWERED, FollowUpStatus.STOPPED, FollowUpStatus.OVER}),
        FollowUpStatus.ANSWERED: frozenset({FollowUpStatus.STOPPED, FollowUpStatus.OVER}),
    },
    TimerStatus: {TimerStatus.PENDING: frozenset({TimerStatus.DONE, TimerStatus.CANCELLED})},
}
"""By kind of status: from where to where. A status that is not a key is final."""


class ForbiddenMove(ValueError):
    """A move that the table above does not allow: a mistake in the code, not in the data."""


def move(session: Session, row: SQLModel, old: StrEnum, new: StrEnum, **changes: Any) -> bool:
    """Move `row` from `old` to `new` if it is still there; True when this call did it.

    Raises ForbiddenMove when the table does not allow it.
    """
    if new not in ALLOWED[type(old)].get(old, frozenset()):
        raise ForbiddenMove(f"{type(old).__name__}: {old} -> {new}")
    table = type(row)
    statement = (
        update(table)
        .where(col(table.id) == row.id, col(table.status) == old)  # type: ignore[attr-defined]
        .values(status=new, **changes)
        .execution_options(synchronize_session=False)
    )
    done: bool = session.execute(statement).rowcount == 1  # type: ignore[attr-defined]
    session.refresh(row)
    return done
