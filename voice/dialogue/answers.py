"""What the caller's words or keys settle of the question that was put."""

from triage.assessment import Assessment
from voice.dialogue import emergency
from voice.dialogue.moves import Topic
from voice.dialogue.turn import TRIES, Turn

CONFIRMATIONS = frozenset({"Q_CB_OK", "Q_ADDR_OK"})
""" "Is that right?" after a number, and after a house number."""


def yes_or_no(question: str | None, now: Assessment, before: Assessment) -> bool | None:
    """How the last utterance answered a yes/no question; None when it did not.

    `before` is the assessment as it was: an old answer to the same question is no answer now.
    """
    if question == emergency.OUTSIDE:  # kept the other way round, whoever brought it up
        return {"no": True, "yes": False}.get(now.answers.get("Q_INSIDE", ""))
    if "confirmation_yes" in now.signals:
        return True
    if "confirmation_no" in now.signals:
        return False
    answer = now.answers.get(question or "")
    return None if answer == before.answers.get(question or "") else {"yes": True, "no": False}.get(answer or "")


def take(turn: Turn, said: bool | None) -> None:
    """Settle the question that waits. `said` is the yes or no that was heard or pressed, where there was one."""
    state = turn.state
    if state.doubt is not None:
        emergency.settle_doubt(turn, said)
        return
    match state.waiting:
        case None | "Q_ADDR":
            pass  # what was said is in the entities: it is read back, or asked for once more
        case emergency.OUTSIDE:
            emergency.settle_outside(turn, said)
        case "Q_SAFE" if state.topic is Topic.YES_NO:
            turn.settle("Q_SAFE")
            if said:  # "press 1 if this is an emergency": nothing else is known
                emergency.declare(turn, None, "S22", None)
        case "Q_CB":
            if state.topic is Topic.YES_NO:
                _same_number(turn, said)
        case "Q_CB_OK" | "Q_ADDR_OK":
            confirm(turn, said is not False)
        case "Q_NAME":
            name = state.assessment.entities.name
            if (name is not None and not name.again) or state.times("Q_NAME") >= TRIES:
                turn.settle("Q_NAME")
        case "Q_XST":
            turn.settle("Q_XST", "Q_ADDR")
        case "Q_FEE":
            turn.settle("Q_FEE")
            if said is False:
                turn.know(message="fee")
                turn.tell_once("fee_declined")
        case question:
            turn.settle(question)


def _same_number(turn: Turn, said: bool | None) -> None:
    """ "Is the number you are calling from the best one?" A number said instead counts as no."""
    state = turn.state
    other = state.assessment.entities.callback
    if other.value == state.caller if other else said:
        turn.know(callback=state.caller)
        turn.settle("Q_CB")
    elif said is False and state.caller:
        turn.know(refused=state.refused | {state.caller})


def confirm(turn: Turn, right: bool) -> None:
    """ "Is that right?" after a number or a house number. Another one said instead counts as no."""
    state = turn.state
    entities = state.assessment.entities
    number, house = state.callback, state.house
    if state.waiting == "Q_CB_OK":
        if number and not (right and entities.callback and entities.callback.value == number):
            turn.know(refused=state.refused | {number}, callback=None)
        else:
            turn.settle("Q_CB")
    elif house and not (right and entities.address and entities.address.number == house):
        turn.know(refused=state.refused | {house}, house=None)
    else:
        turn.settle("Q_ADDR")
