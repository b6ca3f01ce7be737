"""Labelled texts and what was understood of them, made by hand."""

import json
from typing import Any

from models.enums import Intent, Priority, Trade
from triage.assessment import Assessment, Evidence, Hazard
from triage.rules.hazards import make_hazard
from triage.scoring.figures import Outcome, dangers_of
from triage.texts import LabelledText, read_texts


def label(text: str = "hello", intent: str = "other", **labels: Any) -> LabelledText:
    """A text of the format, through its reader."""
    return next(read_texts([json.dumps({"text": text, "intent": intent, **labels})]))


def danger(situation: str) -> Hazard:
    """The danger that a situation is, heard."""
    return make_hazard(min(dangers_of(situation)), situation, Evidence("hazard:test"))


def outcome(text: LabelledText, intent: str = "other", priority: str | None = None, **understood: Any) -> Outcome:
    """The text, and what was understood."""
    urgency = None if priority is None else Priority(priority)
    return Outcome(text, text.text, Assessment(intent=Intent(intent), priority=urgency, **understood))


def perfect(text: LabelledText) -> Outcome:
    """The text, understood as labelled, and sure."""
    row = text.situation
    return outcome(
        text,
        text.intent,
        text.priority,
        trade=None if text.trade is None else Trade(text.trade),
        situation=row,
        situations=(row,) if row else (),
        hazards=(danger(row),) if dangers_of(row) else (),
        confidence=1.0,
    )
