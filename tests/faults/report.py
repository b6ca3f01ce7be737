"""The storm's table, and the line under it while a case runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tests.faults.count import Figures
from tests.faults.missed_count import MissedFigures

HEADS = ("case", "runs", "pages", "deaths", "crashes", "lost", "doubled", "unmarked", "after yes", "crossed",
         "p50 s", "p99 s", "max s", "step s", "took s")  # fmt: skip

MISSED_HEADS = ("case", "callers", "calls", "texts", "deaths", "crashes", "unheard", "lost", "doubled", "unmarked",
                "p50 s", "p99 s", "max s", "untold", "max s", "took s")  # fmt: skip

F = TypeVar("F", Figures, MissedFigures)


@dataclass(frozen=True, slots=True)
class Board:
    """How a case stands: so many of all begun and taken, requests to Twilio, processes killed."""

    case: str
    begun: int
    taken: int
    all: int
    asked: int
    deaths: int
    words: tuple[str, str] = ("begun", "taken")


def table(
    done: Sequence[Figures], missed: Sequence[MissedFigures], running: Board | None, cases: int
) -> RenderableType:
    """What is known so far: pages, and texts to missed callers. A broken promise is red."""
    rows: list[RenderableType] = []
    if done or not missed:
        sums = ("escalations", "pages", "deaths", "crashes", "lost", "doubled", "unmarked", "after_yes", "crossed")
        rows.append(_sheet(f"The storm, {len(done) + len(missed)} of {cases} cases", HEADS, done, cells, sums))
    if missed:
        sums = ("callers", "calls", "texts", "deaths", "crashes", "unheard", "lost", "doubled", "unmarked")
        rows.append(_sheet("Texts to missed callers", MISSED_HEADS, missed, missed_cells, sums))
    every: list[Figures | MissedFigures] = [*done, *missed]
    rows += [Text(f"{one.case}: {', '.join(one.broken)}", style="red") for one in every if one.broken]
    if running:
        begun = f"{running.begun}/{running.all} {running.words[0]}, {running.taken} {running.words[1]}"
        rows.append(Text(f"▶ {running.case}: {begun}, {running.asked} requests, {running.deaths} deaths", style="cyan"))
    return Group(*rows)


def _sheet(
    title: str, heads: Sequence[str], done: Sequence[F], row: Callable[[F], tuple[str, ...]], sums: Sequence[str]
) -> Table:
    shown = Table(title=title, title_justify="left", header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=0)
    for place, head in enumerate(heads):
        shown.add_column(head, justify="left" if place == 0 else "right", no_wrap=place == 0)
    for one in done:
        shown.add_row(*row(one), style="bold red" if one.broken else "")
    if len(done) > 1:
        totals = [sum(getattr(one, name) for one in done) for name in sums]
        shown.add_section()
        shown.add_row("all", *map(str, totals), style="bold")
    return shown


def cells(one: Figures) -> tuple[str, ...]:
    """One row."""
    counts = (one.escalations, one.pages, one.deaths, one.crashes, one.lost)
    wrong = (one.doubled, one.unmarked, one.after_yes, one.crossed)
    times = (one.late_p50, one.late_p99, one.late_max, one.step_late)
    return (one.case, *map(str, counts + wrong), *(f"{value:.2f}" for value in times), f"{one.seconds:.0f}")


def missed_cells(one: MissedFigures) -> tuple[str, ...]:
    """One row."""
    counts = (one.callers, one.calls, one.texts, one.deaths, one.crashes, one.unheard, one.lost, one.doubled)
    late = [f"{value:.2f}" for value in (one.late_p50, one.late_p99, one.late_max)]
    return (
        one.case,
        *map(str, (*counts, one.unmarked)),
        *late,
        str(one.untold),
        f"{one.untold_max:.2f}",
        f"{one.seconds:.0f}",
    )
