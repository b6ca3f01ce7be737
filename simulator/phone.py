"""A telephone in somebody's pocket: what a test does with it, and what it does by itself.

Timeouts are real seconds; delays in behaviours are simulated ones. The texts in an assertion's message are the
simulated ones, shown so that a failing story can be read.
"""
# ruff: noqa: ASYNC109 - a test reads better with the timeout beside what it waits for

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.behaviour import RINGS_OUT, VOICEMAIL, Behaviour, Talk
from simulator.leg import Leg
from simulator.records import CallRecord, MessageRecord, Text
from simulator.style import MediaStyle
from simulator.texts import Fate

if TYPE_CHECKING:
    from simulator.exchange import Exchange

Reply = Callable[[str], str | None]
_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Line:
    """What a number look-up says about a phone."""

    type: str = "mobile"
    carrier: str = "Simulated Wireless"
    caller_name: str | None = None


class Phone:
    """One phone. `texts` and `calls` are all that ever came; expecting one takes it off the list of surprises."""

    def __init__(self, exchange: "Exchange", number: str) -> None:
        self.number = number
        self.texts: list[Text] = []
        self.calls: list[Leg] = []
        self.fate = Fate()
        self.line = Line()
        self._exchange = exchange
        self._behaviour: Behaviour | None = None
        self._reply: Reply | None = None
        self._surprises: list[Text | Leg] = []
        self._news = asyncio.Condition()

    # ---- how it behaves ---------------------------------------------------------------------------------------------
    def on_call(
        self,
        talk: Talk | None = None,
        *,
        answer_after: float = 1.0,
        press: str | tuple[str, ...] = (),
        press_after: float = 1.0,
        hang_up_after: float | None = None,
    ) -> "Phone":
        """Answer calls: see `Behaviour`. `press="1"` keys 1 at the first prompt; a tuple, one item a prompt."""
        keys = (press,) if isinstance(press, str) else press
        self._behaviour = Behaviour("answer", answer_after, keys, press_after, hang_up_after, talk=talk)
        return self

    def decline(self, after: float = 2.0) -> "Phone":
        """Refuse calls once they ring: the caller gets a busy signal."""
        self._behaviour = Behaviour("decline", after)
        return self

    def ring_out(self) -> "Phone":
        """Let it ring; calls to it are expected."""
        self._behaviour = RINGS_OUT
        return self

    def busy(self) -> "Phone":
        """Be on another call."""
        self._behaviour = Behaviour("busy")
        return self

    def unreachable(self) -> "Phone":
        """Be a number that cannot be reached: calls fail."""
        self._behaviour = Behaviour("unreachable")
        return self

    def voicemail(self, answer_after: float = 20.0) -> "Phone":
        """Let a voicemail box answer; it presses nothing and hangs up in the end."""
        self._behaviour = replace(VOICEMAIL, answer_after=answer_after)
        return self

    def on_text(self, reply: Reply) -> "Phone":
        """Answer every text with what `reply(body)` gives; None leaves it unanswered. Texts are expected then."""
        self._reply = reply
        return self

    def deliver(self, status: str, code: int | None = None, seconds: float | None = None) -> "Phone":
        """What becomes of texts to this phone: `delivered`, `undelivered`, `failed` or `sent` (no news ever)."""
        self.fate = Fate(status, code) if seconds is None else Fate(status, code, seconds)
        return self

    def landline(self) -> "Phone":
        """A phone on the wall: texts are undelivered with 30006."""
        self.line = Line("landline", "Simulated Bell")
        return self.deliver("undelivered", 30006)

    # ---- what a person does -----------------------------------------------------------------------------------------
    async def dial(
        self,
        to: str,
        *,
        style: MediaStyle | None = None,
        forwarded_from: str | None = None,
        hang_up_after: float | None = None,
        wait: bool = True,
    ) -> Leg:
        """Call one of the account's numbers. Returns when it is answered or over; `wait=False`: while it rings."""
        exchange = self._exchange
        number = exchange.switch.numbers[to]
        record = CallRecord(
            exchange.core.account_sid, self.number, to, "inbound", exchange.core.clock.utc(),
            number_sid=number.sid, forwarded_from=forwarded_from, caller_name=self.line.caller_name,
        )  # fmt: skip
        record.callback = exchange.status_callback(number)
        leg = exchange.switch.leg(record)
        leg.style = style or leg.style
        exchange.core.spawn(exchange.switch.inbound(leg, number))
        if hang_up_after is not None:
            exchange.core.spawn(_hang_up_later(leg, hang_up_after))
        return await leg.answered() if wait else leg

    async def send_text(self, body: str, to: str) -> MessageRecord:
        """Text one of the account's numbers; returns when the product has answered the webhook."""
        return await self._exchange.texts.inbound(self.number, to, body)

    # ---- what a test waits for --------------------------------------------------------------------------------------
    async def expect_text(self, contains: str = "", timeout: float = _PATIENCE_S) -> Text:
        """The first unexpected text that holds `contains` (in any case), now or soon. Raises AssertionError."""

        def matches(item: Text | Leg) -> bool:
            return isinstance(item, Text) and contains.lower() in item.body.lower()

        got = await self._expect(matches, timeout)
        if not isinstance(got, Text):
            bodies = [text.body for text in self.texts]
            raise AssertionError(f"no text with {contains!r} came within {timeout} s; all that came: {bodies}")
        return got

    async def expect_call(self, timeout: float = _PATIENCE_S) -> Leg:
        """The first unexpected call, ringing or over. Raises AssertionError."""
        got = await self._expect(lambda item: isinstance(item, Leg), timeout)
        if not isinstance(got, Leg):
            raise AssertionError(f"no call came within {timeout} s")
        return got

    async def expect_no_text(self, contains: str = "", within: float = 1.0) -> None:
        """Raises AssertionError when an unexpected text that holds `contains` is there, or comes in time."""
        try:
            text = await self.expect_text(contains, within)
        except AssertionError:
            return
        raise AssertionError(f"an unexpected text came: {text.body!r}")

    async def _expect(self, matches: Callable[[Text | Leg], bool], timeout: float) -> Text | Leg | None:
        def first() -> Text | Leg | None:
            return next((item for item in self._surprises if matches(item)), None)

        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: first() is not None)
        except TimeoutError:
            return None
        got = first()
        if got is not None:
            self._surprises.remove(got)
        return got

    @property
    def surprises(self) -> list[Text | Leg]:
        """What came and nobody expected: texts, and calls while no behaviour was set."""
        return list(self._surprises)

    # ---- what the network does with it ------------------------------------------------------------------------------
    def receive(self, text: Text) -> None:
        """A text arrives."""
        self.texts.append(text)
        if not text.from_carrier:
            if self._reply is not None and (answer := self._reply(text.body)) is not None:
                self._exchange.core.spawn(self.send_text(answer, text.from_))
            self._surprises.append(text)
            self._exchange.core.spawn(self._announce())

    def ring(self, leg: Leg) -> Behaviour:
        """The phone rings."""
        self.calls.append(leg)
        self._surprises.append(leg)
        self._exchange.core.spawn(self._announce())
        return self._behaviour or RINGS_OUT

    @property
    def takes_calls(self) -> bool:
        """Whether a behaviour for calls was set."""
        return self._behaviour is not None

    @property
    def takes_texts(self) -> bool:
        """Whether an automatic reply was set."""
        return self._reply is not None

    async def _announce(self) -> None:
        async with self._news:
            self._news.notify_all()


async def _hang_up_later(leg: Leg, seconds: float) -> None:
    await leg.core.clock.sleep(seconds)
    leg.cut()
