"""Calls told turn by turn, without audio."""

from dataclasses import replace

import pytest

from models.enums import Intent, Language, Priority
from tests.voice.conversation import (
    ADDRESS,
    CALLER,
    OTHER,
    Conversation,
    entities,
    hazard,
    kinds,
    lines,
    slot,
)
from voice.dialogue.moves import (
    Close,
    ForgetWords,
    HungUp,
    Line,
    Listen,
    Move,
    OpenJob,
    OptOut,
    PageNow,
    PromiseCallback,
    RecogniserLost,
    Say,
    Topic,
    TransferToPerson,
)

YES = "confirmation_yes"
NO = "confirmation_no"


def only(moves: tuple[Move, ...], kind: type[Move]) -> Move:
    (found,) = [move for move in moves if isinstance(move, kind)]
    return found


def test_a_danger_told_during_the_goodbye_is_scripted_and_paged() -> None:
    call = Conversation(open_now=False)
    call.says(row="A21")
    call.says(NO)
    assert call.over
    moves = call.says(row="E01")
    assert lines(moves)[0] == "S04"
    assert {"PageNow", "Listen"} <= set(kinds(moves))


# ---- the opening -----------------------------------------------------------------------------------------------------
def test_the_greeting_can_be_talked_over_and_offers_spanish_in_spanish() -> None:
    call = Conversation()
    assert call.done == [
        Say((Line("greeting"),)),
        Say((Line("greeting_spanish"),), Language.ES),
        Say((Line("greeting_question"),)),
        Listen(Topic.GENERAL, None),
    ]


def test_who_is_not_understood_three_times_gets_a_person() -> None:
    call = Conversation(open_now=True)
    assert lines(call.says()) == ["Q_PROB"]
    assert lines(call.says()) == ["Q_PROB"]
    assert call.says()[-1] == TransferToPerson("not_understood")


def test_who_says_emergency_and_nothing_we_understand_is_paged_for() -> None:
    call = Conversation()
    assert lines(call.says(intent=Intent.EMERGENCY)) == ["Q_PROB"]
    moves = call.says(intent=Intent.EMERGENCY)
    assert moves[0] == PageNow("emergency")
    assert lines(moves) == ["page_is_going", "Q_SAFE"]


# ---- gas and carbon monoxide -----------------------------------------------------------------------------------------
def test_gas_said_over_the_greeting() -> None:
    call = Conversation()
    burst = call.bursts_out(row="G01", hazards=(hazard("G01", "gas"),))
    assert burst == (
        Say((Line("S01"),), urgent=True),
        PageNow("gas", "G01"),
        Say((Line("are_you_outside"),)),
        Listen(Topic.YES_NO, "Q_OUTSIDE"),
    )
    rest_of_it = call.says(answers={"Q_INSIDE": "no"})
    assert rest_of_it == (Listen(Topic.YES_NO, "Q_OUTSIDE"),)
    assert lines(call.says(answers={"Q_INSIDE": "no"})) == ["cb_this_number"]
    assert lines(call.says(YES)) == ["Q_ADDR"]
    last = call.says(entities=entities(address=ADDRESS))
    assert lines(last) == ["you_can_hang_up", "technician_will_call"]
    assert last[-1] == Close("let_go")


@pytest.mark.parametrize("unclear", [True, False])
def test_anything_but_yes_i_am_outside_lets_the_caller_go(unclear: bool) -> None:
    call = Conversation()
    call.says(row="G01")
    assert call.says(unclear=unclear) == (Say((Line("go_now_hang_up"),)), Close("let_go"))


def test_silence_means_still_inside() -> None:
    call = Conversation()
    call.says(row="G04")
    assert call.is_silent() == (Say((Line("go_now_hang_up"),)), Close("let_go"))


def test_what_is_said_while_the_script_is_read_answers_nothing() -> None:
    call = Conversation()
    call.says(row="G01")
    assert call.says(early=True) == (Listen(Topic.YES_NO, "Q_OUTSIDE"),)
    assert lines(call.says(answers={"Q_INSIDE": "no"})) == ["cb_this_number"]


def test_keys_say_whether_one_is_outside() -> None:
    call, other = Conversation(), Conversation()
    call.says(row="G01")
    other.says(row="G01")
    assert lines(call.presses("1")) == ["cb_this_number"]
    assert other.presses("2")[-1] == Close("let_go")


