"""Handing a caller to a person who has been told what matters."""

from datetime import datetime

from sqlmodel import Session, select

from models.company import Company, Person
from models.enums import TransferStatus
from models.moves import move
from models.tables import Call, Transfer
from triage.assessment import Assessment
from triage.situations import SITUATIONS


def begin(
    session: Session, call: Call, company: Company, assessment: Assessment | None, reason: str, now: datetime
) -> Transfer:
    """Write the transfer, once a call. Nobody has been rung yet."""
    transfer = of_call(session, call.id)
    if transfer is None:
        transfer = Transfer(
            call_id=call.id,
            reason=reason,
            summary=summary(assessment, reason),
            people=[person.id for person in company.with_role("csr")],
            created_at=now,
        )
        session.add(transfer)
        session.flush()
    return transfer


def of_call(session: Session, call_id: str) -> Transfer | None:
    """The transfer of a call, if there is one."""
    return session.exec(select(Transfer).where(Transfer.call_id == call_id)).first()


def next_person(session: Session, transfer: Transfer, company: Company) -> Person | None:
    """The next person to ring, moved to `ringing`; None, moved to `failed`, when all have been tried."""
    before = TransferStatus(transfer.status)
    if before == TransferStatus.RINGING:
        move(session, transfer, TransferStatus.RINGING, TransferStatus.REFUSED)
        before = TransferStatus.REFUSED
    if before not in {TransferStatus.WAITING, TransferStatus.REFUSED}:
        return None
    if transfer.tried >= len(transfer.people):
        move(session, transfer, before, TransferStatus.FAILED)
        return None
    person = company.person(transfer.people[transfer.tried])
    move(session, transfer, before, TransferStatus.RINGING, tried=transfer.tried + 1)
    return person


def bridged(session: Session, transfer: Transfer) -> bool:
    """The person pressed the key: the caller is theirs."""
    taken_by = transfer.people[transfer.tried - 1] if transfer.tried else None
    return move(session, transfer, TransferStatus.RINGING, TransferStatus.BRIDGED, taken_by=taken_by)


def summary(assessment: Assessment | None, reason: str) -> str:
    """Two sentences for the person who is about to take the call; spoken in under eight seconds."""
    if assessment is None:
        return "A caller for you. Nothing is known yet."
    name = assessment.entities.name.value if assessment.entities.name else "A caller"
    what = SITUATIONS[assessment.situation].title if assessment.situation else f"{assessment.intent.value} question"
    where = assessment.entities.address
    place = f" at {where.number} {where.street}" if where and where.complete else ""
    urgent = "Emergency, technician paged. " if assessment.priority == "P1" else ""
    wants = " Asked for a person." if reason == "person" else ""
    return f"{urgent}{name}: {what}{place}.{wants}"
