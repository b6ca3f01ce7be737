"""The moment before a request: the row is judged, and moved to sending, in one transaction that ends as it leaves.

Whoever acknowledges first has called the row off (it is no longer pending), or waits for this transaction to end: so
the only page that can leave after an acknowledgement is one whose request had already begun.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from carrier.claims import LEASE_SECONDS
from carrier.doors import ATTEMPT_KEY
from carrier.gate import Verdict, may_send
from carrier.methods import Errand, errand
from carrier.outbox import lock_run, settle
from models.company import Company
from models.enums import AttemptStatus, Channel, MessageStatus, RunStatus
from models.moves import move
from models.tables import Attempt, Message

log = structlog.get_logger(__name__)

BUSY_SECONDS = 0.25
"""Before a row is tried again while another to the same telephone is being sent."""

OnOutcome = Callable[[Session, Message], None]
"""Called in the transaction of every move to accepted or to a final status, so that routing can react at once."""


def depart(
    session: Session, claimed: Errand, owner: str, company: Company, now: datetime, on_outcome: OnOutcome
) -> Errand | None:
    """The errand with its lease when it may leave this instant; None when it is off, must wait, or is another's."""
    run = lock_run(session, claimed.run_id)
    row, busy = _locked_row(session, claimed, owner)
    if row is None:
        return None
    if busy:
        row.owner, row.lease_until = None, now + timedelta(seconds=BUSY_SECONDS)
        session.add(row)
        return None
    if run is not None and run.status in (RunStatus.ACKNOWLEDGED, RunStatus.CANCELLED):
        settle(session, row, MessageStatus.CANCELLED, now, reason=run.status.value)
    elif _not_begun(session, row):
        settle(session, row, MessageStatus.CANCELLED, now, reason="the attempt is over")
    else:
        verdict = may_send(session, row, company, now)
        if verdict.allowed:
            lease = now + timedelta(seconds=LEASE_SECONDS)
            begun = {"attempt": row.attempt + 1, "lease_until": lease, "asked_at": None, "reason": None}
            sending = move(session, row, MessageStatus.PENDING, MessageStatus.SENDING, **begun)
            return errand(row, lost=False) if sending else None
        if verdict.until is not None:
            _wait(session, row, verdict)
            return None
        log.warning("message.refused_by_gate", message=row.id, reason=verdict.reason)
        settle(session, row, MessageStatus.REFUSED, now, reason=verdict.reason)
    on_outcome(session, row)
    return None


def _not_begun(session: Session, row: Message) -> bool:
    """Whether it would ring somebody for a try to call back that is over: called off while this was being sent."""
    if not row.key.startswith(ATTEMPT_KEY):
        return False
    attempt = session.get(Attempt, row.key.removeprefix(ATTEMPT_KEY), populate_existing=True)
    return attempt is not None and attempt.status == AttemptStatus.NOT_BEGUN


def _wait(session: Session, row: Message, verdict: Verdict) -> None:
    """Not now, but then: the row waits for a better hour and is judged again."""
    log.info("message.waits", message=row.id, reason=verdict.reason)
    assert verdict.until is not None
    row.owner, row.lease_until, row.due_at, row.reason = None, None, verdict.until, verdict.reason
    session.add(row)


def _locked_row(session: Session, claimed: Errand, owner: str) -> tuple[Message | None, bool]:
    """The row, if it is still claimed as we have it; and whether another of its kind to its number is being sent.

    A telephone rings once at a time, and two sends that cannot be told apart in Twilio's lists (calls to one number;
    texts of the same words) are never under way together: what is found there is then whose it seems to be.
    """
    query = (
        select(Message)
        .where(
            Message.to == claimed.to,
            Message.channel == claimed.channel,
            col(Message.status).in_((MessageStatus.PENDING, MessageStatus.SENDING)),
            col(Message.owner).is_not(None),
        )
        .order_by(col(Message.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = session.exec(query).all()
    mine = (MessageStatus.PENDING, owner, claimed.lease_until)
    row = next((one for one in rows if one.id == claimed.id and (one.status, one.owner, one.lease_until) == mine), None)
    busy = any(
        one.status is MessageStatus.SENDING and (one.channel is Channel.CALL or (row and one.body == row.body))
        for one in rows
        if one.id != claimed.id
    )
    return row, busy
