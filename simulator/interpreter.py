"""Runs TwiML on one leg: fetches documents, walks their verbs, follows where they lead."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from simulator.leg import Leg
from simulator.source import Source
from simulator.twiml import TwimlError, Verb, check_content_type, parse
from simulator.webhooks import Reply, Webhook

if TYPE_CHECKING:
    from simulator.switch import Switch

DOCUMENTS = 500  # a call that asks for more is going round in circles


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on with another document."""

    source: Source


@dataclass(frozen=True, slots=True)
class Stop:
    """End here. `unanswered`: the final status of an inbound call that nothing had answered."""

    unanswered: str = "no-answer"
    leave: bool = False
    """<Leave>: only the waiting ends, not the call."""
    ran_out: bool = False
    """No verb said stop: the last document simply had no more."""


Step = Goto | Stop | None
Handler = Callable[["Interpreter", Verb], Awaitable[Step]]


class Interpreter:
    """One run. `allowed` limits the verbs, as on a screened callee or in a queue; None allows all."""

    def __init__(self, switch: "Switch", leg: Leg, allowed: frozenset[str] | None = None) -> None:
        self.switch, self.leg, self.allowed = switch, leg, allowed
        self.core = switch.core
        self.base: str | None = None
        """The URL of the document that runs: relative URLs are resolved against it."""

    async def run(self, source: Source) -> Stop:
        """Run documents until one ends without leading to another. `Stop.unanswered` is `failed` after an error."""
        try:
            for _ in range(DOCUMENTS):
                step = await self._document(await self._load(source))
                if not isinstance(step, Goto):
                    return step or Stop(ran_out=True)
                source = step.source
            raise TwimlError(11215, f"more than {DOCUMENTS} documents in one call")
        except TwimlError as error:
            self.core.complain(error.code, error.what, self.leg.sid)
            return Stop("failed")

    async def _document(self, verbs: tuple[Verb, ...]) -> Step:
        for verb in verbs:
            if self.allowed is not None and verb.name not in self.allowed:
                raise TwimlError(12200, f"{verb.name} is not allowed here")
            step = await self.switch.handlers[verb.name](self, verb)
            if step is not None:
                return step
        return None

    async def _load(self, source: Source) -> tuple[Verb, ...]:
        if source.twiml is not None:
            self.base = None
            return parse(source.twiml)
        try:
            return await self._fetch(source)
        except TwimlError as error:
            if source.fallback_url is None:
                raise
            self.core.complain(error.code, error.what, self.leg.sid)
            failed = (("ErrorCode", str(error.code)), ("ErrorUrl", source.url or ""))
            return await self._fetch(replace(source, url=source.fallback_url, method=source.fallback_method,
                                             params=source.params + failed))  # fmt: skip

    async def _fetch(self, source: Source) -> tuple[Verb, ...]:
        url = source.url or ""
        hook = Webhook("voice", url, self.leg.params(source.params), self.leg.sid, source.method)
        # a request under way is finished, whatever becomes of the call
        reply: Reply = await asyncio.shield(self.core.spawn(self.switch.webhooks.ask(hook)))
        if reply.error is not None:
            raise TwimlError(reply.error, f"voice webhook answered {reply.status or 'nothing'}")
        check_content_type(reply.content_type)
        verbs = parse(reply.body)
        self.base = url
        return verbs

    # ---- for the verbs ----------------------------------------------------------------------------------------------
    def resolve(self, url: str) -> str:
        """An absolute URL. Raises TwimlError for a relative one in a document that has no URL of its own."""
        full = urljoin(self.base, url) if self.base else url
        if urlsplit(full).scheme not in ("http", "https"):
            raise TwimlError(11100, "URL is not absolute http(s), and the document has no URL of its own")
        return full

    def goto(self, verb: Verb, params: tuple[tuple[str, str], ...], attribute: str = "action") -> Goto:
        """Where `action` leads; without one back to the document itself, as Gather and Record do."""
        target = verb.get(attribute) or self.base or ""
        return Goto(Source(self.resolve(target), verb.get("method", "POST"), params))

    def after_hangup(self, verb: Verb, params: tuple[tuple[str, str], ...]) -> None:
        """Record and Enqueue still ask their action when the caller has hung up; the answer is not run."""
        turn = self.leg.turn
        if not verb.get("action") or not turn.done() or turn.result() is not None:
            return
        source = self.goto(verb, params).source
        hook = Webhook("voice", source.url or "", self.leg.params(source.params), self.leg.sid, source.method)
        self.core.spawn(self.switch.webhooks.ask(hook))
