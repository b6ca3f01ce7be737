"""The models that ship: what each makes of words, and that together they are calibrated and bounded."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.enums import Intent
from triage.learned.encoder import HEADS, LONGEST, Encoder, prepare
from triage.learned.ensemble import Ensemble, RulesSay
from triage.learned.linear import LinearClassifier
from triage.words.normalise import words_of

HELD_OUT = [json.loads(line) for line in (Path(__file__).parent / "data" / "heldout.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def models() -> Ensemble:
    return Ensemble.load()


def test_chances_add_up_and_cover_the_six_intents(models) -> None:
    scores = models.judge(words_of("how much for a new furnace"), None, RulesSay())
    assert set(scores.intents) == set(Intent)
    for chances in (scores.intents, scores.rows, scores.priorities, scores.trades):
        assert sum(chances.values()) == pytest.approx(1, abs=1e-5)
    assert scores.best()[0] is Intent.QUOTE
    assert scores.evidence[0].rule == "model:quote"


def test_no_words_no_scores(models) -> None:
    assert models.judge((), None, RulesSay()).best() == (Intent.OTHER, 0.0)
    assert models.spans((), None) == ()


def test_what_the_rules_are_sure_of_raises_the_chance(models) -> None:
    words = words_of("it is doing that thing by the stove again")
    alone = models.judge(words, None, RulesSay())
    told = models.judge(words, None, RulesSay(Intent.EMERGENCY, danger=True))
    assert told.intents[Intent.EMERGENCY] > alone.intents[Intent.EMERGENCY]


def test_the_words_behind_an_intent_are_shown_at_their_place(models) -> None:
    words = words_of("yeah hi um a quote for a tankless water heater")
    shown = [item for item in models.linear.speaking_for(Intent.QUOTE, words) if "quote" in item.words]
    assert shown
    assert all(" ".join(words[item.start : item.end]) == item.words for item in shown)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises((ValueError, OSError)):
        LinearClassifier.load(b"not a model")


def test_a_name_and_a_number_are_found_where_they_were_said(models) -> None:
    words = words_of("my name is maria gonzalez and my number is nine oh four five five five oh one two three")
    found = {span.kind: words[span.start : span.end] for span in models.spans(words, None)}
    assert found["name"] == ("maria", "gonzalez")
    assert " ".join(found["phone"]) == "nine oh four five five five oh one two three"


def test_a_ramble_of_any_length_is_read(models) -> None:
    reader = models.encoder
    words = words_of("well you know " * 400 + "i smell gas")
    pieces = prepare(reader.tokenizer, words, "Q_PROB")
    assert len(pieces.ids) == LONGEST
    assert max(pieces.first) == len(words) - 1
    assert set(reader.read(words).logits) == set(HEADS)


def test_the_same_words_are_read_once(models) -> None:
    reader = Encoder.load()
    first = reader.read(("no", "heat"), None)
    assert reader.read(("no", "heat"), None) is first


def test_the_linear_model_alone_does_better_than_chance_on_texts_it_never_saw(models) -> None:
    order = models.linear.intents
    right = sum(order[int(models.linear.logits(words_of(row["text"])).argmax())] == row["intent"] for row in HELD_OUT)
    assert right / len(HELD_OUT) >= 0.8


def test_together_with_the_rules_they_are_right_on_texts_they_never_saw(hear) -> None:
    heard = [(row, hear(row["text"])) for row in HELD_OUT]
    assert sum(a.intent == row["intent"] for row, a in heard) / len(heard) >= 0.95
    assert np.mean([a.priority == row.get("priority") for row, a in heard]) >= 0.95
