"""Rules and models together: either may raise, only the caller's answers lower; what is not sure says so."""

import numpy as np
import pytest

from models.enums import Intent, Priority
from triage.assessment import Context
from triage.call import read_call
from triage.entities.streets import Area
from triage.learned.encoder import HEADS, NONE, Scored
from triage.learned.ensemble import Ensemble, Fusion
from triage.learned.suspicion import WINDOW
from triage.turns import Utterance


class Told:
    """A reader who thinks of every text what the test says: for some heads, a label and its score."""

    def __init__(self, **best: tuple[str, float]) -> None:
        self.best = best

    def read(self, _words: tuple[str, ...], _asked: str | None) -> Scored:
        logits = {head: np.zeros(len(labels), dtype=np.float32) for head, labels in HEADS.items()}
        for head, (label, score) in self.best.items():
            logits[head][HEADS[head].index(label)] = score
        return Scored(logits, ())


class Second:
    """A linear model that hears an emergency in everything, or nothing in anything."""

    def __init__(self, agrees: bool) -> None:
        self.agrees = agrees

    def logits(self, _words: object) -> np.ndarray:
        return np.array([9.0 if self.agrees else -9.0, 0, 0, 0, 0, 0], dtype=np.float32)

    def speaking_for(self, _intent: Intent, _words: object) -> tuple[()]:
        return ()


