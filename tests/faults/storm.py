"""The storm: escalations and missed callers by the hundred while we are killed, databases restart, Twilio is ill.

    python -m tests.faults.storm [--case NAME]... [--seed N] [--json]

Exits with 1 when a promise of docs/storm.md is broken.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from sqlmodel import Session, col, func, select

from firstring.settings import fresh_secret
from models.database import Database
from models.enums import MessageStatus, Purpose, TimerStatus
from models.migrate import upgrade
from models.tables import Message, Timer
from simulator.server import serve
from tests import pg
from tests.faults import missed, shop, tomorrow
from tests.faults.cases import CASES, Case, Plan, plan
from tests.faults.count import Evidence, Figures, count
from tests.faults.engines import Fleet, Nursery, nursery
from tests.faults.missed import MissedScene
from tests.faults.missed_cases import MISSED, MissedCase
from tests.faults.missed_count import MissedFigures
from tests.faults.people import People, news_door
from tests.faults.report import Board, table
from tests.faults.twilio import ACCOUNT, TOKEN, Twilio, twilio

DEADLINE_S = 240.0
"""After the last escalation began; what has not left by then is lost. An idle machine needs a tenth of it."""

SETTLED_S = 15.0
"""After the last yes, for what is under way: five (shortened) leases."""

WATCHED_EVERY_S = 0.05

OVERLAP_S = 1.0
"""For which the old and the new engine run side by side."""


@dataclass(slots=True)
class Scene:
    """One case while it runs."""

    case: Case
    plan: Plan
    people: People
    twilio: Twilio
    fleet: Fleet
    step_late: float = 0.0

    def board(self) -> Board:
        """How it stands, for whoever watches."""
        all_ = self.people.escalations.values()
        begun, taken = sum(bool(one.run) for one in all_), sum(one.taken is not None for one in all_)
        return Board(self.case.name, begun, taken, len(all_), len(self.twilio.asked), self.fleet.deaths)


async def run(case: Case, seed: int, kept: Nursery, watch: Callable[[Scene], object] = lambda _scene: None) -> Figures:
    """Run one case. `watch` is given the scene as it begins."""
    with (
        tempfile.TemporaryDirectory(prefix="firstring-storm-") as folder,
        pg.either(case.database, Path(folder)) as url,
    ):
        upgrade(url)
        async with _scene(case, plan(case, seed), seed, kept, Path(folder), url) as scene:
            watch(scene)
            began = time.monotonic()
            for seat in range(case.engines):
                await scene.fleet.start(seat)
            await _play(scene)
            rows = await scene.people.read(_rows)
            evidence = Evidence(
                rows, scene.twilio.accepted(), scene.twilio.asked, [*scene.people.escalations.values()],
                scene.step_late, scene.fleet.deaths, scene.fleet.crashes, time.monotonic() - began,
            )  # fmt: skip
            return count(case, seed, evidence)


async def _play(scene: Scene) -> None:
    """Everything at once, until all of it is over; then the end of what is under way."""
    began = asyncio.get_running_loop().time()
    escalations = scene.people.escalations.values()
    troubles = [asyncio.create_task(one) for one in _troubles(scene, began)]
    watch = asyncio.create_task(_watch(scene))
    lives = asyncio.create_task(_all(scene.people.live(one, began, scene.case.ladder) for one in escalations))
    await asyncio.wait([lives, watch], timeout=scene.case.spread_s + DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
    scene.twilio.deaths.clear()
    await _cancel(lives, *troubles, watch)
    await _settle(scene.people)
    await scene.fleet.close()


async def _all(lives: Iterable[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*lives)


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    """Call off what still runs; what failed is raised."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def _settle(people: People) -> None:
    async def quiet() -> None:
        while await people.read(_under_way):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(WATCHED_EVERY_S)

    try:
        await asyncio.wait_for(quiet(), SETTLED_S)
    except TimeoutError:
        return  # what is still under way is counted as it stands


