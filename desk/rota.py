"""/api/v1: who is on call, the rota, its changes, and its calendar. Needs the bearer key."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from carrier import consent
from desk.api import HouseDep
from models.company import Company
from models.enums import DutyKind, Trade
from routing.rota import changes, ical, view
from routing.rota.changes import Refused, Window, draft
from routing.rota.duty import HORIZON, Change, next_changes, on_duty
from voice.house import House

router = APIRouter(prefix="/api/v1", tags=["rota"])

BY = "api"
Days = Annotated[int, Query(ge=1, le=92)]


class ChangeIn(BaseModel):
    """A cover, somebody more, or an absence. A time without an offset is the company's wall."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["cover", "add", "off"]
    person: str
    covers: str | None = None
    trades: list[Trade] = []
    starts_at: datetime
    ends_at: datetime
    note: str = Field(default="", max_length=200)


class SwapIn(BaseModel):
    """Two people take each other's hours."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["swap"]
    person: str
    starts_at: datetime
    ends_at: datetime
    other: str
    other_starts_at: datetime
    other_ends_at: datetime
    note: str = Field(default="", max_length=200)


@router.get("/on-call")
async def on_call(house: HouseDep, at: datetime | None = None, trade: Trade | None = None) -> dict[str, Any]:
    """Who is on duty now or at an instant, level 1 first."""
    when = _moment(house, at) if at else house.clock()
    written = await house.database.run(changes.load, when, when + HORIZON)
    company = await house.database.run(consent.as_agreed, house.company)
    duties = on_duty(company, written, when, trade)
    return {
        "at": when.astimezone(house.company.timezone).isoformat(),
        "duties": [view.duty(company, one, when) for one in duties],
    }


@router.get("/rota")
async def rota(house: HouseDep, days: Days = 7) -> dict[str, Any]:
    """The next days from handoff to handoff, and the changes that touch them."""
    since = house.clock()
    until = since + timedelta(days=days)
    written = await house.database.run(changes.load, since, until)
    company = await house.database.run(consent.as_agreed, house.company)
    return {
        "spans": [view.span(company, one) for one in next_changes(company, written, since, until)],
        "changes": [view.change(house.company, one) for one in written],
    }


@router.post("/rota/changes", status_code=201)
async def write(
    house: HouseDep, wanted: Annotated[ChangeIn | SwapIn, Field(discriminator="kind")]
) -> list[dict[str, Any]]:
    """Write a change; a swap is two. 409 with the reason when it would leave a trade without somebody to send."""
    times = {name: _moment(house, value) for name, value in wanted if isinstance(value, datetime)}
    try:
        written = await house.database.run(_write, house.company, wanted, times, house.clock())
    except Refused as error:
        raise HTTPException(409, error.reason) from None
    house.wake()
    return [view.change(house.company, one) for one in written]


@router.delete("/rota/changes/{change_id}", status_code=204)
async def withdraw(house: HouseDep, change_id: str) -> None:
    """Take a change back. A swap has two."""
    if not await house.database.run(changes.withdraw, change_id, house.clock()):
        raise HTTPException(404, "no change that counts has this id")
    house.wake()


@router.get("/rota.ics")
async def calendar(house: HouseDep, days: Days = 28) -> Response:
    """The duties of the next days as a calendar: names and trades, no numbers."""
    now = house.clock()
    written = await house.database.run(changes.load, now - HORIZON, now + timedelta(days=days))
    return Response(ical.export(house.company, written, now, days), media_type="text/calendar; charset=utf-8")


def _write(
    session: Session, company: Company, wanted: ChangeIn | SwapIn, times: dict[str, datetime], now: datetime
) -> tuple[Change, ...]:
    starts, ends = times["starts_at"], times["ends_at"]
    if isinstance(wanted, SwapIn):
        first = Window(wanted.person, starts, ends)
        second = Window(wanted.other, times["other_starts_at"], times["other_ends_at"])
        return changes.swap(session, company, first, second, now, by=BY, note=wanted.note)
    kind, trades = DutyKind(wanted.kind), frozenset(wanted.trades)
    one = draft(kind, wanted.person, starts, ends, now, covers=wanted.covers, trades=trades)
    return changes.write(session, company, [one], now, by=BY, note=wanted.note)


def _moment(house: House, given: datetime) -> datetime:
    try:
        return view.moment(house.company, given)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
