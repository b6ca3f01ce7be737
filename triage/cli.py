"""`firstring triage`: lines of text, or JSON lines, to JSON lines; or to words with --explain."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from triage.assessment import Address, Assessment, Context, Entities
from triage.explain import explain as explained
from triage.triage import Triage, Utterance

SLOTS = ("name", "callback", "problem", "equipment", "onset", "access", "window", "account", "po")
_CONTEXT = {"asked": str, "caller": str, "month": int, "outdoor_f": float, "heat_index_f": float}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input."""

    id: str
    text: str
    context: Context


class BadLineError(ValueError):
    """A line that cannot be read; the text says which and why, never what it held."""


def read_line(number: int, line: str) -> Line:
    """A line of text, or a JSON object with `text` and optionally `id`, `caller` and `context`.

    `context` is an object with any of asked, caller, month, outdoor_f, heat_index_f; or the id of the question.
    Raises BadLineError.
    """
    if not line.lstrip().startswith("{"):
        return Line(str(number), line.strip(), Context())
    try:
        row = json.loads(line)
    except json.JSONDecodeError as wrong:
        raise BadLineError(f"line {number} is not JSON: {wrong.msg} at character {wrong.pos}") from None
    if not isinstance(row.get("text"), str):
        raise BadLineError(f"line {number} has no text")
    given = row.get("context") or {}
    given = {"asked": given} if isinstance(given, str) else given
    if not isinstance(given, dict):
        raise BadLineError(f"line {number}: context is neither an object nor a question's id")
    known: dict[str, Any] = {"caller": row.get("caller")} | given
    try:
        values = {key: kind(known[key]) for key, kind in _CONTEXT.items() if known.get(key) is not None}
    except (TypeError, ValueError):
        raise BadLineError(f"line {number}: a value of context is not of its kind") from None
    return Line(str(row.get("id", number)), row["text"], Context(**values))


def as_row(line_id: str, assessment: Assessment) -> dict[str, Any]:
    """The public form of an assessment."""
    return {
        "id": line_id,
        "intent": assessment.intent,
        "priority": assessment.priority,
        "trade": assessment.trade,
        "situation": assessment.situation,
        "hazards": [hazard.name for hazard in assessment.hazards],
        "script": assessment.script,
        "confidence": assessment.confidence,
        "entities": _entities(assessment.entities),
        "evidence": [
            {"rule": item.rule, "words": item.words, "start": item.start, "end": item.end, "score": item.score}
            for item in assessment.evidence
        ],
        "ask": list(assessment.ask),
    }


def _entities(entities: Entities) -> dict[str, Any]:
    found: dict[str, Any] = {name: slot.value if (slot := getattr(entities, name)) else None for name in SLOTS}
    address = entities.address or Address()
    parts = {part: getattr(address, part) for part in ("number", "street", "unit", "city", "state", "zip")}
    return found | {"address": parts}


def answers(lines: Iterable[str], engine: Triage, *, in_words: bool) -> Iterator[str]:
    """One answer for each line that is not empty, as soon as it is read. Raises BadLineError."""
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        line = read_line(number, text)
        assessment = engine.assess([Utterance(line.text, line.context.asked)], line.context)
        if in_words:
            yield f"{line.text}\n  {explained(assessment)}\n"
        else:
            yield json.dumps(as_row(line.id, assessment), ensure_ascii=False)


def triage(
    source: Annotated[
        str | None, typer.Argument(help="A file of text or JSON lines, or one text; standard input when absent.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, in words.")] = False,
) -> None:
    """Understand what callers said: intent, priority, trade, situation, dangers, entities and the evidence."""
    engine = Triage.load()
    try:
        if source is None:
            _print(answers(sys.stdin, engine, in_words=explain))
        elif " " in source and not Path(source).exists():
            _print(answers([source], engine, in_words=explain))
        else:
            with Path(source).open(encoding="utf-8") as lines:
                _print(answers(lines, engine, in_words=explain))
    except (BadLineError, OSError) as wrong:
        typer.echo(f"triage: {wrong}", err=True)
        raise typer.Exit(2) from None


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
