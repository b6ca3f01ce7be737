"""Delivery: takes due rows of the outbox to Twilio, once each, and may be killed at any line.

    pending, claimed        one statement; nothing has gone, and whoever calls the row off now is heard
    pending -> sending      judged in the transaction just before the request (departure.py)
    sending -> accepted     Twilio gave a SID
    sending -> pending      it certainly did not happen: throttled, unreachable, account refused (refusals.py)
    sending -> failed       Twilio will never do it
    sending, lease over     it may have happened: look for it at Twilio, then accepted, or pending again as a repeat

No database session is open while Twilio is asked.
"""

import os
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from random import Random
from threading import BoundedSemaphore
from uuid import uuid4

import structlog
from sqlmodel import Session, col, select

from carrier import alarms, outcomes, refusals
from carrier.claims import claim_due, claim_interrupted
from carrier.client import REQUEST_SECONDS
from carrier.departure import OnOutcome, depart
from carrier.errors import CarrierError, TimedOut, UnknownOutcome, fault
from carrier.methods import Errand, Methods, errand
from carrier.outbox import by_id, news, settle
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose
from models.moves import move
from models.tables import Message

log = structlog.get_logger(__name__)

WORKERS = 4
"""Requests under way at once. An account may place one call a second and have about a hundred requests open."""

LOOK_SECONDS = 5.0
"""From a broken connection to the first look for what was sent, and from a fruitless look to the next: Twilio's lists
may lag behind by some seconds (docs/carrier.md, "Sending")."""

ABSENT_SECONDS = (5.0, 20.0)
"""From the first fruitless look until "not in the list" means "not sent": for a page, and for anything else. How far
lists lag nobody promises. A page that goes twice is marked, and beats none; a customer would read it all again."""

BLIND_SECONDS = 45.0
"""How long a page may be owed while its account cannot even be asked, before it goes again as a repeat, through another
account where there is one and by e-mail as well where there is none; and so long between such repeats."""


