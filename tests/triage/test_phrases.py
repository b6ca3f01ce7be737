"""Every phrase of every row of situations.json comes to its row and priority, written and as spoken."""

import pytest

from models.enums import Intent, Priority
from tests.triage.spoken import as_spoken
from triage.situations import SITUATIONS, Situation

PHRASES = [(row, phrase) for row in SITUATIONS.values() for phrase in row.phrases]

NOT_WORDS = {
    "I'm in <ZIP not served>": "whether a ZIP is served is the company's profile, not the caller's words",
    "(no speech)": "there are no words",
    "(other language)": "there are no words",
}
OTHER_ROW = {"tech flooded my kitchen": "P01", "won't reset": "E15"}
"""Active damage leads (A06: "active damage -> trade row first"); A06 is matched behind it. What will not reset may as
well be an outlet as a breaker, where it has no name."""

forms = pytest.mark.parametrize("form", [str, as_spoken], ids=["written", "spoken"])
RAISED = {"utility won't reconnect until fixed"}
"""What the row's own modifiers make a P1: the power is off."""

each = pytest.mark.parametrize(("row", "phrase"), PHRASES, ids=[f"{row.id} {phrase}" for row, phrase in PHRASES])


@forms
@each
def test_phrase_comes_to_its_row(hear, row: Situation, phrase: str, form) -> None:
    if phrase in NOT_WORDS:
        pytest.skip(NOT_WORDS[phrase])
    heard = hear(form(phrase))
    assert heard.situation == OTHER_ROW.get(phrase, row.id)
    assert row.id in heard.situations
    assert heard.priority == (Priority.P1 if phrase in RAISED else row.priority)
    if phrase not in OTHER_ROW:
        assert heard.trade == row.trade
        assert heard.script == (None if row.script == "S00" else row.script)
        urgent = heard.hazards or phrase in RAISED
        assert heard.intent == (Intent.EMERGENCY if urgent else row.owner_intent)


@each
def test_life_safety_phrase_is_a_danger_while_it_is_spoken(engine, row: Situation, phrase: str) -> None:
    from triage.assessment import Context

    heard = engine.listen(phrase, Context())
    if row.life_safety:
        assert heard and heard[0].script == row.script
        assert heard[0].life_safety
    elif row.priority is not Priority.P1 and phrase not in OTHER_ROW:
        assert heard == ()
