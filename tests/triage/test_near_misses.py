"""All near misses of situations.json: what sounds like a danger and is none, and what is one though played down."""

import pytest

from models.enums import Intent, Priority
from tests.triage.spoken import as_spoken
from triage.assessment import Context
from triage.situations import NEAR_MISSES

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3

# text: (rows one of which leads, or None; priority; intent, or None for any; rows that must not be heard)
EXPECTED: dict[str, tuple[set[str | None], Priority | None, Intent | None, set[str]]] = {
    "my gas water heater is making a popping noise": ({None}, P3, Intent.ROUTINE, {"G01", "P15"}),
    "I need a gas line run for a new stove": ({"G10"}, P3, Intent.QUOTE, {"G01", "G02"}),
    "no, there's no gas smell": ({None}, None, None, {"G01"}),
    "we had a gas leak last year and you fixed it": ({None}, P2, Intent.ROUTINE, {"G01"}),
    "the drain smells like rotten eggs": ({"G08"}, P2, Intent.ROUTINE, {"G01"}),
    "my carbon monoxide detector needs a new battery": ({"G06"}, P3, Intent.ROUTINE, {"G04"}),
    "I'd like carbon monoxide detectors installed": ({"E20"}, P3, Intent.ROUTINE, {"G04"}),
    "smoke detector is chirping": ({"G06"}, P3, Intent.ROUTINE, {"E03", "E21"}),
    "I'm dying in here, it's so hot": ({"H03"}, P2, Intent.ROUTINE, {"A25"}),
    "this bill is killing me": ({"A07"}, None, Intent.BILLING, {"A25"}),
    "I'm burning up": ({"H03"}, P2, Intent.ROUTINE, {"E03", "A25"}),
    "flood lights in the back yard don't work": ({"E12", "E20"}, P3, Intent.ROUTINE, {"P04"}),
    "my toilet is running": ({"P18"}, P3, Intent.ROUTINE, {"P10"}),
    "I have water pressure problems in one shower": ({"P21", "P16"}, P2, Intent.ROUTINE, {"P11"}),
    "the pipe under the sink was leaking but I turned it off": ({"P17"}, P3, Intent.ROUTINE, {"P01"}),
    "can you check the fire place gas valve this fall": ({"H16"}, P3, None, {"G01"}),
    "my dog Sparky is in the yard": ({None}, None, None, {"E01"}),
    "the unit exploded in price, I want a second opinion": ({"H17"}, P3, Intent.QUOTE, set()),
    "I need an emergency drain pan installed": ({"P29"}, P3, None, set()),
    "emergency heat light is on on my thermostat": ({"H15"}, P2, Intent.ROUTINE, {"H01"}),
    "we're a fire sprinkler company looking for subs": ({"A18"}, None, Intent.OTHER, {"E03"}),
    "just calling to confirm my emergency appointment tomorrow": ({"A01"}, None, Intent.OTHER, set()),
    "the breaker tripped once yesterday and it's fine now": ({"E10"}, P3, Intent.ROUTINE, {"E04"}),
    "hot water is too hot": ({None}, P2, None, {"P15"}),
    "no heat in the hot tub": ({"A14"}, None, None, {"H01"}),
    "it's not an emergency but water is coming through the light fixture": ({"P05"}, P1, Intent.EMERGENCY, set()),
    "sorry to bother you, it's probably nothing, but I smell something like eggs by the furnace": (
        {"G01"},
        P1,
        Intent.EMERGENCY,
        set(),
    ),
    "my landlord is refusing to fix the heat and it's 20 out": ({"H01"}, P1, Intent.EMERGENCY, set()),
}
ASKED_ABOUT = {
    "we had a gas leak last year and you fixed it": "gas",
    "the drain smells like rotten eggs": "gas",
    "hot water is too hot": "scald",
}
"""Ambiguous: one question before it is believed or dropped."""


def test_every_near_miss_is_judged() -> None:
    assert {miss.text for miss in NEAR_MISSES} == set(EXPECTED)


@pytest.mark.parametrize("spoken", [False, True], ids=["written", "spoken"])
@pytest.mark.parametrize("text", EXPECTED)
def test_near_miss_is_read_as_a_csr_would(hear, text: str, spoken: bool) -> None:
    rows, priority, intent, never = EXPECTED[text]
    heard = hear(as_spoken(text) if spoken else text)
    assert heard.situation in rows
    assert heard.priority == priority
    assert intent is None or heard.intent is intent
    assert not never & set(heard.situations)
    assert (heard.unsure.name if heard.unsure else None) == ASKED_ABOUT.get(text)


@pytest.mark.parametrize("text", [text for text, expected in EXPECTED.items() if expected[1] is not P1])
def test_no_near_miss_is_heard_as_a_danger_while_it_is_spoken(engine, text: str) -> None:
    assert engine.listen(text, Context()) == ()


def test_played_down_water_near_light_still_gets_the_electric_script(hear) -> None:
    assert hear("it's not an emergency but water is coming through the light fixture").script == "S07"


def test_tenant_is_noted_behind_the_danger(hear) -> None:
    assert "A15" in hear("my landlord is refusing to fix the heat and it's twenty out").situations
