"""A pass of the engine: Twilio's own list of calls is held against ours, once a minute.

Who gave up while nobody of ours listened, and of whose end the news was lost, is in no other way known to us.
Source: docs/carrier.md, "Missed calls".
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from callbacks import owing
from callbacks.episode import LONGEST_CALL
from callbacks.missed import ELSEWHERE, SPOKE
from carrier import timers
from carrier.client import Arrived
from carrier.errors import CarrierError, fault
from carrier.methods import FINAL, Methods
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.once import insert_once
from models.tables import Call, Seen, Timer, Transfer
from routing.transfers.errands import Errands
from voice import ending, ledger
from voice.webhooks.guard import e164

log = structlog.get_logger(__name__)

SWEEP = "calls_sweep"
"""The kind of the timers, one for each of our accounts: `ref` is its place."""

AGAIN = timedelta(seconds=60)

OVERLAP = timedelta(minutes=5)
"""How far a sweep looks back behind the one before: Twilio's lists lag behind its calls by seconds."""

FIRST = timedelta(hours=1)
"""How far the very first sweep looks back."""

JOINED_S = 30
"""Who was joined to somebody for so long, by Twilio's own means while we were away, has talked to a person; a telephone
that nobody picks up is silent by then, or its voicemail has only begun."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be swept: the calls to one account's number since then."""

    account: int
    since: datetime


class Sweep(Errands[Stretch]):
    """See the module. Where it has come to stands in the database, so that an outage of hours is made up for."""

    def __init__(self, database: Database, methods: Methods, company: Company, clock: Clock, pool: Executor) -> None:
        super().__init__(database, pool, (SWEEP,), AGAIN)
        self._methods, self._company, self._clock = methods, company, clock
        self._begun = False

    def __call__(self, now: datetime) -> int:
        """Take up what is due; how many sweeps were begun."""
        if not self._begun:
            self._database.work(self._begin, now)
            self._begun = True
        return super().__call__(now)

    def _begin(self, session: Session, now: datetime) -> None:
        for account in range(len(self._methods.accounts)):
            timers.schedule(session, SWEEP, str(account), now)

    def _errand(self, session: Session, timer: Timer, now: datetime) -> Stretch:
        cursor = session.get(Seen, _key(int(timer.ref)))
        return Stretch(int(timer.ref), cursor.at - OVERLAP if cursor else now - FIRST)

    def _run(self, errand: Stretch) -> None:
        try:
            now = self._clock()
            arrived = self._methods.arrived(errand.account, errand.since)
            with self._database.read() as session:
                unknown = _unknown(session, arrived)
            open_ = [one.at for one in unknown if not self._settled(errand.account, one, now)]
            self._database.work(_come_to, errand.account, min([now, *open_]))
        except CarrierError as error:
            log.warning("calls.not_swept", account=errand.account, error=str(error))
        except Exception as error:
            log.error("calls.not_swept", account=errand.account, **fault(error))

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


def _come_to(session: Session, account: int, until: datetime) -> None:
    insert_once(session, Seen(key=_key(account), at=until))
    cursor = session.get_one(Seen, _key(account))
    cursor.at = until
    session.add(cursor)


def _key(account: int) -> str:
    return f"{SWEEP}:{account}"
