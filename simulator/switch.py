"""The switch: puts calls through, rings phones, and runs each leg's life from the first ring to the final status."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.behaviour import Behaviour
from simulator.core import Core
from simulator.interpreter import Handler, Interpreter, Stop
from simulator.leg import Leg
from simulator.queues import Queue
from simulator.race import first, stop
from simulator.records import CallRecord, Number, Recording
from simulator.rooms import Room
from simulator.source import Source
from simulator.webhooks import Webhook, Webhooks

DETECTION_S = {False: 2.0, True: 3.5}  # simulated seconds until answering machine detection knows: human, machine


class Callee(Protocol):
    """A phone that can ring."""

    def ring(self, leg: Leg) -> Behaviour:
        """Take note of the call and say how it will be met."""
        ...


@dataclass(frozen=True, slots=True)
class Detection:
    """Answering machine detection: the mode, and where the verdict goes (None: it holds the call up instead)."""

    mode: str
    callback: str | None = None
    callback_method: str = "POST"


@dataclass(slots=True)
class Switch:
    """All legs, and what legs can meet in."""

    core: Core
    webhooks: Webhooks
    callee: Callable[[str], Callee]
    handlers: Mapping[str, Handler]
    calls_per_second: float | None = None
    """Outbound calls through REST; Twilio's default is 1, None here is no limit."""
    numbers: dict[str, Number] = field(default_factory=dict)
    caller_ids: set[str] = field(default_factory=set)
    legs: dict[str, Leg] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    _next_slot: float = 0.0
    _behaviour: dict[str, Behaviour] = field(default_factory=dict)

    def leg(self, record: CallRecord) -> Leg:
        """A new leg, not yet ringing."""
        leg = Leg(self.core, self.webhooks, record)
        self.legs[record.sid] = leg
        return leg

    # ---- a call from outside ----------------------------------------------------------------------------------------
    async def inbound(self, leg: Leg, number: Number) -> None:
        """Ask the number's voice URL and do what it says, to the end."""
        leg.progress("ringing", "ringing")
        url = number.url("VoiceUrl")
        if url is None:
            self.core.complain(11100, "a number was called that has no voice URL", leg.sid)
            leg.finish("failed")
            return
        source = Source(
            url, number.method("VoiceMethod"),
            fallback_url=number.url("VoiceFallbackUrl"), fallback_method=number.method("VoiceFallbackMethod"),
        )  # fmt: skip
        ending = Stop("failed")
        try:
            ending = await self.converse(leg, source)
        finally:
            leg.finish("completed" if leg.is_answered else ending.unanswered)

    # ---- a call through REST ----------------------------------------------------------------------------------------
    async def outbound(self, leg: Leg, source: Source, patience: float, detection: Detection | None) -> None:
        """Wait for a slot, ring, and run `source` on whoever answers."""
        if not await self._slot(leg):
            leg.record.callback = None  # cancelled while still queued: no callback at all
            leg.finish("canceled")
            return
        leg.progress("initiated", "initiated")
        outcome = await self.ring(leg, patience)
        if outcome != "answered":
            leg.finish(outcome)
            return
        leg.answer()
        try:
            if detection is not None:
                await self._detect(leg, detection)
            await self.converse(leg, source)
        finally:
            leg.finish("completed")

    async def _slot(self, leg: Leg) -> bool:
        if self.calls_per_second is None:
            return not leg.turn.done()
        now = self.core.clock.now()
        slot = max(now, self._next_slot)
        self._next_slot = slot + 1 / self.calls_per_second
        await first(leg.turn, seconds=(slot - now) / self.core.clock.speed)
        return not leg.turn.done()

    async def _detect(self, leg: Leg, detection: Detection) -> None:
        machine = self._behaviour[leg.sid].machine
        verdict = ("machine_start" if detection.mode == "Enable" else "machine_end_beep") if machine else "human"
        wait = DETECTION_S[machine]
        if detection.callback is None:
            await self.core.clock.sleep(wait)
            leg.record.answered_by = verdict
        else:
            self.core.spawn(self._verdict(leg, detection, verdict, wait))

    async def _verdict(self, leg: Leg, detection: Detection, verdict: str, wait: float) -> None:
        await self.core.clock.sleep(wait)
        leg.record.answered_by = verdict
        params = [
            ("CallSid", leg.sid),
            ("AccountSid", leg.record.account_sid),
            ("AnsweredBy", verdict),
            ("MachineDetectionDuration", str(int(wait * 1000))),
        ]
        self.webhooks.tell(Webhook("amd", detection.callback or "", params, leg.sid, detection.callback_method))

    # ---- for both, and for the legs of <Dial> -----------------------------------------------------------------------
    async def ring(self, leg: Leg, patience: float) -> str:
        """Ring the phone of `leg`: `answered`, or the final status of a call that was not.

        Ends with `canceled` when the leg is cut meanwhile. A person who answers starts to do their part.
        """
        behaviour = self.callee(leg.record.to).ring(leg)
        self._behaviour[leg.sid] = behaviour
        if behaviour.pickup in ("busy", "unreachable"):
            return "busy" if behaviour.pickup == "busy" else "failed"
        leg.progress("ringing", "ringing")
        bell = asyncio.create_task(behaviour.ring(leg))
        try:
            await first(bell, leg.turn, seconds=patience / self.core.clock.speed)
        finally:
            await stop(bell)
        if leg.turn.done():
            return "canceled"
        if bell.cancelled():
            return "no-answer"
        outcome = bell.result()
        if outcome == "answered":
            self.core.spawn(self._while_up(leg, behaviour.converse(leg)))
        return outcome

    async def _while_up(self, leg: Leg, work: Coroutine[Any, Any, None]) -> None:
        task, over = asyncio.create_task(work), asyncio.create_task(leg.ended(timeout=None))
        try:
            await first(task, over)
            if task.done():
                task.result()
        finally:
            await stop(task, over)

    async def converse(self, leg: Leg, source: Source) -> Stop:
        """Run TwiML until it ends, somebody hangs up, or REST replaces it, and then what it is replaced with."""
        while True:
            work = asyncio.create_task(Interpreter(self, leg).run(source))
            try:
                await first(work, leg.turn)
            finally:
                await stop(work)
            if leg.turn.done():
                replacement = leg.turn.result()
                if replacement is None:
                    return Stop()
                leg.turn = asyncio.get_running_loop().create_future()
                source = replacement
                continue
            return work.result()
