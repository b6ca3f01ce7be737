"""The storm's table, and the line under it while a case runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tests.faults.count import Figures

HEADS = ("case", "runs", "pages", "deaths", "crashes", "lost", "doubled", "unmarked", "after yes", "crossed",
         "p50 s", "p99 s", "max s", "step s", "took s")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Board:
    """How a case stands: escalations begun and taken out of all, requests to Twilio, engines killed."""

    case: str
    begun: int
    taken: int
    all: int
    asked: int
    deaths: int


def table(done: Sequence[Figures], running: Board | None, cases: int) -> RenderableType:
    """What is known so far. A broken promise is red."""
    shown = Table(
        title=f"The storm, {len(done)} of {cases} cases",
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=0,
    )
    for place, head in enumerate(HEADS):
        shown.add_column(head, justify="left" if place == 0 else "right", no_wrap=place == 0)
    for one in done:
        shown.add_row(*cells(one), style="bold red" if one.broken else "")
    if len(done) == cases and done:
        sums = ("escalations", "pages", "deaths", "crashes", "lost", "doubled", "unmarked", "after_yes", "crossed")
        totals = [sum(getattr(one, name) for one in done) for name in sums]
        shown.add_section()
        shown.add_row("all", *map(str, totals), style="bold")
    rows: list[RenderableType] = [shown]
    rows += [Text(f"{one.case}: {', '.join(one.broken)}", style="red") for one in done if one.broken]
    if running:
        begun = f"{running.begun}/{running.all} begun, {running.taken} taken"
        rows.append(Text(f"▶ {running.case}: {begun}, {running.asked} requests, {running.deaths} deaths", style="cyan"))
    return Group(*rows)


def cells(one: Figures) -> tuple[str, ...]:
    """One row."""
    counts = (one.escalations, one.pages, one.deaths, one.crashes, one.lost)
    wrong = (one.doubled, one.unmarked, one.after_yes, one.crossed)
    times = (one.late_p50, one.late_p99, one.late_max, one.step_late)
    return (one.case, *map(str, counts + wrong), *(f"{value:.2f}" for value in times), f"{one.seconds:.0f}")
