"""/api/v1: what may be sent to whom, and why not: consents, the do-not-call list, refusals, legal holds."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from carrier import blocked, retention
from carrier.records import row_story
from desk.api import DOOR, HouseDep
from models.tables import Call, Consent

router = APIRouter(prefix="/api/v1", tags=["law"])


class Whose(BaseModel):
    """A number, E.164: in the body, because the addresses of requests are logged on their way."""

    model_config = ConfigDict(extra="forbid")
    number: str = Field(pattern=r"^\+[1-9]\d{6,14}$")


class Block(BaseModel):
    """A number for the do-not-call list."""

    model_config = ConfigDict(extra="forbid")
    number: str
    reason: str = Field(default="", max_length=200)
    made_by: str = Field(default=DOOR, max_length=60)


@router.get("/messages/{message_id}")
async def message(message_id: str, house: HouseDep) -> dict[str, Any]:
    """One message of the outbox: how it stands, and why it was refused or waits."""
    story = await house.database.run(row_story, message_id)
    if story is None:
        raise HTTPException(404, "no message has this id")
    return story.to_json()


@router.post("/consents/read")
async def consents(whose: Whose, house: HouseDep) -> list[dict[str, Any]]:
    """Everything that a number has said of texts and calls, newest first."""
    return await house.database.run(_consents, whose.number, house.clock())


@router.post("/consents/import")
async def import_consents(source: Annotated[str, Body(media_type="text/csv")], house: HouseDep) -> dict[str, Any]:
    """Consents given elsewhere, a CSV with number, channel, scope, proof, given_at; lines without proof are refused."""
    taken, refused = await house.database.run(blocked.import_consents, source, house.clock())
    return {"taken": taken, "refused": refused}


@router.get("/blocked")
async def the_list(house: HouseDep) -> list[dict[str, Any]]:
    """The do-not-call list."""
    return await house.database.run(_listed, house.clock())


@router.get("/blocked.csv")
async def the_list_as_csv(house: HouseDep) -> Response:
    """The same for other systems."""
    return Response(await house.database.run(_exported, house.clock()), media_type="text/csv")


@router.post("/blocked", status_code=201)
async def block(what: Block, house: HouseDep) -> dict[str, bool]:
    """Put a number on the list: no text, no call by a person's key."""
    try:
        new = await house.database.run(blocked.block, what.number, what.reason, what.made_by, house.clock())
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return {"new": new}


@router.post("/blocked/release")
async def unblock(whose: Whose, house: HouseDep) -> dict[str, bool]:
    """Take a number off the list."""
    return {"was_there": await house.database.run(blocked.release, whose.number)}


@router.post("/calls/{sid}/hold")
async def hold(sid: str, house: HouseDep) -> dict[str, bool]:
    """A legal hold: nothing of this call is deleted until it is released."""
    return await _hold(house, sid, held=True)


@router.post("/calls/{sid}/release")
async def release(sid: str, house: HouseDep) -> dict[str, bool]:
    """End a legal hold."""
    return await _hold(house, sid, held=False)


async def _hold(house: HouseDep, sid: str, *, held: bool) -> dict[str, bool]:
    if not await house.database.run(_held, sid, held, house.clock()):
        raise HTTPException(404, "no call has this SID")
    return {"held": held}


def _held(session: Session, sid: str, held: bool, now: datetime) -> bool:
    call = session.exec(select(Call).where(Call.sid == sid)).first()
    if call is None:
        return False
    call.held = held
    session.add(call)
    retention.note(session, DOOR, "held" if held else "released", call.id, now)
    return True


def _consents(session: Session, number: str, now: datetime) -> list[dict[str, Any]]:
    events = select(Consent).where(Consent.number == number).order_by(col(Consent.at).desc())
    retention.note(session, DOOR, "read", "consents", now)
    return [one.model_dump(mode="json", exclude={"number"}) for one in session.exec(events).all()]


def _listed(session: Session, now: datetime) -> list[dict[str, Any]]:
    retention.note(session, DOOR, "read", "blocked", now)
    return [one.model_dump(mode="json") for one in blocked.listed(session)]


def _exported(session: Session, now: datetime) -> str:
    retention.note(session, DOOR, "exported", "blocked", now)
    return blocked.as_csv(session)
