"""The REST door on this event loop, on a local port, with connections that can be cut on purpose."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

Transports = dict[tuple[str, int], asyncio.Transport]
"""Open connections by the client's address, as `request.client` gives it."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.enough = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait to be told, without the ticks that make every closing a tenth of a second longer."""
        await self.enough.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A guest in somebody else's process leaves its signals alone."""
        yield


def _protocol(transports: Transports) -> type[H11Protocol]:
    class Watched(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.address = tuple(transport.get_extra_info("peername")[:2])
            transports[self.address] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            transports.pop(self.address, None)
            super().connection_lost(exc)

    return Watched


@asynccontextmanager
async def serve(make: Callable[[Transports], FastAPI], port: int) -> AsyncIterator[str]:
    """Serve `make(transports)` on 127.0.0.1 until the block ends; gives the base URL."""
    transports: Transports = {}
    # the protocol is named: without it asyncio leaves Nagle on, and each answer takes 40 ms longer
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            make(transports), http=_protocol(transports), ws="none", lifespan="off", log_config=None,
            access_log=False, timeout_graceful_shutdown=1, loop="none",
        )  # fmt: skip
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for transport in list(transports.values()):
                transport.abort()
            server.enough.set()
            await task
