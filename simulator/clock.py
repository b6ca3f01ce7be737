"""Simulated time: it runs `speed` times as fast as the clock on the wall.

Everything the telephone network does waits on this clock. A test's own patience (`timeout=` of the devices) and the
bounds on the product's answers are real seconds, because the product computes in real time.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime


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

    def now(self) -> float:
        """Simulated seconds since the exchange was made."""
        return (time.monotonic() - self._start) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of simulated time."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)

    async def sleep_until(self, moment: float) -> None:
        """Wait until `now()` has reached `moment`; when that is past, only let others run."""
        await asyncio.sleep(max(0.0, moment - self.now()) / self.speed)
