"""Every one of the 114 situations, turn by turn: the right script, the page, the right questions, and an end."""

import tomllib
from collections import Counter
from dataclasses import replace

import pytest

from models.enums import Priority, Trade
from tests.voice.conversation import CALLER, COMPANY, Conversation, lines, slot
from triage.situations import SCRIPTS, SITUATIONS, Situation
from voice.dialogue.moves import Close, OpenJob, PageNow, PromiseCallback, Say, TransferToPerson
from voice.prompts.texts import LINES

HOUSE_LINES = tomllib.loads(LINES.read_text("utf-8"))
READ_OUT = {"digits", "spell", "time", "number"}
ROWS = list(SITUATIONS.values())
LEAVE_NOW = {"S01", "S02", "S03"}
CONFIRMATIONS = {"Q_CB_OK", "Q_ADDR_OK", "Q_CONFIRM_HAZARD"}
DANGER = {"Q_SAFE", "Q_COPAT", "Q_SYMP", "Q_SMOKE", "Q_NEARELEC", "Q_INSIDE"}
FIRST_AND_LAST = ["Q_PROB", "Q_NAME", "Q_CB", "Q_ADDR", "own", "person", "Q_MEMBER", "Q_FEE", "Q_WINDOW", "Q_ACCESS"]
LAST = ["Q_PHOTO", "Q_HEAR"]
TURNS = 30
"""No row asks more than 14 questions; with confirmations a helpful caller is served well within this."""

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
at_any_hour = pytest.mark.parametrize("open_now", [True, False], ids=["open", "closed"])


def call_about(row: Situation, *, open_now: bool = False) -> Conversation:
    call = Conversation(open_now=open_now)
    call.says(row=row.id)
    return call


def to_the_end(call: Conversation) -> Conversation:
    for _ in range(TURNS):
        if call.over:
            break
        call.answers()
    return call


def asked(call: Conversation) -> list[str]:
    return [question for question in call.questions if question not in CONFIRMATIONS]


@each_row
@at_any_hour
def test_every_call_ends(row: Situation, open_now: bool) -> None:
    call = to_the_end(call_about(row, open_now=open_now))
    assert isinstance(call.done[-1], Close | TransferToPerson)
    assert sum(isinstance(move, Close | TransferToPerson) for move in call.done) == 1


@each_row
@at_any_hour
def test_everything_said_has_words(row: Situation, open_now: bool) -> None:
    call = to_the_end(call_about(row, open_now=open_now))
    assert set(lines(call.done)) <= HOUSE_LINES.keys() | SCRIPTS.keys() | READ_OUT


@each_row
def test_the_safety_script_comes_first_and_once(row: Situation) -> None:
    call = to_the_end(call_about(row))
    said = lines(call.done)[3:]  # after the greeting
    scripts = [line for line in said if line in SCRIPTS]
    if row.script == "S00":
        assert scripts == []
    else:
        assert said[0] == row.script
        assert scripts == [row.script]


@each_row
@at_any_hour
def test_p1_is_paged_once_and_before_any_question_and_nothing_else_is(row: Situation, open_now: bool) -> None:
    call = to_the_end(call_about(row, open_now=open_now))
    if row.priority is not Priority.P1:
        assert call.pages == []
        return
    after_greeting = call.done[4:]
    first = next(position for position, move in enumerate(after_greeting) if isinstance(move, PageNow))
    before = after_greeting[:first]
    assert lines(before) == ([] if row.script == "S00" else [row.script])
    assert all(isinstance(move, Say) and move.urgent for move in before)
    assert [page.situation for page in call.pages] == [row.id]


@each_row
def test_a_manager_is_woken_for_damage_we_did_and_for_people_in_danger(row: Situation) -> None:
    call = call_about(row)
    assert {page.reason == "manager" for page in call.pages} <= {row.id in {"A06", "A25"}}


@pytest.mark.parametrize("row", [row for row in ROWS if row.script in LEAVE_NOW], ids=lambda row: row.id)
def test_who_must_leave_is_asked_only_where_they_are_and_how_to_reach_them(row: Situation) -> None:
    call = to_the_end(call_about(row))
    assert call.questions == ["Q_OUTSIDE", "Q_CB", "Q_ADDR"]


@pytest.mark.parametrize("row", [row for row in ROWS if row.script in LEAVE_NOW], ids=lambda row: row.id)
def test_who_is_still_inside_is_let_go_at_once(row: Situation) -> None:
    call = call_about(row)
    call.says(answers={"Q_INSIDE": "yes"})
    assert lines(call.done)[-1] == "go_now_hang_up"
    assert call.done[-1] == Close("let_go")
    assert call.questions == ["Q_OUTSIDE"]


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.priority is Priority.P1 and row.script not in LEAVE_NOW],
    ids=lambda row: row.id,
)
def test_p1_questions_are_the_rows_in_the_rows_order(row: Situation) -> None:
    call = to_the_end(call_about(row))
    assert asked(call) == list(row.questions)


