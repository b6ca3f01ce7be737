"""Dial: other legs are rung, screened and joined to this one (TwiML Dial)."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.conference import conference
from simulator.enqueue import dial_queue
from simulator.interpreter import Interpreter, Step
from simulator.leg import Leg
from simulator.race import first, stop
from simulator.records import Callback, CallRecord
from simulator.source import Source
from simulator.strict import NUMBER
from simulator.twiml import TwimlError, Verb

SCREEN_VERBS = frozenset({"Say", "Play", "Pause", "Gather", "Hangup", "Redirect"})
MOST = 10  # numbers in one Dial


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the action is told. `bridged` is whether the two people ever spoke."""

    status: str
    sid: str | None = None
    bridged: bool = False
    seconds: int | None = None

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """As form fields."""
        fields = [("DialCallStatus", self.status), ("DialBridged", str(self.bridged).lower())]
        if self.sid is not None:
            fields.append(("DialCallSid", self.sid))
        if self.seconds is not None:
            fields.append(("DialCallDuration", str(self.seconds)))
        return tuple(fields)


async def dial(run: Interpreter, verb: Verb) -> Step:
    """Dial what stands inside; then the action, or the next verb when there is none."""
    if not verb.flag("answerOnBridge"):
        run.leg.answer()
    inside = verb.children[0] if verb.children else None
    if inside is not None and inside.name == "Conference":
        fields = await conference(run, inside)
    elif inside is not None and inside.name == "Queue":
        fields = await dial_queue(run, verb, inside)
    else:
        fields = (await _numbers(run, verb)).params
    return run.goto(verb, fields) if verb.get("action") else None


async def _numbers(run: Interpreter, verb: Verb) -> Outcome:
    targets = list(verb.children) or [Verb("Number", {}, verb.text, ())]
    if len(targets) > MOST:
        raise TwimlError(13224, "Dial takes at most ten numbers")
    if any(not re.fullmatch(NUMBER, target.text) for target in targets):
        run.core.complain(13224, "Dial to something that is not E.164", run.leg.sid)
        return Outcome("failed")
    caller_id = verb.get("callerId") or run.leg.record.from_
    if not _may_show(run, caller_id):
        run.core.complain(13214, "callerId is neither the call's own number nor the account's", run.leg.sid)
        return Outcome("failed")
    groups = [[target] for target in targets] if verb.flag("sequential") else [targets]
    outcome = Outcome("no-answer")
    for group in groups:
        outcome = await _ring_group(run, verb, [(_child(run, target, caller_id), target) for target in group])
        if outcome.bridged or outcome.status == "completed":
            break
    return outcome


def _may_show(run: Interpreter, caller_id: str) -> bool:
    record, switch = run.leg.record, run.switch
    return caller_id in {record.from_, record.to} or caller_id in switch.numbers or caller_id in switch.caller_ids


def _child(run: Interpreter, target: Verb, caller_id: str) -> Leg:
    parent = run.leg.record
    record = CallRecord(
        parent.account_sid, caller_id, target.text, "outbound-dial", run.core.clock.utc(), parent_sid=parent.sid
    )
    if url := target.get("statusCallback"):
        events = frozenset(target.get("statusCallbackEvent", "completed").split())
        record.callback = Callback(run.resolve(url), target.get("statusCallbackMethod", "POST"), events)
    return run.switch.leg(record)


async def _ring_group(run: Interpreter, verb: Verb, children: Sequence[tuple[Leg, Verb]]) -> Outcome:
    """Ring together; the first to pick up is screened and joined, the others are hung up."""
    rings = {
        asyncio.create_task(_ring(run, child, verb.number("timeout", 30))): (child, target)
        for child, target in children
    }
    outcome = "no-answer"
    try:
        waiting = set(rings)
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for ring in done:
                outcome = ring.result()
                child, target = rings[ring]
                if outcome == "answered":
                    _drop([other for other, _ in children if other is not child])
                    return await _join(run, verb, child, target)
                child.finish(outcome)
        return Outcome(outcome, children[0][0].sid)
    finally:
        for ring in rings:
            ring.cancel()
        _drop([child for child, _ in children])


def _drop(children: Sequence[Leg]) -> None:
    for child in children:
        child.finish("completed" if child.is_answered else "canceled")


async def _ring(run: Interpreter, child: Leg, patience: float) -> str:
    child.progress("initiated", "initiated")
    return await run.switch.ring(child, patience)


async def _join(run: Interpreter, verb: Verb, child: Leg, target: Verb) -> Outcome:
    """The callee has picked up: screen, join, and wait until one of the two goes."""
    child.answer()
    bridged = await _screened(run, child, target)
    if bridged:
        run.leg.answer()
        run.leg.bridged_to, child.bridged_to = child, run.leg
        try:
            await _while_joined(run, verb, child)
        finally:
            run.leg.bridged_to = child.bridged_to = None
    moved = child.turn.result() if child.turn.done() else None
    if moved is not None:  # REST gave the callee a document of its own: it lives on without the caller
        child.turn = asyncio.get_running_loop().create_future()
        run.core.spawn(_alone(run, child, moved))
    else:
        child.finish("completed")
    return Outcome("completed", child.sid, bridged, child.record.duration)


async def _alone(run: Interpreter, child: Leg, source: Source) -> None:
    try:
        await run.switch.converse(child, source)
    finally:
        child.finish("completed")


async def _screened(run: Interpreter, child: Leg, target: Verb) -> bool:
    """Run the Number's own document on the callee; whoever gets to its end without hanging up is joined."""
    url = target.get("url")
    if not url:
        return True
    screen = Interpreter(run.switch, child, SCREEN_VERBS)
    source = Source(run.resolve(url), target.get("method", "POST"))
    work = asyncio.create_task(screen.run(source))
    try:
        await first(work, child.turn)
        return not child.turn.done() and work.done() and work.result().ran_out
    finally:
        await stop(work)


async def _while_joined(run: Interpreter, verb: Verb, child: Leg) -> None:
    stars = [asyncio.create_task(_star(run.leg))] if verb.flag("hangupOnStar") else []
    limit = verb.number("timeLimit", 14400) / run.core.clock.speed
    try:
        await first(child.turn, *stars, seconds=limit)
    finally:
        await stop(*stars)


async def _star(leg: Leg) -> None:
    while await leg.keys.get() != "*":
        pass
