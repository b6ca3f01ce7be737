"""Dangers by rule: confusions of the recogniser, negation, the past, questions, idioms, several at once."""

import pytest

from triage.assessment import Context


def names(engine, text: str) -> list[str]:
    return [hazard.name for hazard in engine.listen(text, Context())]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("there is a gas lick in my kitchen", "gas"),
        ("i think we have a gas leek", "gas"),
        ("i spell gas in the garage", "gas"),
        ("the carbon minoxide alarm is going off", "co"),
        ("my carbon mon oxide detector will not stop beeping", "co"),
        ("the c o alarm keeps going off", "co"),
        ("the car bon monoxide alarm is beeping", "co"),
        ("the monoxide thing by the stairs has been going off all morning", "co"),
        ("there's a wire hanging across the road after the storm", "downed_line"),
        ("sparkling outlet in the bedroom", "sparks"),
        ("the outlet is arking", "sparks"),
        ("the braker box is buzzing", "sparks"),
        ("the sub pump is not working and it is raining", "water"),
        ("the some pump quit", "water"),
        ("it smells like rotten eggs in here", "gas"),
        ("raw suage is coming up in the tub", "sewage"),
        ("my tenant says she smells gas", "gas"),
        ("my neighbor called and said her co alarm is going off", "co"),
        ("sale humo del enchufe", "fire"),
        ("hay una fuga de gas", "gas"),
        ("se esta inundando mi casa", "water"),
        ("le dio un choque electrico a mi hijo", "shock"),
    ],
)
def test_misheard_reported_and_spanish_dangers_are_dangers(engine, text: str, name: str) -> None:
    assert names(engine, text)[:1] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "no gas smell",
        "there is no smell of gas",
        "i don't smell any gas",
        "nobody smells gas",
        "we never smelled gas",
        "there are no sparks",
        "i do not see any smoke",
        "no signs of smoke or flames",
        "the carbon monoxide alarm is not going off",
        "the basement is not flooding",
        "nothing is leaking there is no water on the floor",
        "there isn't any sewage",
        "no burning smell",
        "no one got shocked",
        "no huele a gas",
        "the pipe did not burst",
        "there is no rotten egg smell in the kitchen",
        "there is no carbon monoxide alarm going off",
        "we don't have any water dripping through the ceiling",
        "there isn't any strong fuel oil smell",
        "there is no sewage coming up the shower",
        "no wires hanging out of the wall",
        "there are no sparks from the switch",
        "nobody has chest pain",
    ],
)
def test_denied_dangers_are_none(hear, text: str) -> None:
    heard = hear(text)
    assert heard.hazards == ()
    assert heard.unsure is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("no i smell gas", "gas"),
        ("no gas smell from the stove but i smell gas in the hall", "gas"),
        ("there is no burning smell but the outlet is sparking", "sparks"),
        ("no there is smoke coming out of the outlet", "fire"),
        ("not only gas smell but the stove is hissing", "gas"),
        ("no doubt i smell gas", "gas"),
        ("i do not know what to do there is a gas leak", "gas"),
        ("i can't stop it water is everywhere", "water"),
        ("we didn't touch anything and sparks came out", "sparks"),
        ("i'm not sure but i smell gas", "gas"),
        ("i don't want to bother you but the outlet is sparking", "sparks"),
        ("it was fixed last year but i smell gas again", "gas"),
        ("you fixed it last month and now i smell gas", "gas"),
        ("we had a pipe burst", "water"),
        ("no the pipe burst", "water"),
    ],
)
def test_a_no_that_denies_something_else_denies_nothing(engine, text: str, name: str) -> None:
    assert name in names(engine, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we had a gas leak", "gas"),
        ("i don't think there is a gas leak", "gas"),
        ("i'm not sure if it's gas i smell", "gas"),
        ("do you guys fix gas leaks", "gas"),
        ("what do i do if i smell gas", "gas"),
        ("last month the co alarm went off", "co"),
        ("the smell by the old stove might be gas or something", "gas"),
    ],
)
def test_what_is_doubtful_is_asked_about_and_not_yet_a_danger(hear, text: str, name: str) -> None:
    heard = hear(text)
    assert heard.hazards == ()
    assert heard.unsure is not None and heard.unsure.name == name


@pytest.mark.parametrize(
    "text",
    [
        "i want to buy a gas leak detector",
        "can you replace my smoke alarm",
        "the gas station smells",
        "i was shocked by the bill",
        "sticker shock on that quote",
        "the phones are on fire today",
        "i need a spark plug for my mower",
        "do you carry sparkling water",
        "we need flood insurance paperwork",
        "my gas bill is high",
        "is the fire department number on your website",
        "i want a quote for a gas fireplace",
        "please install two smoke detectors",
        "the unit is frozen",
        "the water from the tap is brown",
        "we are on septic and not on the sewer",
    ],
)
def test_purchases_and_idioms_are_no_dangers(hear, text: str) -> None:
    heard = hear(text)
    assert heard.hazards == ()
    assert heard.unsure is None


def test_scripts_are_spoken_in_the_order_of_the_domain(hear) -> None:
    heard = hear(
        "no heat and i have a newborn",
        "sewage is coming up in the tub",
        "a pipe burst",
        "half the house has no power",
        "the outlet is sparking",
        "my son got shocked",
        "i smell gas",
    )
    assert [hazard.script for hazard in heard.hazards] == ["S01", "S05", "S04", "S15", "S06", "S08", "S12"]
    assert heard.script == "S01"


def test_a_danger_stays_when_it_is_denied_later(hear) -> None:
    heard = hear("i smell gas", "no there is no gas smell now")
    assert [hazard.name for hazard in heard.hazards] == ["gas"]
    assert heard.priority == "P1"


def test_the_first_words_are_enough(engine) -> None:
    words = "hi um i smell gas in my kitchen and it is getting stronger".split()
    first = next(n for n in range(1, len(words) + 1) if names(engine, " ".join(words[:n])))
    assert words[first - 1] == "gas"


def test_a_danger_heard_badly_is_asked_about_first(hear) -> None:
    heard = hear("i smell gas", confidence=0.2)
    assert heard.hazards == ()
    assert heard.unsure is not None and heard.unsure.situation == "G01"
    token = hear("gas", confidence=0.2)
    assert token.unsure is not None and token.unsure.name == "gas"
    assert hear("gas").unsure is None


def test_evidence_says_which_words_and_where(hear) -> None:
    hazard = hear("hello there", "please help i smell gas").hazards[0]
    assert hazard.evidence.rule == "hazard:gas.smell"
    assert hazard.evidence.words == "smell gas"
    assert (hazard.evidence.start, hazard.evidence.end) == (5, 7)  # counted over the whole call