def test_a_hazard_heard_again_changes_nothing() -> None:
    call = Conversation()
    call.bursts_out(row="G01")
    assert call.bursts_out(row="G01") == ()
    call.says()
    assert call.bursts_out(row="G01") == ()
    assert lines(call.says(answers={"Q_INSIDE": "no"})) == ["cb_this_number"]


def test_who_asks_for_a_person_in_the_gas_gets_one_outside() -> None:
    call = Conversation(open_now=True)
    call.says(row="G01")
    assert lines(call.says("person")) == ["person_after_outside", "are_you_outside"]
    assert call.says(answers={"Q_INSIDE": "no"})[-1] == TransferToPerson("person")
    assert len(call.pages) == 1


def test_who_asks_for_a_person_in_the_gas_at_night_is_told_who_calls_and_only_once() -> None:
    call = Conversation()
    call.says(row="G01")
    assert lines(call.says("person")) == ["technician_will_call", "are_you_outside"]
    while not call.over:
        call.answers()
    said = lines(call.done)
    assert "person_after_outside" not in said
    assert said.count("technician_will_call") == 1
    assert said[-1] == "you_can_hang_up"


# ---- one hazard after another ----------------------------------------------------------------------------------------
def test_a_graver_hazard_is_read_its_own_script_and_a_lesser_one_is_not() -> None:
    call = Conversation()
    call.says(row="P01")
    graver = call.says(row="G01", hazards=(hazard("G01", "gas"), hazard("P01")))
    assert lines(graver) == ["S01", "are_you_outside"]
    assert len(call.pages) == 1
    lesser = call.says(row="P01", answers={"Q_INSIDE": "no"})
    assert lines(lesser) == ["cb_this_number"]


# ---- doubt -----------------------------------------------------------------------------------------------------------
def test_a_half_heard_hazard_is_asked_about_once_and_dropped_on_no() -> None:
    call = Conversation()
    assert lines(call.says(row="P15", priority=Priority.P2, hazards=(), unsure=hazard("G01", "gas"))) == ["confirm_gas"]
    assert "confirm_gas" not in lines(call.says(NO, priority=Priority.P2, unsure=hazard("G01", "gas")))
    assert call.pages == []


@pytest.mark.parametrize("answer", ["yes", "mumble", "beside the point", "silence", "key", "lost", "robot"])
def test_everything_but_no_is_a_hazard(answer: str) -> None:
    call = Conversation()
    call.says(unsure=hazard("G01", "gas"))
    match answer:
        case "yes":
            call.says(YES)
        case "mumble":
            call.says(NO, unclear=True)
        case "beside the point":
            call.says()
        case "silence":
            call.is_silent()
        case "key":
            call.presses("1")
        case "lost":
            call.happens(RecogniserLost())
        case "robot":
            call.says("robot_question")
    assert call.pages == [PageNow("gas", "G01")]
    assert lines(call.done).count("S01") == 1


def test_who_hangs_up_in_doubt_is_paged_for() -> None:
    call = Conversation()
    call.says(unsure=hazard("G01", "gas"))
    assert call.happens(HungUp()) == (PageNow("gas", "G01"),)


def test_rotten_eggs_at_the_drain_are_asked_about_before_anything_else() -> None:
    call, other = Conversation(), Conversation()
    assert lines(call.says(row="G08"))[-1] == "confirm_smell_elsewhere"
    assert call.is_silent()[0] == Say((Line("S01"),), urgent=True)
    other.says(row="G08")
    assert "Q_INSIDE" in lines(other.says(NO))
    assert other.pages == []


def test_a_chirp_that_cannot_be_told_from_an_alarm_is_an_alarm() -> None:
    call = Conversation()
    assert lines(call.says(row="G06")) == ["S21", "Q_COPAT"]
    assert lines(call.says(unclear=True)) == ["S02", "are_you_outside"]
    assert call.pages == [PageNow("co", "G04")]


