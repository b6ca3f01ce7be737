"""Calls that still ring when nobody need pick up any more are stopped: work of the engine, not of a webhook."""

from concurrent.futures import Executor
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from carrier import outbox
from carrier.asking import Asking
from carrier.claims import unclaimed
from carrier.departure import OnOutcome
from carrier.doors import ATTEMPT_KEY
from carrier.methods import Methods
from models.clock import Clock
from models.database import Database
from models.enums import AttemptStatus, Channel, MessageStatus, Purpose, RunStatus
from models.tables import Attempt, Message, PageRun

log = structlog.get_logger(__name__)

LEASE_SECONDS = 20
"""Before a call that could not be stopped is tried again. One that was answered ends by itself and is left alone."""


def due(now: datetime) -> ColumnElement[bool]:
    """Calls to our people that are with Twilio although nobody wants them: of a page's run that is over, of a try to
    call somebody back that ended before anybody picked up."""
    over = select(PageRun.id).where(col(PageRun.status).in_((RunStatus.ACKNOWLEDGED, RunStatus.CANCELLED)))
    unheard = (
        select(Attempt.id)
        .where(
            col(Attempt.id) == func.substr(col(Message.key), len(ATTEMPT_KEY) + 1),
            Attempt.status == AttemptStatus.NOT_BEGUN,
            col(Attempt.staff_sid).is_(None),
        )
        .exists()
    )
    return and_(
        col(Message.status) == MessageStatus.ACCEPTED,
        col(Message.channel) == Channel.CALL,
        or_(
            and_(col(Message.purpose) == Purpose.PAGE, col(Message.run_id).in_(over)),
            and_(col(Message.key).startswith(ATTEMPT_KEY), unheard),
        ),
        unclaimed(now),
    )


class CallingOff:
    """Stops such calls while they wait at Twilio or ring; who has picked up hears the end of it."""

    def __init__(self, database: Database, methods: Methods, clock: Clock, on_outcome: OnOutcome) -> None:
        self._database = database
        self._methods = methods
        self._clock = clock
        self._on_outcome = on_outcome

    def pass_over(self, pool: Executor) -> Asking:
        """The pass of the engine, asking in threads of `pool`."""
        return Asking(self._database, pool, due, self.stop, LEASE_SECONDS)

    def stop(self, row: Message) -> None:
        """Stop one call. Raises CarrierError when Twilio could not be told."""
        if self._methods.call_off(row.account, row.sid or ""):
            self._database.work(self._write, row.id)

    def _write(self, session: Session, message_id: str) -> None:
        """Twilio sends no news of a call that was stopped while it waited in its queue."""
        row = outbox.by_id(session, message_id)
        if row is None or row.status is not MessageStatus.ACCEPTED:
            return
        log.info("message.called_off", message=row.id)
        if outbox.settle(session, row, MessageStatus.CANCELLED, self._clock(), reason="stopped while it rang"):
            self._on_outcome(session, row)
