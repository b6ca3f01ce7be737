"""The way from the pretend Twilio to the product's doors: requests wait while nobody listens, and some are deadly."""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable

import httpx

HELD_S = 10.0
"""A request waits so long for somebody to listen again, as a proxy before the product lets it."""

LOOK_S = 0.02


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Way(httpx.AsyncBaseTransport):
    """Straight to the product. `deaths`: the ordinal of a request, and how soon after it `kill` strikes its server."""

    def __init__(self, deaths: tuple[tuple[int, float], ...], kill: Callable[[], Awaitable[object]]) -> None:
        self._inner = httpx.AsyncHTTPTransport(retries=0)
        self._deaths = deque(deaths)
        self._kill = kill
        self._asked = 0
        self._striking: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The product's answer. Raises what httpx raises when the product dies over it."""
        self._asked += 1
        if self._deaths and self._asked >= self._deaths[0][0]:
            task = asyncio.create_task(self._strike(self._deaths.popleft()[1]))
            self._striking.add(task)
            task.add_done_callback(self._striking.discard)
        async with asyncio.timeout(HELD_S):
            while True:
                try:
                    return await self._inner.handle_async_request(request)
                except httpx.ConnectError:
                    await asyncio.sleep(LOOK_S)

    async def _strike(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await self._kill()

    async def aclose(self) -> None:
        """Drop the connections."""
        await self._inner.aclose()
