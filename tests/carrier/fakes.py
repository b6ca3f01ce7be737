"""A telephone company in memory. It does what it is told to, in order: `plan` holds what befalls the next requests."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from carrier.client import News
from carrier.errors import CarrierError, Refused, UnknownOutcome
from carrier.lists import Arrived, Written

LOST = "lost"
"""A plan: the request is carried out, but its answer never comes."""


@dataclass
class Sent:
    sid: str
    to: str
    body: str | None
    callback: str
    at: datetime
    page: str | None = None
    rings_s: int | None = None


@dataclass
class FakeCarrier:
    clock: Callable[[], datetime]
    sent: list[Sent] = field(default_factory=list)
    plan: deque[CarrierError | str] = field(default_factory=deque)
    before: Callable[[], None] = lambda: None
    looks: int = 0
    standing: dict[str, News] = field(default_factory=dict)
    came: list[Arrived] = field(default_factory=list)
    texted: list[Written] = field(default_factory=list)
    joined: dict[str, int] = field(default_factory=dict)
    off: list[str] = field(default_factory=list)
    tapes: dict[str, bytes] = field(default_factory=dict)
    series: str = "SM"
    _numbers: Iterator[int] = field(default_factory=count)

    def _do(self, to: str, body: str | None, callback: str, page: str | None = None, rings_s: int | None = None) -> str:
        self.before()
        fate = self.plan.popleft() if self.plan else None
        if isinstance(fate, CarrierError):
            raise fate
        sid = f"{self.series}{next(self._numbers):032d}"
        self.sent.append(Sent(sid, to, body, callback, self.clock(), page, rings_s))
        if fate == LOST:
            raise UnknownOutcome("the connection to Twilio broke")
        return sid

    def send_text(self, to: str, body: str, status_callback: str) -> str:
        return self._do(to, body, status_callback)

    def place_call(self, to: str, url: str, status_callback: str, timeout_s: int) -> str:
        return self._do(to, None, status_callback, url, timeout_s)

    def _find(self, to: str, body: str | None, since: datetime) -> tuple[str, ...]:
        self.looks += 1
        if self.plan and isinstance(self.plan[0], CarrierError):
            raise self.plan.popleft()  # type: ignore[misc]
        return tuple(each.sid for each in self.sent if (each.to, each.body) == (to, body) and each.at >= since)

    def find_texts(self, to: str, body: str, since: datetime) -> tuple[str, ...]:
        return self._find(to, body, since)

    def find_calls(self, to: str, since: datetime) -> tuple[str, ...]:
        return self._find(to, None, since)

    def _news(self, sid: str) -> News:
        if self.plan and isinstance(self.plan[0], CarrierError):
            raise self.plan.popleft()  # type: ignore[misc]
        if sid not in self.standing:
            raise Refused(20404, permanent=True)
        return self.standing[sid]

    def arrived(self, since: datetime) -> tuple[Arrived, ...]:
        self.looks += 1
        if self.plan and isinstance(self.plan[0], CarrierError):
            raise self.plan.popleft()  # type: ignore[misc]
        return tuple(sorted((one for one in self.came if one.at >= since), key=lambda one: one.at))

    def written(self, since: datetime) -> tuple[Written, ...]:
        if self.plan and isinstance(self.plan[0], CarrierError):
            raise self.plan.popleft()  # type: ignore[misc]
        return tuple(sorted((one for one in self.texted if one.at >= since), key=lambda one: one.at))

    def joined_s(self, sid: str) -> int:
        return self.joined.get(sid, 0)

    def text_news(self, sid: str) -> News:
        return self._news(sid)

    def call_news(self, sid: str) -> News:
        return self._news(sid)

    def call_off(self, sid: str) -> bool:
        rings = sid in self.standing and self.standing[sid].status in ("queued", "ringing")
        self.off += [sid] if rings else []
        return rings

    def recording(self, sid: str) -> bytes:
        if sid not in self.tapes:
            raise Refused(20404, permanent=True)
        return self.tapes[sid]

    def delete_recording(self, sid: str) -> bool:
        if self.plan and isinstance(self.plan[0], CarrierError):
            raise self.plan.popleft()  # type: ignore[misc]
        return self.tapes.pop(sid, None) is not None

    def end_call(self, sid: str) -> None:
        raise NotImplementedError

    def redirect_call(self, sid: str, url: str) -> bool:
        raise NotImplementedError


class Inline(Executor):
    """A pool without threads: done when submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future
