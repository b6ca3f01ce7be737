"""/t/{token}: looking never changes anything, so a preview cannot accept a job; a button is a POST to the same address.

The token in the path is the secret: a page elsewhere that does not know it cannot send a form here.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from desk.technician import actions
from desk.technician.card import Card, card
from desk.technician.page import HEADERS, gone, page
from models.company import Company, Person
from voice.webhooks.guard import HouseDep

router = APIRouter(include_in_schema=False)

FORM_LIMIT = 4096
"""Bytes; the longest form has a part of 200 characters in it."""


@router.api_route("/t/{token}", methods=["GET", "HEAD"])
async def look(token: str, house: HouseDep) -> Response:
    """The page; 404, with what to do, for a token that is forged, too old or of nobody any more."""
    now = house.clock()
    known = _known(token, house.company, now)
    found: Card | None = await house.database.run(card, *known, house.company, now) if known else None
    if found is None:
        return HTMLResponse(gone(house.company.phone), 404, HEADERS)
    return HTMLResponse(page(found), headers=HEADERS)


@router.post("/t/{token}")
async def act(token: str, request: Request, house: HouseDep) -> Response:
    """A button was pressed, perhaps twice. Whatever came of it, the page says so."""
    known = _known(token, house.company, house.clock())
    if known is None:
        return HTMLResponse(gone(house.company.phone), 404, HEADERS)
    form = await _form(request)
    await house.database.run(_do, house.company, *known, form, house.clock())
    house.wake()
    return Response(status_code=303, headers={**HEADERS, "Location": f"/t/{token}"})


def _known(token: str, company: Company, now: datetime) -> tuple[str, Person] | None:
    return company.links.read(token, company.staff, now) if company.links else None


def _do(
    session: Session, company: Company, run_id: str, person: Person, form: Mapping[str, str], now: datetime
) -> None:
    actions.do(session, run_id, person, form, company, now)


async def _form(request: Request) -> Mapping[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            raise HTTPException(413, headers=HEADERS)
    return dict(parse_qsl(body.decode("utf-8", "replace")))
