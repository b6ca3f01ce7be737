"""How fast a page and a missed caller's text leave, and what waiting costs.

    python -m tests.faults.bench [--seconds 60] [--texts] [--json]

Decision to acceptance: from the commit of `paging.start` to the instant in which the pretend Twilio takes the page on,
with 700 runs waiting. The engine is inside the deciding process (as in `firstring serve`), or alone beside it
(`firstring engine`): on PostgreSQL only, because nothing but a poll tells another process of a row in SQLite.
Idle: CPU of `firstring engine` with the 700 runs and nothing due. No time is shortened here.
Missed callers: from the end of a call to Twilio taking the text on, fifty at once (missed_bench.py).
Exits with 1 when a target is missed.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, select, update

from firstring import assembly, logs
from firstring.load import cpu_seconds
from firstring.settings import Settings, fresh_secret
from models.clock import system_clock
from models.company import Company
from models.database import Database
from models.enums import MessageStatus
from models.migrate import upgrade
from models.tables import Message, Timer
from simulator.exchange import Exchange
from tests import pg
from tests.faults import shop
from tests.faults.count import share
from tests.faults.engines import Fleet, nursery
from tests.faults.missed_bench import AT_ONCE, at_once
from tests.faults.people import begin
from tests.faults.twilio import ACCOUNT, TOKEN, row_of

WAITING = 700
DECISIONS = 150
EVERY_S = 0.1
PATIENCE_S = 30.0
"""For the last page of a row of decisions to be accepted."""

P50_MS, P99_MS, IDLE_PERCENT, TEXTED_S = 50.0, 500.0, 0.2, 60.0
"""The targets; docs/storm.md."""

FIRST_CODE = 1001


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured; `most` is the target, None where there is none."""

    what: str
    value: float
    unit: str
    most: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the target is missed."""
        return self.most is not None and self.value > self.most


@dataclass(slots=True)
class Decider:
    """Takes decisions, one after another, and asks Twilio's books when their pages were accepted."""

    database: Database
    company: Company
    exchange: Exchange
    decided: int = 0

    def wait(self) -> None:
        """Begin the runs that only wait."""
        for _ in range(WAITING):
            self._begin()
        self.database.work(_nothing_due)

    async def latencies(self, count: int, wake: Callable[[], None]) -> list[float]:
        """Decide so often; seconds from each commit to the acceptance of each of its pages, sorted.

        Afterwards these runs wait with the others.
        """
        committed: dict[str, datetime] = {}
        for _ in range(count):
            pages, at = await asyncio.to_thread(self._begin)
            wake()
            committed |= dict.fromkeys(pages, at)
            await asyncio.sleep(EVERY_S)
        async with asyncio.timeout(PATIENCE_S):
            while committed.keys() - (accepted := self._accepted()).keys():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(EVERY_S)
        self.database.work(_nothing_due)
        return sorted((accepted[page] - at).total_seconds() for page, at in committed.items())

    def _begin(self) -> tuple[list[str], datetime]:
        crew = shop.crew(self.company, self.decided)
        run, _ = self.database.work(begin, FIRST_CODE + self.decided, crew, 1)
        at = system_clock()
        self.decided += 1
        return self.database.work(_pages, run), at

    def _accepted(self) -> dict[str, datetime]:
        texts = {row_of(one.callback): one.created for one in self.exchange.messages}
        calls = {row_of(leg.record.callback): leg.record.created for leg in self.exchange.calls}
        return {row: at for row, at in (texts | calls).items() if row}


async def bench(database: pg.Kind, seconds: float) -> list[Figure]:
    """Measure on one database: `sqlite` or `postgres`."""
    with tempfile.TemporaryDirectory(prefix="firstring-bench-") as folder, pg.either(database, Path(folder)) as url:
        upgrade(url)
        profile, books = Path(folder) / "business.toml", Database(url)
        company = shop.load(profile, WAITING + 2 * DECISIONS + 1)
        exchange = Exchange(ACCOUNT, TOKEN)
        exchange.number(shop.NUMBER)
        exchange.faults.rates(webhook={"drop": 1.0})
        async with exchange.serve() as api:
            decider = Decider(books, company, exchange)
            await asyncio.to_thread(decider.wait)
            variables = {
                "FIRSTRING_PROFILE": str(profile), "FIRSTRING_DATABASE_URL": url, "FIRSTRING_PUBLIC_URL": api,
                "FIRSTRING_TWILIO_API_URL": api, "FIRSTRING_SECRET_KEY": fresh_secret(), "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN, "STORM_LOG": f"{folder}/log",
            }  # fmt: skip
            figures = _lateness(f"{database}, engine inside", await _inside(decider, variables))
            return figures + await _beside(decider, variables, database, seconds)


