"""/api/v1/transfers: the card of a caller who is being handed over, the same that the CSR is told by telephone."""

from typing import Any

from fastapi import APIRouter, HTTPException
from sqlmodel import Session

from desk import records
from desk.api import HouseDep
from models.company import Company
from models.tables import Call, Transfer
from routing import jobs

router = APIRouter(prefix="/api/v1", tags=["desk"])


@router.get("/transfers/{transfer_id}")
async def transfer(transfer_id: str, house: HouseDep) -> dict[str, Any]:
    """State, who is rung, the summary, the caller and the job."""
    card = await house.database.run(_card, house.company, transfer_id)
    if card is None:
        raise HTTPException(404, "no transfer has this id")
    return card


def _card(session: Session, company: Company, transfer_id: str) -> dict[str, Any] | None:
    row = session.get(Transfer, transfer_id)
    if row is None:
        return None
    call, job = session.get_one(Call, row.call_id), jobs.of_call(session, row.call_id)
    caller = {"sid": call.sid, "number": call.caller, "language": call.language}
    return {**records.transfer(row, company), "call": caller, "job": job.model_dump(mode="json") if job else None}