def is_work(row: Situation) -> bool:
    office_work = {"A04", "A15", "A16", "A17"}
    return row.id in office_work or (row.trade is not Trade.OFFICE and row.cls != "ADMIN")


VISITS = [row for row in ROWS if row.priority is not Priority.P1 and is_work(row)]


def step(question: str) -> int:
    """Where docs/domain/intake.md section 5 puts a question in its P2/P3 column."""
    if question in DANGER:
        return -1
    if question in LAST:
        return 100 + LAST.index(question)
    if question in {"Q_TYPE", "Q_OWN", "Q_AUTH"}:
        return FIRST_AND_LAST.index("person")
    return FIRST_AND_LAST.index(question if question in FIRST_AND_LAST else "own")


@pytest.mark.parametrize("row", VISITS, ids=lambda row: row.id)
def test_p2_and_p3_questions_are_the_rows_in_the_order_of_the_intake(row: Situation) -> None:
    questions = asked(to_the_end(call_about(row)))
    assert set(questions) == set(row.questions) | {"Q_CB"}
    steps = [step(question) for question in questions]
    assert steps == sorted(steps)
    own = [question for question in row.questions if step(question) == FIRST_AND_LAST.index("own")]
    assert [question for question in questions if question in own] == own


@pytest.mark.parametrize("row", VISITS, ids=lambda row: row.id)
def test_a_visit_is_written_before_the_caller_is_told(row: Situation) -> None:
    call = to_the_end(call_about(row))
    job, promise = call.done.index(OpenJob(row.id)), call.done.index(PromiseCallback(row.id))
    told = next(n for n, move in enumerate(call.done) if isinstance(move, Say) and "request_written" in lines([move]))
    assert max(job, promise) < told
    assert call.done[-1] == Close("resolved")


OFFICE_TALK = {"A18", "A19", "A21", "A22", "A23", "A24"}
MESSAGES = [row for row in ROWS if row.priority is not Priority.P1 and not is_work(row) and row.id not in OFFICE_TALK]


@pytest.mark.parametrize("row", MESSAGES, ids=lambda row: row.id)
def test_the_office_gets_a_message_and_the_caller_a_call_back(row: Situation) -> None:
    call = to_the_end(call_about(row))
    wanted = row.questions if "Q_CB" in row.questions else (*row.questions, "Q_CB")
    assert asked(call) == list(wanted)
    assert PromiseCallback(row.id) in call.done
    assert not any(isinstance(move, OpenJob) for move in call.done)
    assert "callback_promise" in lines(call.done)


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in ROWS
        if row.priority is not Priority.P1
        and (row.intent in {"quote", "membership", "billing"} or row.trade is Trade.OFFICE or row.cls == "ADMIN")
        and row.id not in OFFICE_TALK | {"A13", "A14", "A20", "E07"}
    ],
    ids=lambda row: row.id,
)
def test_the_desk_takes_its_calls_with_what_we_have_while_somebody_is_there(row: Situation) -> None:
    call = call_about(row, open_now=True)
    assert call.done[-1] == TransferToPerson(row.id)
    assert call.questions == []


@each_row
def test_a_fee_is_spoken_of_only_where_the_company_has_one_and_never_in_an_emergency(row: Situation) -> None:
    with_fee, without = call_about(row), Conversation(company=replace(COMPANY, visit_fee=""))
    without.says(row=row.id)
    expected = "Q_FEE" in row.questions and row.priority is not Priority.P1
    assert ("Q_FEE" in to_the_end(with_fee).questions) is expected
    assert "Q_FEE" not in to_the_end(without).questions


@each_row
@at_any_hour
@pytest.mark.parametrize("manner", ["silent", "unclear", "beside_the_point"])
def test_no_question_is_put_more_than_twice_to_a_caller_who_does_not_answer(
    row: Situation, open_now: bool, manner: str
) -> None:
    call = call_about(row, open_now=open_now)
    for _ in range(2 * TURNS):
        if manner == "silent":
            call.is_silent()
        else:
            call.says(unclear=manner == "unclear")
    assert call.over
    said = Counter(line for line in lines(call.done) if line.startswith(("Q_", "confirm_", "are_you", "cb_", "addr_")))
    assert max(said.values(), default=0) <= 2


@each_row
def test_a_caller_without_caller_id_is_served_too(row: Situation) -> None:
    call = Conversation(caller=None)
    call.says(row=row.id)
    for _ in range(TURNS):
        if call.over:
            break
        if call.state.waiting == "Q_CB":
            call.says(entities=replace(call.heard.entities, callback=slot(CALLER)))
        else:
            call.answers()
    assert call.over
    assert "no_number" not in lines(call.done)


def test_there_are_114_rows() -> None:
    assert len(ROWS) == 114
