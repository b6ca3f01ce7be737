"""The pretend Twilio of the storm: its REST door, with somebody behind it who kills the engine that is asking."""

import asyncio
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator import shapes
from simulator.exchange import Exchange
from simulator.faults import RestFault
from simulator.records import Callback
from simulator.rest import make_app
from simulator.server import Transports, serve
from tests.faults.cases import AFTER, BEFORE, HURRY, LATE, Death, Trouble
from tests.faults.shop import NUMBER
from tests.faults.worker import ENGINE, LEFT

ACCOUNT, TOKEN = "AC" + "5" * 32, "a token of the storm"

STALE_S = 0.5
"""A request that is older when its turn comes is dropped: on a machine that has too much to do our Twilio must not do
what the real one would not, which is to act on a request after the lease of the engine that sent it."""

LATE_S = 1.0
"""So long after the death of its engine a request is still carried out; with STALE_S it is within the lease."""

ILL: Mapping[RestFault, float] = {429: 0.2, 500: 0.15, "cut": 0.2, "refuse": 0.1, ("slow", 1.2): 0.15}
"""What befalls the POSTs while Twilio is ill; the slow ones outlast the (shortened) bound of a request."""

Kill = Callable[[int], Awaitable[bool]]
"""Kills the engine with this process id; False when it is none of ours or dead already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to send something: the outbox row it is about, and when it left the engine."""

    message: str
    left: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """What Twilio took on: the outbox row it is about, the words (none for a call), and when."""

    message: str
    body: str
    at: datetime


@dataclass(slots=True)
class Twilio:
    """The exchange, all that was asked of it, and the deaths that are still to come."""

    exchange: Exchange
    deaths: deque[tuple[int, str]]
    unasked: bool
    kill: Kill
    asked: list[Asked] = field(default_factory=list)

    def accepted(self) -> list[Accepted]:
        """All that was taken on and has a status callback, which is to say everything from the outbox."""
        texts = [(one.callback, one.body, one.created) for one in self.exchange.messages]
        calls = [(leg.record.callback, "", leg.record.created) for leg in self.exchange.calls]
        found = [(row_of(callback), body, at) for callback, body, at in [*texts, *calls]]
        return sorted((Accepted(row, body, at) for row, body, at in found if row), key=lambda one: one.at)

    def ill(self, ill: bool) -> None:
        """Fall ill, or recover."""
        self.exchange.faults.rates(rest=ILL if ill else dict.fromkeys(ILL, 0.0))

    def due(self) -> str | None:
        """The moment at which the engine that asks now has to die, if it has to."""
        return self.deaths[0][1] if self.deaths and len(self.asked) >= self.deaths[0][0] else None


@asynccontextmanager
async def twilio(case: Trouble, deaths: tuple[Death, ...], kill: Kill, seed: int) -> AsyncIterator[tuple[Twilio, str]]:
    """The pretend Twilio of a case and its address, until the block ends."""
    exchange = Exchange(ACCOUNT, TOKEN, speed=HURRY)
    exchange.number(NUMBER)
    exchange.faults = exchange.core.faults = type(exchange.faults)(seed)
    exchange.faults.lag_s = case.lag_s
    exchange.faults.rates(rest={"cut": case.cuts})
    if not case.news:
        exchange.faults.rates(webhook={"drop": 1.0})
    made = Twilio(exchange, deque(deaths), case.unasked, kill)

    def door(transports: Transports) -> FastAPI:
        app = make_app(exchange, transports)
        app.add_middleware(_Reaper, twilio=made)
        return app

    async with serve(door, 0) as url:
        try:
            yield made, url
        finally:
            await exchange.close()


def row_of(callback: str | Callback | None) -> str | None:
    """The outbox row that a status callback's URL names (carrier/doors.py)."""
    url = callback.url if isinstance(callback, Callback) else callback or ""
    found = re.search(r"[=/]([0-9a-f]{32})\b", url)
    return found[1] if found else None


class _Reaper:
    """Outermost at the door: writes down who asks for what, and kills at the planned moments."""

    def __init__(self, app: ASGIApp, twilio: Twilio) -> None:
        self.app, self.twilio = app, twilio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        creates = scope["type"] == "http" and scope["path"].endswith(("/Messages.json", "/Calls.json"))
        if creates and scope["method"] == "GET" and self.twilio.unasked:
            return await JSONResponse(shapes.error(403, 20403, "Not yours to read"), 403)(scope, receive, send)
        if not creates or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = await _whole(receive)
        row = row_of(parse_qs(body.decode()).get("StatusCallback", [""])[0])
        left = float(headers[LEFT])
        self.twilio.asked.append(Asked(row or "", datetime.fromtimestamp(left, UTC)))
        if time.time() - left < STALE_S:
            await self._meet(int(headers[ENGINE]), scope, _again(body, receive), send)
        else:
            await _hang_on(receive)

    async def _meet(self, engine: int, scope: Scope, receive: Receive, send: Send) -> None:
        moment = self.twilio.due()
        if moment is None:
            return await self.app(scope, receive, send)
        planned = self.twilio.deaths.popleft()
        if moment == AFTER:
            await self.app(scope, receive, _nowhere)
        if not await self.twilio.kill(engine):
            self.twilio.deaths.appendleft(planned)  # somebody else was quicker: another time
            if moment in (BEFORE, LATE):
                await self.app(scope, receive, _nowhere)
        elif moment == LATE:
            await asyncio.sleep(LATE_S)
            await self.app(scope, receive, _nowhere)
        await _hang_on(receive)


async def _hang_on(receive: Receive) -> None:
    """No answer; until the one who asked has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body once more, and then what comes after it."""
    left: deque[MutableMapping[str, Any]] = deque([{"type": "http.request", "body": body, "more_body": False}])

    async def replay() -> Message:
        return left.popleft() if left else await receive()

    return replay


async def _nowhere(message: Message) -> None:
    """Swallows an answer that nobody lives to hear."""
