"""One storm of missed callers: they ring at the product's own doors and hang up, while its processes are killed."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlmodel import Session, col, func, select

from firstring.settings import fresh_secret
from models.enums import CallStatus, MessageStatus, Purpose
from models.migrate import upgrade
from models.tables import Call, Message
from simulator.exchange import Exchange
from simulator.leg import Leg
from tests import pg
from tests.faults import shop
from tests.faults.doors import Way, free_port
from tests.faults.engines import Fleet, Nursery
from tests.faults.missed_cases import Caller, MissedCase, MissedPlan, plan
from tests.faults.missed_count import Episode, MissedEvidence, MissedFigures, count
from tests.faults.report import Board
from tests.faults.twilio import ACCOUNT, TOKEN, Twilio, twilio
from tests.faults.worker import PORT

SETTLED_S = 60.0
"""After the last call, for texts that are owed and for calls whose end nobody told; an idle machine needs a quarter."""

RING_S = 60.0
"""Longest that a call lasts, or that a web process takes to be there again."""

EVERY_S = 0.1

AGAIN = "#rc=5&rp=ct,rt,5xx"
"""What a company writes behind the addresses of its doors at Twilio: how often and after what to try again."""

WEB = 0
"""The seat of the web process; the others are engines'."""


@dataclass(slots=True)
class MissedScene:
    """One case while it runs."""

    case: MissedCase
    plan: MissedPlan
    twilio: Twilio
    fleet: Fleet
    books: Engine
    legs: dict[str, list[Leg]] = field(default_factory=dict)

    def board(self) -> Board:
        """How it stands, for whoever watches."""
        texted = {one.to for one in self.twilio.exchange.messages}
        ended = sum(all(leg.record.over for leg in legs) for legs in self.legs.values())
        deaths, asked = self.fleet.deaths, len(self.twilio.asked)
        words = ("have called", "are texted")
        return Board(self.case.name, ended, len(texted), len(self.plan.callers), asked, deaths, words)


Watch = Callable[[MissedScene], object]


async def run(case: MissedCase, seed: int, kept: Nursery, watch: Watch = lambda _scene: None) -> MissedFigures:
    """Run one case. `watch` is given the scene as it begins."""
    with (
        tempfile.TemporaryDirectory(prefix="firstring-storm-") as folder,
        pg.either(case.database, Path(folder)) as url,
    ):
        upgrade(url)
        async with _scene(case, plan(case, seed), seed, kept, Path(folder), url) as scene:
            watch(scene)
            began = time.monotonic()
            await _play(scene)
            return count(case, seed, _evidence(scene, time.monotonic() - began))


def variables(profile: Path, url: str, api: str, public: str, log: Path) -> dict[str, str]:
    """The environment of the product's processes."""
    return {
        "FIRSTRING_PROFILE": str(profile), "FIRSTRING_DATABASE_URL": url, "FIRSTRING_PUBLIC_URL": public,
        "FIRSTRING_TWILIO_API_URL": api, "FIRSTRING_SECRET_KEY": fresh_secret(), "FIRSTRING_STT": "sphinx",
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "STORM_LOG": str(log),
    }  # fmt: skip


def seats(engines: int, port: int) -> Mapping[int, Mapping[str, str]]:
    """The web process's own variables: alone it has the engine inside."""
    return {WEB: {PORT: str(port), "FIRSTRING_ENGINE": "inside" if engines == 1 else "outside"}}


def number(exchange: Exchange, public: str) -> None:
    """The company's number, whose calls are answered at these doors. Twilio asks again when a connection breaks."""
    doors = f"{public}/twilio/voice"
    exchange.number(shop.NUMBER, voice_url=f"{doors}{AGAIN}", status_callback=f"{doors}/status{AGAIN}")


