"""One call's mouth: clips out, marks back, and what the caller really heard. Time is the stream's own, in samples."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from voice import media
from voice.recogniser.protocol import SAMPLE_RATE

FRAME = 4000
"""Bytes in one media message to Twilio: half a second. Twilio buffers; smaller would only be more messages."""

MARK_GRACE = SAMPLE_RATE // 2
"""A client that sends no marks: speech counts as played half a second after it should have ended."""


@dataclass(slots=True)
class Said:
    """Something that was sent to be played. `ends` is when it will have been, on the stream's clock, if not cleared."""

    name: str
    starts: int
    ends: int
    urgent: bool
    heard: int | None = None  # samples really played, once known


class Mouth:
    """Speaks on one stream. `send` puts one message on the socket; `now` gives the samples heard so far."""

    def __init__(self, stream_sid: str, send: Callable[[str], Awaitable[None]], now: Callable[[], int]) -> None:
        self._sid = stream_sid
        self._send = send
        self._now = now
        self._queue: list[Said] = []
        self._count = 0

    @property
    def speaking(self) -> bool:
        """Whether something sent has not been played yet, as far as marks or the time tell."""
        now = self._now()
        while self._queue and self._queue[0].ends + MARK_GRACE < now:
            self._played(self._queue[0])
        return bool(self._queue)

    def yet_to_say(self, sample: int) -> bool:
        """Whether at that sample our last words had not begun: what is said then cannot be meant for them.

        Over words that have begun it can: people answer before a question has ended.
        """
        return self.speaking and self._queue[-1].starts > sample

    @property
    def urgent(self) -> bool:
        """Whether what is being played must not be talked over."""
        return self.speaking and any(said.urgent for said in self._queue)

    async def say(self, clips: Sequence[bytes], *, urgent: bool = False) -> Said:
        """Queue clips behind what is being said; urgent ones clear it first."""
        if urgent:
            await self.clear()
        ulaw = b"".join(clips)
        starts = max([self._now(), *(said.ends for said in self._queue)])
        self._count += 1
        said = Said(f"say-{self._count}", starts, starts + len(ulaw), urgent)
        self._queue.append(said)
        for at in range(0, len(ulaw), FRAME):
            await self._send(media.media(self._sid, ulaw[at : at + FRAME]))
        await self._send(media.mark(self._sid, said.name))
        return said

    async def clear(self) -> None:
        """Stop speaking. What the caller heard until now is noted; the marks that come back mean nothing any more."""
        if not self.speaking:
            return
        now = self._now()
        for said in self._queue:
            said.heard = max(0, min(now, said.ends) - said.starts)
        self._queue.clear()
        await self._send(media.clear(self._sid))

    def mark(self, name: str) -> None:
        """A mark came back: that speech, and all before it, was played."""
        if any(said.name == name for said in self._queue):
            while self._queue and self._played(self._queue[0]) != name:
                pass

    def _played(self, said: Said) -> str:
        said.heard = said.ends - said.starts
        self._queue.remove(said)
        return said.name
