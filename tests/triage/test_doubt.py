"""The one question about a danger in doubt: believed unless denied."""

import pytest

from triage.answers import CONFIRM

DRAIN = "the drain smells like rotten eggs"


@pytest.mark.parametrize("answer", ["yes", "i think so", "maybe", "what", "i don't know", "um the kitchen", ""])
def test_anything_but_no_is_believed(hear, answer: str) -> None:
    heard = hear(DRAIN, (CONFIRM, answer))
    assert [hazard.name for hazard in heard.hazards] == ["gas"]
    assert heard.unsure is None
    assert heard.priority == "P1"


@pytest.mark.parametrize("answer", ["no", "no just the drain", "nope", "i didn't say that", "not gas"])
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
