"""The send gate: every text and call passes it inside the transaction that sends it. The law is kept here.

`rules` are pure, `facts` finds what they look at, `quiet` knows the hours, `law.toml` is the law as data.
"""

from datetime import datetime

from sqlmodel import Session

from carrier import consent
from carrier.gate import quiet
from carrier.gate.facts import asked_lately, facts_of, home_of, is_blocked
from carrier.gate.rules import (
    CAPPED,
    DEAD_FOR,
    NEVER_RUNG,
    PAGES_AN_HOUR,
    RULES,
    Facts,
    Rule,
    Verdict,
    judge,
    scope_of,
)
from carrier.law import MARKETING
from models.company import Company
from models.enums import Channel, Purpose
from models.tables import Message

__all__ = ["CAPPED", "DEAD_FOR", "PAGES_AN_HOUR", "RULES", "Facts", "Rule", "Verdict"]
__all__ += ["is_blocked", "judge", "may_dial", "may_send", "scope_of"]

PUSHED = frozenset({Purpose.MISSED, Purpose.RECEIPT, Purpose.SLIPPED})
"""What we tell customers on our own: not in the night, unless they have just called or are in danger."""


def may_send(session: Session, message: Message, company: Company, now: datetime) -> Verdict:
    """Whether this message may leave now, by all that the database knows; with `until`, when it may."""
    verdict = judge(facts_of(session, message, company, now))
    if not verdict.allowed or message.purpose not in PUSHED | MARKETING:
        return verdict
    if message.purpose in PUSHED and asked_lately(session, message, now):
        return verdict
    place = quiet.place_of(message.to, home_of(session, message, company))
    windows = quiet.marketing_windows(place) if message.purpose in MARKETING else quiet.waking_hours()
    good = quiet.good_from(now, windows, place.zones)
    if good == now:
        return verdict
    return Verdict(allowed=False, reason="L7: quiet hours where they are" if good else "L7: no good hour", until=good)


def may_dial(session: Session, number: str, company: Company, now: datetime) -> Verdict:  # noqa: ARG001
    """Whether a person of ours may be joined to this number on a key they pressed.

    No artificial voice speaks, so L1 asks for nothing; but who said "do not call me" is not called.
    """
    facts = Facts(
        to=number,
        channel=Channel.CALL,
        purpose=Purpose.REPLY,
        body="",
        own_numbers=company.own_numbers | {company.phone},
        staff=company.staff,
        emergency_lines=company.consenting.emergency_lines,
        countries=company.consenting.countries,
        blocked=is_blocked(session, number),
    )
    verdict = judge(facts, NEVER_RUNG)
    if verdict.allowed and consent.do_not_call(session, number):
        return Verdict(allowed=False, reason="L8: asked not to be called")
    return verdict
