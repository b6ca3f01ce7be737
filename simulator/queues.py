"""Queues: callers who wait, and the legs that take the first of them."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from simulator.leg import Leg
from simulator.records import new_sid
from simulator.source import Source

MAX_SIZE = 1000  # of a queue made by <Enqueue>


@dataclass(slots=True)
class Member:
    """One who waits. `taken` is set with the leg that dialled the queue, or with TwiML that REST gave instead.

    `parted` is set when the two who were joined are no longer.
    """

    leg: Leg
    since: float
    enqueued: datetime
    taken: asyncio.Future[Leg | Source] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    parted: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Queue:
    """First in, first out."""

    name: str
    created: datetime
    max_size: int = MAX_SIZE
    sid: str = field(default_factory=lambda: new_sid("QU"))
    members: deque[Member] = field(default_factory=deque)
    arrival: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self, member: Member) -> bool:
        """Get in line; False when the queue is full."""
        if len(self.members) >= self.max_size:
            return False
        self.members.append(member)
        self.arrival.set()
        return True

    def leave(self, member: Member) -> None:
        """Get out of line; nothing happens when not in it."""
        if member in self.members:
            self.members.remove(member)

    def take(self) -> Member | None:
        """The first in line, out of it."""
        if self.members:
            return self.members.popleft()
        self.arrival.clear()
        return None
