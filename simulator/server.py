"""The REST door on this event loop, on a local port, with connections that can be cut on purpose."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from simulator.race import stop

Transports = dict[tuple[str, int], asyncio.Transport]
"""Open connections by the client's address, as `request.client` gives it."""


class Guest(uvicorn.Server):
    """A server on a loop that is not its own: it leaves the process's signals alone and goes when told, at once."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the host."""
        yield

    async def main_loop(self) -> None:
        """No ticks: `leave` ends it."""
        await asyncio.Event().wait()

    async def leave(self, task: "asyncio.Task[None]") -> None:
        """Stop listening, drop what is open, and wait for the task that serves."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for server in self.servers:
            server.close()
        await stop(*self.server_state.tasks, task)


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
            access_log=False, loop="none",
        )  # fmt: skip
        server = Guest(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            await server.leave(task)
