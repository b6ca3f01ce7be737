"""What raises a priority, what may lower it, and what never does."""

import pytest

from triage.rules.priority import load_modifiers
from triage.situations import QUESTIONS, SITUATIONS


@pytest.mark.parametrize(
    ("said", "priority", "leads"),
    [
        (["no hot water"], "P1", "P13"),
        (["no hot water", ("Q_ALT", "yes the other one works")], "P3", "P13"),
        (["no hot water", ("Q_VULN", "yes a baby"), ("Q_ALT", "yes")], "P1", "P13"),
        (["guest bathroom toilet is clogged", ("Q_ALT", "yes we have another one")], "P3", "P09"),
        (["guest bathroom toilet is clogged", ("Q_ALT", "no that's the only one")], "P1", "P08"),
        (["leak under the sink i have a bucket", ("Q_SHUT", "yes i closed it")], "P3", "P17"),
        (["leak under the sink", ("Q_NEARELEC", "yes it's by the outlet")], "P1", "P05"),
        (["my co detector chirps every minute", ("Q_COPAT", "it's just one short chirp")], "P3", "G06"),
        (["my co detector chirps every minute", ("Q_COPAT", "four loud beeps over and over")], "P1", "G04"),
        (["my co detector chirps every minute", ("Q_COPAT", "i'm not sure")], "P1", "G04"),
        (["my co detector chirps every minute", ("Q_SYMP", "yes i have a headache")], "P1", "G05"),
        (["breaker keeps tripping", ("Q_SMOKE", "yes it's hot")], "P1", "E02"),
        (["breaker keeps tripping", ("Q_SMOKE", "no nothing like that")], "P2", "E10"),
        (["all the drains are backing up", ("Q_VULN", "yes she's eighty five")], "P1", "P07"),
        (["sink drains slow", ("Q_FIX", "all of them")], "P2", "P07"),
        (["toilet won't stop overflowing", ("Q_FLOW", "it stopped"), ("Q_SHUT", "yes")], "P2", "P10"),
        (["the pipe burst", ("Q_FLOW", "it stopped"), ("Q_SHUT", "yes")], "P1", "P01"),
        (["sewage coming up the shower", ("Q_FLOW", "no")], "P1", "P06"),
        (["i smell gas", ("Q_SAFE", "no everyone is fine"), ("Q_ALT", "yes")], "P1", "G01"),
        (["no power but neighbors have it", ("Q_NEIGH", "actually they are out too"), ("Q_VULN", "no")], "P3", "E06"),
        (["no power but neighbors have it", ("Q_NEIGH", "they are out too")], "P1", "E06"),
        (["kitchen sink leaks a little", "now the basement is flooding"], "P1", "P04"),
        (["sink drains slow"], "P3", "P19"),
    ],
)
def test_answers_change_the_priority_as_the_row_says(hear, said, priority, leads) -> None:
    heard = hear(*said)
    assert (heard.priority, heard.situation) == (priority, leads)


def test_a_yes_about_people_or_danger_is_not_taken_back(hear) -> None:
    heard = hear("no hot water and i have a newborn", ("Q_VULN", "no"), ("Q_ALT", "yes"))
    assert heard.vulnerable is True
    assert heard.priority == "P1"


def test_only_answers_to_the_rows_own_questions_lower_it() -> None:
    for modifier in load_modifiers():
        for row in modifier.rows:
            usual = SITUATIONS[row].priority
            assert usual is not None
            if modifier.to is not None and modifier.to > usual:
                asked = {"Q_VULN" if key == "vulnerable" else key for key in modifier.when}
                assert asked <= set(SITUATIONS[row].questions), (row, asked)
                assert not SITUATIONS[row].life_safety


def test_modifiers_speak_of_rows_and_questions_that_exist() -> None:
    for modifier in load_modifiers():
        assert modifier.rows <= set(SITUATIONS)
        assert modifier.adds is None or modifier.adds in SITUATIONS
        assert (modifier.adds is None) != (modifier.to is None)
        assert {*modifier.when, *modifier.unless} <= {*QUESTIONS, "vulnerable"}


def test_added_danger_is_a_danger_with_its_script(hear) -> None:
    heard = hear("water is dripping through the ceiling", ("Q_NEARELEC", "yes right over the panel"))
    assert [hazard.name for hazard in heard.hazards] == ["water_electric", "water"]
    assert heard.script == "S07"
