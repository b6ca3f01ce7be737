"""A score as a person reads it, in tables, and as a program does, in JSON. Both hold texts: the file is the user's."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from triage.assessment import to_json
from triage.explain import explain
from triage.scoring.entities import EntityFigures
from triage.scoring.faults import Fault
from triage.scoring.figures import Figures
from triage.scoring.run import Run
from triage.scoring.shares import PrecisionRecall, Share

NONE = "–"

Headline = tuple[str, Callable[[Figures], Share | float | None]]

HEADLINES: tuple[Headline, ...] = (
    ("intent right", lambda one: one.accuracy),
    ("macro-F1 over the intents", lambda one: one.macro_f1),
    ("emergency recall", lambda one: one.intents["emergency"].recall),
    ("emergency precision", lambda one: one.intents["emergency"].precision),
    ("LIFE_SAFETY recall: P1", lambda one: one.life_safety),
    ("LIFE_SAFETY recall: P1 or asked", lambda one: one.life_safety_or_asked),
    ("near misses raised to P1", lambda one: one.near_misses_raised),
    ("priority exact", lambda one: one.priority),
    ("situation exact", lambda one: one.situation),
    ("situation among the first three", lambda one: one.situation_among),
    ("trade exact", lambda one: one.trade),
    ("calibration error (ECE)", lambda one: one.calibration.ece),
    ("phone number exact", lambda one: one.entities.phone if one.entities else None),
    ("house number and street exact", lambda one: one.entities.door if one.entities else None),
    ("entities F1, exact", lambda one: one.entities.all.exact.f1 if one.entities else None),
    ("entities F1, partial", lambda one: one.entities.all.partial.f1 if one.entities else None),
)


def as_json(runs: Sequence[Run], *, version: str, loaded_mb: float) -> dict[str, Any]:
    """Every figure, unrounded. `loaded_mb` is the memory once the models were there, before any text."""
    return {
        "version": version,
        "loaded_mb": loaded_mb,
        "runs": [
            {
                "noise": one.noise,
                "figures": to_json(one.figures),
                "cost": to_json(one.cost),
                "worst": [_fault(fault) for fault in one.worst],
            }
            for one in runs
        ],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    one = fault.outcome
    labelled = one.text.model_dump(mode="json", exclude_unset=True)
    return {
        "wrong": list(fault.wrong),
        "heard": one.heard,
        "labelled": labelled,
        "assessment": to_json(one.assessment),
    }


def show(runs: Sequence[Run], console: Console, *, version: str, loaded_mb: float) -> None:
    """Print the headlines of all runs side by side, then each run's tables and its worst errors."""
    console.print(_headlines(runs, version, loaded_mb))
    for one in runs:
        console.rule(_name(one), align="left")
        figures = one.figures
        tables = [_intents(figures), _confusion(figures), _calibration(figures), _hazards(figures)]
        tables += [_entities(figures.entities)] if figures.entities else []
        for table in tables:
            console.print(table)
        for number, fault in enumerate(one.worst, start=1):
            _show_fault(console, number, fault)


def _name(run: Run) -> str:
    return f"{run.noise:.0%} of the words wrong" if run.noise else "as they are"


def _table(*columns: str, title: str) -> Table:
    """A table whose first column is words and the others figures."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table


def _figure(value: Share | float | None) -> str:
    if isinstance(value, Share):
        return NONE if value.share is None else f"{value.share:.3f} {value.low:.3f}–{value.high:.3f}"
    return NONE if value is None else f"{value:.3f}"


def headline_table(columns: Mapping[str, Figures], *, title: str) -> Table:
    """The headlines of several scores of the same texts, side by side."""
    table = _table("", "of", *columns, title=title)
    for name, figure in HEADLINES:
        found = [figure(figures) for figures in columns.values()]
        of = f"{found[0].of:,}" if isinstance(found[0], Share) else ""
        table.add_row(name, of, *map(_figure, found))
    return table


def _headlines(runs: Sequence[Run], version: str, loaded_mb: float) -> Table:
    title = f"{runs[0].figures.n:,} texts, rules and model {version}; shares with their 95 % intervals (Wilson)"
    table = headline_table({_name(one): one.figures for one in runs}, title=title)
    table.add_section()
    for share, name in (("p50_ms", "p50"), ("p99_ms", "p99")):
        times = (f"{getattr(one.cost, share):.2f} ms" for one in runs)
        table.add_row(f"processor time of one text, {name}", "", *times)
    table.add_row("memory, models loaded", "", f"{loaded_mb:.0f} MB")
    table.add_row("memory, at most so far", "", *(f"{one.cost.memory_mb:.0f} MB" for one in runs))
    return table


def _rates(found: PrecisionRecall) -> tuple[str, str, str]:
    return _figure(found.precision), _figure(found.recall), _figure(found.f1)


def _intents(figures: Figures) -> Table:
    table = _table("intent", "texts", "precision", "recall", "F1", title="Intents")
    for name, found in figures.intents.items():
        table.add_row(name, str(found.recall.of), *_rates(found))
    return table


def _confusion(figures: Figures) -> Table:
    table = _table("is (down), answered (across)", *figures.confusion, title="Confusion")
    for label, answers in figures.confusion.items():
        table.add_row(label, *(str(count or "·") for count in answers.values()))
    return table


def _calibration(figures: Figures) -> Table:
    title = f"Confidence in the intent and share that is right; ECE {figures.calibration.ece:.3f}"
    table = _table("confidence", "texts", "mean confidence", "right", title=title)
    for one in figures.calibration.bins:
        table.add_row(f"{one.low:.1f}–{one.high:.1f}", str(one.right.of), _figure(one.confidence), _figure(one.right))
    return table


def _hazards(figures: Figures) -> Table:
    table = _table("danger", "there", "heard", "asked", "missed", "false alarms", "where none is", title="Dangers")
    for name, one in figures.hazards.items():
        counts = (one.there, one.heard, one.asked, one.missed, one.false_alarms, one.on_safe)
        table.add_row(name, *(str(count or "·") for count in counts))
    return table


def _entities(figures: EntityFigures) -> Table:
    title = f"Entities of {figures.texts:,} texts: exact, then partial"
    table = _table("kind", "there", "found", "P", "R", "F1", "P", "R", "F1", title=title)
    for name, one in (*figures.kinds.items(), ("all", figures.all)):
        rates = (
            rate for found in (one.exact, one.partial) for rate in (found.precision.share, found.recall.share, found.f1)
        )
        there, taken = one.exact.recall.of, one.exact.precision.of
        table.add_row(name, str(there), str(taken), *map(_figure, rates))
    return table


def _show_fault(console: Console, number: int, fault: Fault) -> None:
    """One error: what is wrong, the words, and why we thought so."""
    one = fault.outcome
    console.print(Text(f"{number}. {'; '.join(fault.wrong)}", style="bold red"), soft_wrap=True)
    console.print(Text(f"   {one.heard}"), soft_wrap=True)
    if one.heard != one.text.text:
        console.print(Text(f"   said: {one.text.text}", style="dim"), soft_wrap=True)
    console.print(Padding(Text(explain(one.assessment), style="dim"), (0, 0, 1, 3)))