# ---- a burst pipe ----------------------------------------------------------------------------------------------------
def test_a_burst_pipe_from_script_to_goodbye() -> None:
    call = Conversation()
    first = call.says(row="P01", hazards=(hazard("P01", "water"),))
    assert kinds(first) == ["Say", "PageNow", "Say", "Listen"]
    assert lines(first) == ["S06", "page_is_going", "Q_SAFE"]
    assert lines(call.says(NO)) == ["cb_this_number"]
    assert lines(call.says(NO)) == ["Q_CB"]
    read_back = call.says(entities=entities(callback=slot(OTHER)))
    number = Line("digits", OTHER.removeprefix("+1"))
    assert only(read_back, Say) == Say((Line("number_readback_intro"), number, Line("is_that_right")))
    assert lines(call.says(YES)) == ["Q_ADDR"]
    here = entities(callback=slot(OTHER), address=ADDRESS)
    read_back = call.says(entities=here)
    assert only(read_back, Say) == Say((Line("address_readback_intro"), Line("digits", "412"), Line("is_that_right")))
    asked = [lines(call.answers())[0] for _ in range(6)]
    assert asked == ["Q_FLOW", "Q_SHUT", "Q_NEARELEC", "Q_NAME", "Q_OWN", "Q_ACCESS"]
    assert call.answers() == (Say((Line("technician_will_call"), Line("closing_safety"))), Close("paged"))


def test_a_wrong_house_number_is_asked_for_again() -> None:
    call = Conversation()
    call.says(row="P01")
    call.answers()
    call.answers()
    assert "address_readback_intro" in lines(call.says(entities=entities(address=ADDRESS)))
    assert lines(call.says(NO)) == ["addr_again"]
    corrected = replace(ADDRESS, number="421")
    assert Line("digits", "421") in only(call.says(entities=entities(address=corrected)), Say).lines  # type: ignore[union-attr]
    assert lines(call.says(YES)) == ["Q_FLOW"]


def test_a_name_half_heard_is_asked_again_once() -> None:
    call = Conversation()
    call.says(row="P18", entities=entities(address=ADDRESS, callback=slot(OTHER)))
    while call.state.waiting != "Q_NAME":
        call.answers()
    half_heard = replace(slot("Greb"), confidence=0.3, again=True)
    assert lines(call.says(entities=replace(call.heard.entities, name=half_heard))) == ["name_again"]
    call.says(entities=replace(call.heard.entities, name=slot("Greg Webb")))
    assert call.state.waiting == "Q_CB_OK"


def test_what_was_said_at_the_start_is_read_back_and_not_asked_for() -> None:
    call = Conversation()
    said = entities(address=ADDRESS, callback=slot(OTHER), name=slot("John Miller"))
    call.says(row="P01", entities=said, ask=("Q_SAFE", "Q_SHUT", "Q_OWN", "Q_ACCESS"))
    while not call.over:
        call.answers()
    assert call.questions == ["Q_SAFE", "Q_CB_OK", "Q_ADDR_OK", "Q_SHUT", "Q_OWN", "Q_ACCESS"]


def test_the_caller_may_stop_an_emergency_call_early() -> None:
    call = Conversation()
    call.says(row="P01")
    assert call.says("goodbye") == (Say((Line("technician_will_call"), Line("closing_safety"))), Close("paged"))


def test_an_answer_can_turn_a_visit_into_an_emergency() -> None:
    call = Conversation()
    assert lines(call.says(row="H09")) == ["S18", "Q_NEARELEC"]
    raised = call.says(row="P05", hazards=(hazard("P05", "water_electric"),))
    assert kinds(raised) == ["Say", "PageNow", "Say", "Listen"]
    assert lines(raised)[0] == "S07"


def test_an_emergency_is_never_lowered_again() -> None:
    call = Conversation()
    call.says(row="P01")
    call.says(row="P16")
    assert lines(call.answers()) == ["Q_ADDR"]
    assert call.state.situation == "P01"


# ---- visits, quotes, bills -------------------------------------------------------------------------------------------
def test_a_fee_that_is_refused_leaves_a_message() -> None:
    call = Conversation()
    call.says(row="P16")
    while call.state.waiting != "Q_FEE":
        call.answers()
    moves = call.says(NO)
    assert lines(moves)[0] == "fee_declined"
    assert isinstance(moves[-1], Close)
    assert isinstance(only(moves, PromiseCallback), PromiseCallback)


