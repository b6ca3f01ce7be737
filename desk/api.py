"""/api/v1: calls for other systems and for the command line. Needs the bearer key."""

import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from carrier import retention
from desk import records
from voice.house import House

bearer = HTTPBearer(auto_error=False)


def admitted(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> House:
    """The house, for those who have its key; 401 for the rest."""
    given = credentials.credentials if credentials else ""
    if not hmac.compare_digest(given.encode(), request.app.state.api_key.encode()):
        raise HTTPException(401, "send the API key as a bearer token", headers={"WWW-Authenticate": "Bearer"})
    house: House = request.app.state.house
    return house


HouseDep = Annotated[House, Depends(admitted)]
DOOR = "api"
"""Who looks, in the access log: whoever has the key."""

router = APIRouter(prefix="/api/v1", tags=["desk"])


@router.get("/calls/{sid}")
async def call(sid: str, house: HouseDep) -> dict[str, Any]:
    """Everything written down about one call: transcript, decisions with their timeline, job, pages, texts."""
    record = await house.database.run(records.call, house.company, sid)
    if record is None:
        raise HTTPException(404, "no call has this SID")
    await house.database.run(retention.note, DOOR, "read", record["id"], house.clock())
    return record


@router.get("/calls")
async def calls(house: HouseDep, limit: int = 50) -> list[dict[str, Any]]:
    """The latest calls, newest first."""
    await house.database.run(retention.note, DOOR, "read", "calls", house.clock())
    return await house.database.run(records.calls, max(1, min(limit, 500)))


@router.get("/live")
async def live(house: HouseDep) -> StreamingResponse:
    """What is happening on the lines right now, as server-sent events."""

    async def events() -> AsyncIterator[str]:
        yield ": watching\n\n"
        async for moment in house.feed.watch():
            yield f"data: {json.dumps(asdict(moment))}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