def trusting(head: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights that repeat what the encoder says of a head."""
    weights = np.zeros((38, len(HEADS[head])))
    start = {"intent": 0, "priority": 18}[head]
    weights[start : start + len(HEADS[head])] = np.eye(len(HEADS[head]))
    return weights, np.zeros(len(HEADS[head]))


@pytest.fixture
def hear():
    def assess(*said, agrees: bool = False, context: Context | None = None, **best: tuple[str, float]):
        fusion = Fusion(
            {head: trusting(head) for head in ("intent", "priority")}, 4.0, {"situation": 1.0, "trade": 1.0}
        )
        models = Ensemble(Told(**best), Second(agrees), fusion)  # type: ignore[arg-type]
        utterances = [Utterance(one) if isinstance(one, str) else Utterance(one[1], one[0]) for one in said]
        return read_call(utterances, context or Context(), area=Area(), models=models, version="v")

    return assess


def test_a_danger_that_only_the_models_hear_is_believed_when_both_are_sure(hear) -> None:
    heard = hear("it is doing that thing again", situation=("G01", 12.0), agrees=True)
    assert [hazard.situation for hazard in heard.hazards] == ["G01"]
    assert (heard.priority, heard.intent, heard.script) == (Priority.P1, Intent.EMERGENCY, "S01")


def test_a_danger_that_one_model_alone_hears_is_asked_about(hear) -> None:
    heard = hear("it is doing that thing again", situation=("G01", 12.0), priority=("P1", 1.0))
    assert heard.hazards == ()
    assert heard.unsure is not None and heard.priority is Priority.P2
    assert any(item.rule == "model:G01" for item in heard.evidence)


def test_a_danger_told_in_answer_to_something_else_is_asked_about(hear) -> None:
    said = ("Q_FLOW", "well my boy just touched that thing and he looks odd")
    heard = hear("it is doing that again", said, situation=("E05", 12.0), agrees=True)
    assert {hazard.situation for hazard in heard.hazards} | {heard.unsure and heard.unsure.situation} >= {"E05"}
    alone = hear(said, situation=("E05", 12.0), agrees=True)
    assert alone.unsure is not None and alone.unsure.situation == "E05"


def test_the_danger_is_heard_in_the_middle_of_a_long_story(hear) -> None:
    class OneSentence(Told):
        def read(self, words: tuple[str, ...], asked: str | None) -> Scored:
            told = Told(situation=("E05", 12.0)) if "numb" in words and len(words) <= WINDOW else Told()
            return told.read(words, asked)

    fusion = Fusion({head: trusting(head) for head in ("intent", "priority")}, 4.0, {"situation": 1.0, "trade": 1.0})
    models = Ensemble(OneSentence(), Second(True), fusion)  # type: ignore[arg-type]
    filler = " ".join(["well you know how it is on a day like that"] * 15)
    text = f"{filler} my boy touched the plate and his arm is numb {filler}"
    heard = read_call([Utterance(text)], Context(), area=Area(), models=models, version="v")
    assert [hazard.situation for hazard in heard.hazards] == ["E05"]


def test_no_to_the_question_leaves_nothing_that_only_the_models_said(hear) -> None:
    sure = {"intent": ("emergency", 9.0), "priority": ("P1", 9.0), "situation": ("G01", 12.0)}
    heard = hear("it is doing that thing again", ("Q_CONFIRM_HAZARD", "no"), **sure)
    assert (heard.hazards, heard.unsure, heard.priority) == ((), None, None)


def test_what_is_urgent_and_has_no_name_is_asked_about(hear) -> None:
    heard = hear("hurry please hurry", intent=("emergency", 9.0), priority=("P1", 9.0))
    assert heard.priority is Priority.P1
    assert heard.ask[:3] == ("Q_SAFE", "Q_CB", "Q_ADDR")


def test_later_talk_of_bills_and_plans_lowers_no_cold_house(hear) -> None:
    calm = {"intent": ("membership", 9.0), "priority": ("P3", 9.0)}
    january = Context(month=1)
    first = hear("we have no heat", context=january, intent=("emergency", 9.0), priority=("P1", 9.0))
    later = hear("we have no heat", "and what does the gold plan cost by the year", context=january, **calm)
    assert (first.priority, later.priority) == (Priority.P1, Priority.P1)


def test_a_danger_that_they_only_suspect_is_asked_about_once(hear) -> None:
    heard = hear("it is doing that thing again", situation=("G01", 4.2))
    assert heard.hazards == ()
    assert heard.unsure is not None and heard.unsure.situation == "G01"
    denied = hear("it is doing that thing again", ("Q_CONFIRM_HAZARD", "no"), situation=("G01", 4.2))
    assert (denied.hazards, denied.unsure) == ((), None)
    silent = hear("it is doing that thing again", ("Q_CONFIRM_HAZARD", ""), situation=("G01", 4.2))
    assert [hazard.situation for hazard in silent.hazards] == ["G01"]


def test_models_that_see_nothing_in_it_take_no_danger_away(hear) -> None:
    heard = hear("i smell gas", intent=("other", 9.0), priority=(NONE, 9.0), situation=(NONE, 9.0))
    assert (heard.priority, heard.intent) == (Priority.P1, Intent.EMERGENCY)
    assert heard.sure


def test_models_may_raise_what_the_rules_found_routine(hear) -> None:
    calm = hear("my faucet drips", intent=("routine", 9.0), priority=("P3", 9.0))
    worse = hear("my faucet drips", intent=("emergency", 9.0), priority=("P1", 9.0))
    assert (calm.priority, worse.priority) == (Priority.P3, Priority.P1)
    assert worse.intent is Intent.EMERGENCY


def test_models_never_lower_what_the_rules_found_urgent(hear) -> None:
    heard = hear("a pipe burst and water is everywhere", intent=("routine", 9.0), priority=("P3", 9.0))
    assert (heard.priority, heard.intent) == (Priority.P1, Intent.EMERGENCY)


def test_what_the_caller_answers_lowers_even_what_the_models_raise(hear) -> None:
    sure = {"intent": ("emergency", 9.0), "priority": ("P1", 9.0), "situation": ("P13", 12.0)}
    assert hear("we have no hot water", **sure).priority is Priority.P1
    answered = hear("we have no hot water", ("Q_ALT", "yes the other heater still works"), **sure)
    assert answered.priority is Priority.P3
    assert answered.intent is Intent.ROUTINE


def test_nothing_likely_is_not_sure(hear) -> None:
    heard = hear("well you know how it is")
    assert not heard.sure
    assert heard.confidence < 0.5


def test_our_own_damage_stays_what_it_is(hear) -> None:
    heard = hear("that man of yours", intent=("other", 9.0), priority=("P1", 9.0), situation=("A06", 12.0))
    assert (heard.situation, heard.intent, heard.priority) == ("A06", Intent.OTHER, Priority.P1)


def test_evidence_counts_the_words_as_they_were_spoken(hear) -> None:
    heard = hear("hello there", "i don't know, it's that i smell gas")
    words = "hello there i don't know, it's that i smell gas".split()
    (hazard,) = heard.hazards
    assert words[hazard.evidence.start : hazard.evidence.end][-1] == "gas"
    assert heard.evidence[-1].rule == "version:v"


def test_what_the_caller_denies_is_not_suspected(hear) -> None:
    heard = hear("it makes that noise again there is no gas smell", situation=("G01", 12.0), agrees=True)
    assert (heard.hazards, heard.unsure) == ((), None)
