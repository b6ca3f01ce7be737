"""Gather: prompts that a key ends at once, then keys until there are enough."""

import asyncio

from simulator.interpreter import Interpreter, Step
from simulator.race import first, stop
from simulator.twiml import TwimlError, Verb


async def gather(run: Interpreter, verb: Verb) -> Step:
    """Give `Digits` to the action; without any, go on with the next verb (or to the action if it asks for that)."""
    if verb.get("input", "dtmf") == "speech":
        raise TwimlError(12200, "this exchange gathers keys only")
    leg = run.leg
    leg.answer()
    while not leg.keys.empty():
        leg.keys.get_nowait()  # what was pressed before counts for nothing
    leg.prompts.put_nowait(None)
    digits = await _collect(run, verb, await _first_key(run, verb))
    if digits or verb.flag("actionOnEmptyResult"):
        return run.goto(verb, (("Digits", digits),))
    return None


async def _first_key(run: Interpreter, verb: Verb) -> str | None:
    """The first key during the prompts or within the timeout after them."""
    key = asyncio.create_task(run.leg.keys.get())
    prompts = asyncio.create_task(_prompts(run, verb))
    try:
        await first(key, prompts)
        if prompts.done() and not key.done():
            prompts.result()
            await first(key, seconds=verb.number("timeout", 5) / run.core.clock.speed)
        return key.result() if key.done() else None
    finally:
        await stop(key, prompts)


async def _prompts(run: Interpreter, verb: Verb) -> None:
    for child in verb.children:
        await run.switch.handlers[child.name](run, child)


async def _collect(run: Interpreter, verb: Verb, key: str | None) -> str:
    digits = ""
    limit = int(verb.get("numDigits", "0"))
    finish = verb.get("finishOnKey", "#")
    while key is not None and key != finish:
        digits += key
        if len(digits) == limit:
            break
        try:
            async with asyncio.timeout(verb.number("timeout", 5) / run.core.clock.speed):
                key = await run.leg.keys.get()
        except TimeoutError:
            key = None
    return digits
