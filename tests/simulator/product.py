"""A product small enough to read: it answers with the TwiML a test gives it, checks signatures, keeps all it got."""

import asyncio
import base64
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from starlette.websockets import WebSocketDisconnect
from twilio.request_validator import RequestValidator

from simulator.server import Guest

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-that-signs"
SHOP, TECH, CALLER, CSR = "+19045550100", "+19045550111", "+15125550199", "+19045550122"

Answer = str | Response | Callable[[dict[str, str]], str | Response | Awaitable[str]]
Stream = Callable[["Media"], Awaitable[None]]


@dataclass
class Got:
    """A request that came: where, what, and whether its signature was right."""

    path: str
    form: dict[str, str]
    signed: bool


@dataclass
class Media:
    """The product's end of a media stream."""

    socket: WebSocket
    headers: dict[str, str]
    url: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    sid: str = ""
    closed: bool = False

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await self.socket.receive_text())
        self.messages.append(message)
        if message["event"] == "start":
            self.sid = message["start"]["streamSid"]
        return message

    async def until(self, event: str) -> dict[str, Any]:
        while (message := await self.receive())["event"] != event:
            pass
        return message

    async def send(self, event: str, **rest: Any) -> None:
        await self.socket.send_text(json.dumps({"event": event, "streamSid": self.sid, **rest}))

    async def play(self, ulaw: bytes) -> None:
        await self.send("media", media={"payload": base64.b64encode(ulaw).decode()})

    async def mark(self, name: str) -> None:
        await self.send("mark", mark={"name": name})

    @property
    def audio(self) -> bytes:
        frames = (m["media"]["payload"] for m in self.messages if m["event"] == "media")
        return b"".join(base64.b64decode(frame) for frame in frames)


async def listen(media: Media) -> None:
    """Take what comes until the other side ends it."""
    with contextlib.suppress(WebSocketDisconnect):
        await media.until("stop")


@dataclass
class Product:
    """Answers by path; a path without an answer gives 204, as a status callback should."""

    answers: dict[str, Answer] = field(default_factory=dict)
    stream: Stream = listen
    got: list[Got] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    url: str = ""

    @property
    def ws(self) -> str:
        return self.url.replace("http", "ws", 1)

    def at(self, path: str) -> list[dict[str, str]]:
        return [request.form for request in self.got if request.path == path]

    def app(self) -> FastAPI:
        app = FastAPI()
        validator = RequestValidator(TOKEN)

        @app.websocket("/media")
        async def media(websocket: WebSocket) -> None:
            await websocket.accept()
            stream = Media(websocket, dict(websocket.headers), self.ws + "/media")
            self.media.append(stream)
            try:
                await self.stream(stream)
            finally:
                stream.closed = True
                with contextlib.suppress(RuntimeError):
                    await websocket.close()

        @app.api_route("/{path:path}", methods=["GET", "POST"])
        async def webhook(path: str, request: Request) -> Response:
            fields = await request.form()
            signed = validator.validate(
                self.url + request.url.path + (f"?{request.url.query}" if request.url.query else ""),
                fields, request.headers.get("X-Twilio-Signature", ""),
            )  # fmt: skip
            form = {**dict(request.query_params), **{name: str(value) for name, value in fields.items()}}
            self.got.append(Got("/" + path, form, signed))
            answer = self.answers.get("/" + path, Response(status_code=204))
            if isinstance(answer, str | Response):
                return reply(answer)
            worked_out = answer(form)
            return reply(await worked_out if isinstance(worked_out, Awaitable) else worked_out)

        return app


@asynccontextmanager
async def serving(product: Product) -> AsyncIterator[Product]:
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            product.app(), log_config=None, lifespan="off", loop="none",
            ws="websockets-sansio",
        )  # fmt: skip
        server = Guest(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        product.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield product
        finally:
            await server.leave(task)


def reply(answer: str | Response) -> Response:
    return answer if isinstance(answer, Response) else Response(answer, media_type="text/xml")


def twiml(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'