async def texted(database: pg.Kind) -> list[Figure]:
    """Measure the texts to missed callers on one database."""
    late, what = await at_once(database), f"{database}, {AT_ONCE} missed at once, texted"
    return [
        Figure(f"{what}, p50", round(share(late, 50), 2), "s"),
        Figure(f"{what}, p99", round(share(late, 99), 2), "s", TEXTED_S),
    ]


async def _inside(decider: Decider, variables: dict[str, str]) -> list[float]:
    fields = {name.removeprefix("FIRSTRING_").lower(): value for name, value in variables.items()}
    settings = Settings.model_validate(fields)
    engine = assembly.build_engine(settings, decider.company, decider.database, system_clock, None)
    engine.start()
    try:
        return await decider.latencies(DECISIONS, engine.wake)
    finally:
        await asyncio.to_thread(engine.stop)


async def _beside(decider: Decider, variables: dict[str, str], database: str, seconds: float) -> list[Figure]:
    with nursery() as kept:
        fleet = Fleet(kept, variables, [None])
        await fleet.start(0)
        await decider.latencies(1, lambda: None)  # until it is up
        engine = fleet.seats[0]
        assert engine is not None  # nobody kills here
        before, began = cpu_seconds(engine.pid), time.monotonic()
        await asyncio.sleep(seconds)
        idle = 100 * (cpu_seconds(engine.pid) - before) / (time.monotonic() - began)
        figures = [Figure(f"{database}, idle CPU of one core", round(idle, 3), "%", IDLE_PERCENT)]
        if database == "postgres":
            figures += _lateness(f"{database}, engine beside", await decider.latencies(DECISIONS, lambda: None))
        await fleet.close()
        return figures


def _lateness(what: str, late: list[float]) -> list[Figure]:
    return [
        Figure(f"{what}, p50", round(share(late, 50) * 1000, 1), "ms", P50_MS),
        Figure(f"{what}, p99", round(share(late, 99) * 1000, 1), "ms", P99_MS),
    ]


def _pages(session: Session, run: str) -> list[str]:
    return list(session.exec(select(Message.id).where(Message.run_id == run)))


def _nothing_due(session: Session) -> None:
    """Every page has arrived and Twilio has said so; every next rung is a day away."""
    session.execute(update(Message).values(status=MessageStatus.DELIVERED, owner=None, lease_until=None))
    session.execute(update(Timer).values(due_at=system_clock() + timedelta(days=1)))


def main() -> int:
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(description="Measure how fast a page and a text leave, and what waiting costs.")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the idle engine is watched")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgres"], help="one of the two")
    parser.add_argument("--texts", action="store_true", help="the texts to missed callers alone")
    parser.add_argument("--json", action="store_true", help="figures as JSON lines")
    chosen = parser.parse_args()
    figures: list[Figure] = []
    logs.configure("error")
    with Console(stderr=True).status(f"{WAITING} runs wait, {DECISIONS} decisions are taken ..."):
        for database in chosen.database or ["sqlite", "postgres"]:
            figures += asyncio.run(texted(database))
            if not chosen.texts:
                figures += asyncio.run(bench(database, chosen.seconds))
    if chosen.json:
        sys.stdout.writelines(json.dumps(asdict(one)) + "\n" for one in figures)
    else:
        Console().print(table(figures))
    return 1 if any(one.missed for one in figures) else 0


def table(figures: list[Figure]) -> Table:
    """The figures beside their targets; a missed one is red."""
    shown = Table(title=f"How soon we act, {WAITING} runs waiting", title_justify="left", header_style="bold")
    for head in ("figure", "value", "target"):
        shown.add_column(head, justify="left" if head == "figure" else "right")
    for one in figures:
        target = f"≤ {one.most:g} {one.unit}" if one.most is not None else ""
        shown.add_row(one.what, f"{one.value:g} {one.unit}", target, style="bold red" if one.missed else "")
    return shown


if __name__ == "__main__":
    raise SystemExit(main())
