"""Whatever happens on a call, in whatever order: what may never be."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Intent, Language, Priority
from tests.voice.conversation import ADDRESS, CALLER, COMPANY, OTHER, entities, hazard, lines, slot, understood
from triage.assessment import Assessment
from triage.situations import SCRIPTS, SITUATIONS
from voice.dialogue.dialogue import Dialogue
from voice.dialogue.emergency import CONFIRMED_BY_NAME
from voice.dialogue.moves import (
    Answered,
    Close,
    Event,
    ForgetWords,
    HazardHeard,
    Heard,
    HungUp,
    KeyPressed,
    Move,
    OpenJob,
    PageNow,
    PromiseCallback,
    RecogniserLost,
    Say,
    Silence,
    TransferToPerson,
)

SIGNALS = (
    "person robot_question opt_out wrong_number robocall card_number recording_refused spanish "
    "confirmation_yes confirmation_no repeat goodbye"
).split()
QUESTION = tuple("Q_ confirm_ cb_ addr_ name_again are_you_outside how_can spanish_emergency anything_ did_you".split())
CLAIMS: dict[str, tuple[type[Move], ...]] = {
    "page_is_going": (PageNow,),
    "manager_page_is_going": (PageNow,),
    "technician_will_call": (PageNow,),
    "manager_will_call": (PageNow,),
    "you_can_hang_up": (PageNow,),
    "request_written": (OpenJob,),
    "callback_promise": (PromiseCallback,),
    "callback_promise_no_text": (PromiseCallback,),
}
"""What a line tells the caller has been written, and the move that writes it."""

names = st.sampled_from(sorted(CONFIRMED_BY_NAME))
hazards = st.builds(hazard, st.sampled_from(sorted(SITUATIONS)), names, st.just("x"))
said = st.builds(
    entities,
    name=st.none() | st.just(slot("John Miller")),
    callback=st.none() | st.sampled_from([slot(OTHER), slot(CALLER), slot("+15125550177")]),
    address=st.none() | st.sampled_from([ADDRESS, replace(ADDRESS, number="9"), replace(ADDRESS, street=None)]),
)


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """Anything that triage could say, and much that it should not."""
    row = draw(st.none() | st.sampled_from(sorted(SITUATIONS)))
    base = understood(SITUATIONS[row]) if row else Assessment(intent=draw(st.sampled_from(Intent)))
    answers = st.dictionaries(
        st.sampled_from(["Q_INSIDE", "Q_CONFIRM_HAZARD", "Q_CB", "Q_FEE", "Q_SAFE"]),
        st.sampled_from(["yes", "no", "unsure"]),
    )
    return replace(
        base,
        priority=draw(st.sampled_from([base.priority, *Priority])),
        hazards=draw(st.just(base.hazards) | st.tuples(hazards)),
        unsure=draw(st.none() | hazards),
        entities=draw(said),
        answers=draw(answers),
        signals=frozenset(draw(st.lists(st.sampled_from(SIGNALS), max_size=2))),
        language=draw(st.sampled_from([Language.EN, Language.EN, Language.ES])),
    )


events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Heard, assessments(), st.sampled_from(["", "words"]), st.booleans(), st.booleans()),
    st.builds(Heard, assessments(), st.just("words"), st.just(False)),
    st.builds(HazardHeard, assessments()),
    st.just(Silence()),
    st.builds(KeyPressed, st.sampled_from("0123456789*#")),
    st.just(RecogniserLost()),
    st.just(HungUp()),
    st.builds(Answered, st.none() | st.just(CALLER), st.booleans(), st.booleans()),
)
calls = st.tuples(
    st.builds(Answered, st.none() | st.just(CALLER), st.booleans(), st.booleans()), st.lists(events, max_size=25)
)


def play(call: tuple[Event, list[Event]]) -> list[tuple[Event, tuple[Move, ...]]]:
    dialogue = Dialogue(COMPANY)
    state = dialogue.begin()
    played = []
    for event in (call[0], *call[1]):
        state, moves = dialogue.step(state, event)
        played.append((event, moves))
    return played


def everything(played: list[tuple[Event, tuple[Move, ...]]]) -> list[Move]:
    return [move for _, moves in played for move in moves]


@settings(max_examples=300, deadline=None)
@given(calls)
def test_no_question_is_put_a_third_time(call: tuple[Event, list[Event]]) -> None:
    asked = Counter(line for line in lines(everything(play(call))) if line.startswith(QUESTION))
    assert max(asked.values(), default=0) <= 2


@settings(max_examples=300, deadline=None)
@given(calls)
def test_one_page_one_job_and_nothing_after_the_end_but_a_danger(call: tuple[Event, list[Event]]) -> None:
    moves = everything(play(call))
    assert sum(isinstance(move, PageNow) for move in moves) <= 1
    assert sum(isinstance(move, OpenJob) for move in moves) <= 1
    over = False
    for event, made in play(call):
        danger = isinstance(event, HazardHeard | Heard) and bool(event.assessment.hazards)
        assert not (over and made) or danger
        ends = [n for n, move in enumerate(made) if isinstance(move, Close | TransferToPerson)]
        assert ends in ([], [len(made) - 1])
        over = bool(ends) or (over and not made)


@settings(max_examples=300, deadline=None)
@given(calls)
def test_what_a_line_claims_has_been_written_before_it(call: tuple[Event, list[Event]]) -> None:
    written: set[type[Move]] = set()
    for move in everything(play(call)):
        written.add(type(move))
        for line in lines([move]):
            assert written.intersection(CLAIMS.get(line, written)), line


@settings(max_examples=300, deadline=None)
@given(calls)
def test_a_script_is_read_once_a_language(call: tuple[Event, list[Event]]) -> None:
    spoken = [
        (line.id, move.language)
        for move in everything(play(call))
        if isinstance(move, Say)
        for line in move.lines
        if line.id in SCRIPTS
    ]
    assert len(set(spoken)) == len(spoken)


@settings(max_examples=300, deadline=None)
@given(calls)
def test_an_emergency_that_was_heard_clearly_is_paged_in_the_same_breath(call: tuple[Event, list[Event]]) -> None:
    paged = over = doubted = False
    for event, moves in play(call):
        doubted = doubted or any(line.startswith("confirm_") for line in lines(moves))
        paged = paged or any(isinstance(move, PageNow) for move in moves)
        if isinstance(event, Heard) and not event.unclear and not over:
            assert paged or event.assessment.priority is not Priority.P1 or doubted  # a doubt may have been denied
        over = over or isinstance(event, HungUp) or any(isinstance(move, Close | TransferToPerson) for move in moves)


@settings(max_examples=300, deadline=None)
@given(calls)
def test_nobody_told_to_leave_is_kept_with_other_questions(call: tuple[Event, list[Event]]) -> None:
    leaving = False
    for move in everything(play(call)):
        said_now = lines([move])
        if leaving:
            questions = {line for line in said_now if line.startswith("Q_")}
            assert questions <= {"Q_CB", "Q_ADDR"}
        leaving = leaving or bool({"S01", "S02", "S03"} & set(said_now))
        if leaving and "S01" in said_now:
            assert not {line for line in said_now if line.startswith("Q_")}


@settings(max_examples=300, deadline=None)
@given(calls)
def test_the_disclosures_are_made_once_in_a_language_and_a_refusal_answered_once(
    call: tuple[Event, list[Event]],
) -> None:
    spoken = Counter(
        (line.id, move.language) for move in everything(play(call)) if isinstance(move, Say) for line in move.lines
    )
    assert max(spoken["greeting", language] for language in Language) <= 1
    assert sum(spoken["recording_refused", language] for language in Language) <= 1


@settings(max_examples=300, deadline=None)
@given(calls)
def test_a_card_number_is_forgotten_and_refused_in_the_same_turn(call: tuple[Event, list[Event]]) -> None:
    over = False
    for event, moves in play(call):
        if isinstance(event, Heard) and "card_number" in event.assessment.signals and not over:
            assert isinstance(moves[0], ForgetWords)
            assert "card_stop" in lines(moves) or isinstance(moves[-1], Close)
        over = over or isinstance(event, HungUp) or any(isinstance(move, Close | TransferToPerson) for move in moves)