def test_a_quote_goes_to_the_desk_by_day_and_is_written_at_night() -> None:
    day, night = Conversation(open_now=True), Conversation()
    assert day.says(row="P28")[-1] == TransferToPerson("P28")
    night.says(row="P28")
    while not night.over:
        night.answers()
    assert OpenJob("P28") in night.done
    assert PromiseCallback("P28") in night.done


def test_a_bill_at_night_is_a_message_with_a_promise() -> None:
    call = Conversation()
    assert lines(call.says(row="A07")) == ["got_it", "Q_ACCT"]
    assert lines(call.says()) == ["Q_VERIFY"]
    assert lines(call.says()) == ["cb_this_number"]
    assert call.says(YES) == (
        PromiseCallback("A07"),
        Say((Line("callback_promise"), Line("goodbye"))),
        Close("resolved"),
    )


# ---- people, robots, and words about the conversation ----------------------------------------------------------------
@pytest.mark.parametrize("how", ["words", "key"])
def test_a_person_on_the_first_request(how: str) -> None:
    call = Conversation(open_now=True)
    call.says(row="P16")
    moves = call.says("person") if how == "words" else call.presses("0")
    assert moves == (Say((Line("please_hold_for_person"),)), TransferToPerson("person"))


def test_a_person_is_asked_for_when_nobody_is_there() -> None:
    call = Conversation()
    moves = call.says("person")
    assert lines(moves) == ["person_called_nobody", "cb_this_number"]
    moves = call.says(YES)
    assert kinds(moves) == ["PromiseCallback", "Say", "Close"]


def test_who_asks_for_a_person_with_water_running_is_paged_for_first() -> None:
    call = Conversation(open_now=True)
    moves = call.says("person", row="P01")
    assert kinds(moves) == ["Say", "PageNow", "Say", "TransferToPerson"]


def test_the_truth_about_the_robot_then_the_question_again() -> None:
    call = Conversation()
    call.says(row="P16")
    assert lines(call.says("robot_question")) == ["robot_yes", "name_again"]


def test_a_complaint_when_nobody_is_there_is_not_answered_with_got_it() -> None:
    call = Conversation()
    assert lines(call.says("person", row="A05")) == ["person_called_nobody", "cb_this_number"]


# ---- who will not be recorded ----------------------------------------------------------------------------------------
def test_who_will_not_be_recorded_is_told_what_is_kept_and_gets_a_person() -> None:
    call = Conversation(open_now=True)
    assert call.says("recording_refused") == (
        Say((Line("recording_refused"), Line("please_hold_for_person"))),
        TransferToPerson("recording_refused"),
    )


def test_who_will_not_be_recorded_at_night_is_promised_a_call_back() -> None:
    call = Conversation()
    call.says(row="P16")
    moves = call.says("recording_refused")
    assert lines(moves) == ["recording_refused", "person_called_nobody", "cb_this_number"]
    assert PromiseCallback("recording_refused") in call.says(YES)
    assert lines(call.done).count("recording_refused") == 1


def test_a_hazard_goes_before_the_answer_to_a_refusal_of_recording() -> None:
    day, night = Conversation(open_now=True), Conversation()
    moves = day.says("recording_refused", row="P01")
    assert lines(moves) == ["S06", "page_is_going", "recording_refused", "please_hold_for_person"]
    assert moves[-1] == TransferToPerson("recording_refused")
    moves = night.says("recording_refused", row="P01")
    assert lines(moves) == ["S06", "page_is_going", "recording_refused", "technician_will_call", "cb_this_number"]


def test_who_must_leave_hears_about_recordings_outside() -> None:
    call = Conversation(open_now=True)
    assert lines(call.says("recording_refused", row="G01")) == ["S01", "are_you_outside"]
    moves = call.says(answers={"Q_INSIDE": "no"})
    assert lines(moves) == ["recording_refused", "please_hold_for_person"]


# ---- a caller in crisis ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", ["yes", "mumble", "silence", "robot", "person"])
def test_a_caller_in_crisis_is_asked_once_then_told_whom_to_call(answer: str) -> None:
    call = Conversation()
    first = call.says(row="A25")
    assert lines(first) == ["S22", "manager_page_is_going", "Q_SAFE"]
    assert call.pages == [PageNow("manager", "A25")]
    match answer:
        case "yes":
            last = call.says(YES)
        case "mumble":
            last = call.says(unclear=True)
        case "silence":
            last = call.is_silent()
        case "robot":
            last = call.says("robot_question")
        case _:
            last = call.says("person")
    assert lines(last)[-1] == "dial_911_now"
    assert last[-1] == Close("let_go")
    assert lines(call.done).count("Q_SAFE") == 1


