"""The one question about a danger in doubt: believed unless denied."""

import pytest

from triage.rules.answers import CONFIRM

DRAIN = "the drain smells like rotten eggs"


@pytest.mark.parametrize(
    "answer",
    [
        "yes",
        "i think so",
        "maybe",
        "what",
        "i don't know",
        "um the kitchen",
        "",
        "no no it's getting worse",
        "no but it reeks",
        "no i mean yes",
        "no i can't tell",
        "no there's no way to tell",
        "no i'm not sure",
        "no i think it hisses",
        "no pero apesta",
    ],
)
def test_anything_but_no_is_believed(hear, answer: str) -> None:
    heard = hear(DRAIN, (CONFIRM, answer))
    assert [hazard.name for hazard in heard.hazards] == ["gas"]
    assert heard.unsure is None
    assert heard.priority == "P1"


@pytest.mark.parametrize(
    "answer",
    [
        "no",
        "no just the drain",
        "nope",
        "no no",
        "no it's just the drain",
        "i didn't say that",
        "i don't smell gas",
        "not gas",
        "no no se huele a gas",
    ],
)
def test_no_drops_it(hear, answer: str) -> None:
    heard = hear(DRAIN, (CONFIRM, answer))
    assert heard.hazards == ()
    assert heard.unsure is None
    assert heard.situation == "G08"


def test_what_was_dropped_is_not_asked_again_but_is_heard_when_said(hear) -> None:
    assert hear(DRAIN, (CONFIRM, "no"), "that drain with the rotten eggs").unsure is None
    assert hear(DRAIN, (CONFIRM, "no"), "now i smell gas in the hall").hazards[0].name == "gas"


def test_doubt_waits_until_it_is_asked(hear) -> None:
    heard = hear(DRAIN, ("Q_NAME", "john miller"))
    assert heard.unsure is not None
    assert heard.hazards == ()


@pytest.mark.parametrize(
    "said",
    [
        "there was a gas leak last year but it's fixed now i want a tune up",
        "we had a gas leak last year they fixed it now we need a furnace tune up",
        "we had a gas leak last year and it's fixed",
    ],
)
def test_a_repaired_leak_is_asked_about_whatever_is_wanted_now(hear, said: str) -> None:
    heard = hear(said)
    assert heard.unsure is not None and heard.unsure.name == "gas"
    assert heard.hazards == ()
    assert heard.priority != "P1"


@pytest.mark.parametrize(
    "said",
    [
        "there was a gas leak last year it was fixed now i smell it again",
        "there was a gas leak last year but it was fixed now i smell it",
        "there was a gas leak last year it's fixed now it is leaking",
        "we had a gas leak last year and now there is a gas leak in the kitchen",
        "they fixed the furnace last week everything was fine now there's a gas smell",
    ],
)
def test_a_leak_that_came_back_after_its_repair_is_believed(hear, said: str) -> None:
    assert [hazard.name for hazard in hear(said).hazards] == ["gas"]
