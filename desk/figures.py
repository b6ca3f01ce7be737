"""/api/v1/figures: how the telephone was answered, by day or by hour, as JSON and as CSV."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from sqlmodel import Session

from callbacks import figures
from callbacks.figures import By, Figures
from desk.api import HouseDep
from voice.house import House

router = APIRouter(prefix="/api/v1", tags=["figures"])

LONGEST = timedelta(days=400)
LATELY = timedelta(days=6)

First = Annotated[
    date | None, Query(alias="from", description="first day, on the company's wall; a week ago if absent")
]
Last = Annotated[date | None, Query(alias="to", description="last day; today if absent")]


@router.get("/figures")
async def as_json(house: HouseDep, first: First = None, last: Last = None, by: By = By.DAY) -> dict[str, Any]:
    """Rows by day or hour, and the total."""
    return figures.to_json(*await house.database.run(_counted, house, first, last, by))


@router.get("/figures.csv")
async def as_csv(house: HouseDep, first: First = None, last: Last = None, by: By = By.DAY) -> Response:
    """The same as a file for a spreadsheet."""
    table = figures.to_csv(*await house.database.run(_counted, house, first, last, by))
    return Response(table, media_type="text/csv")


def _counted(
    session: Session, house: House, first: date | None, last: date | None, by: By
) -> tuple[dict[str, Figures], Figures]:
    now = house.clock()
    last = last or now.astimezone(house.company.timezone).date()
    first = first or last - LATELY
    if not timedelta() <= last - first <= LONGEST:
        raise HTTPException(422, f"from must not be after to, and not more than {LONGEST.days} days before it")
    facts = figures.read(session, *figures.days(house.company, first, last))
    return figures.grouped(facts, by, house.company.timezone, now), figures.figures(facts, now)
