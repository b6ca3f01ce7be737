"""Recordings lie at Twilio: they are deleted there by REST, and only then is their address forgotten here.

One that failed rests, so that it keeps nobody waiting; one that was done twice does no harm.
"""

import re
from concurrent.futures import Executor
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, or_, select

from carrier.errors import CarrierError, fault
from carrier.methods import Methods
from models.company import Company
from models.database import Database
from models.tables import Call

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=10)
AT_ONCE = 10
RESTS = timedelta(hours=6)
"""Before a deletion that failed is tried again: more than three hundred may rest at once, and the others go on."""


class Tapes:
    """A pass of the engine: recordings whose days are over, or which must go at once, a few at each look."""

    def __init__(self, database: Database, methods: Methods, company: Company, pool: Executor) -> None:
        self._database = database
        self._methods = methods
        self._kept = timedelta(days=company.retention.audio_days)
        self._pool = pool
        self._looked: datetime | None = None
        self._resting: dict[str, datetime] = {}  # until when, by the id of the call

    def __call__(self, now: datetime) -> int:
        """Delete what is due; how many were taken up."""
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return 0
        self._looked = now
        due = self._database.work(self._due, now)
        for call_id, url in due:
            self._pool.submit(self._delete, call_id, url, now)
        return len(due)

    def _due(self, session: Session, now: datetime) -> list[tuple[str, str]]:
        self._resting = {call_id: until for call_id, until in self._resting.items() if until > now}
        old = or_(col(Call.received_at) < now - self._kept, col(Call.wiped_at).is_not(None), col(Call.untape))
        kept = select(Call.id, Call.recording_url).where(col(Call.recording_url).is_not(None), ~col(Call.held), old)
        kept = kept.where(col(Call.id).not_in(list(self._resting)))
        return [(id_, url) for id_, url in session.exec(kept.order_by(col(Call.received_at)).limit(AT_ONCE)) if url]

    def _delete(self, call_id: str, url: str, now: datetime) -> None:
        """One recording, in a thread of the pool, with no transaction open."""
        self._resting[call_id] = now + RESTS
        try:
            sids = re.findall(r"RE[0-9a-fA-F]{32}", url)
            if sids:
                self._methods.delete_recording(sids[-1])
            self._database.work(self._forget, call_id)
        except CarrierError as error:
            log.warning("recording.not_deleted", call=call_id, error=str(error))
        except Exception as error:
            log.error("recording.not_deleted", call=call_id, **fault(error))

    def _forget(self, session: Session, call_id: str) -> None:
        call = session.get_one(Call, call_id)
        call.recording_url = None
        session.add(call)
        log.info("recording.deleted", call=call_id)
