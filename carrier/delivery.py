"""Delivery: takes due rows of the outbox to Twilio, once each, and may be killed at any line.

    pending -> sending      one statement claims; gate and page run are judged in the same transaction
    sending -> accepted     Twilio gave a SID
    sending -> pending      it certainly did not happen: throttled, unreachable, account refused
    sending -> failed       Twilio will never do it
    sending, lease over     it may have happened: look at Twilio first, then accepted or pending again

No database session is open while Twilio is asked.
"""

import os
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from threading import BoundedSemaphore
from uuid import uuid4

import structlog
from sqlmodel import Session, col, select

from carrier.claims import claim_due, claim_interrupted
from carrier.client import REQUEST_SECONDS, Carrier
from carrier.doors import Doors
from carrier.errors import CarrierError, Refused, UnknownOutcome, fault
from carrier.gate import may_send
from carrier.outbox import by_id, news, settle
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose, RunStatus
from models.moves import move
from models.tables import Message, PageRun

log = structlog.get_logger(__name__)

WORKERS = 4
"""Requests under way at once. An account may place one call a second and have about a hundred requests open."""

RING_SECONDS = 25
"""How long a paged telephone rings (docs/carrier.md, "Pages by call")."""

CLOCKS_APART = timedelta(seconds=30)
"""How much earlier than our row Twilio's clock may say that its message was created."""

BACKOFF_SECONDS = (1.0, 20.0)
"""First and longest wait after "not now"; doubled each time, then between half and all of it by chance."""

MENDING_SECONDS = 60.0
"""Between tries while the account itself is refused: somebody has to mend it, and the page is still owed."""

OnOutcome = Callable[[Session, Message], None]
"""Called in the transaction of every move to accepted or to a final status, so that routing can react at once."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed row as a thread carries it to Twilio. `lost`: it was interrupted, so look for it and do not send."""

    id: str
    channel: Channel
    to: str
    body: str
    attempt: int
    created_at: datetime
    lease_until: datetime
    lost: bool


