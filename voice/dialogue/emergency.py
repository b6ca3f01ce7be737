"""An emergency: the script first, the page at once, then the questions, and nothing that keeps anyone in danger.

docs/domain/intake.md sections 2, 3 and 5; what no setting switches off stands in docs/dialogue.md.
"""

from models.enums import Priority
from triage.assessment import Assessment, Evidence, Hazard
from triage.rules.hazards import SCRIPT_ORDER, make_hazard
from voice.dialogue.moves import Topic
from voice.dialogue.questions import EMERGENCY_ASKS, ask_next, row_asks
from voice.dialogue.turn import TRIES, Turn

LEAVE_NOW = frozenset({"S01", "S02", "S03"})
"""Scripts that send everyone out. After one of them only "Are you outside?", a number and an address are asked."""

OUTSIDE = "Q_OUTSIDE"
"""Question Q_INSIDE asked the other way round ("Are you outside now?"), as intake.md section 3 wants it."""

CRISIS = "A25"
"""A threat, self-harm, a medical emergency: one question, then whom to call."""

MANAGER = frozenset({"A06", CRISIS})
"""Rows for which a manager is woken, not a technician: damage or injury by us, and a person in danger."""

SMELL_ELSEWHERE = "G08"
"""Rotten eggs at a drain: the one question is whether it smells anywhere else."""

_AFTER_ELECTRICAL = frozenset({"S17", "S22"})
CONFIRMED_BY_NAME = frozenset(
    "gas co alarms flue fire burning sparks shock live_wires downed_line partial_power medical water_electric water "
    "frozen sewage scald boiler oil cold heat distress".split()
)
"""Hazards that have their own "Did you say ...?" in lines.toml."""


def severity(script: str) -> float:
    """Sorts scripts by what they save, the gravest first (intake.md section 2, point 8)."""
    place = next((float(n) for n, scripts in enumerate(SCRIPT_ORDER) if script in scripts), float(len(SCRIPT_ORDER)))
    return 2.5 if script in _AFTER_ELECTRICAL else place


def read_script(turn: Turn, script: str | None, *, urgent: bool) -> bool:
    """Speak a safety script, unless one as grave or graver was spoken on this call. Whether it was spoken."""
    spoken = turn.state.scripts
    if not script or script == "S00" or any(severity(one) <= severity(script) for one in spoken):
        return False
    turn.know(scripts=(*spoken, script))
    turn.say(script, urgent=urgent)
    return True


def hear_danger(turn: Turn, *, unclear: bool) -> bool:
    """Act on the danger in the newest assessment. True when a script was read or somebody woken."""
    state = turn.state
    heard = state.assessment
    if not _is_emergency(heard, state.denied, sure=not unclear or state.unclear > 0):
        return False
    gravest = min(heard.hazards, key=lambda hazard: severity(hazard.script), default=None)
    script, situation = heard.script, heard.situation
    if gravest is not None and (script is None or severity(gravest.script) < severity(script)):
        script, situation = gravest.script, gravest.situation
    return declare(turn, situation, script, gravest.name if gravest else None)


def hear_doubt(turn: Turn) -> bool:
    """ "Did you say you smell gas?" Once for each danger, unless one as grave was acted on. True when asked."""
    doubt = turn.state.assessment.unsure
    if doubt is None and turn.state.situation == SMELL_ELSEWHERE and not turn.state.emergency:
        doubt = make_hazard("gas", "G01", Evidence(f"row:{SMELL_ELSEWHERE}"))
    if doubt is None or any(severity(one) <= severity(doubt.script) for one in turn.state.scripts):
        return False
    line = f"confirm_{doubt.name}" if doubt.name in CONFIRMED_BY_NAME else "confirm_emergency"
    if turn.state.situation == SMELL_ELSEWHERE:
        line = "confirm_smell_elsewhere"
    if turn.state.times(line) or doubt.name in {one.name for one in turn.state.denied}:
        return False
    turn.know(doubt=doubt)
    turn.ask("Q_CONFIRM_HAZARD", line, topic=Topic.YES_NO, log=line)
    return True


def _is_emergency(heard: Assessment, denied: frozenset[Hazard], *, sure: bool) -> bool:
    if heard.priority is not Priority.P1 or (heard.hazards and all(hazard in denied for hazard in heard.hazards)):
        return False
    return sure or bool(heard.hazards)


