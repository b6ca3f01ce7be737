"""The exchange as a test or a demo uses it: numbers, phones, and a REST door to serve."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from simulator.clock import Clock, wall
from simulator.core import Core
from simulator.faults import Faults
from simulator.lateness import Lateness
from simulator.leg import Leg
from simulator.phone import Phone
from simulator.records import Callback, Complaint, MessageRecord, MessagingService, Number, Text
from simulator.rest import make_app
from simulator.server import serve
from simulator.style import STRICT, MediaStyle
from simulator.switch import Switch
from simulator.texts import Texts
from simulator.verbs import HANDLERS
from simulator.webhooks import Sent, Webhooks


class Exchange:
    """One account at a pretend telephone company.

    `speed`: how many simulated seconds pass in a real one. `reach` maps a public URL prefix to where it is really
    served, so that a product may believe in `https://shop.example`. Everything is single-threaded on one event loop.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        speed: float = 1.0,
        faults: Faults | None = None,
        style: MediaStyle = STRICT,
        calls_per_second: float | None = None,
        allow_insecure_loopback: bool = True,
        reach: dict[str, str] | None = None,
        utc: Callable[[], datetime] = wall,
    ) -> None:
        """`utc` dates records and callbacks: for a product that pretends to live at another time."""
        self.faults = faults or Faults()
        self.core = Core(account_sid, auth_token, Clock(speed, utc), self.faults, style, allow_insecure_loopback)
        self.core.reach = reach or {}
        self.webhooks = Webhooks(self.core)
        self.switch = Switch(self.core, self.webhooks, self.phone, HANDLERS, calls_per_second)
        self.texts = Texts(self.core, self.webhooks, self.phone, self.switch.numbers)
        self.created = self.core.clock.utc()
        self._phones: dict[str, Phone] = {}

    # ---- the world --------------------------------------------------------------------------------------------------
    def number(
        self,
        phone_number: str,
        *,
        voice_url: str = "",
        voice_fallback_url: str = "",
        status_callback: str = "",
        sms_url: str = "",
    ) -> Number:
        """A number of the account with its webhooks; calling it again changes the webhooks that are given."""
        number = self.switch.numbers.setdefault(phone_number, Number(phone_number, self.core.clock.utc()))
        given = {
            "VoiceUrl": voice_url,
            "VoiceFallbackUrl": voice_fallback_url,
            "StatusCallback": status_callback,
            "SmsUrl": sms_url,
        }
        number.settings.update({name: value for name, value in given.items() if value})
        return number

    def phone(self, number: str) -> Phone:
        """The phone with that number (E.164, or `anonymous` and the like); made when it is asked for first."""
        if number not in self._phones:
            self._phones[number] = Phone(self, number)
        return self._phones[number]

    def messaging_service(self, sid: str, senders: tuple[str, ...], callback: str | None = None) -> MessagingService:
        """A pool of senders behind one SID."""
        service = self.texts.services[sid] = MessagingService(sid, senders, callback)
        return service

    def status_callback(self, number: Number) -> Callback | None:
        """Where the end of a call to the number is told."""
        url = number.url("StatusCallback")
        return Callback(url, number.method("StatusCallbackMethod")) if url else None

    # ---- what happened ----------------------------------------------------------------------------------------------
    @property
    def calls(self) -> list[Leg]:
        """Every leg, oldest first."""
        return list(self.switch.legs.values())

    @property
    def messages(self) -> list[MessageRecord]:
        """Every text in either direction, oldest first."""
        return list(self.texts.messages.values())

    @property
    def complaints(self) -> list[Complaint]:
        """What the product did wrong so far; see `forgive`."""
        return self.core.complaints

    @property
    def requests(self) -> list[Sent]:
        """Every request made to the product, in the order of the answers."""
        return self.webhooks.sent

    @property
    def lateness(self) -> Lateness:
        """How late this exchange's own media frames left, real milliseconds."""
        return self.core.lateness

    def forgive(self, code: int) -> list[Complaint]:
        """Take the complaints with this code off the list, for a test that provoked them; gives them."""
        forgiven = [complaint for complaint in self.core.complaints if complaint.code == code]
        self.core.complaints[:] = [complaint for complaint in self.core.complaints if complaint.code != code]
        return forgiven

    def assert_quiet(self) -> None:
        """Raises AssertionError with every complaint, and every text and call that came to a phone unexpectedly."""
        problems = [f"{complaint.code} {complaint.what}" for complaint in self.core.complaints]
        for phone in self._phones.values():
            for item in phone.surprises:
                if isinstance(item, Text) and not phone.takes_texts:
                    problems.append(f"unexpected text: {item.body!r}")
                elif isinstance(item, Leg) and not phone.takes_calls:
                    problems.append(f"unexpected call, {item.status}")
        if problems:
            raise AssertionError("the exchange is not quiet:\n" + "\n".join(f"- {problem}" for problem in problems))

    # ---- the door ---------------------------------------------------------------------------------------------------
    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[str]:
        """Serve REST on a local port (0: a free one); gives the base URL. Closes the exchange at the end."""
        async with serve(lambda transports: make_app(self, transports), port) as base_url:
            self.core.base_url = base_url
            try:
                yield base_url
            finally:
                await self.close()

    async def settle(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - as in the devices
        """Wait until every call is over, every text delivered and every callback answered. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self.core.idle()

    async def close(self) -> None:
        """End every call and delivery where it stands."""
        await self.core.cancel_tasks()
        await self.webhooks.close()
