"""The REST door: who may come in, what goes wrong on request, and how errors look. The resources are in `rest_*`."""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator import rest_calls, rest_messages, rest_numbers, rest_rooms, shapes
from simulator.faults import RestFault
from simulator.server import Transports
from simulator.strict import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange


def make_app(exchange: "Exchange", transports: Transports) -> FastAPI:
    """The application for one exchange. `transports` are its open connections, for faults that cut them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for module in (rest_calls, rest_messages, rest_numbers, rest_rooms):
        app.include_router(module.routes(exchange))

    @app.exception_handler(RestError)
    async def refuse(request: Request, error: RestError) -> Response:
        if error.blame:
            exchange.core.complain(error.code, f"{request.method} {resource(request.url.path)}: {error.message}")
        return JSONResponse(shapes.error(error.status, error.code, error.message), error.status)

    @app.exception_handler(404)
    async def unknown(request: Request, _: Exception) -> Response:
        exchange.core.complain(20404, f"{request.method} {resource(request.url.path)}: not served by this exchange")
        return JSONResponse(shapes.error(404, 20404, "The requested resource was not found"), 404)

    @app.middleware("http")
    async def at_the_door(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        if not _known(exchange, request):
            exchange.core.complain(20003, f"{request.method} {resource(request.url.path)}: wrong credentials")
            return JSONResponse(shapes.error(401, 20003, "Authenticate"), 401)
        return await go_on(request)

    app.add_middleware(_Faulty, exchange=exchange, transports=transports)
    return app


def resource(path: str) -> str:
    """`Calls` for the collection, `Calls/*` for one of it, whatever account it is in."""
    parts = path.removesuffix(".json").strip("/").split("/")
    parts = parts[3:] if parts[1:2] == ["Accounts"] else parts[1:]
    return "/".join(part if index % 2 == 0 else "*" for index, part in enumerate(parts))


def _known(exchange: "Exchange", request: Request) -> bool:
    core = exchange.core
    right = "Basic " + base64.b64encode(f"{core.account_sid}:{core.auth_token}".encode()).decode()
    path = request.url.path.split("/")
    own = path[2:3] != ["Accounts"] or path[3].removesuffix(".json") == core.account_sid
    return own and hmac.compare_digest(right.encode(), request.headers.get("authorization", "").encode())


class _Faulty:
    """Does to requests what the faults say, outside of everything else."""

    def __init__(self, app: ASGIApp, exchange: "Exchange", transports: Transports) -> None:
        self.app, self.exchange, self.transports = app, exchange, transports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault: RestFault = None
        if scope["type"] == "http":
            fault = self.exchange.faults.next_rest(scope["method"], resource(scope["path"]))
        match fault:
            case int():
                code = 20429 if fault == 429 else 20500
                answer = JSONResponse(shapes.error(fault, code, "Fault on request"), fault)
                await answer(scope, receive, send)
            case "cut":
                await self.app(scope, receive, _nowhere)
                self._cut(scope)
            case "refuse":
                self._cut(scope)
            case ("slow", seconds):
                await asyncio.sleep(seconds)
                await self.app(scope, receive, send)
            case _:
                await self.app(scope, receive, send)

    def _cut(self, scope: Scope) -> None:
        transport = self.transports.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()


async def _nowhere(message: object) -> None:
    """Swallows an answer that never arrives."""
