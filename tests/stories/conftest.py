"""The world of the stories: our server on real sockets, a strict pretend Twilio beside it, and people with telephones.

One server serves all stories (loading a recogniser takes seconds); every story has an exchange and callers of its own
and ends with `exchange.assert_quiet()`: a text or a call that nobody expected, or anything Twilio would complain
about, fails it.
"""

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlmodel import Session, SQLModel

from firstring import application, assembly, logs
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE, Settings, fresh_secret
from firstring.studio import ACCOUNT, OFFICE_HOURS, Studio, act, following, free_port, wire
from fixtures.texts import Call, calls
from models.migrate import upgrade
from simulator.exchange import Exchange
from simulator.leg import Leg
from simulator.phone import Phone
from simulator.style import STRICT, MediaStyle
from voice.house import House

SPEED = 12.0
"""Simulated seconds in a real one, at most: the callers' time stands still while the house thinks."""

PATIENCE_S = 60.0


@dataclass
class StoryClock:
    """Runs like the machine's, from a moment that a story chooses."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set(self, at: str) -> None:
        self.ahead = datetime.fromisoformat(at) - datetime.now(UTC)


@dataclass
class Server:
    """Our server in a thread of its own, with an event loop of its own, as in production."""

    house: House
    clock: StoryClock
    settings: Settings
    log: Path
    twilio_port: int
    app: Any

    @property
    def url(self) -> str:
        return self.settings.public_url


@dataclass
class World:
    """What a story has: the shop, its people, its callers."""

    server: Server
    studio: Studio

    @property
    def exchange(self) -> Exchange:
        return self.studio.exchange

    @property
    def shop(self) -> str:
        return self.studio.company.phone

    def caller(self, number: str) -> Phone:
        return self.exchange.phone(number)

    def staff(self, person: str) -> Phone:
        return self.exchange.phone(self.studio.company.person(person).phone)

    async def act(self, fixture: str, leg: Leg) -> dict[str, Any]:
        """Be the caller of a fixture on an open call; the record, once all that it caused has left."""
        await act(self.studio, leg, script(fixture))
        return await self.studio.record(leg.sid)

    async def ring(self, fixture: str, phone: Phone | None = None, style: MediaStyle = STRICT) -> dict[str, Any]:
        """Place a whole call of the fixtures."""
        number = script(fixture).caller or "anonymous"
        return await self.act(fixture, await (phone or self.caller(number)).dial(self.shop, style=style))


def script(fixture: str) -> Call:
    return next(call for call in calls() if call.id == fixture)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("stories")
    port, twilio_port = free_port(), free_port()
    settings = Settings(
        public_url=f"http://127.0.0.1:{port}",
        secret_key=fresh_secret(),  # type: ignore[arg-type]
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKEN=fresh_secret()[:32],  # type: ignore[arg-type]
        twilio_api_url=f"http://127.0.0.1:{twilio_port}",
        database_url=f"sqlite:///{folder / 'stories.db'}",
        profile=EXAMPLE_PROFILE,
        stt="sphinx",
        lines=4,
        _env_file=None,  # type: ignore[call-arg]
    )
    upgrade(settings.database_url)
    logs.configure("debug", colour=False, sink=folder / "firstring.log")
    clock = StoryClock()
    house = assembly.build_house(settings, profiles.load(EXAMPLE_PROFILE), clock)
    # The machine's seconds are not the callers': how long a decoding takes must not be heard on the line.
    house.tuning = replace(house.tuning, filler_after_s=PATIENCE_S, goodbye_s=PATIENCE_S)
    app = application.create(house, settings.api_key)
    running = uvicorn.Server(application.serving(app, "127.0.0.1", port))
    thread = threading.Thread(target=running.run, name="server")
    thread.start()
    while not running.started:
        thread.join(0.05)
        assert thread.is_alive(), "the server did not start"
    yield Server(house, clock, settings, folder / "firstring.log", twilio_port, app)
    running.should_exit = True
    thread.join(30)


@pytest.fixture
async def world(server: Server) -> AsyncIterator[World]:
    """A Wednesday morning. Nobody has said yet what they do when their telephone rings."""
    server.clock.set(OFFICE_HOURS)
    exchange = Exchange(ACCOUNT, server.settings.twilio_auth_token.get_secret_value(), speed=SPEED)
    sessions = server.house.sessions
    exchange.core.kept_up = lambda sid, samples: sid in sessions and sessions[sid].done_with(samples)
    headers = {"Authorization": f"Bearer {server.settings.api_key}"}
    async with exchange.serve(server.twilio_port), httpx.AsyncClient(base_url=server.url, headers=headers) as api:
        wire(exchange, server.house.company, server.url)
        async with following(Studio(exchange, server.house.company, api, 0)) as studio:
            yield World(server, studio)
            await exchange.settle(30)  # what is still on its way counts: a story ends the same every time
        exchange.assert_quiet()
    server.house.database.work(_forget_everything)


def _forget_everything(session: Session) -> None:
    """The next story may be at night, on an earlier day: nobody in it is owed anything by this one."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        session.execute(table.delete())
