"""The reference texts of the audio fixtures come out as a CSR would write them down."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from triage.assessment import Assessment, Context

AUDIO = Path(__file__).parents[2] / "fixtures" / "audio"


def _rows(file: str, key: str) -> list[dict[str, Any]]:
    path = AUDIO / file
    return tomllib.loads(path.read_text("utf-8"))[key] if path.exists() else []


UTTERANCES, CALLS = _rows("utterances.toml", "utterance"), _rows("calls.toml", "call")
IN_DOUBT = {"near_gas_leak_last_year"}
"""Asked about first, so neither priority nor trade is settled by the sentence alone."""


def agree(expected: dict[str, Any], heard: Assessment, *, settled: bool = True) -> None:
    assert heard.intent == expected["intent"]
    if settled:
        assert heard.priority == expected.get("priority")
        assert heard.trade == expected.get("trade")
    assert heard.situation == expected.get("situation")
    assert set(expected.get("hazards", [])) <= {hazard.name for hazard in heard.hazards}
    if expected.get("near_miss"):
        assert heard.priority != "P1"
        assert heard.hazards == ()
    told = heard.entities
    if "name" in expected:
        assert told.name is not None and told.name.value == expected["name"]
    for part, value in expected.get("address", {}).items():
        assert told.address is not None and getattr(told.address, part) == value


@pytest.mark.parametrize("row", UTTERANCES, ids=lambda row: row["id"])
def test_utterance(hear, row: dict[str, Any]) -> None:
    heard = hear((row.get("asked"), row["text"]), context=Context(caller="+15125550199"))
    if "intent" in row:
        agree(row, heard, settled=row["id"] not in IN_DOUBT)
    else:
        assert heard.hazards == ()
    assert set(row.get("signals", [])) <= heard.signals
    if "callback" in row:
        assert heard.entities.callback is not None and heard.entities.callback.value == row["callback"]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call["id"])
def test_call(hear, call: dict[str, Any]) -> None:
    said = [(turn.get("answers"), turn["text"]) for turn in call["turn"]]
    context = Context(caller=call.get("caller"))
    agree(call["expect"], hear(*said, context=context))
    signals = {signal for n in range(len(said)) for signal in hear(*said[: n + 1], context=context).signals}
    assert set(call["expect"].get("signals", [])) <= signals
