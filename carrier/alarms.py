"""Words to those who answer for the shop, about the carrier itself: a number that is dead, an account that is refused.

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
    whose = next((one for one in company.staff if dead.number in (one.phone, one.email)), None)
    if whose is None:
        return
    words = f"{_WAYS[dead.channel]} to {whose.name} fail: {in_words(dead.error_code)}. Please correct the profile."
    heads = [one for one in company.with_role("manager") or company.with_role("owner") if one != whose]
    for head in heads or company.with_role("owner"):
        _tell(session, head, f"dead:{dead.id}", words, now, by_mail=head == whose)


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
