"""The shop's own do-not-call list, and consents from elsewhere, which come only with their proof (legal.md L8)."""

import csv
import io
from datetime import datetime

from sqlmodel import Session, col, select

from carrier import consent
from carrier.numbers import whole
from models.enums import Channel, ConsentScope
from models.once import insert_once
from models.tables import BlockedNumber

COLUMNS = ("number", "channel", "scope", "proof", "given_at")
"""Of an import. `proof` names what can be shown: a form's id, a recording, a scanned page. `given_at` is ISO 8601."""


def block(session: Session, number: str, reason: str, made_by: str, now: datetime) -> bool:
    """Put a number (E.164) on the list; False when it is there. Raises ValueError for what is no number."""
    if not whole(number):
        raise ValueError("write the number as +15125550100")
    return insert_once(session, BlockedNumber(number=number, reason=reason, made_by=made_by, at=now))


def release(session: Session, number: str) -> bool:
    """Take a number off the list; False when it was not there."""
    row = session.get(BlockedNumber, number)
    if row is not None:
        session.delete(row)
    return row is not None


def listed(session: Session) -> list[BlockedNumber]:
    """The list, oldest first."""
    return list(session.exec(select(BlockedNumber).order_by(col(BlockedNumber.at), col(BlockedNumber.number))).all())


def as_csv(session: Session) -> str:
    """The list for other systems: number, reason, made_by, at."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("number", "reason", "made_by", "at"))
    table.writerows((one.number, one.reason, one.made_by, one.at.isoformat()) for one in listed(session))
    return out.getvalue()


def import_consents(session: Session, source: str, now: datetime) -> tuple[int, list[str]]:
    """Take consents given elsewhere, a CSV with `COLUMNS`; how many were taken, and why each other line was not.

    A line without proof, from the future, or older than what its number has said to us since, is refused.
    """
    taken, refused = 0, []
    for place, row in enumerate(csv.DictReader(io.StringIO(source)), start=2):
        wrong = _wrong(row, now) or _take(session, row)
        taken += wrong is None
        refused += [f"line {place}: {wrong}"] if wrong else []
    return taken, refused


def _wrong(row: dict[str, str | None], now: datetime) -> str | None:
    if missing := [name for name in COLUMNS if not (row.get(name) or "").strip()]:
        return f"no {' and no '.join(missing)}"
    if not whole(row["number"] or ""):
        return "not a telephone number"
    if row["channel"] not in {Channel.TEXT.value, Channel.CALL.value}:
        return "channel is text or call"
    if row["scope"] not in {ConsentScope.SERVICE.value, ConsentScope.MARKETING.value}:
        return "scope is service or marketing"
    given = _instant(row["given_at"] or "")
    if given is None:
        return "given_at is a time with its zone, such as 2026-05-04T10:00:00-05:00"
    return "given in the future" if given > now else None


def _take(session: Session, row: dict[str, str | None]) -> str | None:
    """Append one consent; why not, if its number has said something else later."""
    channel, scope = Channel(row["channel"] or ""), ConsentScope(row["scope"] or "")
    number, proof, given = row["number"] or "", row["proof"] or "", _instant(row["given_at"] or "")
    assert given is not None  # looked at before
    last = consent.last_word(session, number, channel, scope)
    if last is not None and last.at >= given:
        return "this number has said something since"
    written = scope is ConsentScope.MARKETING
    consent.note(session, number, channel, scope, True, "import", given, proof.strip(), written=written)
    return None


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None
