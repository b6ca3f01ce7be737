"""Dangers by rule alone, said in the many ways that people have: things, signs, mishearings, Spanish."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triage.spoken import DOWNPLAYING
from triage.rules.book import Utterable
from triage.rules.hazards import Found, find_hazards
from triage.situations import SITUATIONS
from triage.words.normalise import words_of

DANGERS = [phrase for row in SITUATIONS.values() if row.life_safety for phrase in row.phrases]


def heard(text: str) -> Found:
    return find_hazards(Utterable(words_of(text)))


def rows(text: str) -> set[str]:
    return {hazard.situation for hazard in heard(text).hazards}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("the backhoe tore the yellow pipe and it's whistling", "G02"),
        ("there's a guess leak by the water heater", "G01"),
        ("bad odor right over the gas meter outside", "G03"),
        ("the see oh alarm keeps going off", "G04"),
        ("four beeps then a pause four beeps then a pause", "G04"),
        ("nos duele la cabeza desde que prendimos la calefacción", "G05"),
        ("we all get headaches when the furnace runs", "G05"),
        ("the flue's come apart over the water heater", "G11"),
        ("we lit the charcoal grill in the living room to keep warm", "H22"),
        ("no heat and my mother's ninety", "H02"),
        ("ac quit and grandpa is on oxygen", "H04"),
        ("the socket by the bed spits little blue flashes", "E01"),
        ("the dimmer's too hot to touch and the plate is brown", "E02"),
        ("smoke seeping out of the wall by the outlet", "E03"),
        ("there's frying behind the switches in the breaker box", "E04"),
        ("the kitchen tap stung me again", "E05"),
        ("my fingers tingled when i touched the faucet", "E05"),
        ("some rooms are bright and the rest are dim", "E08"),
        ("the mast is bent and the wires are on the lawn", "E09"),
        ("a fixture is hanging by its wires", "E14"),
        ("todas las alarmas están pitando y no hay humo", "E21"),
        ("the concentrator quit and there's no power", "E23"),
        ("water is running down into the breaker panel", "P05"),
        ("the relief valve keeps blowing steam", "P15"),
        ("alguien se metió a mi casa", "A25"),
    ],
)
def test_a_danger_is_heard_in_other_words_than_its_own(text: str, row: str) -> None:
    assert row in rows(text)


@pytest.mark.parametrize(
    "text",
    [
        "my last name is sparks and i'd like a light hung",
        "your invoice gave me a jolt",
        "wire up my spark fan",
        "the gas station smells",
        "the gas station down the street smells",
        "what does natural gas smell like it's for a school paper",
        "i saw on the news about the family with a generator in the basement",
        "i'd like two carbon monoxide detectors installed in the hallway",
        "the hot water smells like eggs but the cold is fine",
        "first time i ran the heat this fall it smelled of dust a few minutes and it's gone",
        "the fire department cleared the house no fire no co and one smoke alarm is bad",
        "one tiny spark when i plugged it in just once never again",
        "an outlet for a water cooler please",
        "do you install those electric shock fences for dogs",
        "my brother is such a live wire",
        "the burst pipe report has to go to the adjuster",
        "the basement flooded last spring and it's all dried out now i want a price on a pump",
    ],
)
def test_what_only_sounds_like_a_danger_is_none(text: str) -> None:
    assert heard(text).hazards == ()


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("no smoke at all", "smoke"),
        ("the carbon monoxide alarm is not beeping", "monoxide"),
        ("the pipe did not burst", "pipe"),
        ("no sparks just dead", "sparks"),
    ],
)
def test_words_that_deny_a_danger_are_known(text: str, denied: str) -> None:
    found = heard(text)
    assert found.hazards == found.unsure == ()
    assert denied in {words_of(text)[at] for at in found.denied}


@pytest.mark.parametrize(
    "said",
    [
        "i never smelled gas like this before",
        "i never had such a strong smell of gas in my life",
        "nobody smelled gas until today",
        "no no no gas everywhere",
    ],
)
def test_a_denial_that_may_be_a_cry_is_asked_about(said: str) -> None:
    found = heard(said)
    assert [hazard.name for hazard in found.unsure] == ["gas"]
    assert found.hazards == ()


@pytest.mark.parametrize(
    "said", ["no there is no gas smell", "we never smelled any gas", "nobody smelled gas", "no no there's no gas smell"]
)
def test_a_real_denial_is_taken_at_its_word(said: str) -> None:
    found = heard(said)
    assert found.unsure == ()
    assert found.hazards == ()


def test_a_possessive_is_also_an_is() -> None:
    assert rows("hibachi's lit in the bedroom") == rows("the hibachi is lit in the bedroom") == {"H22"}


def test_water_that_is_held_is_no_danger_now() -> None:
    assert heard("slow drip from the ceiling only when the shower runs a bowl catches it").hazards == ()
    assert rows("water is pouring through the ceiling") == {"P03"}


@given(st.sampled_from(DANGERS), st.sampled_from(DOWNPLAYING), st.booleans(), st.sampled_from(["", "but", "and"]))
@settings(max_examples=200, deadline=None)
def test_playing_down_silences_no_danger_to_life(phrase: str, words: str, before: bool, link: str) -> None:
    parts = (words, link, phrase) if before else (phrase, link, words)
    assert any(hazard.life_safety for hazard in heard(" ".join(filter(None, parts))).hazards)
