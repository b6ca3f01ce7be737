"""A visit, a quote or a message: the P2/P3 questions, then it is written and a person's call is promised.

Availability is never invented: there is no calendar yet, so the office confirms the time (docs/domain/lessons.md 8).
"""

from triage.situations import SITUATIONS
from voice.dialogue import emergency
from voice.dialogue.office import opening_line, opens_job
from voice.dialogue.questions import ask_next, visit_plan
from voice.dialogue.turn import Turn


def proceed(turn: Turn) -> None:
    """The next question of a visit or message, or its end."""
    open_row(turn)
    if not ask_next(turn, visit_plan(turn.state)):
        finish(turn, turn.state.message or turn.state.situation or "visit")


def open_row(turn: Turn) -> None:
    """What a row's caller is told before anything else: its script, and its line."""
    situation = turn.state.situation
    if situation is not None:
        script = SITUATIONS[situation].script
        if script not in emergency.LEAVE_NOW:  # such a row is here because the danger was denied, or is over
            emergency.read_script(turn, script, urgent=False)
        if (line := opening_line(situation)) is not None:
            turn.tell_once(line)
        elif not turn.state.scripts and turn.state.message is None:
            turn.tell_once("got_it")


def take_message(turn: Turn, reason: str) -> None:
    """Only a number is taken from now on; a person calls back."""
    turn.know(message=turn.state.message or reason)
    proceed(turn)


def finish(turn: Turn, reason: str, outcome: str = "resolved") -> None:
    """Write what is known, promise the call, say so, end. Without a number nothing is promised, and that is said;
    a text is announced only where one may leave."""
    state = turn.state
    written = opens_job(state)
    if written:
        turn.open_job(reason)
    if state.number is None:
        turn.close("no_number", "no_number")
        return
    turn.promise(reason)
    if written and state.message is None:
        turn.close(outcome, "request_written", "closing_safety")
    else:
        told = state.textable and state.number == state.caller
        turn.close(outcome, "callback_promise" if told else "callback_promise_no_text", "goodbye")
