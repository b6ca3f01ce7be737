"""One leg of a call: the telephone company's side of it, and the handset at its far end.

What a person does with the handset are the public methods: `play`, `press`, `hang_up`, `heard`, `said`, `ended`.
Their `timeout`s are real seconds.
"""
# ruff: noqa: ASYNC109 - a test reads better with the timeout beside what it waits for

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.audio import RATE, SILENCE, Timeline, ulaw_encode
from simulator.core import API_VERSION, Core
from simulator.race import first, stop
from simulator.records import CallRecord
from simulator.source import Source
from simulator.webhooks import Sent, Webhook, Webhooks

if TYPE_CHECKING:
    from simulator.media import MediaStream

PATIENCE_S = 30.0  # real seconds a test waits by default
_POLL_S = 0.02  # simulated: one frame
_PLACES = tuple(f"{who}{what}" for who in ("From", "To", "Caller", "Called") for what in ("City", "State", "Zip"))
_COUNTRIES = tuple(f"{who}Country" for who in ("From", "To", "Caller", "Called"))


class Leg:
    """A call as one phone has it.

    `record` is what REST shows; `said` every text that <Say> spoke; `heard` every sound that was played, on the leg's
    time line (samples at 8 kHz since the leg began); `marks` (position, name) as they were passed.
    """

    def __init__(self, core: Core, webhooks: Webhooks, record: CallRecord) -> None:
        self.core, self.webhooks, self.record = core, webhooks, record
        self.style = core.style
        self.said: list[str] = []
        self.heard = Timeline()
        self.spoken = Timeline()
        self.marks: list[tuple[int, str]] = []
        self.keys: asyncio.Queue[str] = asyncio.Queue()  # a person's key presses: never more than a test makes
        self.stream: MediaStream | None = None
        self.connecting: asyncio.Future[None] | None = None
        self.bridged_to: Leg | None = None
        self.prompts: asyncio.Queue[None] = asyncio.Queue()  # one entry each time the call begins to listen for keys
        self.turn: asyncio.Future[Source | None] = asyncio.get_running_loop().create_future()
        self.streams: list[MediaStream] = []
        self._answered, self._over = asyncio.Event(), asyncio.Event()
        self._answered_at: float | None = None
        self._born = core.clock.now()
        self._listened = 0

    # ---- the handset ------------------------------------------------------------------------------------------------
    @property
    def sid(self) -> str:
        """The CallSid."""
        return self.record.sid

    @property
    def status(self) -> str:
        """The call's status now (contract section 6)."""
        return self.record.status

    @property
    def position(self) -> int:
        """Samples since the leg began."""
        return int((self.core.clock.now() - self._born) * RATE)

    async def play(self, audio: bytes | NDArray[np.int16]) -> None:
        """Speak: mu-law bytes or 16-bit PCM, 8 kHz mono. Returns when all of it has gone out, or the call is over.

        A person waits for the click: while a stream is being opened, speaking starts when it is open.
        """
        if self.connecting is not None:
            await asyncio.wait({self.connecting})
        ulaw = audio if isinstance(audio, bytes) else ulaw_encode(audio)
        start = max(self.position, self.spoken.end, self.stream.sent_to if self.stream else 0)
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

    async def answered(self, timeout: float | None = PATIENCE_S) -> "Leg":
        """Wait until somebody or something picked up, or the call is over."""
        async with asyncio.timeout(timeout):
            both = [asyncio.create_task(event.wait()) for event in (self._answered, self._over)]
            try:
                await first(*both)
            finally:
                await stop(*both)
        return self

    async def ended(self, timeout: float | None = PATIENCE_S) -> "Leg":
        """Wait until the call is over; None waits for ever."""
        async with asyncio.timeout(timeout):
            await self._over.wait()
        return self

    async def stream_open(self, timeout: float = PATIENCE_S) -> "MediaStream":
        """Wait until a media stream carries the call. Raises ConnectionError when the call ends without."""
        async with asyncio.timeout(timeout):
            while self.stream is None:
                if self.record.over:
                    raise ConnectionError("the call ended without a media stream")
                await self.core.clock.sleep(_POLL_S)
            return self.stream

    async def wait_for_speech_end(self, *, settle: float = 0.6, timeout: float = PATIENCE_S) -> bytes:
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

    # ---- the telephone company --------------------------------------------------------------------------------------
    def cut(self) -> None:
        """The leg is ending, whoever ended it."""
        if not self.turn.done():
            self.turn.set_result(None)

    def redirect(self, source: Source) -> bool:
        """Replace what runs on the leg. False when it is ending anyway."""
        if self.turn.done():
            return False
        self.turn.set_result(source)
        return True

    def answer(self) -> None:
        """The first verb that makes a sound, or the callee, picks up; later calls change nothing."""
        if self._answered.is_set() or self.record.over:
            return
        self._answered.set()
        self._answered_at = self.core.clock.now()
        self.progress("answered", "in-progress")

    @property
    def is_answered(self) -> bool:
        """Whether the call was ever answered."""
        return self._answered.is_set()

    def progress(self, event: str, status: str) -> None:
        """Move to `status` and tell the status callback, if it wants `event`."""
        if self.record.over:
            return
        now = self.core.clock.utc()
        self.record.status, self.record.updated = status, now
        if status == "in-progress" and self.record.started is None:
            self.record.started = now
        callback = self.record.callback
        if callback is not None and event in callback.events:
            extra = [
                ("Timestamp", now.strftime("%a, %d %b %Y %H:%M:%S +0000")),
                ("CallbackSource", "call-progress-events"),
                ("SequenceNumber", str(self.record.sequence)),
                *self._closing_fields(),
            ]
            self.record.sequence += 1
            self.webhooks.tell(
                Webhook("call-status", callback.url, self.params(extra), self.sid, callback.method)
            )

    def finish(self, status: str) -> None:
        """Reach a final status; the second time nothing happens."""
        if self.record.over:
            return
        self.record.ended = self.core.clock.utc()
        if self._answered_at is not None:
            self.record.duration = round(self.core.clock.now() - self._answered_at)
        self.cut()
        self.progress("completed", status)
        self._over.set()

    def _closing_fields(self) -> list[tuple[str, str]]:
        if not self.record.over:
            return []
        seconds = self.record.duration or 0
        return [("CallDuration", str(seconds)), ("Duration", str(-(-seconds // 60)))]

    def params(self, extra: Iterable[tuple[str, str]] = ()) -> list[tuple[str, str]]:
        """The parameters of every request about this call (contract section 3), with `extra` after them."""
        record = self.record
        fields = [
            ("CallSid", record.sid),
            ("AccountSid", record.account_sid),
            ("From", record.from_),
            ("To", record.to),
            ("Caller", record.from_),
            ("Called", record.to),
            ("CallStatus", record.status),
            ("ApiVersion", API_VERSION),
            ("Direction", record.direction),
            *((name, "") for name in _PLACES),
            *((name, "US") for name in _COUNTRIES),
        ]
        optional = {
            "ParentCallSid": record.parent_sid,
            "ForwardedFrom": record.forwarded_from,
            "CallerName": record.caller_name,
            "AnsweredBy": record.answered_by,
        }
        fields += [(name, value) for name, value in optional.items() if value is not None]
        if record.direction == "inbound":
            fields.append(("StirVerstat", "TN-Validation-Passed-A"))
        return fields + list(extra)
