"""The send gate: every message passes it inside the claim that sends it. The law (docs/domain/legal.md) is kept here.

Each rule is one function from `Facts` to a reason for refusing, or None. `judge` is pure, `may_send` finds the facts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers
from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from models.company import Company, Person
from models.enums import Channel, MessageStatus, Purpose
from models.tables import Callback, Consent, DeadNumber, Message

EMERGENCY_LINES = frozenset({"18002221222"})
"""Whole numbers, digits only: poison control (47 CFR 64.1200(a)(1)(i), legal.md L2). 911 and its kin are short."""

SHORTEST_NUMBER = 7
"""Digits without the country code 1: anything shorter is a service (911, 411, 988) or a short code."""

TO_STAFF = frozenset({Purpose.PAGE, Purpose.STAFF})
MISSED_EVERY = timedelta(minutes=30)  # docs/domain/intake.md section 10
PAGES_AN_HOUR = 30
"""To one telephone; a whole ladder is a dozen. More is a fault of ours or a prank: then repeats are held back."""

CAPPED = f"paged {PAGES_AN_HOUR} times within the hour"

DEAD_FOR = timedelta(days=1)
"""How long a number that Twilio called dead for a channel is left alone before it is tried again: networks err too."""

OF_NOW = timedelta(minutes=15)
"""How long a receipt stays true: it tells of this minute, or that a technician phones within so long (intake.md 1)."""

BODY_LIMIT = 1600  # characters of a text, Twilio's limit


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules look at. `granted`: the latest consent of this number for this channel, if any."""

    to: str
    channel: Channel
    purpose: Purpose
    body: str
    own_numbers: frozenset[str]
    staff: tuple[Person, ...]
    granted: bool | None = None
    missed_lately: int = 0
    pages_lately: int = 0
    first_of_run: bool = False  # no page of its run has gone to this telephone by this channel yet
    dead: bool = False
    late: bool = False  # the time that its words name has passed

    @property
    def by_mail(self) -> bool:
        """Whether it goes to an e-mail address and not to a telephone."""
        return self.channel is Channel.EMAIL and "@" in self.to


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message may leave, and why not."""

    allowed: bool
    reason: str = ""


Rule = Callable[[Facts], str | None]


def emergency_line(facts: Facts) -> str | None:
    """L2: 911 and its kin are never dialled and never texted, in whatever spelling."""
    if facts.by_mail:
        return None
    national = "".join(filter(str.isdigit, facts.to)).removeprefix("1")
    service = len(national) < SHORTEST_NUMBER
    area = facts.to.startswith("+1") and national[1:3] == "11"  # no such area; a switch may stop listening after 911
    listed = "1" + national in EMERGENCY_LINES
    return "L2: an emergency line or service code" if service or area or listed else None


def not_a_number(facts: Facts) -> str | None:
    """Only a whole number in E.164 that its country's plan allows; an e-mail has an address."""
    if facts.by_mail:
        return None
    try:
        parsed = phonenumbers.parse(facts.to, None)
    except phonenumbers.NumberParseException:
        return "not a telephone number"
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    good = written == facts.to and phonenumbers.is_possible_number(parsed)
    return None if good else "not a telephone number"


def our_own(facts: Facts) -> str | None:
    """We do not ring or text ourselves."""
    return "one of our own numbers" if facts.to in facts.own_numbers else None


def opted_out(facts: Facts) -> str | None:
    """L4: the latest word of this number for this channel is no."""
    return "L4: opted out" if facts.granted is False else None


def staff_opted_in(facts: Facts) -> str | None:
    """L3: a page goes only to a telephone whose owner is on the staff and has agreed to be paged."""
    if facts.purpose not in TO_STAFF:
        return "an e-mail to somebody who is not on the staff" if facts.channel is Channel.EMAIL else None
    agreed = [one.email if facts.channel is Channel.EMAIL else one.phone for one in facts.staff if one.opted_in]
    return None if facts.to in agreed else "L3: nobody on the staff has agreed to be paged there"


def voice_to_customers(facts: Facts) -> str | None:
    """L1: an artificial voice rings a customer only with their stored yes; otherwise a person dials."""
    customer = facts.channel is Channel.CALL and facts.purpose not in TO_STAFF
    return "L1: no consent to be called by an automated voice" if customer and not facts.granted else None


def missed_once(facts: Facts) -> str | None:
    """One text about missed calls per number in half an hour."""
    repeated = facts.purpose is Purpose.MISSED and facts.missed_lately > 0
    return "told of a missed call within the last 30 minutes" if repeated else None


def pages_capped(facts: Facts) -> str | None:
    """A telephone that rings all night is switched off; but of every job its owner hears once."""
    flooded = facts.purpose is Purpose.PAGE and facts.pages_lately >= PAGES_AN_HOUR
    return CAPPED if flooded and not facts.first_of_run else None


def dead_number(facts: Facts) -> str | None:
    """A channel that reaches nobody at this number loses time; the next method does not."""
    return "found dead for this channel within the day" if facts.dead else None


def time_has_passed(facts: Facts) -> str | None:
    """A promise that arrives after its time is a lie to the customer; what is owed stays a row for people."""
    return "the time that it names has passed" if facts.late else None


def text_fits(facts: Facts) -> str | None:
    """A text or an e-mail has words, and no more than Twilio takes."""
    if facts.channel is Channel.CALL:
        return None
    if not facts.body.strip():
        return "no words"
    return "a text longer than Twilio takes" if len(facts.body) > BODY_LIMIT else None


RULES: tuple[Rule, ...] = (
    emergency_line,
    not_a_number,
    our_own,
    opted_out,
    staff_opted_in,
    voice_to_customers,
    missed_once,
    pages_capped,
    dead_number,
    time_has_passed,
    text_fits,
)
"""In this order; the first that refuses gives the reason."""


def judge(facts: Facts, rules: tuple[Rule, ...] = RULES) -> Verdict:
    """Ask every rule."""
    for rule in rules:
        reason = rule(facts)
        if reason is not None:
            return Verdict(allowed=False, reason=reason)
    return Verdict(allowed=True)


def may_send(session: Session, message: Message, company: Company, now: datetime) -> Verdict:
    """Whether this message may leave now, by the consent and the sends that the database knows of."""
    return judge(
        Facts(
            to=message.to,
            channel=message.channel,
            purpose=message.purpose,
            body=message.body,
            own_numbers=company.own_numbers | {company.phone},
            staff=company.staff,
            granted=latest_consent(session, message.to, message.channel),
            missed_lately=_sent(session, message, now - MISSED_EVERY),
            pages_lately=_sent(session, message, now - timedelta(hours=1)),
            first_of_run=message.run_id is not None and not _went_before(session, message),
            dead=_dead(session, message, now - DEAD_FOR),
            late=_late(session, message, now),
        )
    )


def latest_consent(session: Session, number: str, channel: Channel) -> bool | None:
    """What this number last said about this channel: yes, no, or nothing."""
    events = select(Consent.granted).where(col(Consent.number) == number, col(Consent.channel) == channel)
    return session.exec(events.order_by(col(Consent.at).desc()).limit(1)).first()


def _dead(session: Session, message: Message, since: datetime) -> bool:
    known = select(DeadNumber.id).where(
        DeadNumber.number == message.to, DeadNumber.channel == message.channel, col(DeadNumber.at) > since
    )
    return session.exec(known).first() is not None


def _late(session: Session, message: Message, now: datetime) -> bool:
    """Whether a customer's text would speak of what is past: a callback's by its promise, a receipt's by its age."""
    if message.purpose not in (Purpose.MISSED, Purpose.RECEIPT):
        return False
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
