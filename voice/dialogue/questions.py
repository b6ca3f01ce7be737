"""Which questions a call wants, in which order, and how each is put."""

from collections.abc import Iterable

from models.enums import Language
from triage.situations import SITUATIONS
from voice.dialogue.moves import Line, Topic
from voice.dialogue.office import opens_job
from voice.dialogue.state import State
from voice.dialogue.turn import TRIES, Turn

SPANISH = frozenset({"Q_SAFE", "Q_INSIDE", "Q_CB", "Q_ADDR", "Q_SYMP", "Q_NAME", "Q_PROB"})
"""What a Spanish call is asked: the questions that have Spanish words in lines.toml."""

EMERGENCY_ASKS = ("Q_SAFE", "Q_CB", "Q_ADDR", "Q_NAME", "Q_OWN", "Q_ACCESS")
"""An emergency without a row."""

VISIT_ASKS = ("Q_PROB", "Q_NAME", "Q_CB", "Q_ADDR", "Q_TYPE", "Q_OWN", "Q_ACCESS", "Q_FEE", "Q_WINDOW")
"""A visit without a row."""

DANGER = ("Q_SAFE", "Q_COPAT", "Q_SYMP", "Q_SMOKE", "Q_NEARELEC", "Q_INSIDE")
"""Their answers can turn a booking into an emergency: asked before anything else (docs/domain/lessons.md 1 and 3)."""

_STEPS: tuple[frozenset[str], ...] = (
    frozenset(DANGER),
    frozenset({"Q_PROB"}),
    frozenset({"Q_NAME"}),
    frozenset({"Q_CB"}),
    frozenset({"Q_ADDR"}),
    frozenset(),  # the row's own questions
    frozenset({"Q_TYPE", "Q_OWN", "Q_AUTH"}),
    frozenset({"Q_MEMBER"}),
    frozenset({"Q_FEE"}),
    frozenset({"Q_WINDOW"}),
    frozenset({"Q_ACCESS"}),
    frozenset({"Q_PHOTO"}),
    frozenset({"Q_HEAR"}),
)
"""The P2/P3 column of docs/domain/intake.md section 5."""
_OWN_STEP = 5

_TOPICS = {
    "Q_CB": Topic.PHONE,
    "Q_ADDR": Topic.ADDRESS,
    "Q_XST": Topic.ADDRESS,
    "Q_NAME": Topic.NAME,
    "Q_FEE": Topic.YES_NO,
    "Q_PHOTO": Topic.YES_NO,
}
"""Everything else is general: a danger may be in any answer, and must not be squeezed into a yes or a no."""


def visit_order(questions: Iterable[str]) -> tuple[str, ...]:
    """A row's questions in P2/P3 order."""
    return tuple(sorted(questions, key=_step))


def _step(question: str) -> int:
    return next((step for step, questions in enumerate(_STEPS) if question in questions), _OWN_STEP)


def row_asks(situation: str | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The questions of a row as the table has them."""
    return SITUATIONS[situation].questions if situation else otherwise


def open_questions(turn: Turn, planned: Iterable[str]) -> tuple[str, ...]:
    """What of the plan is still worth asking."""
    return tuple(question for question in planned if _worth_asking(turn, question))


def _worth_asking(turn: Turn, question: str) -> bool:
    state = turn.state
    if question in state.settled or (state.language is Language.ES and question not in SPANISH):
        return False
    match question:
        case "Q_CB" | "Q_ADDR":
            return True  # `ask_callback` and `ask_address` count their own tries
        case "Q_PROB" if state.situation is None:
            return not state.times("Q_PROB")
        case "Q_NAME" if (name := state.assessment.entities.name) is not None and not name.again:
            return False
        case "Q_FEE" if not turn.company.visit_fee:
            return False
        case "Q_VULN" if state.assessment.vulnerable is not None:
            return False
    understood = state.assessment
    answered = understood.situation == state.situation is not None and question not in understood.ask
    extra = question not in row_asks(state.situation, ())
    return (extra or not answered) and state.times(question) < TRIES


def ask_next(turn: Turn, planned: Iterable[str], *, read_back: bool = True) -> bool:
    """Put the next open question. False when none is left."""
    for question in open_questions(turn, planned):
        match question:
            case "Q_CB":
                asked = ask_callback(turn, read_back=read_back)
            case "Q_ADDR":
                asked = ask_address(turn, read_back=read_back)
            case "Q_NAME" if turn.state.times("Q_NAME"):
                turn.ask("Q_NAME", "name_again", topic=Topic.NAME)
                asked = True
            case _:
                turn.ask(question, topic=_TOPICS.get(question, Topic.GENERAL))
                asked = True
        if asked:
            return True
    return False


def ask_callback(turn: Turn, *, read_back: bool) -> bool:
    """A number to call back on: the one that was said, the one they call from, or asked for. False when settled."""
    state = turn.state
    said = state.assessment.entities.callback
    if said is not None and said.value not in state.refused:
        turn.know(callback=said.value)
        if read_back and state.times("Q_CB_OK") < TRIES:
            digits = Line("digits", said.value.removeprefix("+1"))
            turn.ask("Q_CB_OK", "number_readback_intro", digits, "is_that_right", topic=Topic.YES_NO)
            return True
    elif _may_offer_caller_id(state):
        turn.ask("Q_CB", "cb_this_number", topic=Topic.YES_NO, log="cb_this_number")
        return True
    elif state.times("Q_CB") < TRIES:
        turn.ask("Q_CB", "cb_again" if state.times("Q_CB") else "Q_CB", topic=Topic.PHONE)
        return True
    turn.settle("Q_CB")
    return False


def _may_offer_caller_id(state: State) -> bool:
    if state.caller is None or state.caller in state.refused:
        return False
    return not state.times("Q_CB") and state.times("cb_this_number") < TRIES


def ask_address(turn: Turn, *, read_back: bool) -> bool:
    """The door to come to; the house number is read back, from what was said on this call only. False when settled."""
    state = turn.state
    address = state.assessment.entities.address
    if address is not None and address.complete and address.number and address.number not in state.refused:
        turn.know(house=address.number)
        if read_back and state.times("Q_ADDR_OK") < TRIES:
            number = Line("digits" if address.number.isdigit() else "spell", address.number)
            turn.ask("Q_ADDR_OK", "address_readback_intro", number, "is_that_right", topic=Topic.YES_NO)
            return True
    elif state.times("Q_ADDR") < TRIES:
        turn.ask("Q_ADDR", "addr_again" if state.times("Q_ADDR") else "Q_ADDR", topic=Topic.ADDRESS)
        return True
    elif read_back and not state.times("Q_XST") and state.language is Language.EN:
        turn.ask("Q_XST", topic=Topic.ADDRESS)
        return True
    turn.settle("Q_ADDR")
    return False


def visit_plan(state: State) -> tuple[str, ...]:
    """What a visit or a message wants to know. Where there is no work to do, the row's own order is the natural one."""
    if state.message is not None:
        return ("Q_CB",)
    asks = row_asks(state.situation, VISIT_ASKS)
    if "Q_CB" not in asks:
        asks = (*asks, "Q_CB")
    return visit_order(asks) if opens_job(state) else asks
