"""Say, Play and Pause: what is heard, and how long it takes."""

from simulator.audio import RATE, parse_wav
from simulator.interpreter import Interpreter, Step
from simulator.twiml import TwimlError, Verb

CHARACTERS_PER_SECOND = 15.0  # an unhurried synthesiser; only the length of <Say> in simulated time hangs on it
DIGIT_S = 0.25
WAIT_S = {"w": 0.5, "W": 1.0}  # as Twilio reads them
MAX_SAY = 4096


def _all_text(verb: Verb) -> str:
    return " ".join([verb.text, *(_all_text(child) for child in verb.children)]).strip()


async def say(run: Interpreter, verb: Verb) -> Step:
    """Speak the text: it stands in `leg.said` when it begins."""
    text = _all_text(verb)
    if len(text) > MAX_SAY:
        raise TwimlError(12200, "Say is longer than 4096 characters")
    run.leg.answer()
    for _ in range(_loops(verb)):
        run.leg.said.append(text)
        await run.core.clock.sleep(len(text) / CHARACTERS_PER_SECOND)
    return None


async def pause(run: Interpreter, verb: Verb) -> Step:
    """Wait; as the first verb it keeps the line ringing."""
    await run.core.clock.sleep(verb.number("length", 1))
    return None


async def play(run: Interpreter, verb: Verb) -> Step:
    """Play a file, which must be there and be audio; or keys."""
    run.leg.answer()
    if digits := verb.get("digits"):
        await run.core.clock.sleep(sum(WAIT_S.get(digit, DIGIT_S) for digit in digits))
    if verb.text:
        audio = await _file(run, run.resolve(verb.text))
        for _ in range(_loops(verb)):
            await _sound(run, audio)
    elif not digits:
        raise TwimlError(12200, "Play has neither a URL nor digits")
    return None


def _loops(verb: Verb) -> int:
    return int(verb.get("loop", "1")) or 1000


async def _file(run: Interpreter, url: str) -> bytes:
    reply = await run.switch.webhooks.fetch(url)
    if reply.error is not None:
        raise TwimlError(reply.error, f"the file to play answered {reply.status or 'nothing'}")
    kind = reply.content_type.partition(";")[0]
    if not kind.startswith("audio/"):
        raise TwimlError(12300, f"the file to play is {kind or 'of no type'}, not audio")
    try:
        return parse_wav(reply.body)
    except ValueError as error:
        raise TwimlError(11200, f"this exchange plays WAV at 8 kHz mono: {error}") from None


async def _sound(run: Interpreter, audio: bytes) -> None:
    leg = run.leg
    leg.heard.lay(max(leg.position, leg.heard.end), audio)
    try:
        await run.core.clock.sleep(len(audio) / RATE)
    finally:
        leg.heard.cut(leg.position)
