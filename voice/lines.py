"""How many calls can be answered at once. A line is reserved before a call is answered, and never taken twice."""

from datetime import datetime, timedelta

CLAIM = timedelta(seconds=20)
"""A reserved line whose stream has not opened by then is free again: Twilio opens it within seconds or not at all."""


class Lines:
    """The lines of this process, by CallSid. A reservation lapses unless the stream opens."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._reserved: dict[str, datetime] = {}
        self._open: set[str] = set()

    def reserve(self, sid: str, now: datetime) -> bool:
        """Set a line aside for a call; False when every line is taken."""
        self._reserved = {one: until for one, until in self._reserved.items() if until > now}
        if sid in self._reserved or sid in self._open:
            return True
        if len(self._reserved) + len(self._open) >= self.limit:
            return False
        self._reserved[sid] = now + CLAIM
        return True

    def open(self, sid: str) -> bool:
        """The stream of a call is here; False when a stream of this call is open already."""
        if sid in self._open:
            return False
        self._reserved.pop(sid, None)
        self._open.add(sid)
        return True

    def release(self, sid: str) -> None:
        """The call is over."""
        self._open.discard(sid)
        self._reserved.pop(sid, None)

    @property
    def busy(self) -> int:
        """Calls with an open stream."""
        return len(self._open)