def test_a_caller_in_crisis_who_was_doubted_is_not_asked_again() -> None:
    call = Conversation()
    assert lines(call.says(unsure=hazard("A25", "distress"))) == ["confirm_distress"]
    moves = call.says(YES, unsure=None)
    assert lines(moves) == ["S22", "manager_page_is_going", "dial_911_now"]


def test_opting_out_is_written_before_it_is_said() -> None:
    call = Conversation()
    moves = call.says("opt_out", row="A23")
    assert moves[0] == OptOut()
    assert lines(moves) == ["opted_out", "anything_else"]
    assert call.is_silent()[-1] == Close("opted_out")


def test_after_opting_out_no_text_is_promised() -> None:
    call = Conversation()
    call.says(row="A07")
    call.says("opt_out")
    while not call.over:
        call.answers()
    assert "callback_promise_no_text" in lines(call.done)
    assert "callback_promise" not in lines(call.done)


@pytest.mark.parametrize(("textable", "line"), [(True, "callback_promise"), (False, "callback_promise_no_text")])
def test_a_text_is_announced_only_to_a_number_that_may_get_one(textable: bool, line: str) -> None:
    call = Conversation(textable=textable)
    call.says(row="A07")
    while not call.over:
        call.answers()
    assert [one for one in lines(call.done) if one.startswith("callback_promise")] == [line]


def test_a_card_number_is_stopped_and_forgotten() -> None:
    call = Conversation()
    call.says(row="A08")
    moves = call.says("card_number")
    assert moves[:2] == (ForgetWords(), Say((Line("card_stop"),), urgent=True))
    assert lines(moves) == ["card_stop", "person_called_nobody", "cb_this_number"]
    assert call.says(YES)[0] == PromiseCallback("card_number")


def test_who_says_a_card_number_by_day_gets_a_person() -> None:
    call = Conversation(open_now=True)
    call.says(row="P16")
    moves = call.says("card_number")
    assert kinds(moves) == ["ForgetWords", "Say", "Say", "TransferToPerson"]
    assert moves[-1] == TransferToPerson("card_number")


def test_a_card_number_does_not_cut_a_script_short() -> None:
    call = Conversation()
    moves = call.says("card_number", row="P01")
    urgent = [move for move in moves if isinstance(move, Say) and move.urgent]
    assert lines(moves)[:3] == ["S06", "page_is_going", "card_stop"]
    assert len(urgent) == 1


def test_a_wrong_number_is_told_whom_it_reached_and_let_go() -> None:
    call = Conversation()
    assert lines(call.says(row="A21")) == ["did_you_mean_us"]
    assert call.is_silent()[-1] == Close("wrong_number")


def test_who_meant_to_call_after_all_is_served() -> None:
    call = Conversation()
    call.says(row="A21")
    assert lines(call.says(YES)) == ["Q_PROB"]


def test_a_robocall_gets_two_prompts() -> None:
    call = Conversation()
    assert lines(call.says(row="A19")) == ["how_can_i_help"]
    assert call.says(row="A19")[-1] == Close("robocall")


def test_a_robocall_in_the_middle_of_a_visit_is_a_mishearing() -> None:
    call = Conversation()
    call.says(row="P16")
    assert not any(isinstance(move, Close) for move in call.says("robocall", row="A19"))


# ---- silence, mumbling, and a recogniser that dies -------------------------------------------------------------------
def test_two_silences_on_a_line_that_never_spoke_get_a_text() -> None:
    call = Conversation(open_now=True)
    assert lines(call.is_silent()) == ["still_there", "Q_PROB"]
    assert kinds(call.is_silent()) == ["PromiseCallback", "Say", "Close"]


def test_two_silences_in_the_middle_bring_a_person() -> None:
    call = Conversation(open_now=True)
    call.says(row="P16")
    assert lines(call.is_silent()) == ["still_there", "name_again"]
    assert call.is_silent()[-1] == TransferToPerson("silent")


