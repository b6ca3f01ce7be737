"""The companion that hears messages left on tape: fetched from Twilio, cut into utterances, decoded like a live call.

One tape at a time, in the recogniser pool of this process, so that a live caller waits for one utterance at most.
"""

import asyncio
from contextlib import suppress
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import structlog

from callbacks import voicemail
from callbacks.voicemail import Spoken, Tape
from carrier.errors import CarrierError, fault
from models.tables import Call
from triage.assessment import Assessment, Context
from triage.triage import Utterance
from voice import ending
from voice.ears import mulaw, wav
from voice.ears.ear import Ear
from voice.ears.endpoint import UtteranceEnded
from voice.house import House
from voice.recogniser.limits import RecogniserLost
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k

log = structlog.get_logger()

POLL_S = 10.0
"""A tape that another process was told of, or died over, waits no longer than this for us to look."""

FRAME = SAMPLE_RATE // 5
"""Samples that the ear is given at a time."""


async def listen(house: House) -> None:
    """Hear every message as it comes, for ever; cancel it. Whatever fails, the tape is tried again."""
    while True:
        house.message_left.clear()
        try:
            while await hear_one(house):
                pass
        except Exception as error:
            log.error("voicemail.failed", **fault(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(house.message_left.wait(), POLL_S)


async def hear_one(house: House) -> bool:
    """Take one message and hear it; False when none waits. Whatever fails, the try is counted."""
    tape = await house.database.run(voicemail.lease, house.clock())
    if tape is None:
        return False
    if tape.hopeless or not await _heard(house, tape):
        await house.database.run(voicemail.not_heard, house.company, tape.call_id, house.clock())
    house.wake()
    return True


async def _heard(house: House, tape: Tape) -> bool:
    try:
        await _write(house, tape, await _understood(house, tape))
    except (CarrierError, RecogniserLost, ValueError) as error:
        log.warning("voicemail.not_heard", call=tape.call_id, error=type(error).__name__)
    except Exception as error:
        log.error("voicemail.not_heard", call=tape.call_id, **fault(error))
    else:
        return True
    return False


async def _write(house: House, tape: Tape, spoken: list[Spoken]) -> None:
    def assess(said: list[Utterance], call: Call) -> Assessment:
        now = house.clock().astimezone(house.company.timezone)
        return house.triage.assess(said, Context(caller=call.caller, month=now.month))

    words = (spoken, house.recogniser, assess, ending.on_it, house.clock())
    await house.database.run(voicemail.heard, house.company, tape.call_id, *words)


async def _understood(house: House, tape: Tape) -> list[Spoken]:
    sound = wav.samples(await asyncio.to_thread(house.fetch, PurePosixPath(urlsplit(tape.url).path).stem))
    spoken = []
    for start, pcm in await asyncio.to_thread(_utterances, house, sound):
        text = await house.pool.decode(pcm)
        ms = (start * 1000 // SAMPLE_RATE, (start + len(pcm)) * 1000 // SAMPLE_RATE)
        if text.text:
            spoken.append(Spoken(text.text, text.confidence, *ms, round(text.decode_s * 1000)))
    return spoken


def _utterances(house: House, sound: Pcm8k) -> list[tuple[int, Pcm8k]]:
    """Where each begins, and its samples."""
    ear = Ear(house.hearing, house.tuning)
    found: list[tuple[int, Pcm8k]] = []
    frames = [sound[at : at + FRAME] for at in range(0, len(sound), FRAME)]
    for events in (*(ear.feed(mulaw.encode(frame)) for frame in frames), ear.flush()):
        found += [(one.start, ear.utterance(one.start, one.end)) for one in events if isinstance(one, UtteranceEnded)]
    return found
