"""A running FirstRing with a pretend telephone company beside it: for the demo, `firstring call` and the load test."""

import asyncio
import json
import os
import socket
import sys
import tempfile
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE, derived_key, fresh_secret
from fixtures.texts import AUDIO, Call, Turn
from models.company import Company
from simulator.exchange import Exchange
from simulator.leg import Leg
from triage.situations import QUESTIONS

READY_S = 60.0
"""The recognisers load in a few seconds; a machine that needs a minute is too slow to answer calls."""

SETTLED_S = 20.0
"""From the end of a call until its status callback came and its messages left."""

OFFICE_HOURS = "2026-11-18T10:15:00-06:00"
"""A Wednesday morning at the example shop: somebody is at the desk."""

PAUSE_S = 0.7
"""A person waits so long after the other has stopped before speaking."""

WINDOWS = 1280
"""Samples: a whole number of telephone frames and of the windows in which voice is looked for."""

UNSURE = AUDIO / "utterances" / "answer_not_sure.wav"

ACCOUNT = "AC" + "0" * 31 + "1"


class StudioError(Exception):
    """The server did not start; the text says why and where its log is."""


@dataclass(slots=True)
class Studio:
    """What runs: the pretend exchange, our server (`pid`), and a key to its records."""

    exchange: Exchange
    company: Company
    api: httpx.AsyncClient
    pid: int
    asked: dict[str, str | None] = field(default_factory=dict)  # by CallSid, the question the caller is to answer
    watchers: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)

    async def record(self, sid: str) -> dict[str, Any]:
        """The record of a call that is over, once every page and text of it has left."""
        record: dict[str, Any] = {}
        async with asyncio.timeout(SETTLED_S):
            while True:
                answer = await self.api.get(f"/api/v1/calls/{sid}")
                record = answer.json() if answer.status_code == 200 else {}
                if record.get("status") == "ended" and not _leaving(record):
                    return record
                await asyncio.sleep(0.1)

    async def follow(self, watching: asyncio.Event) -> None:
        """Follow all calls as they happen, for ever; `watching` is set once nothing can be missed any more."""
        async with self.api.stream("GET", "/api/v1/live", timeout=None) as answer:
            async for line in answer.aiter_lines():
                watching.set()
                if line.startswith("data: "):
                    self._moment(json.loads(line[6:]))

    def _moment(self, moment: dict[str, Any]) -> None:
        if moment["kind"] == "decided":
            self.asked[moment["sid"]] = moment["data"]["asked"]
        for watcher in self.watchers:
            watcher(moment)


def _leaving(record: dict[str, Any]) -> bool:
    sent = record["texts"] + (record["page"]["sent"] if record["page"] else [])
    return any(one["status"] in {"pending", "sending"} for one in sent)


@asynccontextmanager
async def open_studio(
    *,
    speed: float = 1.0,
    lines: int = 24,
    stt: str = "auto",
    profile: Path | None = None,
    at: str | None = OFFICE_HOURS,
) -> AsyncIterator[Studio]:
    """Start a server on SQLite in a temporary folder and an exchange that it believes to be Twilio.

    `at` is the time it pretends to be when it starts (ISO 8601 with a zone), None for the real one.
    """
    path = profile or Path(os.environ.get("FIRSTRING_PROFILE", EXAMPLE_PROFILE))
    company = profiles.load(path)
    secret, token, port = fresh_secret(), fresh_secret()[:32], free_port()
    url = f"http://127.0.0.1:{port}"
    exchange = Exchange(ACCOUNT, token, speed=speed)
    with tempfile.TemporaryDirectory(prefix="firstring-") as folder:
        async with exchange.serve() as twilio:
            environment = os.environ | {
                "FIRSTRING_PUBLIC_URL": url,
                "FIRSTRING_SECRET_KEY": secret,
                "FIRSTRING_DATABASE_URL": f"sqlite:///{folder}/firstring.db",
                "FIRSTRING_PROFILE": str(path),
                "FIRSTRING_STT": stt,
                "FIRSTRING_LINES": str(lines),
                "FIRSTRING_TWILIO_API_URL": twilio,
                "FIRSTRING_LOG_LEVEL": "warning",
                **({"FIRSTRING_PRETEND_TIME": at} if at else {}),
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": token,
            }
            log = Path(tempfile.gettempdir()) / "firstring-studio.log"
            key = {"Authorization": f"Bearer {derived_key(secret, 'api')}"}
            with log.open("wb") as sink:
                server = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "firstring.cli", "serve", "--port", str(port),
                    env=environment, stdout=sink, stderr=sink,
                )  # fmt: skip
                try:
                    async with httpx.AsyncClient(base_url=url, headers=key, timeout=10.0) as api:
                        await _ready(server, api, log)
                        wire(exchange, company, url)
                        async with following(Studio(exchange, company, api, server.pid)) as studio:
                            yield studio
                finally:
                    await _stop(server)