def test_a_visit_with_all_that_matters_is_written_when_the_caller_falls_silent() -> None:
    call = Conversation(open_now=True)
    call.says(row="P16")
    while call.state.waiting != "Q_TYPE":
        call.answers()
    call.is_silent()
    assert kinds(call.is_silent()) == ["OpenJob", "PromiseCallback", "Say", "Close"]


def test_an_answer_in_between_starts_the_silences_anew() -> None:
    call = Conversation()
    call.says(row="P16")
    call.is_silent()
    call.answers()
    assert not any(isinstance(move, Close) for move in call.is_silent())


def test_twice_not_understood_brings_a_person() -> None:
    call = Conversation(open_now=True)
    call.says(row="P16")
    assert lines(call.says(unclear=True)) == ["sorry_say_again", "name_again"]
    assert call.says(unclear=True)[-1] == TransferToPerson("unclear")


def test_a_lost_recogniser_apologises_and_hands_over() -> None:
    day, night = Conversation(open_now=True), Conversation()
    assert day.happens(RecogniserLost())[-1] == TransferToPerson("recogniser_lost")
    moves = night.happens(RecogniserLost())
    assert lines(moves) == ["sorry_trouble", "callback_promise", "goodbye"]
    assert only(moves, PromiseCallback) == PromiseCallback("recogniser_lost")


def test_nothing_is_promised_to_a_number_we_do_not_have() -> None:
    call = Conversation(caller=None)
    moves = call.happens(RecogniserLost())
    assert lines(moves) == ["sorry_trouble", "no_number"]
    assert not any(isinstance(move, PromiseCallback) for move in moves)


def test_who_hangs_up_in_a_visit_leaves_a_job() -> None:
    call = Conversation()
    call.says(row="P16")
    assert call.happens(HungUp()) == (OpenJob("hung_up"),)
    assert call.is_silent() == ()


# ---- Spanish ---------------------------------------------------------------------------------------------------------
def spoken_in(moves: tuple[Move, ...]) -> set[Language]:
    return {move.language for move in moves if isinstance(move, Say)}


def test_an_emergency_in_spanish_is_served_in_spanish() -> None:
    call = Conversation()
    first = call.says(row="P01", language=Language.ES)
    assert spoken_in(first) == {Language.ES}
    assert lines(first) == ["S06", "page_is_going", "greeting", "Q_SAFE"]
    while not call.over:
        call.answers()
    assert lines(call.done).count("greeting") == 2  # once in each language
    assert set(call.questions) <= {"Q_SAFE", "Q_CB", "Q_ADDR", "Q_ADDR_OK", "Q_NAME"}


def test_a_script_read_in_english_is_read_again_in_spanish() -> None:
    call = Conversation()
    call.says(row="G01")
    moves = call.says("spanish", answers={"Q_INSIDE": "no"})
    assert moves[0] == Say((Line("S01"),), Language.ES, urgent=True)
    assert lines(moves) == ["S01", "greeting", "cb_this_number"]


def test_who_must_leave_hears_the_spanish_disclosures_outside() -> None:
    call = Conversation()
    assert lines(call.says(row="G01", language=Language.ES)) == ["S01", "are_you_outside"]
    assert lines(call.says(answers={"Q_INSIDE": "no"})) == ["greeting", "cb_this_number"]


def test_espanol_leads_to_a_person_unless_it_is_an_emergency() -> None:
    call = Conversation(open_now=True)
    moves = call.says("spanish")
    assert lines(moves) == ["greeting", "spanish_switch", "spanish_emergency"]
    assert spoken_in(moves) == {Language.ES}
    assert call.presses("2")[-1] == TransferToPerson("spanish")


def test_one_is_an_emergency_in_spanish() -> None:
    call = Conversation()
    call.says("spanish")
    moves = call.presses("1")
    assert kinds(moves) == ["Say", "PageNow", "Say", "Listen"]
    assert lines(moves) == ["S22", "page_is_going", "cb_this_number"]
    assert spoken_in(moves) == {Language.ES}


def test_a_caller_id_that_is_the_best_number_is_not_read_back() -> None:
    call = Conversation()
    call.says(row="P01")
    call.says(NO)
    assert lines(call.says(YES, entities=entities(callback=slot(CALLER)))) == ["Q_ADDR"]
