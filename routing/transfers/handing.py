"""Transfers as rows: what happens is a move, and what follows from it is rows too (machine.py says what).

The plain way: the caller's own Dial rings the person, and its action asks what comes next. The room way: the caller
waits in a conference, and people are rung through the outbox. Everything here works inside the caller's transaction.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from carrier import consent, outbox
from carrier.doors import LEG_KEY
from models.company import Company, Person
from models.enums import Channel, JobStatus, MessageStatus, Priority, Purpose, TransferStatus
from models.moves import ALLOWED, move
from models.presence import signed
from models.tables import Call, Message, Transfer, new_id
from routing import jobs
from routing.transfers import watch
from routing.transfers.busy import AT_A_TELEPHONE, busy
from routing.transfers.choice import Hold, Nobody, Ring, choose, line_up
from routing.transfers.machine import Act, Event, step
from routing.transfers.whisper import summary
from triage.assessment import Assessment

FINAL = frozenset(status for status in TransferStatus if status not in ALLOWED[TransferStatus])
ON_HOLD = frozenset({TransferStatus.WAITING, TransferStatus.REFUSED})

SPOKE_S = 3.0
"""Who pressed 1 and is gone sooner than this has not spoken with the caller."""


def begin(
    session: Session, call: Call, company: Company, assessment: Assessment | None, reason: str, now: datetime
) -> Transfer:
    """Write the transfer, once a call. Nobody has been rung yet; `advance` does that when the caller is ready."""
    transfer = of_call(session, call.id)
    if transfer is None:
        job = jobs.of_call(session, call.id)
        language = "es" if reason == "spanish" else call.language
        trade = job.trade if job else assessment.trade if assessment else None
        line = line_up(consent.as_agreed(session, company), call.caller, language, _given(session), trade)
        transfer = Transfer(
            call_id=call.id,
            reason=reason,
            summary=summary(assessment, reason, paged=job is not None and job.status != JobStatus.NEW),
            people=[person.id for person in line],
            room=f"job-{new_id()}" if company.transfers.way == "room" else None,
            created_at=now,
        )
        session.add(transfer)
        session.flush()
        watch.begun(session, transfer, now)
    return transfer


def of_call(session: Session, call_id: str) -> Transfer | None:
    """The transfer of a call, as the database has it now, if there is one."""
    query = select(Transfer).where(Transfer.call_id == call_id).execution_options(populate_existing=True)
    return session.exec(query).first()


def rung(transfer: Transfer, company: Company) -> Person | None:
    """Who is being rung, or has taken the call."""
    at_work = TransferStatus(transfer.status) in AT_A_TELEPHONE | {TransferStatus.OVER} and transfer.tried
    return company.find(transfer.people[transfer.tried - 1]) if at_work else None


def leg_of(session: Session, transfer: Transfer, attempt: int) -> Message | None:
    """The call to the person of an attempt; only a room has one."""
    return session.exec(select(Message).where(Message.key == f"{LEG_KEY}{transfer.id}:{attempt}")).first()


def advance(session: Session, transfer: Transfer, company: Company, now: datetime) -> None:
    """Ring the next person, if nobody is being rung; when nobody is left the transfer has failed."""
    if TransferStatus(transfer.status) not in ON_HOLD:
        return
    left = [person for one in transfer.people[transfer.tried :] if (person := company.find(one))]
    may_hold = watch.held_s(session, transfer) < company.transfers.hold_s
    may_talk = _may_talk(session, transfer, company, now)
    taken = busy(session, besides=transfer) if may_talk else {one.id for one in company.staff}
    match choose(left, taken, signed(session, company, now), company, now, may_hold=may_hold):
        case Ring(person):
            later = [one.id for one in left if one is not person]
            order = [*transfer.people[: transfer.tried], person.id, *later]
            happened(session, transfer, Event.RUNG, company, now, people=order, tried=transfer.tried + 1, leg_sid=None)
        case Hold():
            watch.holding(session, transfer, now)
        case Nobody():
            happened(session, transfer, Event.NOBODY, company, now)


def happened(
    session: Session,
    transfer: Transfer,
    event: Event,
    company: Company,
    now: datetime,
    attempt: int | None = None,
    **written: Any,
) -> bool:
    """Move the row and do what follows. False when it means nothing now: late, double, or of an earlier `attempt`."""
    before = TransferStatus(transfer.status)
    leads = step(before, event)
    if leads is None or attempt not in (None, transfer.tried):
        return False
    if leads.status is TransferStatus.BRIDGED:
        written |= {"bridged_at": now, "taken_by": transfer.people[transfer.tried - 1]}
    elif leads.status in FINAL:
        written["ended_at"] = now
    elif event is Event.NEVER_SPOKE:
        written |= {"bridged_at": None, "taken_by": None}
    if not move(session, transfer, before, leads.status, **written):
        return False  # somebody else moved it in the same instant
    for act in leads.acts:
        _ACTS[act](session, transfer, company, now)
    return True


def leg_over(
    session: Session, transfer: Transfer, attempt: int, company: Company, now: datetime, *, spoke: bool | None = None
) -> None:
    """A person's call is over: they have spoken with the caller, or they did not take it.

    `spoke` is what Twilio says; where it says nothing, whoever took the call and stayed for a moment has.
    """
    if transfer.bridged_at is None:
        happened(session, transfer, Event.REFUSED, company, now, attempt)
    else:
        stayed = (now - transfer.bridged_at).total_seconds() >= SPOKE_S if spoke is None else spoke
        happened(session, transfer, Event.PARTED if stayed else Event.NEVER_SPOKE, company, now, attempt)


def leg_news(session: Session, message: Message, company: Company, now: datetime) -> None:
    """A row of the outbox has moved: when it was the call to a CSR and that call is over, the transfer goes on."""
    if message.key.startswith(LEG_KEY) and message.call_id and message.status in outbox.FINAL:
        transfer = of_call(session, message.call_id)
        if transfer is not None:
            leg_over(session, transfer, message.step or 0, company, now)


def caller_left(session: Session, call_id: str, company: Company, now: datetime) -> None:
    """The caller has hung up, in whatever state the transfer is."""
    transfer = of_call(session, call_id)
    if transfer is not None:
        happened(session, transfer, Event.CALLER_LEFT, company, now)


def live(session: Session, call_id: str) -> bool:
    """Whether the call's transfer is under way: the caller holds, or talks to a person."""
    transfer = of_call(session, call_id)
    return transfer is not None and TransferStatus(transfer.status) not in FINAL