@asynccontextmanager
async def _scene(
    case: MissedCase, script: MissedPlan, seed: int, kept: Nursery, folder: Path, url: str
) -> AsyncIterator[MissedScene]:
    profile, port = folder / "business.toml", free_port()
    shop.load(profile, 1)
    public, books = f"http://127.0.0.1:{port}", create_engine(url)
    environment: dict[str, str] = {}
    fleet = Fleet(kept, environment, [None] * case.engines, seats(case.engines, port))

    async def kill(pid: int) -> bool:
        seat = fleet.seat_of(pid)
        return seat is not None and await fleet.kill(seat)

    try:
        async with twilio(case, script.deaths, kill, seed) as (exchange, api):
            environment |= variables(profile, url, api, public, folder / "log")
            exchange.exchange.webhooks.transport = Way(script.doors, partial(fleet.kill, WEB))
            exchange.exchange.faults.webhook("voice", script.ringing).webhook("call-status", script.ended)
            number(exchange.exchange, public)
            try:
                yield MissedScene(case, script, exchange, fleet, books)
            finally:
                await fleet.close()
    finally:
        books.dispose()


async def _play(scene: MissedScene) -> None:
    """Everything at once; then the end of what is owed."""
    for seat in range(scene.case.engines):
        await scene.fleet.start(seat)
    began = asyncio.get_running_loop().time()
    kills = [asyncio.create_task(_kill_at(scene.fleet, began + at, seat)) for at, seat in scene.plan.random]
    tending = asyncio.create_task(_tend(scene.fleet))
    try:
        await asyncio.gather(*(_live(scene, one, began) for one in scene.plan.callers))
        await asyncio.gather(*kills)
        until = asyncio.get_running_loop().time() + SETTLED_S
        rang = {leg.sid for legs in scene.legs.values() for leg in legs}
        while await asyncio.to_thread(_owing, scene.books, rang) and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110
            await asyncio.sleep(EVERY_S)
    finally:
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
        await scene.fleet.close()


async def _live(scene: MissedScene, caller: Caller, began: float) -> None:
    """One caller, from the first call to the end of the last."""
    exchange = scene.twilio.exchange
    await asyncio.sleep(max(0.0, began + caller.at - asyncio.get_running_loop().time()))
    phone = exchange.phone(caller.number)
    for before, after in caller.calls:
        await exchange.core.clock.sleep(before)
        leg = await phone.dial(shop.NUMBER, hang_up_after=after, wait=False)
        scene.legs.setdefault(caller.number, []).append(leg)
        await leg.ended(RING_S)


async def _kill_at(fleet: Fleet, moment: float, seat: int) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))
    while not await fleet.kill(seat):  # noqa: ASYNC110 - nobody tells when the next one sits there
        await asyncio.sleep(EVERY_S)


async def _tend(fleet: Fleet) -> None:
    while True:
        fleet.tend()
        await asyncio.sleep(EVERY_S)


def _owing(books: Engine, rang: set[str]) -> int:
    """Calls that we have not heard of or are not over for us, and texts about them that are due or being sent."""
    waits = col(Message.status).in_((MessageStatus.PENDING, MessageStatus.SENDING))
    open_ = select(func.count()).select_from(Call).where(Call.status != CallStatus.ENDED)
    due = select(func.count()).select_from(Message).where(waits, Message.purpose == Purpose.MISSED)
    with Session(books) as session:
        unheard_of = len(rang - set(session.exec(select(Call.sid))))
        return unheard_of + session.exec(open_).one() + session.exec(due).one()


def _evidence(scene: MissedScene, seconds: float) -> MissedEvidence:
    with Session(scene.books) as session:
        rows = session.exec(select(Message)).all()
    exchange, fleet = scene.twilio.exchange, scene.fleet
    answered = [one.hook for one in exchange.requests if one.reply.error is None]
    ends, heard = {one.sid for one in answered if one.kind == "call-status"}, {one.sid for one in answered}
    episodes = [
        Episode(caller, _over(legs[0]), legs[0].sid in ends, any(leg.sid in heard for leg in legs))
        for caller, legs in scene.legs.items()
    ]
    calls = sum(map(len, scene.legs.values()))
    return MissedEvidence(rows, scene.twilio.accepted(), episodes, calls, fleet.deaths, fleet.crashes, seconds)


def _over(leg: Leg) -> datetime:
    assert leg.record.ended is not None  # the caller has waited for it
    return leg.record.ended
