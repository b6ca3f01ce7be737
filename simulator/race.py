"""Waiting for whichever comes first, and stopping what has lost."""

import asyncio
from typing import Any


async def first(*runners: "asyncio.Future[Any]", seconds: float | None = None) -> None:
    """Wait until one is done, or for so many real seconds. Nothing is cancelled."""
    await asyncio.wait(set(runners), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


async def stop(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks and wait until they are gone; their outcome is not looked at."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(set(tasks))
