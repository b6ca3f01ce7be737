"""A pass of the engine: calls whose end nobody told. Twilio is asked, in no transaction; silence alone says nothing.

A caller behind a broken socket may still be on the line, and must not be texted that we missed them.
Source: docs/carrier.md, "Missed calls".
"""

from collections.abc import Container
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from callbacks.episode import LONGEST_CALL
from carrier.errors import CarrierError, fault
from carrier.methods import Methods
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.enums import CallStatus, TimerStatus
from models.moves import move
from models.tables import Call, Timer
from routing.transfers.errands import Errands
from voice import ending

log = structlog.get_logger(__name__)

AGAIN = timedelta(seconds=60)
"""To the next question about a call that goes on, or about which Twilio could not be asked."""

SERVED = timedelta(minutes=10)
"""To the next look at a call that this very process is serving: its own socket tells the end."""


@dataclass(frozen=True, slots=True)
class Question:
    """A call to be asked about. `given_up`: it is so old that it is over whatever Twilio says."""

    timer: str
    call_id: str
    account: int
    sid: str
    given_up: bool


class Unended(Errands[Question]):
    """See the module. `live` holds the SIDs of the calls served in this process; None when another serves them."""

    def __init__(
        self,
        database: Database,
        methods: Methods,
        company: Company,
        clock: Clock,
        pool: Executor,
        live: Container[str] | None = None,
    ) -> None:
        super().__init__(database, pool, (ending.CALL_CHECK,), AGAIN)
        self._methods, self._company, self._clock = methods, company, clock
        self._live: Container[str] = live if live is not None else frozenset()

    def _errand(self, session: Session, timer: Timer, now: datetime) -> Question | None:
        call = session.get_one(Call, timer.ref)
        if call.status == CallStatus.ENDED:
            move(session, timer, TimerStatus.PENDING, TimerStatus.DONE)
            return None
        given_up = now - call.received_at >= LONGEST_CALL
        if call.sid in self._live and call.ended_at is None and not given_up:
            timer.due_at = now + SERVED
            session.add(timer)
            return None
        return Question(timer.id, call.id, self._methods.account_of(call.called), call.sid, given_up)

    def _run(self, errand: Question) -> None:
        try:
            said = "completed" if errand.given_up else self._methods.final_status(errand.account, errand.sid)
            if said is not None:
                self._database.work(self._ended, errand, said, self._clock())
        except CarrierError as error:
            log.warning("call.not_asked", call=errand.call_id, error=str(error))
        except Exception as error:
            log.error("call.not_asked", call=errand.call_id, **fault(error))

    def _ended(self, session: Session, errand: Question, said: str, now: datetime) -> None:
        move(session, session.get_one(Timer, errand.timer), TimerStatus.PENDING, TimerStatus.DONE)
        ending.end(session, self._company, errand.call_id, said, now)
