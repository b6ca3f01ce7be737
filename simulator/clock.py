"""Simulated time: it runs `speed` times as fast as the clock on the wall.

Everything the telephone network does waits on this clock. A test's own patience (`timeout=` of the devices) and the
bounds on the product's answers are real seconds, because the product computes in real time.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

_LOOK_S = 0.001


def wall() -> datetime:
    """The real date and time."""
    return datetime.now(UTC)


class Clock:
    """Seconds since the exchange was made, times `speed`."""

    def __init__(self, speed: float = 1.0, utc: Callable[[], datetime] = wall) -> None:
        """`utc` dates the records and callbacks; it is the real date, so the product can compare it with its own."""
        if speed <= 0:
            raise ValueError("speed must be above 0")
        self.speed = speed
        self.utc = utc
        self._start = time.monotonic()
        self._stopped: float | None = None  # the moment at which it stands still
        self._holders = 0

    def now(self) -> float:
        """Simulated seconds since the exchange was made, without those in which time stood still."""
        real = time.monotonic() if self._stopped is None else self._stopped
        return (real - self._start) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of simulated time."""
        await self.sleep_until(self.now() + seconds)

    async def sleep_until(self, moment: float) -> None:
        """Wait until `now()` has reached `moment`; when that is past, only let others run."""
        await asyncio.sleep(0)
        while (left := moment - self.now()) > 0:  # noqa: ASYNC110  time may have stood still meanwhile
            await asyncio.sleep(left / self.speed)

    async def stand_still_until(self, ready: Callable[[], bool], patience_s: float) -> None:
        """Time stands still until `ready`, or until `patience_s` real seconds have gone."""
        if ready():
            return
        began = time.monotonic()
        self._holders += 1
        self._stopped = began if self._stopped is None else self._stopped
        try:
            while not ready() and time.monotonic() - began < patience_s:  # noqa: ASYNC110  nobody tells
                await asyncio.sleep(_LOOK_S)
        finally:
            self._holders -= 1
            if not self._holders:
                self._start += time.monotonic() - self._stopped
                self._stopped = None
