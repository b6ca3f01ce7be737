"""The rules of the gate, each one function from `Facts` to a reason for refusing, or None. Pure.

A reason that is the law's begins with its line (docs/domain/legal.md); the others are limits of our own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from phonenumbers import PhoneNumberType, number_type

from carrier.law import MARKETING, law
from carrier.numbers import country_of, whole
from models.company import Person
from models.enums import Channel, ConsentScope, Purpose

SHORTEST_NUMBER = 7
"""Digits without the country code 1: anything shorter is a service (911, 411, 988) or a short code."""

TO_STAFF = frozenset({Purpose.PAGE, Purpose.STAFF})
SAFETY = frozenset({Purpose.RECEIPT, Purpose.REPLY})
"""What may be said to somebody who opted out and reports an emergency after that (docs/decisions)."""

MISSED_EVERY = timedelta(minutes=30)
"""One text per number in this time; who redials within it is one episode (docs/domain/intake.md section 10)."""

DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
PLAN = 1
"""The country code that the countries of North America share."""

PAGES_AN_HOUR = 30
"""To one telephone; a whole ladder is a dozen. More is a fault of ours or a prank: then repeats are held back."""

CAPPED = f"paged {PAGES_AN_HOUR} times within the hour"

DEAD_FOR = timedelta(days=1)
"""How long a number that Twilio called dead for a channel is left alone before it is tried again: networks err too."""

OF_NOW = timedelta(minutes=15)
"""How long a receipt stays true: it tells of this minute, or that a technician phones within so long (intake.md 1)."""

CONFIRM_WITHIN = timedelta(minutes=5)
"""L4: the one confirmation of an opt-out comes so soon or never."""

BODY_LIMIT = 1600  # characters of a text, Twilio's limit


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules look at. `granted`: the latest word of this number on this channel and kind of message."""

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
    emergency_lines: frozenset[str] = frozenset()  # the shop's local ones
    countries: frozenset[str] = frozenset({"US", "CA"})  # whose customers are called and texted
    blocked: bool = False  # on the do-not-call list
    confirms: bool = False  # it is the one answer to an opt-out of the last five minutes
    in_danger: bool = False  # they have reported an emergency since their no
    written: bool = False  # written consent to marketing stands
    registered: bool = True  # texts to customers have a campaign
    markets: bool = True  # marketing has a sender of its own

    @property
    def by_mail(self) -> bool:
        """Whether it goes to an e-mail address and not to a telephone."""
        return self.channel is Channel.EMAIL and "@" in self.to


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message may leave, and why not; with `until`, that it may leave then."""

    allowed: bool
    reason: str = ""
    until: datetime | None = None


Rule = Callable[[Facts], str | None]


def scope_of(purpose: Purpose) -> ConsentScope:
    """What a yes or no must be about to count for a message."""
    if purpose in TO_STAFF:
        return ConsentScope.PAGING
    return ConsentScope.MARKETING if purpose in MARKETING else ConsentScope.SERVICE


def emergency_line(facts: Facts) -> str | None:
    """L2: 911 and its kin are never dialled and never texted, in whatever spelling."""
    if facts.by_mail:
        return None
    national = "".join(filter(str.isdigit, facts.to)).removeprefix("1")
    service = len(national) < SHORTEST_NUMBER
    area = facts.to.startswith("+1") and national[1:3] == "11"  # no such area; a switch may stop listening after 911
    listed = "1" + national in law().emergency or facts.to in facts.emergency_lines
    return "L2: an emergency line or service code" if service or area or listed else None


def not_a_number(facts: Facts) -> str | None:
    """Only a whole number in E.164 that its country's plan allows; an e-mail has an address."""
    if facts.by_mail:
        return None
    return None if whole(facts.to) else "not a telephone number"


def dear_or_abroad(facts: Facts) -> str | None:
    """A caller's number is easily forged: none that earns by being called, and none of a country we do not serve.

    An area code too new for the tables is taken for one of ours.
    """
    number = whole(facts.to)
    if number is None or facts.purpose in TO_STAFF:
        return None
    if number_type(number) in DEAR or law().premium.fullmatch(facts.to):
        return "a number that costs more than a call"
    country = country_of(number)
    served = country in facts.countries or (country is None and number.country_code == PLAN)
    return None if served else "a country that is not served (business.toml, [consent] countries)"


def our_own(facts: Facts) -> str | None:
    """We do not ring or text ourselves."""
    return "one of our own numbers" if facts.to in facts.own_numbers else None


def blocked(facts: Facts) -> str | None:
    """L8: nobody on the do-not-call list is called or texted; staff are not customers."""
    return "L8: on the do-not-call list" if facts.blocked and facts.purpose not in TO_STAFF else None


def opted_out(facts: Facts) -> str | None:
    """L4: the latest word of this number is no. What is left: the one confirmation, and words about their emergency."""
    spared = facts.confirms if facts.purpose is Purpose.GOODBYE else facts.in_danger and facts.purpose in SAFETY
    return "L4: opted out" if facts.granted is False and not spared else None


def goodbye_once(facts: Facts) -> str | None:
    """L4: an opt-out is confirmed once, within five minutes."""
    idle = facts.purpose is Purpose.GOODBYE and not facts.confirms
    return "L4: no opt-out of the last five minutes to confirm, or confirmed already" if idle else None


def staff_opted_in(facts: Facts) -> str | None:
    """L3: a page goes only to a telephone whose owner is on the staff and has agreed to be paged."""
    if facts.purpose not in TO_STAFF:
        return "an e-mail to somebody who is not on the staff" if facts.channel is Channel.EMAIL else None
    agreed = [one for one in facts.staff if one.opted_in or facts.granted]
    there = [one.email if facts.channel is Channel.EMAIL else one.phone for one in agreed]
    return None if facts.to in there else "L3: nobody on the staff has agreed to be paged there"


def voice_to_customers(facts: Facts) -> str | None:
    """L1: an artificial voice rings a customer only with their stored yes; otherwise a person dials."""
    customer = facts.channel is Channel.CALL and facts.purpose not in TO_STAFF
    return "L1: no consent to be called by an automated voice" if customer and not facts.granted else None


def marketing_consent(facts: Facts) -> str | None:
    """L1, L8, L13: marketing needs written consent."""
    asked = facts.written or facts.purpose not in MARKETING
    return None if asked else "L8: no written consent to marketing"


def campaign_registered(facts: Facts) -> str | None:
    """L6: texts to customers leave only once they are registered; marketing through a service of its own.

    Pages are spared: an emergency is tried whatever the registration, and a call follows the text anyway.
    """
    if facts.channel is not Channel.TEXT or facts.purpose in TO_STAFF:
        return None
    if not facts.registered:
        return "L6: no A2P campaign is set (business.toml, [texting])"
    unsent = facts.purpose in MARKETING and not facts.markets
    return "L6: no messaging service for marketing (business.toml, [texting])" if unsent else None


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


NEVER_RUNG: tuple[Rule, ...] = (emergency_line, not_a_number, dear_or_abroad, our_own, blocked)
"""What holds also when a person dials."""

RULES: tuple[Rule, ...] = (
    *NEVER_RUNG,
    opted_out,
    goodbye_once,
    staff_opted_in,
    voice_to_customers,
    marketing_consent,
    campaign_registered,
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