class Delivery:
    """A pass of the engine over the outbox. `pool` runs up to `workers` errands; `woken` is called as each ends."""

    def __init__(
        self,
        database: Database,
        methods: Methods,
        company: Company,
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
        self._methods = methods
        self._company = company
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
        try:
            if places:
                errands = self._database.work(self._claim, places, now)
        finally:
            for _ in range(places - len(errands)):
                self._free.release()
        for each in errands:
            self._pool.submit(self._run, each)
        return len(errands)

    def _claim(self, session: Session, places: int, now: datetime) -> list[Errand]:
        lost = [errand(row, lost=True) for row in claim_interrupted(session, self.owner, places, now)]
        if len(lost) == places:
            return lost
        return lost + [errand(row, lost=False) for row in claim_due(session, self.owner, places - len(lost), now)]

    def _run(self, claimed: Errand) -> None:
        """One errand, in a thread of the pool. Whatever fails here, the row's lease brings it back."""
        try:
            if claimed.lost:
                self._look_for(claimed)
                return
            begun = self._database.work(self._depart, claimed)
            if begun and self._clock() + timedelta(seconds=REQUEST_SECONDS) < begun.lease_until:  # no pause in between
                self._send(begun)
        except Exception as error:
            log.error("message.interrupted", message=claimed.id, **fault(error))
        finally:
            self._free.release()
            self.woken()

    def _depart(self, session: Session, claimed: Errand) -> Errand | None:
        return depart(session, claimed, self.owner, self._company, self._clock(), self.on_outcome)

    def _send(self, begun: Errand) -> None:
        try:
            sid = self._methods.send(begun)
        except UnknownOutcome as error:
            log.warning("message.outcome_unknown", message=begun.id, error=str(error))
            if not isinstance(error, TimedOut):
                self._database.work(self._look_soon, begun)
        except CarrierError as error:
            log.warning("message.not_sent", message=begun.id, account=begun.account, error=str(error))
            self._database.work(self._not_sent, begun, error)
        else:
            self._database.work(self._accepted, begun, sid)

    def _look_for(self, lost: Errand) -> None:
        """Find out whether an interrupted send reached Twilio. Unsure means no: a page twice beats none."""
        try:
            sids = self._methods.look_for(lost)
        except CarrierError as error:
            log.warning("message.cannot_look", message=lost.id, error=str(error))
            self._database.work(self._blind, lost)
        else:
            self._database.work(self._looked, lost, sids)

    def _looked(self, session: Session, lost: Errand, sids: tuple[str, ...] | None) -> None:
        taken = {*session.exec(select(Message.sid).where(col(Message.sid).in_(sids or ())))}
        mine = next((sid for sid in sids or () if sid not in taken), None)
        log.info("message.looked_for", message=lost.id, found=mine is not None)
        if mine is not None:
            self._accepted(session, lost, mine)
        elif (row := self._still_mine(session, lost)) is None:
            return
        elif sids is not None and not self._absent(row):
            row.asked_at = row.asked_at or self._clock()
            self._rest(session, row)
        else:
            self._repeat(session, row, "repeat: interrupted, and not found")

    def _absent(self, row: Message) -> bool:
        """Whether it would be in the list by now, however far that lags behind."""
        enough = timedelta(seconds=ABSENT_SECONDS[row.purpose is not Purpose.PAGE])
        return row.asked_at is not None and self._clock() - row.asked_at >= enough

    def _blind(self, session: Session, lost: Errand) -> None:
        """The account cannot be asked: wait; when it is high time the page goes again, elsewhere where it can."""
        row = self._still_mine(session, lost)
        if row is None:
            return
        now = self._clock()
        owed = (now - row.due_at).total_seconds()
        if refusals.impatient(row, now) and owed >= BLIND_SECONDS * (row.repeats + 1):
            self._repeat(session, row, "repeat: interrupted, and its account cannot be asked")
        else:
            self._rest(session, row)

    def _repeat(self, session: Session, row: Message, reason: str) -> None:
        if refusals.given_up(row, self._clock()):
            self._failed(session, row, None, "given up: interrupted, and not found")
            return
        following = self._methods.following(row.account) if refusals.impatient(row, self._clock()) else row.account
        if following is None:
            outcomes.by_email(session, self._company, row, self._clock())
        account = row.account if row.channel is Channel.EMAIL else following or 0
        self._again(session, row, 0.0, reason, account=account, repeats=row.repeats + 1)

    def _accepted(self, session: Session, begun: Errand, sid: str) -> None:
        said = "sent" if begun.channel is Channel.EMAIL else "queued"
        row = news(session, begun.id, sid, said, None, self._clock())
        if row is not None:
            log.info("message.accepted", message=begun.id, sid=sid, attempt=begun.attempt, account=begun.account)
            self.on_outcome(session, row)

    def _not_sent(self, session: Session, begun: Errand, error: CarrierError) -> None:
        row, now = self._still_mine(session, begun), self._clock()
        if row is None:
            return
        plan = refusals.after(row, error, self._methods, now, self._random.random())
        if plan.over:
            self._failed(session, row, error.code, None if error.code else str(error))
            return
        if refusals.ours_to_mend(error):
            alarms.account_is_refused(session, self._company, row, error.code, now)
        if plan.exhausted:
            outcomes.by_email(session, self._company, row, now)
        self._again(session, row, plan.wait_s, str(error), account=plan.account)

    def _failed(self, session: Session, row: Message, code: int | None, reason: str | None) -> None:
        if settle(session, row, MessageStatus.FAILED, self._clock(), error_code=code, reason=reason):
            self.on_outcome(session, row)

    def _look_soon(self, session: Session, begun: Errand) -> None:
        row = self._still_mine(session, begun)
        if row is not None:
            self._rest(session, row)

    def _still_mine(self, session: Session, begun: Errand) -> Message | None:
        """The row, if nothing has become of it since it was claimed."""
        row = by_id(session, begun.id)
        mine = (MessageStatus.SENDING, self.owner, begun.attempt)
        return row if row is not None and (row.status, row.owner, row.attempt) == mine else None

    def _rest(self, session: Session, row: Message) -> None:
        """Still in doubt; to be looked for a little later."""
        row.lease_until = self._clock() + timedelta(seconds=LOOK_SECONDS)
        session.add(row)

    def _again(self, session: Session, row: Message, wait_s: float, reason: str, **changes: int) -> None:
        """Back to pending. `due_at` stays, so that the watchdog sees how long it has been owed."""
        rested = self._clock() + timedelta(seconds=wait_s)
        changes_ = {"owner": None, "lease_until": rested, "reason": reason, "asked_at": None, **changes}
        move(session, row, row.status, MessageStatus.PENDING, **changes_)
