"""What the caller's words settle of the question that was put."""

from dataclasses import replace

from triage.assessment import Assessment
from voice.dialogue.moves import Topic
from voice.dialogue.turn import Turn


def yes_or_no(question: str, assessment: Assessment, before: Assessment) -> bool | None:
    """How a yes/no question was answered by the utterance that came last; None when it was not.

    `before` is the assessment as it was: an old answer to the same question is no answer now.
    """
    if "confirmation_yes" in assessment.signals:
        return True
    if "confirmation_no" in assessment.signals:
        return False
    answer = assessment.answers.get(question)
    if answer == before.answers.get(question):
        return None
    return {"yes": True, "no": False}.get(answer or "")


def take(turn: Turn, before: Assessment) -> None:
    """Settle the question that waits with a clear utterance. The state's assessment is the new one already."""
    state = turn.state
    question = state.waiting
    if question is None:
        return
    said = yes_or_no(question, state.assessment, before)
    match question:
        case "Q_CB" if state.topic is Topic.YES_NO:
            _same_number(turn, said)
        case "Q_CB" | "Q_ADDR":
            pass  # what was said is in the entities, and is read back or asked for once more
        case "Q_CB_OK" | "Q_ADDR_OK":
            confirm(turn, said is not False)
        case "Q_NAME":
            if state.assessment.entities.name is not None or state.times("Q_NAME") > 1:
                turn.settle("Q_NAME")
        case "Q_XST":
            turn.settle("Q_XST", "Q_ADDR")
        case "Q_FEE":
            turn.settle("Q_FEE")
            if said is False:
                turn.know(message="fee")
                turn.tell_once("fee_declined")
        case _:
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
    """ "Is that right?" after a number or a house number."""
    state = turn.state
    entities = state.assessment.entities
    if state.waiting == "Q_CB_OK":
        if right:
            turn.settle("Q_CB")
        elif state.callback:
            turn.know(refused=state.refused | {state.callback}, callback=None)
    elif right:
        turn.settle("Q_ADDR")
    elif entities.address is not None and entities.address.number:
        turn.know(refused=state.refused | {entities.address.number})


def pressed(assessment: Assessment, yes: bool) -> Assessment:
    """The assessment as if yes or no had been said."""
    other = {"confirmation_yes", "confirmation_no"}
    signal = "confirmation_yes" if yes else "confirmation_no"
    return replace(assessment, signals=frozenset(assessment.signals - other | {signal}))
