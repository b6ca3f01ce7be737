"""Passes of the engine that hold one of Twilio's own lists against ours, once a minute and account.

Where such a sweep has come to stands in the database, so that an outage of hours is made up for.
"""

from abc import abstractmethod
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from carrier import timers
from carrier.errors import CarrierError, fault
from carrier.methods import Methods
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.once import insert_once
from models.tables import Seen, Timer
from routing.transfers.errands import Errands

log = structlog.get_logger(__name__)

AGAIN = timedelta(seconds=60)

OVERLAP = timedelta(minutes=5)
"""How far a sweep looks back behind the one before: Twilio's lists lag behind by seconds."""

FIRST = timedelta(hours=1)
"""How far the very first sweep looks back."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be swept: what came to one account's number since then."""

    account: int
    since: datetime


class Lookback(Errands[Stretch]):
    """One kind of sweep: `kind` is that of its timers, one for each of our accounts, whose place is their `ref`."""

    def __init__(
        self, database: Database, methods: Methods, company: Company, clock: Clock, pool: Executor, kind: str
    ) -> None:
        super().__init__(database, pool, (kind,), AGAIN)
        self._methods, self._company, self._clock, self._kind = methods, company, clock, kind
        self._begun = False

    def __call__(self, now: datetime) -> int:
        """Take up what is due; how many sweeps were begun."""
        if not self._begun:
            self._database.work(self._begin, now)
            self._begun = True
        return super().__call__(now)

    @abstractmethod
    def _sweep(self, stretch: Stretch, now: datetime) -> Iterable[datetime]:
        """Read the list and deal with it; the instants of those rows that must be looked at again."""

    def _begin(self, session: Session, now: datetime) -> None:
        for account in range(len(self._methods.accounts)):
            timers.schedule(session, self._kind, str(account), now)

    def _errand(self, session: Session, timer: Timer, now: datetime) -> Stretch:
        cursor = session.get(Seen, self._key(int(timer.ref)))
        return Stretch(int(timer.ref), cursor.at - OVERLAP if cursor else now - FIRST)

    def _run(self, errand: Stretch) -> None:
        try:
            now = self._clock()
            open_ = self._sweep(errand, now)
            self._database.work(self._come_to, errand.account, min([now, *open_]))
        except CarrierError as error:
            log.warning("list.not_swept", kind=self._kind, account=errand.account, error=str(error))
        except Exception as error:
            log.error("list.not_swept", kind=self._kind, account=errand.account, **fault(error))

    def _come_to(self, session: Session, account: int, until: datetime) -> None:
        key = self._key(account)
        insert_once(session, Seen(key=key, at=until))
        cursor = session.get_one(Seen, key)
        cursor.at = until
        session.add(cursor)

    def _key(self, account: int) -> str:
        return f"{self._kind}:{account}"
