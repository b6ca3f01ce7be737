"""`firstring triage`: lines of text, or JSON lines, to JSON lines; to words with --explain; to a score with --score."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from triage.assessment import Address, Assessment, Context, Entities
from triage.explain import explain as explained
from triage.rules.answers import CONFIRM
from triage.triage import Triage, Utterance

SLOTS = ("name", "callback", "problem", "equipment", "onset", "access", "window", "account", "po", "brand", "age",
         "claim", "role", "place")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input."""

    id: str
    text: str
    context: Context


class BadLineError(ValueError):
    """A line that cannot be read; the text says which and why, never what it held."""


def _text(value: object) -> str:
    """A text that can be written: half a pair of UTF-16, which JSON can hold, becomes a question mark."""
    return str(value).encode(errors="replace").decode()


def _month(value: Any) -> int:
    month = int(value)
    if month not in range(1, 13):
        raise ValueError
    return month


def _degrees(value: Any) -> float:
    degrees = float(value)
    if not isfinite(degrees):
        raise ValueError
    return degrees


_CONTEXT: dict[str, Callable[[Any], Any]] = {
    "asked": _text, "caller": _text, "month": _month, "outdoor_f": _degrees, "heat_index_f": _degrees,
}  # fmt: skip


def read_line(number: int, line: str) -> Line:
    """A line of text, or a JSON object with `text` and optionally `id`, `caller` and `context`.

    `context` is an object with any of asked, caller, month, outdoor_f, heat_index_f; or the id of the question.
    Raises BadLineError.
    """
    if not line.lstrip().startswith("{"):
        return Line(str(number), _text(line.strip()), Context())
    try:
        return _read_object(number, line)
    except RecursionError:
        raise BadLineError(f"line {number} is nested too deeply") from None


def _read_object(number: int, line: str) -> Line:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as wrong:
        raise BadLineError(f"line {number} is not JSON: {wrong.msg} at character {wrong.pos}") from None
    except ValueError:  # the interpreter reads no integer of more than 4,300 digits
        raise BadLineError(f"line {number} holds a number that is too long") from None
    if not isinstance(row.get("text"), str):
        raise BadLineError(f"line {number} has no text")
    given = row.get("context") or {}
    given = {"asked": given} if isinstance(given, str) else given
    if not isinstance(given, dict):
        raise BadLineError(f"line {number}: context is neither an object nor a question's id")
    known: dict[str, Any] = {"caller": row.get("caller")} | given
    values = {key: _value(number, key, known[key]) for key in _CONTEXT if known.get(key) is not None}
    return Line(_text(row.get("id", number)), _text(row["text"]), Context(**values))


def _value(number: int, key: str, given: object) -> Any:
    try:
        return _CONTEXT[key](given)
    except (TypeError, ValueError, OverflowError):
        raise BadLineError(f"line {number}: {key} of context is not of its kind") from None


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
        "ask": [*([CONFIRM] if assessment.unsure else []), *assessment.ask],
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
    score: Annotated[Path | None, typer.Option(help="Measure it on labelled texts, JSON lines, instead.")] = None,
    plot: Annotated[Path | None, typer.Option(help="With --score: write the reliability diagram, a PNG.")] = None,
    noise: Annotated[
        list[float] | None,
        typer.Option(min=0.0, max=1.0, help="With --score: also with this share of the words wrong, 0.1; repeatable."),
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="With --score: how many of the worst errors to show.")] = 20,
    json_output: Annotated[
        bool, typer.Option("--json", help="With --score: every figure as JSON; lines are JSON anyway.")
    ] = False,
) -> None:
    """Understand what callers said: intent, priority, trade, situation, dangers, entities and the evidence."""
    if score is not None:
        if source is not None or explain:
            raise typer.BadParameter("--score reads its own file: neither SOURCE nor --explain goes with it")
        return _score(score, plot=plot, noises=noise or (), count=worst, in_json=json_output)
    if plot is not None or noise:
        raise typer.BadParameter("--plot and --noise go with --score")
    engine = Triage.load()
    try:
        if source is None:
            _print(answers(sys.stdin, engine, in_words=explain))
        elif " " in source and not os.path.exists(source):
            _print(answers([source], engine, in_words=explain))
        else:
            with Path(source).open(encoding="utf-8") as lines:
                _print(answers(lines, engine, in_words=explain))
    except UnicodeDecodeError:
        typer.echo("triage: the input is not UTF-8", err=True)
        raise typer.Exit(2) from None
    except (BadLineError, OSError) as wrong:
        typer.echo(f"triage: {wrong}", err=True)
        raise typer.Exit(2) from None


def _score(path: Path, *, plot: Path | None, noises: Sequence[float], count: int, in_json: bool) -> None:
    from triage.scoring.cli import NoPlotError, score_file
    from triage.texts import BadTextError

    try:
        score_file(path, noises=noises, count=count, plot=plot, in_json=in_json)
    except (BadTextError, NoPlotError, OSError) as wrong:
        typer.echo(f"triage: {wrong}", err=True)
        raise typer.Exit(2) from None


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