class Delivery:
    """A pass of the engine over the outbox. `pool` runs up to `workers` errands; `woken` is called as each ends."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        company: Company,
        doors: Doors,
        clock: Clock,
        pool: Executor,
        *,
        workers: int = WORKERS,
        on_outcome: OnOutcome = lambda _session, _message: None,
        woken: Callable[[], object] = lambda: None,
        random: Random | None = None,
    ) -> None:
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self.on_outcome = on_outcome
        self.woken = woken
        self._database = database
        self._carrier = carrier
        self._company = company
        self._doors = doors
        self._clock = clock
        self._pool = pool
        self._free = BoundedSemaphore(workers)
        self._random = random or Random()

    def __call__(self, now: datetime) -> int:
        """Claim what is due, no more than can be sent at once, and send it; how many rows were taken up."""
        places = 0
        while self._free.acquire(blocking=False):
            places += 1
        errands: list[Errand] = []
        taken = 0
        try:
            if places:
                taken, errands = self._database.work(self._claim, places, now)
        finally:
            for _ in range(places - len(errands)):
                self._free.release()
        for errand in errands:
            self._pool.submit(self._run, errand)
        return taken

    def _claim(self, session: Session, places: int, now: datetime) -> tuple[int, list[Errand]]:
        lost = claim_interrupted(session, self.owner, places, now)
        fresh = claim_due(session, self.owner, places - len(lost), now) if len(lost) < places else []
        errands = [_errand(row, lost=True) for row in lost]
        errands += [_errand(row, lost=False) for row in fresh if self._may_leave(session, row, now)]
        return len(lost) + len(fresh), errands

    def _may_leave(self, session: Session, row: Message, now: datetime) -> bool:
        """Judge a claimed row; a fault in judging one keeps only that one back, until its lease is over."""
        try:
            with session.begin_nested():
                run = session.get(PageRun, row.run_id) if row.run_id and row.purpose is Purpose.PAGE else None
                if run is not None and run.status in (RunStatus.ACKNOWLEDGED, RunStatus.CANCELLED):
                    settle(session, row, MessageStatus.CANCELLED, now, reason=run.status.value)
                else:
                    verdict = may_send(session, row, self._company, now)
                    if verdict.allowed:
                        return True
                    log.warning("message.refused_by_gate", message=row.id, reason=verdict.reason)
                    settle(session, row, MessageStatus.REFUSED, now, reason=verdict.reason)
                self.on_outcome(session, row)
        except Exception as error:
            log.error("message.not_judged", message=row.id, **fault(error))
        return False

    def _run(self, errand: Errand) -> None:
        """One errand, in a thread of the pool. Whatever fails here, the row's lease brings it back."""
        try:
            if errand.lost:
                self._look_for(errand)
            elif self._clock() + timedelta(seconds=REQUEST_SECONDS) < errand.lease_until:  # not after a long pause
                self._send(errand)
        except Exception as error:
            log.error("message.interrupted", message=errand.id, **fault(error))
        finally:
            self._free.release()
            self.woken()

    def _send(self, errand: Errand) -> None:
        try:
            if errand.channel is Channel.TEXT:
                sid = self._carrier.send_text(errand.to, errand.body, self._doors.text_status(errand.id))
            else:
                page, status = self._doors.page(errand.id), self._doors.page_status(errand.id)
                sid = self._carrier.place_call(errand.to, page, status, RING_SECONDS)
        except UnknownOutcome as error:
            log.warning("message.outcome_unknown", message=errand.id, error=str(error))
        except CarrierError as error:
            log.warning("message.not_sent", message=errand.id, error=str(error))
            self._database.work(self._not_sent, errand, error)
        else:
            self._database.work(self._accepted, errand, sid)

    def _look_for(self, errand: Errand) -> None:
        """Find out whether an interrupted send reached Twilio. Unsure means no: a page twice beats none."""
        since = errand.created_at - CLOCKS_APART
        try:
            if errand.channel is Channel.TEXT:
                sids = self._carrier.find_texts(errand.to, errand.body, since)
            else:
                sids = self._carrier.find_calls(errand.to, since)
        except Refused as error:
            log.error("message.cannot_look", message=errand.id, error=str(error))
            sids = ()
        except CarrierError as error:
            log.warning("message.cannot_look", message=errand.id, error=str(error))
            return
        self._database.work(self._looked, errand, sids)

    def _looked(self, session: Session, errand: Errand, sids: tuple[str, ...]) -> None:
        taken = set(session.exec(select(Message.sid).where(col(Message.sid).in_(sids))))
        mine = next((sid for sid in sids if sid not in taken), None)
        log.info("message.looked_for", message=errand.id, found=mine is not None)
        if mine is not None:
            self._accepted(session, errand, mine)
        elif (row := self._still_mine(session, errand)) is not None:
            self._again(session, row, 0.0, "repeat: interrupted, and not found at Twilio")

    def _accepted(self, session: Session, errand: Errand, sid: str) -> None:
        row = news(session, errand.id, sid, "queued", None, self._clock())
        if row is not None:
            log.info("message.accepted", message=errand.id, sid=sid, attempt=errand.attempt)
            self.on_outcome(session, row)

    def _not_sent(self, session: Session, errand: Errand, error: CarrierError) -> None:
        row = self._still_mine(session, errand)
        if row is None:
            return
        if isinstance(error, Refused) and error.permanent:
            if settle(session, row, MessageStatus.FAILED, self._clock(), error_code=error.code, reason=str(error)):
                self.on_outcome(session, row)
        elif isinstance(error, Refused):
            self._again(session, row, MENDING_SECONDS, str(error))
        else:
            first, longest = BACKOFF_SECONDS
            wait = min(longest, first * 2 ** min(errand.attempt - 1, 16))
            self._again(session, row, wait * self._random.uniform(0.5, 1.0), str(error))

    def _still_mine(self, session: Session, errand: Errand) -> Message | None:
        """The row, if nothing has become of it since it was claimed."""
        row = by_id(session, errand.id)
        same = row is not None and (row.status, row.owner, row.attempt) == (
            MessageStatus.SENDING,
            self.owner,
            errand.attempt,
        )
        return row if same else None

    def _again(self, session: Session, row: Message, wait_s: float, reason: str) -> None:
        """Back to pending. `due_at` stays, so that the watchdog sees how long it has been owed."""
        rested = self._clock() + timedelta(seconds=wait_s)
        move(session, row, row.status, MessageStatus.PENDING, owner=None, lease_until=rested, reason=reason)


def _errand(row: Message, *, lost: bool) -> Errand:
    assert row.lease_until is not None  # every claim sets it
    return Errand(row.id, row.channel, row.to, row.body, row.attempt, row.created_at, row.lease_until, lost)
