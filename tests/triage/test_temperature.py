"""The temperature rules with the cases of the domain folder (docs/domain/intake.md section 4)."""

import importlib.util
from math import inf, nan
from pathlib import Path

import pytest

from models.enums import Priority
from triage.assessment import Context
from triage.rules.temperature import LooserThresholdError, Thresholds, no_cool, no_heat

SOURCE = Path(__file__).parents[3] / "shared" / "domain" / "temperature_rules.py"

NO_HEAT = [
    ({"outdoor": 18}, "P1"), ({"outdoor": 45}, "P2"), ({"outdoor": 45, "vulnerable": True}, "P1"),
    ({"outdoor": 45, "overnight_low": 30}, "P1"), ({"outdoor": 70}, "P3"), ({"outdoor": 70, "vulnerable": True}, "P3"),
    ({"indoor": 60, "outdoor": 55}, "P1"), ({"month": 1}, "P1"), ({"month": 7}, "P2"),
    ({"outdoor": 20, "other_heat": True}, "P2"), ({"outdoor": 20, "other_heat": True, "vulnerable": True}, "P1"),
    ({"outdoor": 20, "indoor": 58, "other_heat": True}, "P1"), ({"vulnerable": True}, "P1"), ({"outdoor": 40}, "P1"),
    ({"outdoor": 41}, "P2"), ({"indoor": 64, "outdoor": 61}, "P3"),
]  # fmt: skip
NO_COOL = [
    ({"heat_index": 101}, "P1"), ({"heat_index": 88}, "P2"), ({"heat_index": 88, "vulnerable": True}, "P1"),
    ({"heat_index": 75}, "P3"), ({"heat_index": 75, "vulnerable": True}, "P3"),
    ({"indoor": 92, "heat_index": 85}, "P1"), ({"month": 7}, "P2"), ({"month": 1}, "P3"),
    ({"heat_index": 98, "other_ac": True}, "P2"),
    ({"heat_index": 98, "other_ac": True, "vulnerable": True}, "P1"), ({"vulnerable": True}, "P1"),
    ({"heat_index": 85, "vulnerable": True}, "P1"), ({"heat_index": 84, "vulnerable": True}, "P2"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "priority"), NO_HEAT)
def test_no_heat(known: dict, priority: str) -> None:
    assert no_heat(**known) == priority


@pytest.mark.parametrize(("known", "priority"), NO_COOL)
def test_no_cool(known: dict, priority: str) -> None:
    assert no_cool(**known) == priority


def test_same_answers_as_the_rules_beside_the_project() -> None:
    if not SOURCE.exists():
        pytest.skip("the domain folder is not beside the project")
    spec = importlib.util.spec_from_file_location("temperature_rules", SOURCE)
    assert spec and spec.loader
    rules = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rules)
    assert [(case, no_heat(**case)) for case, _ in rules.CASES_H] == rules.CASES_H
    assert [(case, no_cool(**case)) for case, _ in rules.CASES_C] == rules.CASES_C


def test_a_company_may_be_stricter() -> None:
    assert no_heat(outdoor=45, thresholds=Thresholds(no_heat_p1_outdoor=50)) is Priority.P1


@pytest.mark.parametrize("strange", [nan, inf, -inf])
def test_a_threshold_is_a_number_of_degrees(strange: float) -> None:
    for name in ("no_heat_p1_outdoor", "no_cool_p1_any"):
        with pytest.raises(LooserThresholdError, match=name):
            Thresholds(**{name: strange})


@pytest.mark.parametrize("strange", [nan, inf, -inf])
def test_weather_that_is_no_number_is_not_known(hear, strange: float) -> None:
    for said in ("the furnace is out", "the ac is out"):
        unknown = hear(said)
        heard = hear(said, context=Context(outdoor_f=strange, heat_index_f=strange))
        assert (heard.priority, heard.situation) == (unknown.priority, unknown.situation)
    said = "the furnace is out and it's fifty outside"
    assert hear(said, context=Context(outdoor_f=strange)).priority == hear(said).priority == "P2"


@pytest.mark.parametrize(
    ("said", "context", "priority", "situation"),
    [
        (["the furnace is out"], Context(), "P1", "H01"),
        (["the furnace is out"], Context(month=7), "P2", "H01"),
        (["the furnace is out"], Context(outdoor_f=70), "P3", "H01"),
        (["the furnace is out"], Context(outdoor_f=45), "P2", "H01"),
        (["the furnace is out and it's fifty eight in here"], Context(outdoor_f=70), "P1", "H01"),
        (["the furnace is out", ("Q_TIN", "about fifty five")], Context(outdoor_f=70), "P1", "H01"),
        (["the furnace is out", ("Q_VULN", "yes my mother")], Context(outdoor_f=45), "P1", "H02"),
        (["the furnace is out", ("Q_VULN", "yes")], Context(outdoor_f=70), "P3", "H01"),
        (["the furnace is out", ("Q_ALT", "yes the upstairs one works")], Context(outdoor_f=20), "P2", "H01"),
        (["the ac is out"], Context(), "P2", "H03"),
        (["the ac is out"], Context(heat_index_f=101), "P1", "H03"),
        (["the ac is out"], Context(month=1), "P3", "H03"),
        (["the ac is out", ("Q_VULN", "a newborn")], Context(heat_index_f=88), "P1", "H04"),
        (["the thermostat is blank"], Context(outdoor_f=20, month=1), "P1", "H13"),
        (["there is ice on the ac line"], Context(heat_index_f=75), "P2", "H10"),
    ],
)
def test_weather_answers_and_people_decide_comfort_calls(hear, said, context, priority, situation) -> None:
    heard = hear(*said, context=context)
    assert (heard.priority, heard.situation) == (priority, situation)


def test_a_comfort_call_that_is_no_emergency_is_routine(hear) -> None:
    assert hear("the furnace is out", context=Context(outdoor_f=70)).intent == "routine"
    assert hear("the ac is out", context=Context(heat_index_f=101)).intent == "emergency"