def _troubles(scene: Scene, began: float) -> Iterator[Coroutine[Any, Any, None]]:
    """What the plan does to the engines, to PostgreSQL and to Twilio."""
    fleet, script = scene.fleet, scene.plan

    async def at(seconds: float, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        await asyncio.sleep(max(0.0, began + seconds - asyncio.get_running_loop().time()))
        await work()

    async def kill(seat: int) -> None:
        while not await fleet.kill(seat):  # noqa: ASYNC110 - nobody tells when the next one sits there
            await asyncio.sleep(WATCHED_EVERY_S)

    async def upgrade_beside() -> None:
        """The database is brought up to date under the old engine, and the new one begins while that still runs."""
        old = next(seat for seat, engine in enumerate(fleet.seats) if engine)
        await asyncio.to_thread(tomorrow.upgrade, scene.people.database.url)
        await fleet.start(1 - old)
        await asyncio.sleep(OVERLAP_S)
        await fleet.stop(old)

    async def restart() -> None:
        cluster = pg.cluster()
        assert cluster is not None  # the case has a database there
        await asyncio.to_thread(cluster.stop)
        await asyncio.to_thread(cluster.start)

    async def ill(is_ill: bool) -> None:
        scene.twilio.ill(is_ill)

    for moment, seat in script.random:
        yield at(moment, lambda seat=seat: kill(seat))  # type: ignore[misc]
    for moment in script.leaves:
        yield at(moment, lambda: fleet.kill(scene.case.engines - 1, for_good=True))
    for moment in script.upgrades:
        yield at(moment, upgrade_beside)
    for moment in script.restarts:
        yield at(moment, restart)
    if script.ill:
        yield at(script.ill[0], lambda: ill(True))
        yield at(script.ill[1], lambda: ill(False))


async def _watch(scene: Scene) -> None:
    """The oldest overdue timer, seen over and over; and engines that died by themselves."""
    while True:
        scene.fleet.tend()
        since = await scene.people.read(_oldest_timer)
        if since is not None:
            scene.step_late = max(scene.step_late, (datetime.now(UTC) - since).total_seconds())
        await asyncio.sleep(WATCHED_EVERY_S)


def _oldest_timer(session: Session) -> datetime | None:
    return session.exec(select(func.min(Timer.due_at)).where(col(Timer.status) == TimerStatus.PENDING)).one()


def _under_way(session: Session) -> int:
    """How many pages are being sent, or are due."""
    waits = col(Message.status).in_((MessageStatus.PENDING, MessageStatus.SENDING))
    return session.exec(select(func.count()).select_from(Message).where(waits, Message.purpose == Purpose.PAGE)).one()


def _rows(session: Session) -> list[Message]:
    return list(session.exec(select(Message)))


@asynccontextmanager
async def _scene(
    case: Case, script: Plan, seed: int, kept: Nursery, folder: Path, url: str
) -> AsyncIterator[Scene]:  # fmt: skip
    """The company, Twilio, our own door for its news, and engines that have not begun."""
    profile = folder / "business.toml"
    company = shop.load(profile, case.escalations)
    database = Database(url)
    environment = {"FIRSTRING_PROFILE": str(profile), "FIRSTRING_DATABASE_URL": url, "STORM_LOG": str(folder / "log")}
    environment |= {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "FIRSTRING_SECRET_KEY": fresh_secret()}
    fleet = Fleet(kept, environment, [None] * (case.engines + bool(case.upgrades)))

    async def kill(pid: int) -> bool:
        seat = fleet.seat_of(pid)
        return seat is not None and await fleet.kill(seat)

    try:
        async with twilio(case, script.deaths, kill, seed) as (exchange, api):
            people = People.of(script.escalations, company, database, exchange.exchange)
            async with serve(lambda _: news_door(people), 0) as public:
                environment |= {"FIRSTRING_TWILIO_API_URL": api, "FIRSTRING_PUBLIC_URL": public}
                try:
                    yield Scene(case, script, people, exchange, fleet)
                finally:
                    await fleet.close()
                    people.books.dispose()
    finally:
        database.close()


def main() -> int:
    """The command line; the exit code."""
    every: tuple[Case | MissedCase, ...] = (*CASES, *MISSED)
    parser = argparse.ArgumentParser(description="Kill processes, and count the pages and texts that were lost.")
    parser.add_argument(
        "--case",
        action="append",
        choices=[case.name for case in every],
        help="one case; may be given again",
    )
    parser.add_argument("--seed", type=int, default=4821, help="the same seed makes the same plan")
    parser.add_argument("--json", action="store_true", help="figures as JSON lines")
    chosen = parser.parse_args()
    cases = [case for case in every if not chosen.case or case.name in chosen.case]
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it speaks up for every client that was killed
    pages: list[Figures] = []
    texts: list[MissedFigures] = []
    scenes: list[Scene | MissedScene] = []

    def shown() -> Any:
        running = scenes[-1].board() if len(scenes) > len(pages) + len(texts) else None
        return table(pages, texts, running, len(cases))

    with nursery("--hurry") as kept, Live(get_renderable=shown, console=Console(stderr=True), transient=True):
        for case in cases:
            figures: Figures | MissedFigures
            if isinstance(case, MissedCase):
                texts.append(figures := asyncio.run(missed.run(case, chosen.seed, kept, scenes.append)))
            else:
                pages.append(figures := asyncio.run(run(case, chosen.seed, kept, scenes.append)))
            if chosen.json:
                sys.stdout.write(json.dumps(asdict(figures)) + "\n")
                sys.stdout.flush()
    if not chosen.json:
        Console().print(table(pages, texts, None, len(cases)))
    return 1 if any(one.broken for one in pages) or any(one.broken for one in texts) else 0


if __name__ == "__main__":
    raise SystemExit(main())
