"""What every part of the exchange shares: the account, the clock, the faults, the complaints and the tasks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from simulator.clock import Clock
from simulator.faults import Faults
from simulator.lateness import Lateness
from simulator.records import Complaint
from simulator.style import STRICT, MediaStyle

API_VERSION = "2010-04-01"


@dataclass(slots=True)
class Core:
    """The account and the services that have no state of a call of their own."""

    account_sid: str
    auth_token: str
    clock: Clock
    faults: Faults
    style: MediaStyle = STRICT
    allow_insecure_loopback: bool = True
    reach: dict[str, str] = field(default_factory=dict)
    """Public prefix of a URL to the place it is really served at; signatures are over the public one."""
    base_url: str = ""
    kept_up: Callable[[str, int], bool] | None = None
    """Whether the product is done with so many samples of a call's stream (CallSid, samples). While it is not, time
    stands still: a call is then the same on a slow machine as on a fast one. None: the product is not asked."""
    complaints: list[Complaint] = field(default_factory=list)
    lateness: Lateness = field(default_factory=Lateness)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def complain(self, code: int, what: str, sid: str | None = None) -> None:
        """Write down what the product did wrong."""
        self.complaints.append(Complaint(code, what, sid))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something beside the caller until it ends or the exchange closes; a bug in it becomes a complaint."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.complain(0, f"the simulator itself failed: {type(error).__name__}")
            logging.getLogger("simulator").error("a task of the simulator failed", exc_info=error)

    async def idle(self) -> None:
        """Wait until nothing runs any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def cancel_tasks(self) -> None:
        """Stop everything that still runs."""
        while self._tasks:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=5)  # a task that swallows its cancellation must not hang the test

    def place(self, url: str) -> str:
        """Where a public URL is really served."""
        for public, real in self.reach.items():
            if url.startswith(public):
                return real + url[len(public) :]
        return url
