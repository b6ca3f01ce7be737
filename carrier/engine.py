"""The engine: one loop over its passes, woken by what is written, with a poll as a backstop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Thread
from typing import Protocol

import structlog

from carrier.errors import fault
from models.clock import Clock

log = structlog.get_logger(__name__)

Pass = Callable[[datetime], int]
"""Does one kind of work that is due by the given instant; gives how much of it was done."""

POLL_SECONDS = 1.0
"""What another process wrote is seen this late at the latest."""

STOP_SECONDS = 30.0
"""How long `stop` waits for a sweep: longer than the longest lease (carrier/claims.py)."""


class Companion(Protocol):
    """A thread that lives as long as the engine: the listener, the heartbeat."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End."""
        ...


class Engine:
    """Runs the passes in order, again and again. A pass that raises is logged and does not stop the others.

    A poll only glances: it sweeps when `glance` says that something is due. A wake sweeps.
    """

    def __init__(
        self,
        passes: Sequence[Pass],
        clock: Clock,
        poll_s: float = POLL_SECONDS,
        *,
        glance: Callable[[datetime], bool] = lambda _now: True,
    ) -> None:
        self.beat: datetime | None = None  # end of the last sweep or glance, for the watch
        self.companions: Sequence[Companion] = ()
        self._passes = passes
        self._clock = clock
        self._poll_s = poll_s
        self._glance = glance
        self._woken = Event()
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = Thread(target=self._loop, name="engine", daemon=True)
        self._thread.start()
        for each in self.companions:
            each.start()

    def wake(self) -> None:
        """Something was written: look now. Safe from any thread."""
        self._woken.set()

    def stop(self) -> None:
        """End after the sweep under way."""
        self._stopping.set()
        self._woken.set()
        if self._thread is None:
            return
        self._thread.join(STOP_SECONDS)
        for each in self.companions:
            each.stop()

    def run_once(self) -> int:
        """One sweep: every pass once; how much was done."""
        done = 0
        for each in self._passes:
            try:
                done += each(self._clock())
            except Exception as error:
                log.error("engine.pass_failed", work=type(each).__name__, **fault(error))
        self.beat = self._clock()
        return done

    def _loop(self) -> None:
        woken = True
        while not self._stopping.is_set():
            if (woken or self._something_due()) and self.run_once():
                woken = True
                continue
            woken = self._woken.wait(self._poll_s)
            self._woken.clear()

    def _something_due(self) -> bool:
        try:
            due = self._glance(self._clock())
        except Exception as error:
            log.error("engine.glance_failed", **fault(error))
            return True  # the sweep finds out what is wrong, pass by pass
        self.beat = self._clock()
        return due
