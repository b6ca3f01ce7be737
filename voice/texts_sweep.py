"""A pass of the engine: Twilio's own list of texts is held against ours.

Twilio brings a text once, and again only when it cannot connect: what came while we failed stands in its list alone.
Source: docs/carrier.md, "Texts that came while we failed".
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from callbacks import replies
from carrier.errors import fault
from carrier.lists import Written
from carrier.methods import Methods
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.tables import Seen
from triage.triage import Triage
from voice.lookback import Lookback, Stretch
from voice.webhooks.guard import e164

log = structlog.get_logger(__name__)

SWEEP = "texts_sweep"

AT_THE_DOOR = timedelta(seconds=15)
"""So long Twilio waits for our answer: a younger text may be in our own hands, and comes again in the next sweep."""

TRIED_FOR = timedelta(hours=6)
"""A text that cannot be read in so long holds the sweep back no more."""


class TextSweep(Lookback):
    """See the module. `triage` gives what understands texts; an engine of its own loads it for the first such text."""

    def __init__(
        self,
        database: Database,
        methods: Methods,
        company: Company,
        clock: Clock,
        pool: Executor,
        triage: Callable[[], Triage],
    ) -> None:
        super().__init__(database, methods, company, clock, pool, SWEEP)
        self._triage = triage

    def _sweep(self, stretch: Stretch, now: datetime) -> Iterable[datetime]:
        written = self._methods.written(stretch.account, stretch.since)
        with self._database.read() as session:
            unheard = _unheard(session, written)
        ready = [one for one in unheard if now - one.at >= AT_THE_DOOR]
        return [one.at for one in ready if not self._heard(one) and now - one.at < TRIED_FOR]

    def _heard(self, one: Written) -> bool:
        try:
            if self._database.work(self._hear, one, self._clock()):
                log.warning("text.unheard_of", sid=one.sid)
        except Exception as error:
            log.error("text.not_swept", sid=one.sid, **fault(error))
            return False
        return True

    def _hear(self, session: Session, one: Written, now: datetime) -> bool:
        """The text as the door would have heard it; whether it was the first to."""
        number = e164(one.writer)
        if number is None:
            return False
        text = replies.Text(one.sid, number, one.to, one.body, one.pictures)
        return replies.receive(session, self._triage(), self._company, text, now)


def _unheard(session: Session, written: Iterable[Written]) -> list[Written]:
    """Those that no door and no sweep has claimed, oldest first."""
    by_key = {replies.key_of(one.sid): one for one in written}
    known = set(session.exec(select(Seen.key).where(col(Seen.key).in_(by_key))))
    return [one for key, one in by_key.items() if key not in known]
