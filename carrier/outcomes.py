"""What an outcome means beyond its own row: dead numbers and alarms; and the e-mail when no account can be had."""

from datetime import datetime

from sqlmodel import Session, col, delete, select

from carrier import alarms, consent, outbox
from carrier.codes import OURS_TO_MEND, Meaning, meaning
from carrier.gate import CAPPED
from models.company import Company
from models.enums import Channel, ConsentScope, MessageStatus, Purpose
from models.once import insert_once
from models.tables import DeadNumber, Message, PageRun

FAILED = frozenset({MessageStatus.UNDELIVERED, MessageStatus.FAILED, MessageStatus.NO_ANSWER})


def heard(session: Session, company: Company, row: Message, now: datetime) -> None:
    """Act on a row that has just moved, in the transaction of the move; before routing does."""
    if row.status is MessageStatus.DELIVERED:
        alive = delete(DeadNumber).where(col(DeadNumber.number) == row.to, col(DeadNumber.channel) == row.channel)
        session.execute(alive)
    if row.status is MessageStatus.REFUSED and _said_no(session, row):
        alarms.staff_said_no(session, company, row, now)
    if row.status is MessageStatus.REFUSED and row.reason == CAPPED:
        alarms.pages_are_capped(session, company, row, now)
    if row.status not in FAILED:
        return
    kind = meaning(row.error_code)
    if kind is Meaning.DEAD:
        _bury(session, company, row, now)
    elif kind is Meaning.OPTED_OUT:
        alarms.staff_said_no(session, company, row, now)
    elif kind in OURS_TO_MEND:
        alarms.account_is_refused(session, company, row, row.error_code, now)


def _said_no(session: Session, row: Message) -> bool:
    return consent.latest(session, row.to, row.channel, ConsentScope.PAGING) is False


def by_email(session: Session, company: Company, row: Message, now: datetime) -> None:
    """The same page by e-mail, once a person and rung, when every account has been tried: the last method in order.

    The key is the one that paging gives an e-mail of this rung, so that it leaves once whoever writes it first.
    """
    person = company.find(row.person_id)
    if row.purpose is not Purpose.PAGE or row.channel is Channel.EMAIL or person is None or person.email is None:
        return
    run = session.get(PageRun, row.run_id) if row.run_id else None
    if run is None:
        return
    answer = f"Answer by text to {company.phone}: A{run.code} accepts, D{run.code} passes."
    outbox.enqueue(
        session,
        key=f"page:{run.id}:{row.step}:{person.id}:{Channel.EMAIL}",
        channel=Channel.EMAIL,
        purpose=Purpose.PAGE,
        to=person.email,
        body=f"{row.body}\n\n{answer}",
        now=now,
        call_id=row.call_id,
        run_id=run.id,
        step=row.step,
        person_id=person.id,
    )


def _bury(session: Session, company: Company, row: Message, now: datetime) -> None:
    """Write the number down as dead for this channel; those who answer for the shop hear of it once."""
    code = row.error_code
    assert code is not None  # the code is what says that it is dead
    dead = DeadNumber(number=row.to, channel=row.channel, error_code=code, at=now)
    if insert_once(session, dead):
        alarms.number_is_dead(session, company, dead, now)
        return
    known = session.exec(select(DeadNumber).where(DeadNumber.number == row.to, DeadNumber.channel == row.channel)).one()
    known.at, known.error_code = now, code
    session.add(known)
