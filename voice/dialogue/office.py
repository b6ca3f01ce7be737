"""Calls that are not about a truck: who wants a person, who leaves a message, and who is sent on politely."""

from models.enums import Intent, Trade
from triage.situations import SITUATIONS
from voice.dialogue.moves import Topic
from voice.dialogue.state import State
from voice.dialogue.turn import Turn

MESSAGE_ONLY = frozenset({"A13", "A14", "A20", "E07"})
"""Not handed to a CSR: out of the area, not offered, an applicant, a power cut of the utility's."""

_OPENING = {
    "A13": "maybe_out_of_area",
    "A14": "maybe_not_offered",
    "A26": "other_language",
    "E07": "report_outage",
}
"""What the caller is told first. "Maybe": a ZIP that was misheard must not lose a customer; a person checks."""

_WORK_BY_OFFICE = frozenset({"A04", "A15", "A16", "A17"})
"""Office rows behind which there is work to be done: they open a job as well."""

_DESK_INTENTS = frozenset({Intent.QUOTE, Intent.MEMBERSHIP, Intent.BILLING})

NO_BUSINESS = frozenset({"A18", "A19", "A21", "A22", "A23", "A24"})
"""Rows about the conversation itself, or not for us; they are never what a call is about."""


def opening_line(situation: str) -> str | None:
    """What a row's caller is told before any question."""
    return _OPENING.get(situation)


def intent(state: State) -> Intent:
    """What the caller wants as far as a row has not said it; words about the conversation are no wish.

    Of what we are not sure we ask again, and then a person hears the call; but an emergency is believed.
    """
    heard = state.assessment
    doubtful = not heard.sure and heard.situation is None and heard.intent is not Intent.EMERGENCY
    return Intent.OTHER if doubtful or heard.situation in NO_BUSINESS else heard.intent


def opens_job(state: State) -> bool:
    """Whether there is work to be written down."""
    if state.situation is None:
        return intent(state) in {Intent.ROUTINE, Intent.QUOTE}
    row = SITUATIONS[state.situation]
    return row.id in _WORK_BY_OFFICE or (row.trade is not Trade.OFFICE and row.cls != "ADMIN")


def for_the_desk(state: State) -> bool:
    """Whether a CSR should have this call at once: quotes, plans, bills and everything else of the office."""
    if state.situation is None:
        return intent(state) in _DESK_INTENTS
    row = SITUATIONS[state.situation]
    if row.id in MESSAGE_ONLY:
        return False
    return row.trade is Trade.OFFICE or row.cls == "ADMIN" or row.intent in _DESK_INTENTS


def sell_us_nothing(turn: Turn) -> None:
    """A vendor: one question, a polite line, the end."""
    if turn.state.times("Q_ORG"):
        turn.close("vendor", "vendor_bye")
    else:
        turn.ask("Q_ORG")


def another_number(turn: Turn) -> None:
    """ "Is Mike there?", "who is this?", "wrong number": they are told whom they reached before we hang up on them."""
    if turn.state.times("did_you_mean_us"):
        turn.close("wrong_number", "wrong_number_bye")
    else:
        turn.ask("did_you_mean_us", topic=Topic.YES_NO)


def recorded_voice(turn: Turn) -> None:
    """A robocall: the greeting was the first prompt, this is the second, then the end."""
    if turn.state.times("how_can_i_help"):
        turn.close("robocall", "robocall_bye")
    else:
        turn.ask("Q_PROB", "how_can_i_help", log="how_can_i_help")
