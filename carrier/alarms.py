"""Words to those who answer for the shop, about the carrier itself: a number dead or stopped, an account refused.

They name people by what the profile calls them, never a number; and they are rows of the outbox like all that leaves.
"""

from datetime import datetime

import structlog
from sqlmodel import Session

from carrier import outbox
from carrier.codes import in_words
from models.company import Company, Person
from models.enums import Channel, Purpose
from models.tables import DeadNumber, Message

log = structlog.get_logger(__name__)

KEY = "alarm:"
"""What the key of every alarm begins with: an alarm that fails raises none."""

_WAYS = {Channel.TEXT: "Texts", Channel.CALL: "Calls", Channel.EMAIL: "E-mails"}


def number_is_dead(session: Session, company: Company, dead: DeadNumber, now: datetime) -> None:
    """Tell the managers, once a death, whose telephone cannot be reached; nothing for a stranger's number."""
    whose = _owner_of(company, dead.number)
    if whose is not None:
        words = f"{_WAYS[dead.channel]} to {whose.name} fail: {in_words(dead.error_code)}. Please correct the profile."
        _tell_heads(session, company, whose, f"dead:{dead.id}", words, now)


def staff_said_no(session: Session, company: Company, row: Message, now: datetime) -> None:
    """Tell the managers, once a day, that one of the staff has sent STOP; nothing of a stranger's."""
    whose = _owner_of(company, row.to)
    if whose is not None:
        words = f"{_WAYS[row.channel]} to {whose.name} have stopped: they sent STOP, and must send START to be paged."
        _tell_heads(session, company, whose, f"stopped:{whose.id}:{row.channel}:{now:%Y%m%d}", words, now)


def staff_opted_out(session: Session, company: Company, whose: Person, sid: str, now: datetime) -> None:
    """Tell the managers at once that one of the staff may be paged no more; `sid` is the text that said so."""
    words = f"{whose.name} has opted out: no page reaches them until they send JOIN. Please mend the rota."
    _tell_heads(session, company, whose, f"opted_out:{whose.id}:{sid}", words, now)


def staff_said_no_aloud(session: Session, company: Company, whose: Person, now: datetime) -> None:
    """A caller who showed a staff number wants no pages, which is easily forged: ask that telephone, tell the managers.

    Once a day: whoever plays with it rings nobody's telephone all night.
    """
    key = f"said_no:{whose.id}:{now:%Y%m%d}"
    words = f"A caller from {whose.name}'s number asked for no more pages. Nothing is changed: they are asked by text."
    _tell_heads(session, company, whose, key, words, now)
    ask = f"{company.name}: a caller from your number wants no pages. Reply STOP if you no longer want to be paged."
    _tell(session, whose, f"{key}:asked", ask, now, by_mail=False)


def nobody_rings(session: Session, company: Company, ref: str, why: str, now: datetime, *, urgent: bool) -> None:
    """Tell all who answer for the shop, once a callback (`ref`), that its caller is not rung, and why."""
    what = "An EMERGENCY that nobody took: its caller" if urgent else "A caller who is owed a call"
    words = f"{what} is not rung: {why}. Please look at the callbacks and decide."
    for head in (one for one in company.staff if one.is_head):
        _tell(session, head, f"not_rung:{ref}", words, now, by_mail=False)


def pages_are_capped(session: Session, company: Company, row: Message, now: datetime) -> None:
    """Tell all who answer for the shop, once an hour, that repeated pages are held back, and from whom first."""
    whose = _owner_of(company, row.to)
    words = f"Too many pages: repeats to {whose.name if whose else 'staff'} are held back. Look at the open jobs now."
    for head in (one for one in company.staff if one.is_head):
        _tell(session, head, f"capped:{now:%Y%m%d%H}", words, now, by_mail=False)


def customers_get_no_texts(session: Session, company: Company, now: datetime) -> None:
    """At the start: without a campaign every text to a customer is refused (L6); the owner hears it once a day."""
    if company.texting.registered:
        return
    log.error("texting.unregistered", missing="[texting] a2p_campaign_sid")
    words = "FirstRing runs, but no text to a customer leaves: [texting] a2p_campaign_sid is not set in business.toml."
    for owner in company.with_role("owner"):
        _tell(session, owner, f"no_campaign:{now:%Y%m%d}", words, now, by_mail=False)


def account_is_refused(session: Session, company: Company, row: Message, code: int | None, now: datetime) -> None:
    """Tell the owner, once an hour, that a message could not leave for a fault of ours; by another method than its."""
    if row.key.startswith(KEY):
        return
    log.error("account.refused", account=row.account, code=code)
    why = in_words(code) if code else "refused"
    what = _WAYS[row.channel].lower()
    words = f"Account {row.account + 1} cannot send {what}: {why}. Please mend it: pages may be late."
    for owner in company.with_role("owner"):
        _tell(session, owner, f"account:{now:%Y%m%d%H}", words, now, by_mail=True, account=row.account + 1)


def _owner_of(company: Company, address: str) -> Person | None:
    return next((one for one in company.staff if address in (one.phone, one.email)), None)


def _tell_heads(session: Session, company: Company, whose: Person, key: str, words: str, now: datetime) -> None:
    """The managers but the one whose telephone it is; when there is nobody else the owner, by another way."""
    heads = [one for one in company.with_role("manager") or company.with_role("owner") if one != whose]
    for head in heads or company.with_role("owner"):
        _tell(session, head, key, words, now, by_mail=head == whose)


def _tell(
    session: Session, person: Person, key: str, words: str, now: datetime, *, by_mail: bool, account: int = 0
) -> None:
    """One row: an e-mail where that is wanted and can be had, otherwise a text."""
    mailed = by_mail and person.email is not None
    outbox.enqueue(
        session,
        key=f"{KEY}{key}:{person.id}",
        channel=Channel.EMAIL if mailed else Channel.TEXT,
        purpose=Purpose.STAFF,
        to=person.email if mailed and person.email else person.phone,
        body=words,
        now=now,
        person_id=person.id,
        account=account,
    )
