"""One leg of a call as the telephone company has it: its status, its callbacks, and what runs on it."""

import asyncio
from collections.abc import Iterable
from typing import Self

from simulator.audio import RATE
from simulator.core import API_VERSION, Core
from simulator.race import first, stop
from simulator.records import CallRecord
from simulator.source import Source
from simulator.webhooks import Webhook, Webhooks

PATIENCE_S = 30.0  # real seconds a test waits by default
_PLACES = tuple(f"{who}{what}" for who in ("From", "To", "Caller", "Called") for what in ("City", "State", "Zip"))
_COUNTRIES = tuple(f"{who}Country" for who in ("From", "To", "Caller", "Called"))


class Line:
    """The company's side of a leg. `record` is what REST shows.

    `turn` is set when what runs on the leg must end: with the TwiML that replaces it, or None for a hang-up.
    """

    def __init__(self, core: Core, webhooks: Webhooks, record: CallRecord) -> None:
        self.core, self.webhooks, self.record = core, webhooks, record
        self.turn: asyncio.Future[Source | None] = asyncio.get_running_loop().create_future()
        self._answered, self._over = asyncio.Event(), asyncio.Event()
        self._answered_at: float | None = None
        self._born = core.clock.now()

    @property
    def sid(self) -> str:
        """The CallSid."""
        return self.record.sid

    @property
    def status(self) -> str:
        """The call's status now."""
        return self.record.status

    @property
    def position(self) -> int:
        """Samples since the leg began."""
        return int((self.core.clock.now() - self._born) * RATE)

    async def answered(self, timeout: float | None = PATIENCE_S) -> Self:  # noqa: ASYNC109 - as in `Leg`
        """Wait until somebody or something picked up, or the call is over."""
        async with asyncio.timeout(timeout):
            both = [asyncio.create_task(event.wait()) for event in (self._answered, self._over)]
            try:
                await first(*both)
            finally:
                await stop(*both)
        return self

    async def ended(self, timeout: float | None = PATIENCE_S) -> Self:  # noqa: ASYNC109 - as in `Leg`
        """Wait until the call is over; None waits for ever."""
        async with asyncio.timeout(timeout):
            await self._over.wait()
        return self

    def cut(self) -> None:
        """End the leg, whoever ends it."""
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
            self.webhooks.tell(Webhook("call-status", callback.url, self.params(extra), self.sid, callback.method))

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
        """The parameters of every request about this call (Twilio's voice webhooks), with `extra` after them."""
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
