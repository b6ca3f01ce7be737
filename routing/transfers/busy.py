"""Who is at a telephone, or has a caller of their own: for live callers and for calls back alike."""

from sqlmodel import Session, col, select

from models.enums import CallbackStatus, TransferStatus
from models.tables import Attempt, Callback, Transfer

AT_A_TELEPHONE = frozenset({TransferStatus.RINGING, TransferStatus.BRIEFING, TransferStatus.BRIDGED})


def busy(session: Session, besides: Transfer | None = None) -> set[str]:
    """Ids of those who are in a transfer (`besides` one), in an attempt to call somebody back, or took a caller."""
    handing = select(Transfer).where(col(Transfer.status).in_(AT_A_TELEPHONE))
    if besides is not None:
        handing = handing.where(Transfer.id != besides.id)
    handed = {one.people[one.tried - 1] for one in session.exec(handing)}
    calling = session.exec(select(Attempt.person_id).where(col(Attempt.ended_at).is_(None)))
    took = session.exec(select(Callback.taken_by).where(Callback.status == CallbackStatus.TAKEN))
    return handed | set(calling) | {one for one in took if one}
