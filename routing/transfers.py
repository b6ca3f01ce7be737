"""Handing a caller to a person who has been told what matters."""

from datetime import datetime

from sqlmodel import Session, select

from models.company import Company, Person
from models.enums import Intent, JobStatus, Language, TransferStatus
from models.moves import move
from models.tables import Call, Transfer
from routing import jobs
from triage.assessment import Assessment


def begin(
    session: Session, call: Call, company: Company, assessment: Assessment | None, reason: str, now: datetime
) -> Transfer:
    """Write the transfer, once a call. Nobody has been rung yet."""
    transfer = of_call(session, call.id)
    if transfer is None:
        job = jobs.of_call(session, call.id)
        transfer = Transfer(
            call_id=call.id,
            reason=reason,
            summary=summary(assessment, reason, paged=job is not None and job.status != JobStatus.NEW),
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


SAID_BY_REASON = frozenset({"A22", "A24", "A26"})
"""Rows whose name says no more than the reason of the transfer does."""

WHY = {
    "person": "Asks for a person.",
    "spanish": "Speaks Spanish.",
    "silent": "The caller went silent.",
    "unclear": "We could not understand the caller.",
    "not_understood": "We could not understand the caller.",
    "recogniser_lost": "Our recogniser failed.",
    "recording_refused": "Does not want to be recorded.",
    "card_number": "Wants to pay; do not take a card by voice.",
}


def summary(assessment: Assessment | None, reason: str, *, paged: bool) -> str:
    """Two sentences for the person who is about to take the call; spoken in under eight seconds."""
    why = WHY.get(reason, "")
    if assessment is None:
        return f"A caller for you. {why or 'Nothing is known yet.'}"
    name = assessment.entities.name.value if assessment.entities.name else "A caller"
    where = assessment.entities.address
    place = f" at {where.number} {where.street}" if where and where.complete else ""
    what = ""
    if assessment.situation and assessment.situation not in SAID_BY_REASON:
        what = jobs.spoken_title(assessment.situation)
    elif assessment.intent != Intent.OTHER and not why:
        what = f"{assessment.intent.value} question"
    urgent = "Emergency, technician paged. " if paged else ""
    spanish = " Speaks Spanish." if assessment.language is Language.ES and reason != "spanish" else ""
    told = f"{name}: {what}{place}. {why}" if what else f"{name}{place}. {why or 'Nothing more is known.'}"
    return f"{urgent}{told.strip()}{spanish}"
