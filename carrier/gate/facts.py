"""What the gate looks up: the facts of one message, and where its reader may be. Only what its purpose needs."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from carrier import consent
from carrier.gate.quiet import Place
from carrier.gate.rules import (
    CONFIRM_WITHIN,
    DEAD_FOR,
    MISSED_EVERY,
    OF_NOW,
    SAFETY,
    TO_STAFF,
    Facts,
    scope_of,
)
from carrier.law import MARKETING, law
from models.company import Company
from models.enums import MessageStatus, Priority, Purpose
from models.tables import BlockedNumber, Call, Callback, DeadNumber, Job, Message


def facts_of(session: Session, message: Message, company: Company, now: datetime) -> Facts:
    """All that the rules look at, as the database has it in this transaction."""
    purpose = message.purpose
    last = consent.last_word(session, message.to, message.channel, scope_of(purpose))
    no_at = last.at if last is not None and not last.granted else None
    customer = purpose not in TO_STAFF
    return Facts(
        to=message.to,
        channel=message.channel,
        purpose=purpose,
        body=message.body,
        own_numbers=company.own_numbers | {company.phone},
        staff=company.staff,
        granted=last.granted if last is not None else None,
        missed_lately=_sent(session, message, now - MISSED_EVERY) if purpose is Purpose.MISSED else 0,
        pages_lately=_sent(session, message, now - timedelta(hours=1)) if purpose is Purpose.PAGE else 0,
        first_of_run=message.run_id is not None and not _went_before(session, message),
        dead=_dead(session, message, now - DEAD_FOR),
        late=_late(session, message, now),
        emergency_lines=company.consenting.emergency_lines,
        countries=company.consenting.countries,
        blocked=customer and is_blocked(session, message.to),
        confirms=purpose is Purpose.GOODBYE and _confirms(session, message, no_at, now),
        in_danger=no_at is not None and purpose in SAFETY and _in_danger(session, message, no_at),
        written=purpose in MARKETING and consent.written(session, message.to, message.channel),
        registered=company.texting.registered,
        markets=company.texting.markets,
    )


def is_blocked(session: Session, number: str) -> bool:
    """Whether a number is on the shop's do-not-call list (L8)."""
    return session.get(BlockedNumber, number) is not None


def home_of(session: Session, message: Message, company: Company) -> Place | None:
    """Where the message's job, or else the latest of its reader, is done; None when no job is known."""
    jobs = select(Job).order_by(col(Job.created_at).desc()).limit(1)
    mine = or_(Job.callback == message.to, (col(Job.callback).is_(None)) & (col(Job.caller) == message.to))
    one_of_it = jobs.where(Job.call_id == message.call_id) if message.call_id else jobs.where(mine)
    job = session.exec(one_of_it).first()
    if job is None or not job.address:
        return None
    state = str(job.address.get("state") or company.state)
    nearby = state == company.state and (not job.address.get("zip") or job.address["zip"] in company.zips)
    zones = frozenset({company.timezone.key}) if nearby else law().zones.get(state, frozenset())
    return Place(zones, frozenset({state} if state else ()))


def asked_lately(session: Session, message: Message, now: datetime) -> bool:
    """Whether its reader has called within the half hour, or it is about their emergency: then it is no push (L7)."""
    if _urgent(session, message):
        return True
    latest = session.exec(select(func.max(Call.received_at)).where(Call.caller == message.to)).one()
    mine = session.get(Call, message.call_id) if message.call_id else None
    called = max((at for at in (latest, mine and mine.received_at) if at), default=message.created_at)
    return now - called <= timedelta(minutes=law().asked_minutes)


def _urgent(session: Session, message: Message) -> bool:
    if message.call_id is None:
        return False
    job = session.exec(select(Job.priority).where(Job.call_id == message.call_id)).first()
    return job == Priority.P1


def _in_danger(session: Session, message: Message, no_at: datetime) -> bool:
    """Whether the emergency that a message is about was reported after its reader had opted out."""
    if message.call_id is None:
        return False
    about = select(Job.id).join(Call, col(Call.id) == col(Job.call_id)).where(Job.call_id == message.call_id)
    since = or_(col(Job.created_at) > no_at, col(Call.received_at) > no_at)
    return session.exec(about.where(Job.priority == Priority.P1, since)).first() is not None


def _confirms(session: Session, message: Message, no_at: datetime | None, now: datetime) -> bool:
    """Whether it is the one confirmation of the latest no, in time."""
    if no_at is None or now - no_at > CONFIRM_WITHIN:
        return False
    others = (Message.to == message.to, Message.purpose == Purpose.GOODBYE, Message.id != message.id)
    went = or_(col(Message.status) == MessageStatus.SENDING, col(Message.accepted_at).is_not(None))
    return session.exec(select(Message.id).where(*others, went, col(Message.created_at) >= no_at)).first() is None


def _dead(session: Session, message: Message, since: datetime) -> bool:
    known = select(DeadNumber.id).where(
        DeadNumber.number == message.to, DeadNumber.channel == message.channel, col(DeadNumber.at) > since
    )
    return session.exec(known).first() is not None


def _late(session: Session, message: Message, now: datetime) -> bool:
    """Whether a customer's text would speak of what is past: a callback's by its promise, a receipt's by its age."""
    if message.call_id is None or message.purpose not in (Purpose.MISSED, Purpose.RECEIPT):
        return message.purpose is Purpose.RECEIPT and message.due_at + OF_NOW < now
    owed = session.exec(select(Callback).where(col(Callback.call_id) == message.call_id)).first()
    if owed is not None and message.key == f"promise:{owed.id}":
        return owed.promised_at is not None and owed.promised_at < now
    return message.purpose is Purpose.RECEIPT and message.due_at + OF_NOW < now


def _went_before(session: Session, message: Message) -> bool:
    """Whether another page of its run went to its number by its channel, or may have gone."""
    others = (Message.run_id == message.run_id, Message.purpose == Purpose.PAGE, Message.id != message.id)
    same_way = (Message.to == message.to, Message.channel == message.channel)
    went = or_(col(Message.status) == MessageStatus.SENDING, col(Message.accepted_at).is_not(None))
    return session.exec(select(Message.id).where(*others, *same_way, went).limit(1)).first() is not None


def _sent(session: Session, message: Message, since: datetime) -> int:
    """How many others of its purpose and channel went to its number since then, or are on their way ahead of it."""
    older = or_(
        col(Message.created_at) < message.created_at,
        (col(Message.created_at) == message.created_at) & (col(Message.id) < message.id),
    )
    claimed = (col(Message.status) == MessageStatus.PENDING) & col(Message.owner).is_not(None)
    leaving = or_(col(Message.status) == MessageStatus.SENDING, claimed & older)
    others = (
        select(func.count())
        .select_from(Message)
        .where(
            col(Message.to) == message.to,
            col(Message.purpose) == message.purpose,
            col(Message.channel) == message.channel,
            col(Message.id) != message.id,
            or_(leaving, col(Message.accepted_at) > since),
        )
    )
    return session.exec(others).one()
