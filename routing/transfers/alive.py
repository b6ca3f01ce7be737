"""A pass of the engine: are the caller and the CSR still on the line? Twilio is asked, since news may never come.

While a transfer is under way it has one such timer (watch.ALIVE). An answer that cannot be had changes nothing.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from carrier.errors import CarrierError, fault
from carrier.methods import Methods
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.enums import TimerStatus, TransferStatus
from models.moves import move
from models.tables import Call, Timer, Transfer
from routing.transfers import watch
from routing.transfers.errands import Errands
from routing.transfers.handing import FINAL, leg_of, leg_over

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A call at one of our accounts."""

    account: int
    sid: str


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about. `csr` is the line of this attempt, once they talk."""

    transfer: str
    attempt: int
    call: str
    caller: Line
    csr: Line | None


class Alive(Errands[Question]):
    """See the module. `gone(session, call_id, now)` is told of callers who turn out to have left."""

    def __init__(
        self,
        database: Database,
        methods: Methods,
        company: Company,
        clock: Clock,
        pool: Executor,
        gone: Callable[[Session, str, datetime], object],
    ) -> None:
        super().__init__(database, pool, (watch.ALIVE,), watch.ASKED_AGAIN)
        self._methods, self._company, self._clock = methods, company, clock
        self._gone = gone

    def _errand(self, session: Session, timer: Timer, now: datetime) -> Question | None:  # noqa: ARG002
        transfer = session.get_one(Transfer, timer.ref)
        if transfer.status in FINAL:
            move(session, timer, TimerStatus.PENDING, TimerStatus.DONE)
            return None
        call, csr = session.get_one(Call, transfer.call_id), None
        if transfer.status == TransferStatus.BRIDGED and transfer.leg_sid is not None:
            leg = leg_of(session, transfer, transfer.tried)
            csr = Line(leg.account if leg else 0, transfer.leg_sid)
        caller = Line(self._methods.account_of(call.called), call.sid)
        return Question(transfer.id, transfer.tried, call.id, caller, csr)

    def _run(self, errand: Question) -> None:
        try:
            if self._over(errand.caller):
                self._database.work(self._gone, errand.call, self._clock())
            elif errand.csr is not None and self._over(errand.csr):
                self._database.work(self._parted, errand, self._clock())
        except CarrierError as error:
            log.warning("transfer.not_asked", transfer=errand.transfer, error=str(error))
        except Exception as error:
            log.error("transfer.not_asked", transfer=errand.transfer, **fault(error))

    def _over(self, line: Line) -> bool:
        return self._methods.final_status(line.account, line.sid) is not None

    def _parted(self, session: Session, asked: Question, now: datetime) -> None:
        """The CSR is gone and the caller is not."""
        transfer = session.get_one(Transfer, asked.transfer)
        leg_over(session, transfer, asked.attempt, self._company, now)