async def act(studio: Studio, leg: Leg, call: Call) -> None:
    """Be the caller of a fixture: open as written, answer what is asked, then wait or hang up.

    A person answers the question that was asked, not the next one on a list, says it again when asked again, and is
    "not sure" of what the fixture has no answer to. A recording, all of whose turns have a second, listens to nothing.
    """
    left = dict(enumerate(call.turns))
    listens = any(turn.after for turn in call.turns)
    while not leg.record.over:
        index = next(iter(left), None)
        at_s = left[index].at_s if index is not None else None
        if at_s is not None:
            await leg.stream_open()
        elif not listens:
            await leg.ended(timeout=None)
            return
        else:
            await leg.wait_for_speech_end(settle=PAUSE_S, timeout=None)
            if leg.record.over:
                return
            index = _reply(call, left, studio.asked.get(leg.sid))
        cut_s = await _say(leg, call, index, at_s or 0.0)
        left.pop(-1 if index is None else index, None)
        if cut_s is not None or (call.then == "hang_up" and not left):
            await leg.hang_up()


async def _say(leg: Leg, call: Call, index: int | None, at_s: float) -> float | None:
    """Speak a turn, or "I am not sure"; the second at which the line dies, if it does."""
    if index is None:
        await leg.play(read_wav(UNSURE), grid=WINDOWS)
        return None
    audio, cut_s = read_wav(call.turn_path(index)), call.turns[index].cut_s
    await leg.play(audio if cut_s is None else audio[: int(cut_s * 8000)], at_s=at_s, grid=WINDOWS)
    return cut_s


def _reply(call: Call, left: dict[int, Turn], asked: str | None) -> int | None:
    """The turn to say now: one that answers the question, or the next that answers none in particular; None: unsure."""
    asked = "Q_INSIDE" if asked == "Q_OUTSIDE" else asked  # the same question, asked the other way round
    for index, turn in left.items():
        if turn.answers == asked or (turn.answers is None and (asked is None or asked not in QUESTIONS)):
            return index
    return next((index for index, turn in enumerate(call.turns) if asked and turn.answers == asked), None)


def read_wav(path: Path) -> NDArray[np.int16]:
    """A WAV of 8 kHz, mono, 16 bits as samples, shape (n,), int16. Raises ValueError for another kind."""
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (8000, 1, 2):
            raise ValueError(f"{path.name}: must be 8 kHz, mono, 16 bits: sox IN.wav -r 8000 -c 1 -b 16 OUT.wav")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@asynccontextmanager
async def following(studio: Studio) -> AsyncIterator[Studio]:
    """The studio, with its calls followed until the block ends."""
    watching = asyncio.Event()
    task = asyncio.create_task(studio.follow(watching))
    await asyncio.wait_for(watching.wait(), READY_S)
    try:
        yield studio
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def wire(exchange: Exchange, company: Company, url: str) -> None:
    """Give the shop's number its webhooks, as an owner does in the Twilio console."""
    exchange.number(
        company.phone,
        voice_url=f"{url}/twilio/voice",
        status_callback=f"{url}/twilio/voice/status",
        sms_url=f"{url}/twilio/sms",
    )


async def _ready(server: "asyncio.subprocess.Process", api: httpx.AsyncClient, log: Path) -> None:
    try:
        async with asyncio.timeout(READY_S):
            while True:
                if server.returncode is not None:
                    break
                try:
                    if (await api.get("/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    raise StudioError(f"the server did not start:\n{_tail(log)}\nIts whole log is in {log}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").strip().splitlines()[-5:])


async def _stop(server: "asyncio.subprocess.Process") -> None:
    if server.returncode is None:
        server.terminate()
        try:
            await asyncio.wait_for(server.wait(), 15)
        except TimeoutError:
            server.kill()
            await server.wait()


def free_port() -> int:
    """A TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
