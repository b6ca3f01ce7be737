"""What is happening on the lines right now, for a screen: partial text, decisions, endings. Nothing here is kept."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

WAITING = 500
"""Events held for one slow watcher; when full the oldest is dropped: a screen shows what is, not what was."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that just happened on a call. `at_ms` is on the stream's clock."""

    sid: str
    kind: str  # answered, partial, heard, hazard, said, decided, ended
    at_ms: int
    data: dict[str, Any] = field(default_factory=dict)


class Feed:
    """Moments to whoever watches."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[Moment]] = set()

    def publish(self, moment: Moment) -> None:
        """Tell every watcher."""
        for queue in self._watchers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(moment)

    async def watch(self) -> AsyncIterator[Moment]:
        """Moments from now on, until the watcher leaves."""
        queue: asyncio.Queue[Moment] = asyncio.Queue(WAITING)
        self._watchers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._watchers.discard(queue)
