"""Enqueue, and Dial/Queue which answers it."""

import asyncio

from simulator.conference import rounds
from simulator.interpreter import Goto, Interpreter, Step, Stop
from simulator.leg import Leg
from simulator.queues import Member, Queue
from simulator.race import first, stop
from simulator.source import Source
from simulator.twiml import TwimlError, Verb

WAIT_VERBS = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
DEQUEUE_VERBS = frozenset({"Say", "Play", "Pause", "Gather", "Redirect"})


async def enqueue(run: Interpreter, verb: Verb) -> Step:
    """Wait in line. Then the action is told `QueueResult`; without an action the next verb runs."""
    if not 0 < len(verb.text) <= 64:
        raise TwimlError(12200, "Enqueue needs a name of up to 64 characters")
    run.leg.answer()
    queue = _queue(run, verb.text)
    member = Member(run.leg, run.core.clock.now(), run.core.clock.utc())
    if queue.join(member):
        try:
            result = await _wait(run, verb, queue, member)
        except asyncio.CancelledError:
            run.after_hangup(verb, _fields(run, queue, member, "hangup"))
            raise
        finally:
            queue.leave(member)
            member.parted.set()
    else:
        result = "queue-full"
    if isinstance(result, Source):
        return Goto(result)
    if result == "hangup":
        return Stop()
    return run.goto(verb, _fields(run, queue, member, result)) if verb.get("action") else None


def _fields(run: Interpreter, queue: Queue, member: Member, result: str) -> tuple[tuple[str, str], ...]:
    waited = str(round(run.core.clock.now() - member.since))
    return (("QueueResult", result), ("QueueSid", queue.sid), ("QueueTime", waited))


def _queue(run: Interpreter, name: str) -> Queue:
    queue = run.switch.queues.get(name)
    if queue is None:
        queue = run.switch.queues[name] = Queue(name, run.core.clock.utc())
    return queue


async def _wait(run: Interpreter, verb: Verb, queue: Queue, member: Member) -> str | Source:
    music = asyncio.create_task(_music(run, verb, queue, member))
    try:
        await first(member.taken, music)
    finally:
        await stop(music)
    if not member.taken.done():
        ending = music.result()
        return "leave" if ending.leave else "error" if ending.unanswered == "failed" else "hangup"
    taken = member.taken.result()
    if isinstance(taken, Source):
        return taken
    await member.parted.wait()
    return "bridged"


async def _music(run: Interpreter, verb: Verb, queue: Queue, member: Member) -> Stop:
    url = verb.get("waitUrl")
    if not url:
        await asyncio.Event().wait()
    place = list(queue.members).index(member) + 1
    params = (
        ("QueueSid", queue.sid),
        ("QueuePosition", str(place)),
        ("QueueTime", str(round(run.core.clock.now() - member.since))),
        ("AvgQueueTime", "0"),
        ("CurrentQueueSize", str(len(queue.members))),
        ("MaxQueueSize", str(queue.max_size)),
    )
    return await rounds(run, Source(run.resolve(url), verb.get("waitUrlMethod", "POST"), params), WAIT_VERBS)


async def dial_queue(run: Interpreter, dial: Verb, verb: Verb) -> tuple[tuple[str, str], ...]:
    """Take the first in line, or wait for one; gives what the Dial's action is told."""
    run.leg.answer()
    queue = _queue(run, verb.text)
    member = await _first(run, queue, dial.number("timeout", 30))
    if member is None:
        return (("DialCallStatus", "no-answer"), ("DialBridged", "false"))
    if url := verb.get("url"):
        briefing = Interpreter(run.switch, member.leg, DEQUEUE_VERBS)
        await briefing.run(Source(run.resolve(url), verb.get("method", "POST")))
    await _talk(run.leg, member)
    fields = [("DialCallStatus", "completed"), ("DialBridged", "true"), ("DialCallSid", member.leg.sid)]
    return (*fields, ("QueueSid", queue.sid))


async def _first(run: Interpreter, queue: Queue, patience: float) -> Member | None:
    try:
        async with asyncio.timeout(patience / run.core.clock.speed):
            while (member := queue.take()) is None:
                await queue.arrival.wait()
            return member
    except TimeoutError:
        return None


async def _talk(leg: Leg, member: Member) -> None:
    member.taken.set_result(leg)
    leg.bridged_to, member.leg.bridged_to = member.leg, leg
    try:
        await asyncio.wait({member.leg.turn})
    finally:
        leg.bridged_to = member.leg.bridged_to = None
        member.parted.set()
