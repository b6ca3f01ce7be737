"""/api/v1/transfers: the card of a caller who is being handed over, the same that the CSR is told by telephone."""

from typing import Any

from fastapi import APIRouter, HTTPException
from sqlmodel import Session, col, select

from desk import records
from desk.api import HouseDep
from models.company import Company
from models.tables import Call, Transfer
from routing import jobs
from routing.transfers import FINAL

router = APIRouter(prefix="/api/v1", tags=["desk"])


@router.get("/transfers")
async def transfers(house: HouseDep, limit: int = 50) -> list[dict[str, Any]]:
    """The cards of all callers who hold, ring somebody or talk to a person; who waits longest comes first."""
    return await house.database.run(_live, house.company, max(1, min(limit, 500)))


@router.get("/transfers/{transfer_id}")
async def transfer(transfer_id: str, house: HouseDep) -> dict[str, Any]:
    """State, who is rung, the summary, the caller and the job."""
    card = await house.database.run(_card, house.company, transfer_id)
    if card is None:
        raise HTTPException(404, "no transfer has this id")
    return card


def _card(session: Session, company: Company, transfer_id: str) -> dict[str, Any] | None:
    row = session.get(Transfer, transfer_id)
    return _of(session, company, row) if row else None


def _live(session: Session, company: Company, limit: int) -> list[dict[str, Any]]:
    rows = select(Transfer).where(col(Transfer.status).not_in(FINAL)).order_by(col(Transfer.created_at)).limit(limit)
    return [_of(session, company, row) for row in session.exec(rows)]


def _of(session: Session, company: Company, row: Transfer) -> dict[str, Any]:
    call, job = session.get_one(Call, row.call_id), jobs.of_call(session, row.call_id)
    caller = {"sid": call.sid, "number": call.caller, "language": call.language}
    return {**records.transfer(row, company), "call": caller, "job": job.model_dump(mode="json") if job else None}