def _may_talk(session: Session, transfer: Transfer, company: Company, now: datetime) -> bool:
    """Whether the desk has time for this caller beside the promises that were given; for an emergency always."""
    if company.spare is None or company.spare(session, company, now):
        return True
    job = jobs.of_call(session, transfer.call_id)
    return job is not None and job.priority == Priority.P1


def _given(session: Session) -> dict[str, datetime]:
    """When each person last got a call."""
    latest = select(Transfer.taken_by, func.max(col(Transfer.bridged_at))).where(col(Transfer.taken_by).is_not(None))
    return {str(person): at for person, at in session.exec(latest.group_by(col(Transfer.taken_by))) if at}


def _ring(session: Session, transfer: Transfer, company: Company, now: datetime) -> None:
    person = rung(transfer, company)
    if transfer.room is None or person is None:
        return  # the caller's own Dial rings them
    outbox.enqueue(
        session,
        key=f"{LEG_KEY}{transfer.id}:{transfer.tried}",
        channel=Channel.CALL,
        purpose=Purpose.STAFF,
        to=person.phone,
        body=transfer.summary,
        now=now,
        call_id=transfer.call_id,
        step=transfer.tried,
        person_id=person.id,
    )


def _drop(session: Session, transfer: Transfer, _company: Company, now: datetime) -> None:
    leg = leg_of(session, transfer, transfer.tried)
    if leg is None or leg.status in outbox.FINAL:
        return
    if leg.status != MessageStatus.PENDING or not outbox.settle(
        session, leg, MessageStatus.CANCELLED, now, reason=transfer.status
    ):
        watch.drop_leg(session, transfer, now)


def _next(session: Session, transfer: Transfer, company: Company, now: datetime) -> None:
    if transfer.room is not None:
        advance(session, transfer, company, now)
    else:  # the caller's Dial is over: Twilio asks what comes next, or is told to
        watch.send_onward(session, transfer, now)


def _onward(session: Session, transfer: Transfer, _company: Company, now: datetime) -> None:
    watch.send_onward(session, transfer, now)


_ACTS: Mapping[Act, Callable[[Session, Transfer, Company, datetime], None]] = {
    Act.RING: _ring,
    Act.WATCH: watch.status,
    Act.DROP: _drop,
    Act.NEXT: _next,
    Act.ONWARD: _onward,
}
