"""What an utterance does to the conversation: danger before anything else, then answers, then a change of subject."""

from models.enums import Intent, Language, Trade
from triage.assessment import Assessment
from triage.situations import SITUATIONS
from voice.dialogue import answers, booking, emergency
from voice.dialogue.flow import hand_over, proceed, understood
from voice.dialogue.moves import ForgetWords, HazardHeard, Heard, OptOut, Topic
from voice.dialogue.office import NO_BUSINESS, another_number, intent, recorded_voice, sell_us_nothing
from voice.dialogue.turn import Turn

ASIDES = frozenset({"repeat", "robot_question", "opt_out", "person", "recording_refused", "card_number"})
"""Words about the conversation: they do not answer the question that was put."""

UNCLEAR_IN_A_ROW = 2
"""So many utterances not understood, and it is a person's turn (docs/domain/lessons.md 2)."""


def hazard_heard(turn: Turn, event: HazardHeard) -> None:
    """A danger in partial text. The utterance that holds it still ends later, and answers nothing we ask now."""
    before = turn.state
    turn.know(assessment=event.assessment)
    _language(turn)
    if emergency.hear_danger(turn, unclear=False):
        turn.know(tail_due=True, spoke=True, silences=0, unclear=0)
        proceed(turn)
    else:
        turn.state, turn.moves = before, []  # nothing new: as if it had not been said


def heard(turn: Turn, event: Heard) -> None:
    """An utterance ended."""
    before, tail = turn.state.assessment, turn.state.tail_due or event.early
    turn.know(
        assessment=event.assessment,
        silences=0,
        spoke=turn.state.spoke or bool(event.text),
        tail_due=False,
        wants_person=_person_wanted(turn.state.wants_person, event.assessment.signals),
    )
    card = "card_number" in event.assessment.signals
    if card:
        turn.do(ForgetWords())
    _language(turn)
    _understand(turn)
    was_emergency = turn.state.emergency
    if not tail:
        _take_answer(turn, event, before)
    news = emergency.hear_danger(turn, unclear=event.unclear) or turn.state.emergency is not was_emergency
    if card:
        turn.say("card_stop", urgent=True)
        if not turn.state.emergency:  # nobody stops an emergency to pay
            turn.know(wants_person=turn.state.wants_person or "card_number")
    if turn.over or emergency.hear_doubt(turn):
        return
    if tail and not news and not turn.state.wants_person:
        turn.listen()
    elif event.unclear and not news and not turn.state.wants_person:
        _not_understood(turn)
    else:
        turn.know(unclear=0)
        if not _changed_the_subject(turn):
            proceed(turn)


def _person_wanted(before: str | None, signals: frozenset[str]) -> str | None:
    """Why a person is wanted, if one is. Who will not be recorded is owed an answer, whatever was wanted before."""
    if "recording_refused" in signals:
        return "recording_refused"
    return before or ("person" if "person" in signals else None)


def _language(turn: Turn) -> None:
    """Spanish once is Spanish for the call; a script that was read in English is read again."""
    now = turn.state.assessment
    if turn.state.language is Language.ES or not (now.language is Language.ES or "spanish" in now.signals):
        return
    turn.know(language=Language.ES)
    if turn.state.emergency and turn.state.scripts:
        turn.say(turn.state.scripts[-1], urgent=True)


def _understand(turn: Turn) -> None:
    """What the call is about. A visit is not turned into office work by a later word; an emergency by nothing."""
    situation = turn.state.assessment.situation
    if situation is None or situation in NO_BUSINESS or turn.state.emergency:
        return
    known = turn.state.situation
    if known and SITUATIONS[known].trade is not Trade.OFFICE and SITUATIONS[situation].trade is Trade.OFFICE:
        return
    turn.know(situation=situation)


def _take_answer(turn: Turn, event: Heard, before: Assessment) -> None:
    doubt = turn.state.doubt is not None
    outside = turn.state.waiting == emergency.OUTSIDE
    if not doubt and (event.assessment.signals & ASIDES or (event.unclear and not outside)):
        return
    said = None if event.unclear else answers.yes_or_no(turn.state.waiting, event.assessment, before)
    answers.take(turn, said)


def _not_understood(turn: Turn) -> None:
    turn.know(unclear=turn.state.unclear + 1)
    if emergency.unclear_is_danger(turn):
        proceed(turn)
    elif turn.state.unclear >= UNCLEAR_IN_A_ROW:
        turn.say("sorry_trouble")
        hand_over(turn, "unclear")
    else:
        turn.say("sorry_say_again")
        proceed(turn)


def _changed_the_subject(turn: Turn) -> bool:
    """Words about the conversation itself, or from somebody who is no customer. True when nothing is left to do."""
    state, signals = turn.state, turn.state.assessment.signals
    stranger = not state.emergency and not understood(state) and state.message is None
    if "opt_out" in signals and not state.opted_out:
        return _opt_out(turn)
    if "robot_question" in signals:
        turn.say("robot_yes")
        return False
    if stranger and _no_customer(turn):
        return True
    if "goodbye" in signals:
        return _goodbye(turn, stranger)
    return False


def _opt_out(turn: Turn) -> bool:
    state = turn.state
    if state.caller is None:  # whose texts? a person finds out
        booking.take_message(turn, "opt_out")
        return True
    turn.do(OptOut())
    turn.know(opted_out=True, textable=False)
    turn.say("opted_out")
    if state.emergency or state.message is not None or understood(state):
        return False
    turn.ask("anything_else", topic=Topic.YES_NO)
    return True


def _no_customer(turn: Turn) -> bool:
    state, signals = turn.state, turn.state.assessment.signals
    if intent(state) is not Intent.OTHER or "confirmation_yes" in signals:
        return False
    if state.waiting == "anything_else":
        turn.close("opted_out", "goodbye")
    elif state.waiting == "Q_ORG" or state.assessment.situation == "A18":
        sell_us_nothing(turn)
    elif "robocall" in signals:
        recorded_voice(turn)
    elif "wrong_number" in signals or (state.waiting == "did_you_mean_us" and signals & {"confirmation_no", "goodbye"}):
        another_number(turn)
    else:
        return False
    return True


def _goodbye(turn: Turn, stranger: bool) -> bool:
    if turn.state.emergency:
        emergency.finish(turn)
    elif stranger:
        turn.close("goodbye", "goodbye")
    else:
        booking.finish(turn, turn.state.situation or "visit")
    return True
