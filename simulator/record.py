"""Record: keeps what the caller says until they fall silent, press a key, hang up, or have said enough."""

import asyncio

from simulator.audio import RATE
from simulator.interpreter import Interpreter, Step
from simulator.records import Recording
from simulator.twiml import Verb
from simulator.webhooks import Webhook

BEEP_S = 0.5
_POLL_S = 0.1  # simulated


async def record(run: Interpreter, verb: Verb) -> Step:
    """Record, then the action; it may be asked before the recording's own callback comes."""
    leg = run.leg
    leg.answer()
    if verb.flag("playBeep", True):
        await run.core.clock.sleep(BEEP_S)
    leg.prompts.put_nowait(None)
    start = leg.position
    try:
        digits = await _until_done(run, verb, start)
    except asyncio.CancelledError:
        run.after_hangup(verb, _fields(run, _keep(run, verb, start, leg.position), "hangup"))
        raise
    return run.goto(verb, _fields(run, _keep(run, verb, start, leg.position), digits))


def _fields(run: Interpreter, recording: Recording, digits: str) -> tuple[tuple[str, str], ...]:
    url = url_of(run, recording)
    return (("RecordingUrl", url), ("RecordingDuration", _seconds(recording)), ("Digits", digits))


async def _until_done(run: Interpreter, verb: Verb, start: int) -> str:
    """Wait for the end; gives the key that ended it."""
    leg, clock = run.leg, run.core.clock
    stops = verb.get("finishOnKey", "1234567890*#")
    silence, longest = verb.number("timeout", 5), verb.number("maxLength", 3600)
    while leg.position - start < longest * RATE:
        while not leg.keys.empty():
            if (key := leg.keys.get_nowait()) in stops:
                return key
        if leg.position - max(start, leg.spoken.end) >= silence * RATE:
            return ""
        await clock.sleep(_POLL_S)
    return ""


def _keep(run: Interpreter, verb: Verb, start: int, end: int) -> Recording:
    leg = run.leg
    if verb.get("trim", "trim-silence") == "trim-silence":
        end = max(start, min(end, leg.spoken.end))
    recording = Recording(leg.record.account_sid, leg.sid, run.core.clock.utc(), leg.spoken.between(start, end))
    run.switch.recordings[recording.sid] = recording
    url = verb.get("recordingStatusCallback")
    if url and "completed" in verb.get("recordingStatusCallbackEvent", "completed").split():
        params = [
            ("AccountSid", leg.record.account_sid),
            ("CallSid", leg.sid),
            ("RecordingSid", recording.sid),
            ("RecordingUrl", url_of(run, recording)),
            ("RecordingStatus", "completed"),
            ("RecordingDuration", _seconds(recording)),
            ("RecordingChannels", "1"),
            ("RecordingStartTime", recording.created.strftime("%a, %d %b %Y %H:%M:%S +0000")),
            ("RecordingSource", recording.source),
        ]
        method = verb.get("recordingStatusCallbackMethod", "POST")
        run.switch.webhooks.tell(Webhook("recording", run.resolve(url), params, leg.sid, method))
    return recording


def _seconds(recording: Recording) -> str:
    return str(round(len(recording.audio) / RATE))


def url_of(run: Interpreter, recording: Recording) -> str:
    """Where the file can be fetched: WAV, with `.mp3` not offered here."""
    account = run.core.account_sid
    return f"{run.core.base_url}/2010-04-01/Accounts/{account}/Recordings/{recording.sid}"
