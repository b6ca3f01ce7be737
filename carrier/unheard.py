"""News that never came: a page or text that Twilio took and then said no more about is asked for, and at last ended.

Callbacks may be lost (Twilio repeats one only when it could not connect), and some networks never confirm a text.
"""

from concurrent.futures import Executor
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col

from carrier import outbox
from carrier.asking import Asking
from carrier.client import News
from carrier.codes import Meaning, meaning
from carrier.departure import OnOutcome
from carrier.errors import CarrierError
from carrier.methods import RING_SECONDS, Methods
from models.clock import Clock
from models.database import Database
from models.enums import Channel, MessageStatus
from models.tables import Message

log = structlog.get_logger(__name__)

FIRST_SECONDS = {Channel.CALL: RING_SECONDS + 20, Channel.TEXT: 60}
"""From Twilio's acceptance to the first question."""

EVERY = ((600, 30), (7200, 300), (None, 1800))
"""Until a row is so many seconds old, it is asked about every so many seconds."""

GIVEN_UP = timedelta(hours=11)
"""Twilio keeps a text in its queue for ten hours (its ValidityPeriod) and ends every call long before."""


def due(now: datetime) -> ColumnElement[bool]:
    """Rows that were accepted, are without final news, and have not been asked about for long enough.

    `asked_at` is claim enough: the lease of a sent row belongs to `calling_off`, and neither may starve the other.
    """
    accepted, asked = col(Message.accepted_at), col(Message.asked_at)
    first = [
        (col(Message.channel) == channel) & (accepted <= now - timedelta(seconds=wait))
        for channel, wait in FIRST_SECONDS.items()
    ]
    again: list[ColumnElement[bool]] = [asked.is_(None)]
    younger = now
    for age, wait in EVERY:
        oldest = now - timedelta(seconds=age) if age is not None else None
        rested = [asked <= now - timedelta(seconds=wait), accepted <= younger]
        again.append(and_(*rested, accepted > oldest) if oldest else and_(*rested))
        younger = oldest or now
    return and_(col(Message.status) == MessageStatus.ACCEPTED, or_(*first), or_(*again))


class Unheard:
    """Asks Twilio about such rows and writes down what it says, as if it had come by itself."""

    def __init__(self, database: Database, methods: Methods, clock: Clock, on_outcome: OnOutcome) -> None:
        self._database = database
        self._methods = methods
        self._clock = clock
        self._on_outcome = on_outcome

    def pass_over(self, pool: Executor) -> Asking:
        """The pass of the engine, asking in threads of `pool`."""
        return Asking(self._database, pool, due, self.ask, lease_s=0, mark="asked_at")

    def ask(self, row: Message) -> None:
        """Ask about one row. Raises CarrierError while Twilio cannot be asked and there is time yet."""
        given_up = row.accepted_at is not None and self._clock() - row.accepted_at >= GIVEN_UP
        try:
            said = self._methods.news(row.channel, row.account, row.sid or "")
        except CarrierError as error:
            given_up = given_up or meaning(error.code) is Meaning.OVER
            if not given_up:
                raise
            said = News("unknown")
        self._database.work(self._write, row, said, given_up)

    def _write(self, session: Session, asked: Message, said: News, given_up: bool) -> None:
        now = self._clock()
        log.info("message.asked", message=asked.id, status=said.status)
        changed = outbox.news(session, asked.id, asked.sid or "", said.status, said.error_code, now)
        row = outbox.by_id(session, asked.id)
        if given_up and row is not None and row.status is MessageStatus.ACCEPTED:
            # `sent`: the network took it and never confirmed it
            end = MessageStatus.DELIVERED if said.status == "sent" else MessageStatus.UNDELIVERED
            changed = row if outbox.settle(session, row, end, now, reason="never confirmed") else None
        if changed is not None:
            self._on_outcome(session, changed)
