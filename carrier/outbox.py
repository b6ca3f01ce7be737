"""The outbox: what must leave is a row before it is an act. Here rows are written, called off and told their news."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from carrier.codes import Meaning, in_words, meaning
from carrier.notify import notify
from models.company import Person
from models.enums import Channel, MessageStatus, Purpose
from models.moves import ALLOWED, move
from models.once import insert_once
from models.tables import Consent, Message, PageRun

FINAL = frozenset(status for status in MessageStatus if status not in ALLOWED[MessageStatus])

_TEXT_NEWS = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), MessageStatus.ACCEPTED),
    **dict.fromkeys(("delivered", "read"), MessageStatus.DELIVERED),
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.CANCELLED,
}
_CALL_NEWS = {
    **dict.fromkeys(("queued", "initiated", "ringing", "in-progress"), MessageStatus.ACCEPTED),
    "completed": MessageStatus.DELIVERED,  # somebody or something picked up: not yet an acknowledgement
    **dict.fromkeys(("busy", "no-answer"), MessageStatus.NO_ANSWER),
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.CANCELLED,
}
_NEWS = {
    Channel.TEXT: _TEXT_NEWS,
    Channel.CALL: _CALL_NEWS,
    Channel.EMAIL: {"sent": MessageStatus.DELIVERED},  # the mail server has it: nothing more will be heard
}


def enqueue(
    session: Session,
    *,
    key: str,
    channel: Channel,
    purpose: Purpose,
    to: str,
    body: str,
    now: datetime,
    call_id: str | None = None,
    run_id: str | None = None,
    step: int | None = None,
    person_id: str | None = None,
    due_at: datetime | None = None,
    account: int = 0,
) -> Message:
    """Write a message that must leave, once for its `key`; gives the row that is there, old or new.

    It leaves after `due_at` (now, if not given), through `account` if that can be had. Wake the engine after the
    transaction; engines in other processes are woken by it on PostgreSQL.
    """
    row = Message(
        key=key,
        channel=channel,
        purpose=purpose,
        to=to,
        body=body,
        call_id=call_id,
        run_id=run_id,
        step=step,
        person_id=person_id,
        due_at=due_at or now,
        account=account,
        created_at=now,
    )
    if insert_once(session, row):
        notify(session)
    return session.exec(select(Message).where(Message.key == key)).one()


def text_staff(
    session: Session,
    person: Person,
    key: str,
    body: str,
    now: datetime,
    *,
    call_id: str | None = None,
    due_at: datetime | None = None,
) -> Message:
    """Write a text to one of the staff, not urgent and no page; the row as `enqueue` gives it."""
    return enqueue(
        session,
        key=key,
        channel=Channel.TEXT,
        purpose=Purpose.STAFF,
        to=person.phone,
        body=body,
        now=now,
        call_id=call_id,
        person_id=person.id,
        due_at=due_at,
    )


def by_id(session: Session, message_id: str) -> Message | None:
    """The row with this id, as the database has it now."""
    return session.get(Message, message_id, populate_existing=True)


def lock_run(session: Session, run_id: str | None) -> PageRun | None:
    """A page's run as it is now, held still until the transaction ends; None for what belongs to no run.

    Always runs before messages. Two pieces of news of one run come one after the other, so that the second knows of
    the first when it asks whether anybody is left to answer.
    """
    if run_id is None:
        return None
    query = select(PageRun).where(PageRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def cancel_run(session: Session, run_id: str, now: datetime, reason: str = "acknowledged") -> int:
    """Call off every message of a page run that has not left; how many.

    What is already with Twilio is the engine's to stop (carrier/calling_off.py), which is woken by this.
    """
    notify(session)
    statement = (
        update(Message)
        .where(col(Message.run_id) == run_id, col(Message.status) == MessageStatus.PENDING)
        .values(status=MessageStatus.CANCELLED, reason=reason, finished_at=now)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def news(
    session: Session, message_id: str, sid: str, status: str, error_code: int | None, now: datetime
) -> Message | None:
    """Write down what Twilio says of a message: `status` is Twilio's MessageStatus or CallStatus.

    News may come twice, late and out of order: a final status stays, an older one changes nothing. Bad news of an
    earlier try does not count against a later one. Gives the row if this changed its status, otherwise None; react to
    it in the same transaction.
    """
    row = by_id(session, message_id)
    if row is None:
        return None
    new = _NEWS[row.channel].get(status)
    good = new in (MessageStatus.ACCEPTED, MessageStatus.DELIVERED)
    if new is None or (not good and row.sid not in (None, sid)):
        return None
    while new in ALLOWED[MessageStatus].get(row.status, frozenset()):
        if settle(session, row, new, now, sid=sid, error_code=error_code):
            return row
    return None


def settle(
    session: Session,
    row: Message,
    new: MessageStatus,
    now: datetime,
    *,
    sid: str | None = None,
    error_code: int | None = None,
    reason: str | None = None,
) -> bool:
    """Move a row on, with everything that belongs to the move; False when somebody else moved it first.

    Its run, if it is a page, is held still before: whoever reacts to the move decides by what the whole run has met.
    """
    lock_run(session, row.run_id)
    moved = move(
        session,
        row,
        row.status,
        new,
        sid=sid or row.sid,
        error_code=error_code or row.error_code,
        reason=reason or (in_words(error_code) if error_code else None),
        owner=None,
        lease_until=None,
        accepted_at=row.accepted_at or (now if sid else None),
        asked_at=None if new is MessageStatus.ACCEPTED else row.asked_at,
        finished_at=now if new in FINAL else None,
    )
    if moved and meaning(error_code) is Meaning.OPTED_OUT:  # legal.md L5
        session.add(Consent(number=row.to, channel=Channel.TEXT, granted=False, source="twilio_21610", at=now))
        session.flush()
    return moved
