"""The engines of a storm as the harness has them: seats, each with a process that is killed and started again."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

RESTART_S = 0.2
"""From a death until a supervisor has started the next."""

MOST_CRASHES = 10
"""An engine may find no database when it starts, and is started again; one that always dies is broken."""

DEATH_S = 40.0
"""Longest that the end of a process is waited for: a stopping engine gives its last sweep 30 s."""


class Nursery:
    """The process that the engines are forked from (worker.py)."""

    def __init__(self, *options: str) -> None:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTRING_", "TWILIO_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**mine, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def fork(self, environment: Mapping[str, str]) -> int:
        """Start an engine; its process id."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(dict(environment)) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Kill every engine that is left."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(DEATH_S)
        self._process.stdout.close()


@contextmanager
def nursery(*options: str) -> Iterator[Nursery]:
    """A nursery until the block ends."""
    made = Nursery(*options)
    try:
        yield made
    finally:
        made.close()


@dataclass(frozen=True, slots=True)
class Engine:
    """A living process: `handle` is the kernel's own, which no other process can come to have."""

    pid: int
    handle: int

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; a dead one does not mind."""
        try:
            signal.pidfd_send_signal(self.handle, number)
        except ProcessLookupError:
            return

    def dead(self, wait_s: float = 0.0) -> bool:
        """Whether it has come to its end, now or within so many seconds."""
        poll = select.poll()
        poll.register(self.handle, select.POLLIN)
        return bool(poll.poll(wait_s * 1000))

    def gone(self) -> None:
        """Wait until it is dead. Raises TimeoutError."""
        if not self.dead(DEATH_S):
            raise TimeoutError("an engine does not end")
        os.close(self.handle)


@dataclass(slots=True)
class Fleet:
    """The engines by seat. `deaths` counts kills that found a living engine, `crashes` those who died by themselves.

    `own`: variables of one seat alone.
    """

    nursery: Nursery
    environment: Mapping[str, str]
    seats: list[Engine | None]
    own: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    deaths: int = 0
    crashes: int = 0
    _closed: set[int] = field(default_factory=set)
    _door: asyncio.Lock = field(default_factory=asyncio.Lock)
    _restarts: set["asyncio.Task[None]"] = field(default_factory=set)

    async def start(self, seat: int) -> None:
        """Put a fresh engine into a seat."""
        async with self._door:
            pid = await asyncio.to_thread(self.nursery.fork, {**self.environment, **self.own.get(seat, {})})
        self.seats[seat] = Engine(pid, os.pidfd_open(pid))

    def seat_of(self, pid: int) -> int | None:
        """The seat of a living engine."""
        return next((seat for seat, engine in enumerate(self.seats) if engine and engine.pid == pid), None)

    async def kill(self, seat: int, *, for_good: bool = False) -> bool:
        """`kill -9`; back when it is dead. A successor comes by itself, unless `for_good`. False: nobody was there."""
        if for_good:
            self._closed.add(seat)
        engine, self.seats[seat] = self.seats[seat], None
        if engine is None:
            return False
        engine.signal(signal.SIGKILL)
        self.deaths += 1
        await asyncio.to_thread(engine.gone)
        self._follow(seat)
        return True

    def tend(self) -> None:
        """Start engines again that died by themselves, as a supervisor does. Raises RuntimeError when they all do."""
        for seat, engine in enumerate(self.seats):
            if engine and engine.dead():
                self.seats[seat] = None
                engine.gone()
                self.crashes += 1
                if self.crashes > MOST_CRASHES:
                    log = Path(self.environment["STORM_LOG"]).read_text(errors="replace")
                    raise RuntimeError(f"engines die by themselves:\n{log[-2000:]}")
                self._follow(seat)

    async def stop(self, seat: int) -> None:
        """SIGTERM, and wait until it has come to its end."""
        engine, self.seats[seat] = self.seats[seat], None
        if engine is not None:
            engine.signal(signal.SIGTERM)
            await asyncio.to_thread(engine.gone)

    async def close(self) -> None:
        """Stop them all."""
        while self._restarts:
            await asyncio.wait(set(self._restarts))
        await asyncio.gather(*(self.stop(seat) for seat in range(len(self.seats))))

    def _follow(self, seat: int) -> None:
        task = asyncio.create_task(self._successor(seat))
        self._restarts.add(task)
        task.add_done_callback(self._restarts.discard)

    async def _successor(self, seat: int) -> None:
        await asyncio.sleep(RESTART_S)
        if seat not in self._closed:
            await self.start(seat)
