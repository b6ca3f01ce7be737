"""What a person, or their voicemail, does when the phone rings."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from simulator.leg import Leg

Talk = Callable[[Leg], Awaitable[None]]
Pickup = Literal["answer", "decline", "ring-out", "busy", "unreachable"]
VOICEMAIL_S = 60.0  # a voicemail box records this long and hangs up


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way of meeting a call. Seconds are simulated.

    `press`: what is keyed each time the call begins to listen (a Gather, or a media stream), `press_after` seconds
    into it; an empty string lets that one pass. `talk` is anything else the person does once the call is answered.
    """

    pickup: Pickup = "ring-out"
    answer_after: float = 1.0
    press: tuple[str, ...] = ()
    press_after: float = 1.0
    hang_up_after: float | None = None
    machine: bool = False
    talk: Talk | None = None

    async def ring(self, leg: Leg) -> str:
        """Wait as long as this phone rings: `answered`, `busy` or `failed`; a phone that rings out never returns."""
        await leg.core.clock.sleep(self.answer_after if self.pickup != "ring-out" else float("1e6"))
        return {"answer": "answered", "unreachable": "failed"}.get(self.pickup, "busy")

    async def converse(self, leg: Leg) -> None:
        """The person's part of the answered call."""
        clock = leg.core.clock
        for keys in self.press:
            await leg.prompts.get()
            if keys:
                await clock.sleep(self.press_after)
                await leg.press(keys)
        if self.talk is not None:
            await self.talk(leg)
        if self.hang_up_after is not None:
            await clock.sleep(self.hang_up_after)
            leg.cut()


RINGS_OUT = Behaviour()
VOICEMAIL = Behaviour(pickup="answer", answer_after=20.0, hang_up_after=VOICEMAIL_S, machine=True)
