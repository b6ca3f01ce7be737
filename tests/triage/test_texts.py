"""The format of labelled texts."""

import json
from pathlib import Path

import pytest

from models.enums import Intent, Priority, Trade
from triage.assessment import Context
from triage.texts import BadTextError, Kind, load_texts, read_texts

FULL = {
    "text": "Hi, it's Ann Lee at 412 Maple, I smell gas.",
    "intent": "emergency",
    "priority": "P1",
    "trade": "gas",
    "situation": "G01",
    "asked": "Q_PROB",
    "family": "G01-a",
    "voice": "calm",
    "entities": [{"kind": "name", "spoken": "Ann Lee"}, {"kind": "number", "spoken": "412", "value": "412"}],
    "caller": "+15125550123",
    "context": {"month": 1, "outdoor_f": 20},
}


def read(**row: object) -> object:
    return next(read_texts([json.dumps({"text": "secret words", "intent": "other"} | row)]))


def test_a_line_with_everything_is_read() -> None:
    one = next(read_texts([json.dumps(FULL)]))
    assert (one.intent, one.priority, one.trade, one.situation) == (
        Intent.EMERGENCY, Priority.P1, Trade.GAS, "G01",
    )  # fmt: skip
    assert one.light == Context(asked="Q_PROB", caller="+15125550123", month=1, outdoor_f=20.0)
    assert one.life_safety
    assert one.entities is not None and [entity.kind for entity in one.entities] == [Kind.NAME, Kind.NUMBER]


def test_text_and_intent_are_enough_and_null_is_a_label() -> None:
    bare, null = read_texts(['{"text": "a", "intent": "other"}', "", '{"text":"a","intent":"other","priority":null}'])
    assert not bare.labelled("priority") and null.labelled("priority")
    assert bare.entities is None and not bare.life_safety and bare.light == Context()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("the cooler's out", "cooler"), ("It's 412 O'Hara St.", "o'hara st"), ("Call 5 (five)", "5 five")],
)
def test_entities_are_words_of_the_text_however_they_are_written(text: str, spoken: str) -> None:
    assert read(text=text, entities=[{"kind": "problem", "spoken": spoken}])


@pytest.mark.parametrize("context", ["Q_CB", {"asked": "Q_CB"}])
def test_context_may_be_the_question(context: object) -> None:
    assert read(context=context).light.asked == "Q_CB"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"intent": "panic secret"}, "intent"),
        ({"text": " "}, "text"),
        ({"text": 5}, "text"),
        ({"priority": "P4"}, "priority"),
        ({"trade": "roofing"}, "trade"),
        ({"situation": "Z99"}, "situation"),
        ({"situtation": "G01"}, "situtation"),
        ({"asked": "secret"}, "asked"),
        ({"asked": "Q_CB", "context": "Q_ADDR"}, "asked"),
        ({"context": {"month": "secret"}}, "context.month"),
        ({"context": {"weather": 1}}, "context.weather"),
        (
            {"entities": [{"kind": "name", "spoken": "secret words"}, {"kind": "shoe", "spoken": "a"}]},
            "entities.1.kind",
        ),
        ({"entities": [{"kind": "name", "spoken": "ann"}]}, "entities.0.spoken"),
        ({"entities": [{"kind": "name", "spoken": "word"}]}, "entities.0.spoken"),
        ({"entities": [{"kind": "name"}]}, "entities.0.spoken"),
    ],
)
def test_a_wrong_line_names_its_field_and_not_its_words(row: dict[str, object], field: str) -> None:
    with pytest.raises(BadTextError, match=rf"^line 1, .*{field}") as wrong:
        read(**row)
    assert "secret" not in str(wrong.value).replace(field, "")
    assert wrong.value.__cause__ is None


def test_a_line_that_is_no_json_is_named() -> None:
    with pytest.raises(BadTextError, match=r"^line 3, Invalid JSON: .* column ") as wrong:
        list(read_texts(['{"text": "a", "intent": "other"}', "", '{"text": "secret']))
    assert "secret" not in str(wrong.value)


def test_a_file_may_begin_with_a_mark_and_must_hold_texts(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text('{"text": "a", "intent": "other"}\n', encoding="utf-8-sig")
    assert [one.text for one in load_texts(file)] == ["a"]
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(BadTextError, match="not UTF-8"):
        load_texts(file)
    file.write_text("\n")
    with pytest.raises(BadTextError, match="no texts"):
        load_texts(file)
