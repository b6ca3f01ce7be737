"""Calls that still ring when the job has been taken are stopped: work of the engine, not of a webhook."""

from concurrent.futures import Executor
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from carrier import outbox
from carrier.asking import Asking
from carrier.claims import unclaimed
from carrier.departure import OnOutcome
from carrier.methods import Methods
from models.clock import Clock
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, RunStatus
from models.tables import Message, PageRun

log = structlog.get_logger(__name__)

LEASE_SECONDS = 20
"""Before a call that could not be stopped is tried again. One that was answered ends by itself and is left alone."""


def due(now: datetime) -> ColumnElement[bool]:
    """Pages by call that are with Twilio although their run is over."""
    over = select(PageRun.id).where(col(PageRun.status).in_((RunStatus.ACKNOWLEDGED, RunStatus.CANCELLED)))
    return and_(
        col(Message.status) == MessageStatus.ACCEPTED,
        col(Message.channel) == Channel.CALL,
        col(Message.purpose) == Purpose.PAGE,
        col(Message.run_id).in_(over),
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
        if outbox.settle(session, row, MessageStatus.CANCELLED, self._clock(), reason="taken: stopped while it rang"):
            self._on_outcome(session, row)
