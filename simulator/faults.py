"""Faults on request: scripted lists that are used up in order, or rates drawn from a seeded generator."""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

RestFault = int | Literal["cut", "refuse"] | tuple[Literal["slow"], float] | None
"""An HTTP status to answer with; `cut`: done, then the connection dies; `refuse`: it dies before anything is done;
`("slow", seconds)`: done after that many real seconds; None: no fault."""

WebhookFault = Literal["duplicate", "drop", "swap"] | tuple[Literal["delay"], float] | None
"""`swap` lets the next callback of the same call or message overtake; `("delay", seconds)` is simulated time."""

F = TypeVar("F", RestFault, WebhookFault)


class Faults:
    """What goes wrong, and when.

    A script is a list: its first item befalls the first matching request, and so on; None lets one pass. When the
    script is used up the rates apply. The same seed and the same order of requests give the same faults.
    """

    def __init__(self, seed: int = 0) -> None:
        self.lag_s = 0.0
        """Lists do not show what is younger, simulated seconds: Twilio's lag behind what it has accepted."""
        self._chance = random.Random(seed)
        self._rest: dict[tuple[str, str], deque[RestFault]] = {}
        self._webhook: dict[str, deque[WebhookFault]] = {}
        self._rest_rates: dict[RestFault, float] = {}
        self._webhook_rates: dict[WebhookFault, float] = {}

    def rest(self, method: str, resource: str, script: Sequence[RestFault]) -> "Faults":
        """Script the answers to `method` on `resource`: `Calls`, `Messages`, or `Calls/*` for one existing call."""
        self._rest.setdefault((method, resource), deque()).extend(script)
        return self

    def webhook(self, kind: str, script: Sequence[WebhookFault]) -> "Faults":
        """Script the delivery of a kind of request to the product: see `webhooks.KINDS`."""
        self._webhook.setdefault(kind, deque()).extend(script)
        return self

    def rates(
        self, rest: Mapping[RestFault, float] | None = None, webhook: Mapping[WebhookFault, float] | None = None
    ) -> "Faults":
        """Let faults happen by chance: each with its share (0 to 1) of the POSTs or of the status callbacks."""
        self._rest_rates.update(rest or {})
        self._webhook_rates.update(webhook or {})
        return self

    @property
    def pending(self) -> int:
        """Scripted items that nothing has used up yet: 0 at the end of a test whose faults all happened."""
        return sum(map(len, self._rest.values())) + sum(map(len, self._webhook.values()))

    def next_rest(self, method: str, resource: str) -> RestFault:
        """What befalls this REST request."""
        script = self._rest.get((method, resource))
        if script:
            return script.popleft()
        return self._draw(self._rest_rates) if method == "POST" else None

    def next_webhook(self, kind: str) -> WebhookFault:
        """What befalls this status callback or request for TwiML."""
        script = self._webhook.get(kind)
        return script.popleft() if script else self._draw(self._webhook_rates)

    def _draw(self, rates: Mapping[F, float]) -> F | None:
        at = self._chance.random() if rates else 1.0
        for fault, rate in rates.items():
            if at < rate:
                return fault
            at -= rate
        return None
