"""A call as the phone at its far end has it: what a person does with the handset, and what they hear.

`timeout`s are real seconds. What two people say to each other after a transfer is not carried between them:
`bridged_to` tells that they are joined.
"""
# ruff: noqa: ASYNC109 - a test reads better with the timeout beside what it waits for

import asyncio
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.audio import RATE, SILENCE, Timeline, ulaw_encode
from simulator.core import Core
from simulator.line import PATIENCE_S, Line
from simulator.records import CallRecord
from simulator.webhooks import Sent, Webhooks

if TYPE_CHECKING:
    from simulator.media import MediaStream

_POLL_S = 0.02  # simulated: one frame


class Leg(Line):
    """One leg with its handset.

    `said`: every text that <Say> spoke; `heard`: every sound that was played, and `spoken`: every sound the person
    made, both on the leg's time line (samples at 8 kHz since the leg began); `marks`: (position, name) as passed.
    """

    def __init__(self, core: Core, webhooks: Webhooks, record: CallRecord) -> None:
        super().__init__(core, webhooks, record)
        self.style = core.style
        self.said: list[str] = []
        self.heard = Timeline()
        self.spoken = Timeline()
        self.marks: list[tuple[int, str]] = []
        self.keys: asyncio.Queue[str] = asyncio.Queue()  # a person's key presses: never more than a test makes
        self.prompts: asyncio.Queue[None] = asyncio.Queue()  # one entry each time the call begins to listen for keys
        self.stream: MediaStream | None = None
        self.streams: list[MediaStream] = []
        self.connecting: asyncio.Future[None] | None = None
        self.bridged_to: Leg | None = None
        self._listened = 0

    async def play(self, audio: bytes | NDArray[np.int16], *, at_s: float = 0.0, grid: int = 1) -> None:
        """Speak: mu-law bytes or 16-bit PCM, 8 kHz mono. Returns when all of it has gone out, or the call is over.

        A person waits for the click: while a stream is being opened, speaking starts when it is open. On a stream it
        starts not before its second `at_s`, and at a multiple of `grid` samples: what is heard then does not depend on
        where the listener's windows happened to fall.
        """
        if self.connecting is not None:
            await asyncio.wait({self.connecting})
        ulaw = audio if isinstance(audio, bytes) else ulaw_encode(audio)
        start = max(self.position, self.spoken.end)
        if (stream := self.stream) is not None:
            while stream.began is None and not self.record.over:
                await self.core.clock.sleep(_POLL_S)
            began = stream.began or 0
            start = max(self.position, self.spoken.end, stream.sent_to, began + round(at_s * RATE))
            start += -(start - began) % grid
        self.spoken.lay(start, ulaw)
        end = start + len(ulaw)
        while not self.record.over:
            stream = self.stream
            if self.position >= end and (stream is None or stream.sent_to >= end):
                return
            await self.core.clock.sleep(max(_POLL_S, (end - self.position) / RATE))

    def stop_talking(self) -> None:
        """Fall silent in mid-sentence."""
        self.spoken.cut(max(self.position, self.stream.sent_to if self.stream else 0))

    async def press(self, digits: str, *, pause: float = 0.2) -> None:
        """Press keys, `pause` simulated seconds after each."""
        for digit in digits:
            if self.stream is not None:
                await self.stream.key(digit)
            else:
                self.keys.put_nowait(digit)
            await self.core.clock.sleep(pause)

    async def hang_up(self) -> None:
        """Put the receiver down and wait until the telephone company has noticed."""
        self.cut()
        await self.ended()

    async def stream_open(self, timeout: float = PATIENCE_S) -> "MediaStream":
        """Wait until a media stream carries the call. Raises ConnectionError when the call ends without."""
        async with asyncio.timeout(timeout):
            while self.stream is None:
                if self.record.over:
                    raise ConnectionError("the call ended without a media stream")
                await self.core.clock.sleep(_POLL_S)
            return self.stream

    async def wait_for_speech_end(self, *, settle: float = 0.6, timeout: float | None = PATIENCE_S) -> bytes:
        """Wait until something new was played and then nothing for `settle` simulated seconds, or the call is over.

        Gives what was heard since the last time, as mu-law.
        """
        async with asyncio.timeout(timeout):
            while not self.record.over:
                new = self.heard.end > self._listened
                if new and self._buffer_empty() and self.position - self.heard.end >= settle * RATE:
                    break
                await self.core.clock.sleep(_POLL_S)
        start, self._listened = self._listened, self.heard.end
        return self.heard.between(start, self._listened).lstrip(SILENCE)

    async def wait_for_mark(self, name: str, timeout: float = PATIENCE_S) -> int:
        """Wait until the mark was passed; gives its position. Raises ConnectionError when the call ends first."""
        async with asyncio.timeout(timeout):
            while True:
                for position, passed in self.marks:
                    if passed == name:
                        return position
                if self.record.over:
                    raise ConnectionError("the call ended before the mark")
                await self.core.clock.sleep(_POLL_S)

    async def wait_for_words(self, contains: str, timeout: float = PATIENCE_S) -> str:
        """Wait until <Say> spoke a text that holds `contains`; gives it. Raises ConnectionError when the call ends."""
        async with asyncio.timeout(timeout):
            while True:
                for text in self.said:
                    if contains.lower() in text.lower():
                        return text
                if self.record.over:
                    raise ConnectionError("the call ended before the words were said")
                await self.core.clock.sleep(_POLL_S)

    def requests(self, kind: str | None = None) -> list[Sent]:
        """The requests made to the product about this call, in order."""
        return [s for s in self.webhooks.sent if s.hook.sid == self.sid and kind in (None, s.hook.kind)]

    def _buffer_empty(self) -> bool:
        return self.stream is None or self.stream.buffer_empty
