"""Requests to the product: signed, bounded, written down; status callbacks with the faults that were asked for.

Rules: Twilio's pages on webhooks, their security and connection overrides.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx

from simulator.core import Core
from simulator.faults import WebhookFault
from simulator.records import new_sid
from simulator.sign import signature, signed_url
from simulator.twiml import TwimlError, check_content_type, parse

Kind = Literal[
    "voice", "call-status", "stream-status", "conference", "recording", "amd", "sms", "message-status", "file"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
TIMEOUT_S = 15.0  # a request's whole time, real seconds
CONNECT_S = 5.0
SWAP_PATIENCE_S = 2.0  # simulated: a held callback that nothing overtakes leaves after this
KEPT = 20_000  # requests remembered; the oldest are forgotten first

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request to make. `sid` is the call or message it is about: callbacks of one sid leave in order."""

    kind: Kind
    url: str
    params: Params
    sid: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the product answered; `error` is Twilio's code when there was no usable answer."""

    status: int
    content_type: str
    body: bytes
    error: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was made, with its outcome."""

    hook: Webhook
    reply: Reply
    at: float

    @property
    def form(self) -> dict[str, str]:
        """The parameters by name."""
        return dict(self.hook.params)


@dataclass(slots=True)
class _Line:
    """Callbacks of one sid: the last one under way, and one held back to be overtaken."""

    last: asyncio.Task[None] | None = None
    held: Webhook | None = None


@dataclass(slots=True)
class Webhooks:
    """Makes the requests. `sent` keeps them in the order in which they were answered."""

    core: Core
    sent: list[Sent] = field(default_factory=list)
    patience: float = TIMEOUT_S
    """Real seconds that one request may take."""
    transport: httpx.AsyncBaseTransport | None = None
    """The way to the product; None: straight there."""
    _client: httpx.AsyncClient | None = None
    _lines: dict[str, _Line] = field(default_factory=dict)

    async def ask(self, hook: Webhook) -> Reply:
        """Make a request whose answer matters. Never raises: a failure is a Reply with an error code."""
        fault = self.core.faults.next_webhook(hook.kind)
        if fault == "drop":
            return Reply(0, "", b"", 11205)
        if isinstance(fault, tuple):
            await self.core.clock.sleep(fault[1])
        token = new_sid("")
        if fault == "duplicate":
            await self._request(hook, token)
        return await self._request(hook, token)

    def tell(self, hook: Webhook) -> None:
        """Send a status callback in the background, after those of the same sid, unless a fault says otherwise."""
        fault = self.core.faults.next_webhook(hook.kind)
        line = self._lines.setdefault(hook.sid, _Line())
        if fault == "swap" and line.held is None:
            line.held = hook
            self.core.spawn(self._release_later(line, hook))
            return
        delivery = self.core.spawn(self._deliver(hook, fault, line.last))
        if not isinstance(fault, tuple):  # nobody waits for one that is late
            line.last = delivery
        self._release(line)

    def _release(self, line: _Line) -> None:
        if line.held is not None:
            hook, line.held = line.held, None
            line.last = self.core.spawn(self._deliver(hook, None, line.last))

    async def _release_later(self, line: _Line, hook: Webhook) -> None:
        await self.core.clock.sleep(SWAP_PATIENCE_S)
        if line.held is hook:
            self._release(line)

    async def _deliver(self, hook: Webhook, fault: WebhookFault, after: "asyncio.Task[None] | None") -> None:
        if isinstance(fault, tuple):
            await self.core.clock.sleep(fault[1])  # a late one loses its place in the order
        elif after is not None:
            await asyncio.wait({after})
        if fault == "drop":
            return
        token = new_sid("")
        for _ in range(2 if fault == "duplicate" else 1):
            problem = _callback_problem(await self._request(hook, token))
            if problem:
                self.core.complain(15003, f"{hook.kind} callback: {problem}", hook.sid)

    async def _request(self, hook: Webhook, token: str) -> Reply:
        """`token` is the same whenever the same news is sent again (webhook connection overrides)."""
        url, policy = split_overrides(hook.url)
        reply = await self._once(hook, url, token)
        for _ in range(policy.retries):
            if not policy.again(reply):
                break
            reply = await self._once(hook, url, token)
        self.sent.append(Sent(hook, reply, self.core.clock.now()))
        del self.sent[:-KEPT]
        return reply

    async def _once(self, hook: Webhook, url: str, token: str) -> Reply:
        form = list(hook.params)
        if hook.method == "GET":
            url += ("&" if "?" in url else "?") + urlencode(form)
            form = []
        public = signed_url(url, drop_https_port=hook.kind not in ("sms", "message-status"))
        headers = {
            "X-Twilio-Signature": signature(self.core.auth_token, public, form),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if hook.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        content = urlencode(form) if hook.method == "POST" else None
        try:
            async with asyncio.timeout(self.patience):
                answer = await self._http().request(hook.method, self.core.place(url), content=content, headers=headers)
        except (TimeoutError, httpx.TimeoutException):
            return Reply(0, "", b"", 11205)
        except (httpx.TransportError, httpx.InvalidURL):
            return Reply(0, "", b"", 11200)
        error = None if answer.status_code < 300 else 11200
        return Reply(answer.status_code, answer.headers.get("content-type", ""), answer.content, error)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(TIMEOUT_S, connect=CONNECT_S),
                limits=limits,
                trust_env=False,
                transport=self.transport,
            )
        return self._client

    async def fetch(self, url: str, method: str = "GET") -> Reply:
        """Get a media file (for <Play>)."""
        return await self._request(Webhook("file", url, (), "", method), new_sid(""))

    async def close(self) -> None:
        """Drop the connections."""
        if self._client is not None:
            await self._client.aclose()


@dataclass(frozen=True, slots=True)
class Policy:
    """What is tried again: the `rc` and `rp` overrides of a URL's fragment (webhook connection overrides)."""

    retries: int = 1
    on: frozenset[str] = frozenset({"ct"})

    def again(self, reply: Reply) -> bool:
        """Whether this outcome is one to repeat."""
        kind = "4xx" if 400 <= reply.status < 500 else "5xx" if reply.status >= 500 else ""
        if reply.status == 0:
            kind = "ct" if reply.error == 11200 else "rt"
        return kind in self.on or (bool(kind) and "all" in self.on)


def split_overrides(url: str) -> tuple[str, Policy]:
    """The URL without its fragment, and the retry policy the fragment asks for."""
    parts = urlsplit(url)
    given = parse_qs(parts.fragment)
    policy = Policy(retries=min(5, int(given.get("rc", ["1"])[0])), on=frozenset(given.get("rp", ["ct"])[0].split(",")))
    return urlunsplit(parts._replace(fragment="")), policy


def _callback_problem(reply: Reply) -> str | None:
    if reply.error is not None:
        return f"answered {reply.status}" if reply.status else "no answer"
    if reply.status == 204:
        return None
    try:
        check_content_type(reply.content_type)
        parse(reply.body)
    except TwimlError as error:
        return error.what
    return None
