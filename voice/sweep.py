"""A pass of the engine: Twilio's own list of calls is held against ours.

Who gave up while nobody of ours listened, and of whose end the news was lost, is in no other way known to us.
Source: docs/carrier.md, "Missed calls".
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from datetime import datetime

import structlog
from sqlmodel import Session, col, select

from callbacks import owing
from callbacks.episode import LONGEST_CALL
from callbacks.missed import ELSEWHERE, SPOKE
from carrier.errors import CarrierError, fault
from carrier.lists import Arrived
from carrier.methods import FINAL, Methods
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.tables import Call, Transfer
from voice import ending, ledger
from voice.lookback import Lookback, Stretch
from voice.webhooks.guard import e164

log = structlog.get_logger(__name__)

SWEEP = "calls_sweep"

JOINED_S = 30
"""Who was joined to somebody for so long, by Twilio's own means while we were away, has talked to a person; a telephone
that nobody picks up is silent by then, or its voicemail has only begun."""


class Sweep(Lookback):
    """See the module."""

    def __init__(self, database: Database, methods: Methods, company: Company, clock: Clock, pool: Executor) -> None:
        super().__init__(database, methods, company, clock, pool, SWEEP)

    def _sweep(self, stretch: Stretch, now: datetime) -> Iterable[datetime]:
        arrived = self._methods.arrived(stretch.account, stretch.since)
        with self._database.read() as session:
            unknown = _unknown(session, arrived)
        return [one.at for one in unknown if not self._settled(stretch.account, one, now)]

    def _settled(self, account: int, one: Arrived, now: datetime) -> bool:
        """Whether this call need not be looked at again. One that goes on may still be told to us; it comes again."""
        if one.status not in FINAL:
            return now - one.at >= LONGEST_CALL
        try:
            joined = one.status == "completed" and self._methods.joined_s(account, one.sid) >= JOINED_S
            self._database.work(self._write, one, joined, self._clock())
        except CarrierError as error:
            log.warning("call.not_asked", sid=one.sid, error=str(error))
            return False
        except Exception as error:
            log.error("call.not_swept", sid=one.sid, **fault(error))
            return False
        return True

    def _write(self, session: Session, one: Arrived, joined: bool, now: datetime) -> None:
        """The call as its webhooks would have written it; whoever of us comes first."""
        call, first = ledger.claim(
            session,
            Call(
                sid=one.sid,
                caller=e164(one.caller),
                called=one.called,
                outcome=ELSEWHERE if joined else None,
                received_at=one.at,
                ended_at=one.ended_at,
            ),
        )
        if not first:
            return
        rule = ending.end(session, self._company, call.id, one.status, now)
        log.warning("call.unheard_of", call=call.id, sid=one.sid, missed=rule, joined=joined)
        helped = _helped_since(session, call)
        if helped is not None:
            owing.call_over(session, helped, self._company, now, helped=True)


def _unknown(session: Session, arrived: Sequence[Arrived]) -> list[Arrived]:
    """Those that we have no row of."""
    known = set(session.exec(select(Call.sid).where(col(Call.sid).in_([one.sid for one in arrived]))))
    return [one for one in arrived if one.sid not in known]


def _helped_since(session: Session, call: Call) -> Call | None:
    """The latest call in which this caller, who tried again, has talked to one of our people."""
    again = select(Call).join(Transfer, col(Transfer.call_id) == col(Call.id))
    spoke = again.where(
        col(Call.caller) == call.caller, col(Call.received_at) > call.received_at, col(Transfer.status).in_(SPOKE)
    )
    return session.exec(spoke.order_by(col(Call.received_at).desc())).first()
