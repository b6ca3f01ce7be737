"""The verbs that need no partner: Say, Play, Pause, Redirect, Hangup, Reject, Leave, Connect; and the table of all."""

from simulator.connect import connect
from simulator.dial import dial
from simulator.enqueue import enqueue
from simulator.gather import gather
from simulator.interpreter import Goto, Handler, Interpreter, Step, Stop
from simulator.record import record
from simulator.source import Source
from simulator.speak import pause, play, say
from simulator.twiml import TwimlError, Verb


async def redirect(run: Interpreter, verb: Verb) -> Step:
    """Go on at the URL in the text."""
    return Goto(Source(run.resolve(verb.text), verb.get("method", "POST")))


async def hangup(_run: Interpreter, _verb: Verb) -> Step:
    """End the call."""
    return Stop()


async def leave(run: Interpreter, _verb: Verb) -> Step:
    """Leave the queue; only its waiting document may say so."""
    if run.allowed is None:
        raise TwimlError(12200, "Leave stands outside of a queue's waitUrl document")
    return Stop(leave=True)


async def reject(_run: Interpreter, verb: Verb) -> Step:
    """Refuse an unanswered call; on an answered one it is a hang-up."""
    return Stop("busy" if verb.get("reason") == "busy" else "no-answer")


HANDLERS: dict[str, Handler] = {
    "Connect": connect,
    "Dial": dial,
    "Enqueue": enqueue,
    "Gather": gather,
    "Hangup": hangup,
    "Leave": leave,
    "Pause": pause,
    "Play": play,
    "Record": record,
    "Redirect": redirect,
    "Reject": reject,
    "Say": say,
}
