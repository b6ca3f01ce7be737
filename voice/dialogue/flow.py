"""Where a call goes next, from everything that is known of it."""

from models.enums import Intent, Language
from voice.dialogue import booking, emergency
from voice.dialogue.moves import Topic
from voice.dialogue.office import for_the_desk, intent
from voice.dialogue.state import State
from voice.dialogue.turn import TRIES, Turn


def understood(state: State) -> bool:
    """Whether it is known what the caller wants."""
    return state.situation is not None or intent(state) not in {Intent.OTHER, Intent.EMERGENCY}


def proceed(turn: Turn) -> None:
    """The next thing to say or ask; the same question again where it was not answered and may be put again."""
    state = turn.state
    if turn.over:
        return
    _disclose(turn)
    if state.emergency:
        emergency.proceed(turn)
    elif state.wants_person and state.message is None:
        _person(turn)
    elif state.message is not None:
        booking.proceed(turn)
    elif state.language is Language.ES:
        _spanish(turn)
    elif for_the_desk(state) and state.can_transfer:
        booking.open_row(turn)
        turn.transfer(state.situation or intent(state).value)
    elif understood(state):
        booking.proceed(turn)
    else:
        _what_is_it(turn)


def _disclose(turn: Turn) -> None:
    """What the law wants said (docs/domain/legal.md L9, L10): after a script, and never to who must still get out."""
    state = turn.state
    if emergency.leaving(turn) and not state.outside:
        return
    if state.language is Language.ES and "greeting_es" not in state.told:
        turn.know(told=state.told | {"greeting_es"})
        turn.say("greeting")
    if state.wants_person == "recording_refused":
        turn.tell_once("recording_refused")


def hand_over(turn: Turn, reason: str) -> None:
    """We do not get any further: a person, else a page that is out already, else a call back."""
    state = turn.state
    if turn.over:
        return
    if emergency.leaving(turn) and not state.outside:
        emergency.let_go(turn)
    elif state.can_transfer:
        turn.transfer(reason)
    elif state.emergency:
        emergency.finish(turn)
    else:
        booking.finish(turn, reason, outcome=reason)


def give_up(turn: Turn) -> None:
    """Nobody answers any more. What is complete is written down; a line on which nothing was ever said gets a text."""
    state = turn.state
    address = state.assessment.entities.address
    if not state.emergency and not state.spoke:
        booking.finish(turn, "silent", outcome="silent")
    elif not state.emergency and "A19" in {state.situation, state.assessment.situation}:
        turn.close("robocall", "robocall_bye")
    elif not state.emergency and understood(state) and state.number and address is not None and address.complete:
        booking.finish(turn, state.situation or "visit")
    else:
        hand_over(turn, "silent")


def _person(turn: Turn) -> None:
    """On the first request, at any hour; when nobody is there, that is said."""
    why = turn.state.wants_person or "person"
    if turn.state.can_transfer:
        turn.transfer(why)
    else:
        turn.tell_once("person_called_nobody")
        booking.take_message(turn, why)


def _spanish(turn: Turn) -> None:
    """An emergency is served in Spanish; for everything else a person who speaks it."""
    state = turn.state
    if state.situation is None and "Q_SAFE" not in state.settled and state.times("spanish_emergency") < TRIES:
        turn.tell_once("spanish_switch")
        turn.ask("Q_SAFE", "spanish_emergency", topic=Topic.YES_NO, log="spanish_emergency")
        return
    turn.tell_once("spanish_person")
    if state.can_transfer:
        turn.transfer("spanish")
    else:
        booking.take_message(turn, "spanish")


def _what_is_it(turn: Turn) -> None:
    """Not understood yet. Who said "emergency" and cannot be understood is believed."""
    state = turn.state
    if intent(state) is Intent.EMERGENCY and state.times("Q_PROB"):
        emergency.declare(turn, None, None, None)
        emergency.proceed(turn)
    elif state.times("Q_PROB") < TRIES:
        turn.ask("Q_PROB")
    elif state.can_transfer:
        turn.transfer("not_understood")
    else:
        booking.take_message(turn, "not_understood")