def declare(turn: Turn, situation: str | None, script: str | None, hazard: str | None) -> bool:
    """It is an emergency: script, then page. Whether this was news."""
    read = read_script(turn, script, urgent=True)
    new = not turn.state.emergency
    turn.know(emergency=True, situation=situation or turn.state.situation, doubt=None)
    if new:
        manager = situation in MANAGER
        turn.page("manager" if manager else hazard or situation or "emergency", situation)
        if not leaving(turn):
            turn.say("manager_page_is_going" if manager else "page_is_going")
    return new or read


def settle_doubt(turn: Turn, said: bool | None) -> None:
    """The answer to a doubt: only a no drops it; anything else, silence too, is yes."""
    hazard = turn.state.doubt
    if hazard is None:
        return
    turn.know(doubt=None)
    if said is False:
        turn.know(denied=turn.state.denied | {hazard})
    else:
        declare(turn, hazard.situation, hazard.script, hazard.name)


def unclear_is_danger(turn: Turn) -> bool:
    """ "Loud and repeating, or one short chirp?" No clear answer means the alarm (row G06)."""
    if turn.state.waiting != "Q_COPAT":
        return False
    return declare(turn, "G04", "S02", "co")


def leaving(turn: Turn) -> bool:
    """Whether the caller was told to leave the building."""
    return any(script in LEAVE_NOW for script in turn.state.scripts)


def settle_outside(turn: Turn, said: bool | None) -> None:
    """ "Are you outside now?" Only a yes is outside."""
    if said:
        turn.know(outside=True)
    else:
        let_go(turn)


def let_go(turn: Turn) -> None:
    """Nobody is kept on the telephone in a building that must be left. Not urgent: it must not cut the script short."""
    turn.close("let_go", "go_now_hang_up")


def proceed(turn: Turn) -> None:
    """The next question of an emergency, or its end."""
    state = turn.state
    if leaving(turn):
        _proceed_leaving(turn)
    elif state.wants_person and state.can_transfer:
        turn.transfer(state.wants_person)
    else:
        if state.wants_person:
            turn.tell_once(_who_calls(turn))
        if _in_crisis_and_asked(turn) or not ask_next(turn, _plan(turn)):
            finish(turn)


def _who_calls(turn: Turn) -> str:
    return "manager_will_call" if turn.state.situation in MANAGER else "technician_will_call"


def _in_crisis_and_asked(turn: Turn) -> bool:
    """Nobody in danger of their life is asked twice whether anyone is; they are told whom to call."""
    state = turn.state
    return state.situation == CRISIS and bool(state.times("Q_SAFE") or state.times("confirm_distress"))


def _plan(turn: Turn) -> tuple[str, ...]:
    if turn.state.wants_person or turn.state.message is not None:
        return ("Q_CB", "Q_ADDR")
    return row_asks(turn.state.situation, EMERGENCY_ASKS)


def _proceed_leaving(turn: Turn) -> None:
    if turn.state.outside is None:
        if turn.state.times(OUTSIDE) < TRIES:
            if turn.state.wants_person and turn.state.times(OUTSIDE):
                turn.tell_once("person_after_outside" if turn.state.can_transfer else "technician_will_call")
            turn.ask(OUTSIDE, "are_you_outside", topic=Topic.YES_NO)
        else:
            let_go(turn)
    elif turn.state.wants_person and turn.state.can_transfer:
        turn.transfer(turn.state.wants_person)
    elif not ask_next(turn, ("Q_CB", "Q_ADDR"), read_back=False):
        finish(turn)


def finish(turn: Turn) -> None:
    """Everything is asked, or the caller wants to go."""
    if leaving(turn):
        if turn.state.outside:
            turn.close("let_go", "you_can_hang_up", *_not_yet_told(turn, "technician_will_call"))
        else:
            let_go(turn)
    elif turn.state.situation == CRISIS:
        turn.close("let_go", "dial_911_now")
    else:
        turn.close("paged", *_not_yet_told(turn, _who_calls(turn)), "closing_safety")


def _not_yet_told(turn: Turn, line: str) -> tuple[str, ...]:
    return () if line in turn.state.told else (line,)
