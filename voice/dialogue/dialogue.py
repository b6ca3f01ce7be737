"""The conversation: what happened goes in, what to do next comes out. No clock, no socket, no database."""

from dataclasses import replace

from models.company import Company
from models.enums import Language
from voice.dialogue import answers, emergency
from voice.dialogue.flow import give_up, hand_over, proceed
from voice.dialogue.hearing import hazard_heard, heard
from voice.dialogue.moves import (
    Answered,
    Event,
    HazardHeard,
    Heard,
    HungUp,
    KeyPressed,
    Move,
    RecogniserLost,
    Silence,
    Topic,
)
from voice.dialogue.office import opens_job
from voice.dialogue.state import State
from voice.dialogue.turn import Turn

SILENCES_IN_A_ROW = 2
"""So many silences, and it is a person's turn, or a message's (docs/domain/intake.md section 5)."""

PERSON_KEY = "0"
KEYS = {"1": True, "2": False}
"""Yes and no, while a yes or a no is waited for."""


class Dialogue:
    """What the house says and does on a call, as a pure function. One object serves every call of a company."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def begin(self) -> State:
        """A call of which nothing is known yet."""
        return State()

    def step(self, state: State, event: Event) -> tuple[State, tuple[Move, ...]]:
        """The state after an event, and the moves it causes, in the order they are to be made.

        Total: any event in any state, and nothing raises. No moves means: carry on as you are. After a Close or a
        TransferToPerson there are none any more, but for a danger that is told during the goodbye.
        """
        if state.outcome is not None and not _danger_after_all(state, event):
            return state, ()
        turn = Turn(self._company, replace(state, outcome=None))
        match event:
            case Answered():
                _answered(turn, event)
            case HazardHeard():
                hazard_heard(turn, event)
            case Heard():
                heard(turn, event)
            case Silence():
                _silence(turn)
            case KeyPressed(digit):
                _key(turn, digit)
            case RecogniserLost():
                _recogniser_lost(turn)
            case HungUp():
                _hung_up(turn)
        return (turn.state if turn.moves or state.outcome is None else state), tuple(turn.moves)


def _danger_after_all(state: State, event: Event) -> bool:
    """ "Wait, now there are sparks": words that come while we say goodbye count like any others."""
    if state.paged or state.outcome == "hung_up" or not isinstance(event, HazardHeard | Heard):
        return False
    return any(hazard not in state.denied for hazard in event.assessment.hazards)


def _answered(turn: Turn, event: Answered) -> None:
    """Three disclosures in the first breath (docs/domain/legal.md L9, L10); the caller may speak over all of it."""
    if "greeting" in turn.state.told:
        return
    known = {"caller": event.caller, "can_transfer": event.can_transfer, "textable": event.textable}
    turn.know(**known, told=turn.state.told | {"greeting"})
    turn.say("greeting", language=Language.EN)
    turn.say("greeting_spanish", language=Language.ES)
    turn.say("greeting_question", language=Language.EN)
    turn.listen()


def _silence(turn: Turn) -> None:
    state = turn.state
    turn.know(silences=state.silences + 1, tail_due=False)
    if state.doubt is not None:
        emergency.settle_doubt(turn, None)
    elif state.waiting == emergency.OUTSIDE:
        emergency.let_go(turn)
    elif state.waiting == "anything_else":
        turn.close("opted_out", "goodbye")
    elif state.waiting == "did_you_mean_us":
        turn.close("wrong_number", "wrong_number_bye")
    elif emergency.unclear_is_danger(turn):
        pass
    elif turn.state.silences >= SILENCES_IN_A_ROW:
        give_up(turn)
    elif state.waiting in answers.CONFIRMATIONS:
        answers.confirm(turn, True)  # nobody objected, and the text shows it once more
    else:
        turn.say("still_there")
    proceed(turn)


def _key(turn: Turn, digit: str) -> None:
    state = turn.state
    if digit == PERSON_KEY:
        turn.know(wants_person=state.wants_person or "person", silences=0)
        emergency.settle_doubt(turn, None)
        proceed(turn)
    elif digit in KEYS and state.topic is Topic.YES_NO and state.waiting is not None:
        turn.know(silences=0, unclear=0, tail_due=False)
        answers.take(turn, KEYS[digit])
        proceed(turn)


def _recogniser_lost(turn: Turn) -> None:
    """We cannot hear any more: whoever may be in danger is paged for, and a person takes over."""
    turn.know(tail_due=False)
    emergency.settle_doubt(turn, None)
    turn.say("sorry_trouble")
    hand_over(turn, "recogniser_lost")


def _hung_up(turn: Turn) -> None:
    """The line is dead: a doubt is believed, and work that was told of is written down."""
    if turn.state.doubt is not None:
        turn.page(turn.state.doubt.name, turn.state.doubt.situation)
    elif not turn.state.emergency and opens_job(turn.state):
        turn.open_job("hung_up")
    turn.know(outcome="hung_up")
