"""Temperatures as callers tell them, the company's thresholds, accounts and members."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Priority
from triage.assessment import Context
from triage.rules.answers import read_answers
from triage.rules.book import Utterable
from triage.rules.degrees import Degrees, read_degrees
from triage.rules.priority import Facts, facts_of, queue_place, row_priority
from triage.rules.temperature import DEFAULTS, LooserThresholdError, Thresholds, no_heat
from triage.situations import SITUATIONS
from triage.words.normalise import words_of

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3


@pytest.mark.parametrize(
    ("said", "asked", "degrees"),
    [
        ("it's fifty eight in here", None, Degrees(58, None)),
        ("sixty one in here and dropping", None, Degrees(61, None)),
        ("heater's dead forty five outdoors", None, Degrees(None, 45)),
        ("it's in the mid fifties outside", None, Degrees(None, 55)),
        ("we're in the upper forties today", None, Degrees(None, 48)),
        ("it's twenty below out there", None, Degrees(None, -20)),
        ("minus five degrees outside", None, Degrees(None, -5)),
        ("a high of ninety eight today", None, Degrees(None, 98)),
        ("it's a hundred and four and our ac quit", None, Degrees(None, 104)),
        ("no air one oh five outside", None, Degrees(None, 105)),
        ("the hallway's reading ninety two", None, Degrees(92, None)),
        ("it's fifty five out but inside it's already sixty one", None, Degrees(61, 55)),
        ("estamos a noventa y nueve grados", None, Degrees(None, 99)),
        ("about fifty five", "Q_TIN", Degrees(55, None)),
        ("estamos a treinta grados", None, Degrees()),  # may be Celsius
        ("he's fifteen minutes out", None, Degrees()),
        ("i'm at forty two oak street", None, Degrees()),
        ("one room is cold", None, Degrees()),
        ("the house is nineteen eighty four", None, Degrees()),
    ],
)
def test_degrees_are_read_inside_and_outside(said: str, asked: str | None, degrees: Degrees) -> None:
    assert read_degrees([(Utterable(words_of(said)), asked)]) == degrees


@pytest.mark.parametrize(
    ("row", "facts", "priority"),
    [
        ("H03", Facts(indoor_f=82), P2),  # the weather is not known, and lowers nothing
        ("H03", Facts(indoor_f=72), P3),
        ("H03", Facts(indoor_f=92), P1),
        ("H13", Facts(outdoor_f=12, heat_index_f=12), P1),
        ("H13", Facts(outdoor_f=72, heat_index_f=72), P3),
        ("H13", Facts(indoor_f=92), P1),
        ("H13", Facts(vulnerable=True), P1),
        ("H15", Facts(indoor_f=74), P3),
        ("H15", Facts(indoor_f=57), P1),
        ("H15", Facts(), P2),
        ("P03", Facts({"Q_FLOW": "contained"}), P2),
        ("P03", Facts({"Q_FLOW": "contained", "Q_NEARELEC": "yes"}), P1),
        ("P14", Facts({"Q_FLOW": "contained"}), P1),
        ("P14", Facts({"Q_FLOW": "contained", "Q_SHUT": "yes"}), P2),
        ("P02", Facts({"Q_SHUT": "fixture"}), P2),
        ("P26", Facts({"Q_WELL": "other"}), P2),
        ("P26", Facts({"Q_WELL": "other"}, vulnerable=True), P1),
    ],
)
def test_what_is_told_moves_the_row_as_the_row_says(row: str, facts: Facts, priority: Priority) -> None:
    assert row_priority(SITUATIONS[row], facts) is priority


@pytest.mark.parametrize(
    ("said", "question", "value"),
    [
        ("only when somebody showers upstairs a bowl catches it", "Q_FLOW", "contained"),
        ("the pit's dry and no rain all week", "Q_FLOW", "contained"),
        ("i got the angle stop closed", "Q_SHUT", "fixture"),
        ("we have a cistern so it can wait", "Q_WELL", "other"),
        ("my mother is eighty five", "Q_VULN", "yes"),
        ("he's asmathic and in a wheelchair", "Q_VULN", "yes"),
        ("my son's on a ventilator", "Q_VULN", "yes"),
        ("tengo un recién nacido", "Q_VULN", "yes"),
        ("mi abuelita está sola", "Q_VULN", "yes"),
    ],
)
def test_what_bears_on_the_priority_is_heard_unasked(said: str, question: str, value: str) -> None:
    assert read_answers(Utterable(words_of(said)), None).given[question] == value


def test_an_account_may_only_raise() -> None:
    promised = facts_of(Context(account_priority=P2), {}, None, None)
    assert row_priority(SITUATIONS["P16"], promised) is P2
    assert row_priority(SITUATIONS["P01"], promised) is P1
    assert row_priority(SITUATIONS["A07"], promised) is None
    assert row_priority(SITUATIONS["A10"], promised) is P3  # nobody is sent
    assert row_priority(SITUATIONS["P16"], facts_of(Context(account_priority=P3), {}, None, None)) is P3


def test_membership_orders_the_queue_inside_a_priority_and_never_among_p1() -> None:
    waiting = [(P2, False), (P3, True), (P2, True), (P1, False), (P1, True)]
    queue = sorted(waiting, key=lambda caller: queue_place(caller[0], member=caller[1]))
    assert queue == [(P1, False), (P1, True), (P2, True), (P2, False), (P3, True)]
    assert queue_place(P2, member=None) == queue_place(P2, member=False)


def test_the_companys_thresholds_reach_the_priority() -> None:
    strict = replace(DEFAULTS, no_heat_p1_outdoor=50)
    assert row_priority(SITUATIONS["H01"], facts_of(Context(outdoor_f=45), {}, None, None)) is P2
    assert row_priority(SITUATIONS["H01"], facts_of(Context(outdoor_f=45, thresholds=strict), {}, None, None)) is P1


@pytest.mark.parametrize(
    ("looser", "which"),
    [
        ({"no_heat_p1_outdoor": 32}, "no_heat_p1_outdoor may not be below 40, and is 32"),
        ({"no_heat_p1_indoor": 60}, "no_heat_p1_indoor"),
        ({"no_cool_p1_vulnerable": 95}, "no_cool_p1_vulnerable may not be above 85, and is 95"),
        ({"no_heat_by_month": ((1, P2),)}, "no_heat_by_month"),
        ({"no_cool_by_month": ()}, "no_cool_by_month: month 6 may not be below P2"),
    ],
)
def test_a_company_may_not_be_looser(looser: dict, which: str) -> None:
    with pytest.raises(LooserThresholdError, match=which):
        Thresholds(**looser)


@given(st.floats(0, 30), st.floats(-30, 110))
def test_stricter_thresholds_never_lower_a_priority(stricter: float, outdoor: float) -> None:
    strict = replace(DEFAULTS, no_heat_p1_outdoor=40 + stricter, no_heat_p1_outdoor_vulnerable=50 + stricter)
    for vulnerable in (True, False):
        assert no_heat(outdoor=outdoor, vulnerable=vulnerable, thresholds=strict) <= no_heat(
            outdoor=outdoor, vulnerable=vulnerable
        )


def test_a_context_can_be_copied_and_hashed() -> None:
    assert copy.deepcopy(Context()) == Context()
    assert hash(Context()) == hash(Context())
