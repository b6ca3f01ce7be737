"""At every door of Twilio's: is it Twilio? Then the form, or 403."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

import phonenumbers
from fastapi import Depends, HTTPException, Request, Response

from voice.house import House

FORM_LIMIT = 64 * 1024
"""Bytes of a form; Twilio's are under four thousand."""


def house_of(request: Request) -> House:
    """The house this application serves."""
    house: House = request.app.state.house
    return house


HouseDep = Annotated[House, Depends(house_of)]


async def signed_form(request: Request, house: HouseDep) -> Mapping[str, str]:
    """The form of a signed request. 403 when the signature does not fit, 413 when it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            raise HTTPException(413)
    form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    query = f"?{request.url.query}" if request.url.query else ""
    raw_path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
    if not house.signatures.http(house.url(raw_path + query), form, request.headers.get("x-twilio-signature")):
        house.figures.refused.labels("signature").inc()
        raise HTTPException(403, "the signature does not fit")
    return dict(form)


Form = Annotated[Mapping[str, str], Depends(signed_form)]


def answer(document: str) -> Response:
    """TwiML with the type that Twilio wants, or it is read aloud."""
    return Response(document, media_type="text/xml")


def nothing() -> Response:
    """The answer to pure news."""
    return Response(status_code=204)


def e164(value: str | None) -> str | None:
    """A caller's number as E.164; None for withheld, SIP, placeholders and nonsense."""
    if not value or not value.startswith("+"):
        return None
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return None
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_possible_number(number)
        else None
    )
