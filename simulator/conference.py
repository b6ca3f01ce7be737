"""Dial/Conference: a leg waits for a room to start, and stays until it goes or is put out."""

import asyncio

from simulator.interpreter import Interpreter, Stop
from simulator.race import first, stop
from simulator.records import Callback
from simulator.rooms import Participant, Room
from simulator.source import Source
from simulator.twiml import TwimlError, Verb

WAIT_VERBS = frozenset({"Play", "Say", "Pause", "Redirect"})


async def conference(run: Interpreter, verb: Verb) -> tuple[tuple[str, str], ...]:
    """Stay in the room; gives what the Dial's action is told."""
    if not verb.text:
        raise TwimlError(12200, "Conference without a name")
    run.leg.answer()
    room = _room(run, verb)
    participant = Participant(
        run.leg, run.core.clock.utc(),
        muted=verb.flag("muted"),
        start_on_enter=verb.flag("startConferenceOnEnter", True),
        end_on_exit=verb.flag("endConferenceOnExit"),
        label=verb.get("participantLabel") or None,
        coaching=bool(verb.get("coach")),
        call_sid_to_coach=verb.get("coach") or None,
    )  # fmt: skip
    if participant.label and room.find(participant.label):
        run.core.complain(16025, "participant label is taken", run.leg.sid)
        return (("DialCallStatus", "failed"),)
    if len(room.participants) >= verb.number("maxParticipants", 250):
        return (("DialCallStatus", "failed"),)
    began = run.core.clock.now()
    await stay(run, room, participant, verb)
    return (("DialCallStatus", "answered"), ("DialCallDuration", str(round(run.core.clock.now() - began))))


def _room(run: Interpreter, verb: Verb) -> Room:
    room = run.switch.rooms.get(verb.text)
    if room is None or room.status == "completed":
        room = Room(run.core, run.switch.webhooks, verb.text, run.core.clock.utc())
        run.switch.rooms[verb.text] = room
        run.switch.rooms[room.sid] = room
        if url := verb.get("statusCallback"):
            events = frozenset(verb.get("statusCallbackEvent", "start end").split())
            room.callback = Callback(run.resolve(url), verb.get("statusCallbackMethod", "POST"), events)
    return room


async def stay(run: Interpreter, room: Room, participant: Participant, verb: Verb) -> None:
    """From joining to leaving; while the room has not started the waiting document runs round and round."""
    room.join(participant)
    music = asyncio.create_task(_wait_music(run, room, verb.get("waitUrl"), verb.get("waitMethod", "POST")))
    try:
        await asyncio.wait({participant.out})
    finally:
        await stop(music)
        if participant.aside is not None:
            participant.aside.cancel()
        room.leave(participant)


async def _wait_music(run: Interpreter, room: Room, url: str, method: str) -> None:
    if not url:
        return
    inner = asyncio.create_task(rounds(run, Source(run.resolve(url), method), WAIT_VERBS))
    started = asyncio.create_task(room.started.wait())
    try:
        await first(inner, started)
    finally:
        await stop(inner, started)


async def rounds(run: Interpreter, source: Source, allowed: frozenset[str]) -> Stop:
    """Ask for the waiting document again and again, until it says stop or fails."""
    while True:
        ending = await Interpreter(run.switch, run.leg, allowed).run(source)
        if not ending.ran_out:
            return ending
        await run.core.clock.sleep(1.0)  # an empty document must not spin
