"""How soon missed callers have their text: fifty hang up at once, and nothing is shortened and nobody killed."""

import asyncio
import tempfile
from pathlib import Path

import httpx
from sqlmodel import Session, create_engine, select

from models.enums import Purpose
from models.migrate import upgrade
from models.tables import Message
from simulator.exchange import Exchange
from tests import pg
from tests.faults import shop
from tests.faults.doors import Way, free_port
from tests.faults.engines import Fleet, nursery
from tests.faults.missed import number, seats, variables
from tests.faults.twilio import ACCOUNT, TOKEN, row_of

AT_ONCE = 50
RINGS_S = 2.0
"""After which they all hang up, in the greeting."""

PATIENCE_S = 90.0
"""For the last text to be accepted: longer than the target."""


async def at_once(database: pg.Kind) -> list[float]:
    """Seconds from the end of each call to the acceptance of its text, sorted; on PostgreSQL the engine is beside."""
    engines, port = (1 if database == "sqlite" else 2), free_port()
    with tempfile.TemporaryDirectory(prefix="firstring-bench-") as folder, pg.either(database, Path(folder)) as url:
        upgrade(url)
        profile, public = Path(folder) / "business.toml", f"http://127.0.0.1:{port}"
        shop.load(profile, 1)
        exchange = Exchange(ACCOUNT, TOKEN)
        exchange.webhooks.transport = Way((), asyncio.Event().wait)
        number(exchange, public)
        async with exchange.serve() as api:
            environment = variables(profile, url, api, public, Path(folder) / "log")
            with nursery() as kept:
                fleet = Fleet(kept, environment, [None] * engines, seats(engines, port))
                try:
                    for seat in range(engines):
                        await fleet.start(seat)
                    await _open(public)
                    return await _latencies(exchange, url)
                finally:
                    await fleet.close()


async def _open(public: str) -> None:
    """Until the web process answers."""
    async with httpx.AsyncClient(transport=Way((), asyncio.Event().wait)) as client:
        (await client.get(f"{public}/healthz")).raise_for_status()


async def _latencies(exchange: Exchange, url: str) -> list[float]:
    callers = [exchange.phone(f"+1512558{place:04d}") for place in range(AT_ONCE)]
    legs = [await one.dial(shop.NUMBER, hang_up_after=RINGS_S, wait=False) for one in callers]
    ended = {leg.record.from_: (await leg.ended(PATIENCE_S)).record.ended for leg in legs}
    async with asyncio.timeout(PATIENCE_S):
        while len(exchange.messages) < AT_ONCE:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
    books = create_engine(url)
    with Session(books) as session:
        texts = {row.id for row in session.exec(select(Message).where(Message.purpose == Purpose.MISSED))}
    books.dispose()
    accepted = {one.to: one.created for one in reversed(exchange.messages) if row_of(one.callback) in texts}
    return sorted((accepted[caller] - at).total_seconds() for caller, at in ended.items() if at)
