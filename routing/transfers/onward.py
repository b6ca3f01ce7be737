"""A pass of the engine: calls that must go on elsewhere are told so at Twilio, outside of any transaction.

Two kinds of row: a caller who must leave the hold line, and a CSR's telephone that must not go on ringing or listening.
Telling twice is harmless, so a row is done only after Twilio has answered, and comes again until then.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from carrier import outbox
from carrier.errors import CarrierError, Refused, fault
from carrier.methods import Methods
from models.clock import Clock
from models.database import Database
from models.enums import TimerStatus, TransferStatus
from models.moves import move
from models.tables import Call, Timer, Transfer
from routing.transfers import watch
from routing.transfers.errands import Errands
from routing.transfers.handing import leg_of

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=15)
"""Longer than the slowest request (carrier/client.py)."""

AGAIN = timedelta(seconds=2)
"""A caller is on hold meanwhile."""

GIVE_UP = timedelta(minutes=2)
"""Twilio cannot be asked for so long: the call is taken for lost, and the caller is owed one."""

TO_LEAVE = frozenset({TransferStatus.WAITING, TransferStatus.REFUSED, TransferStatus.FAILED, TransferStatus.OVER})
"""In any other state somebody rings for this caller, talks to them, or they are gone."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One call to be told where to go. `caller_of` is the id of the call whose caller it is; None for a CSR's."""

    timer: str
    account: int
    sid: str
    url: str
    since: datetime
    caller_of: str | None


class Onward(Errands[Errand]):
    """See the module. `gone(session, call_id, now)` is told of callers who turn out to have left."""

    def __init__(
        self,
        database: Database,
        methods: Methods,
        clock: Clock,
        pool: Executor,
        gone: Callable[[Session, str, datetime], object],
    ) -> None:
        super().__init__(database, pool, (watch.ONWARD, watch.DROP), LEASE)
        self._methods, self._clock = methods, clock
        self._gone = gone

    def _errand(self, session: Session, timer: Timer, now: datetime) -> Errand | None:
        transfer = session.get_one(Transfer, timer.ref)
        if timer.kind == watch.ONWARD:
            if TransferStatus(transfer.status) in TO_LEAVE:
                call = session.get_one(Call, transfer.call_id)
                since = transfer.created_at + timedelta(seconds=timer.step)
                account = self._methods.account_of(call.called)
                return Errand(timer.id, account, call.sid, self._methods.doors.onward(transfer.id), since, call.id)
        elif (leg := leg_of(session, transfer, timer.step)) is not None and leg.status not in outbox.FINAL:
            if leg.sid is not None:
                url = self._methods.doors.leg_gone(leg.id)
                return Errand(timer.id, leg.account, leg.sid, url, leg.created_at, None)
            if now < leg.created_at + GIVE_UP:  # it is on its way to Twilio
                timer.due_at = now + AGAIN
                session.add(timer)
                return None
        move(session, timer, TimerStatus.PENDING, TimerStatus.DONE)
        return None

    def _run(self, errand: Errand) -> None:
        try:
            there = self._methods.redirect(errand.account, errand.sid, errand.url)
            if not there and errand.caller_of is None:  # it rings: nobody can be told anything
                self._methods.end(errand.account, errand.sid)
        except CarrierError as error:
            log.warning("call.not_told", timer=errand.timer, error=str(error))
            lasting = isinstance(error, Refused) and error.permanent
            self._database.work(self._not_told, errand, self._clock(), lasting)
        except Exception as error:
            log.error("call.not_told", timer=errand.timer, **fault(error))
        else:
            self._database.work(self._told, errand, there, self._clock())

    def _told(self, session: Session, errand: Errand, there: bool, now: datetime) -> None:
        move(session, session.get_one(Timer, errand.timer), TimerStatus.PENDING, TimerStatus.DONE)
        if errand.caller_of is not None and not there:
            self._gone(session, errand.caller_of, now)

    def _not_told(self, session: Session, errand: Errand, now: datetime, lasting: bool) -> None:
        if lasting or now >= errand.since + GIVE_UP:
            self._told(session, errand, False, now)
        else:
            timer = session.get_one(Timer, errand.timer)
            timer.due_at = now + AGAIN
            session.add(timer)
