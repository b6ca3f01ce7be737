"""Connect/Stream: the call is handed to the product over a websocket until one of them ends it."""

import asyncio
from datetime import UTC

from simulator.handshake import StreamError
from simulator.interpreter import Interpreter, Step
from simulator.media import MediaStream, StreamPlan
from simulator.twiml import TwimlError, Verb
from simulator.webhooks import Webhook

END_S = 15.0  # real seconds for `stop` and the closing handshake together


async def connect(run: Interpreter, verb: Verb) -> Step:
    """Open the stream and carry it. Ends when the product closes it; an error leads on to the next verb as well."""
    if not verb.children:
        raise TwimlError(12200, "Connect without Stream")
    leg = run.leg
    leg.answer()
    stream = MediaStream(leg, _plan(verb.children[0]))
    leg.streams.append(stream)
    leg.connecting = asyncio.get_running_loop().create_future()
    try:
        await stream.open()
        leg.stream = stream
        _arrived(run)
        _tell(run, verb.children[0], stream, "stream-started")
        await stream.run()
        _tell(run, verb.children[0], stream, "stream-stopped")
    except StreamError as error:
        run.core.complain(error.code, error.what, leg.sid)
        _tell(run, verb.children[0], stream, "stream-error", error)
    except asyncio.CancelledError:
        await asyncio.wait({asyncio.ensure_future(stream.end())}, timeout=END_S)
        _tell(run, verb.children[0], stream, "stream-stopped")
        raise
    finally:
        leg.stream = None
        _arrived(run)
    return run.goto(verb, ()) if verb.get("action") else None


def _arrived(run: Interpreter) -> None:
    leg = run.leg
    if leg.connecting is not None:
        leg.connecting.set_result(None)
        leg.connecting = None
        if leg.stream is not None:
            leg.prompts.put_nowait(None)


def _plan(verb: Verb) -> StreamPlan:
    parameters = {child.get("name"): child.get("value") for child in verb.children}
    if any(len(name) + len(value) > 500 for name, value in parameters.items()):
        raise TwimlError(12200, "name and value of a Parameter are above 500 characters together")
    return StreamPlan(verb.get("url"), verb.get("name"), parameters)


def _tell(run: Interpreter, verb: Verb, stream: MediaStream, event: str, error: StreamError | None = None) -> None:
    url = verb.get("statusCallback")
    if not url:
        return
    params = [
        ("AccountSid", run.leg.record.account_sid),
        ("CallSid", run.leg.sid),
        ("StreamSid", stream.sid),
        ("StreamName", stream.plan.name or stream.sid),
        ("StreamEvent", event),
        ("Timestamp", run.core.clock.utc().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")),
    ]
    if error is not None:
        params.append(("StreamError", f"{error.code} {error.what}"))
    run.switch.webhooks.tell(
        Webhook("stream-status", url, params, run.leg.sid, verb.get("statusCallbackMethod", "POST"))
    )
