"""The net under every door whose answer a caller hears: whatever fails of ours, a person's telephone rings."""

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from carrier import twiml
from voice.house import House
from voice.webhooks.guard import answer

log = structlog.get_logger()

SAFETY = "If you smell gas, hear a carbon monoxide alarm, or see sparks or fire, leave now and call 911."


class CallerRoute(APIRoute):
    """A door that answers with `without_rows` when it cannot answer otherwise: no database, a full disk, a bug."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The door with the net under it."""
        inner = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await inner(request)
            except HTTPException:
                raise
            except Exception:
                house: House = request.app.state.house
                log.exception("door.failed", door=self.path)
                house.figures.errors.labels("door").inc()
                return answer(without_rows(house))

        return guarded


def without_rows(house: House) -> str:
    """No database can be had: ring people straight away, first the desk, then whoever answers for the shop."""
    people = [*house.company.with_role("csr"), *(house.company.person(one) for one in reversed(house.company.on_call))]
    words = f"Thanks for calling {house.company.spoken_name}. {SAFETY} Please hold for a person."
    numbers = list(dict.fromkeys(person.phone for person in people))[:4]
    sorry = "I am sorry, nobody can be reached. Please call again in a few minutes."
    return twiml.response(
        twiml.say(words), twiml.dial_plain(numbers, caller_id=house.company.phone), twiml.say(sorry), twiml.hangup()
    )
