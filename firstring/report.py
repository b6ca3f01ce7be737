"""`firstring report`: how the telephone was answered, as a table, JSON, CSV or a picture."""

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from callbacks.figures import By, Figures, days, figures, grouped, read, to_csv, to_json

if TYPE_CHECKING:
    from routing.rota.cli import Shop

HEADINGS = (
    "", "calls", "answered", "missed", "abandoned", "texted ≤ 60 s", "promises kept", "to a person p50 / p95",
    "recovered", "emergencies taken",
)  # fmt: skip


def make_report(opened: Callable[[], "AbstractContextManager[Shop]"]) -> Callable[..., None]:
    """The command, given how to open the shop: its company, its database and what time it is there."""

    def report(
        first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
        last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; today.")] = None,
        by: Annotated[By, typer.Option(help="By day, or by hour of the day.")] = By.DAY,
        csv: Annotated[Path | None, typer.Option(help="Write a CSV file.")] = None,
        plot: Annotated[Path | None, typer.Option(help="Draw a picture: .png, .svg or .pdf.")] = None,
        json_output: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    ) -> None:
        """Answered, missed, texted in time, promises kept, seconds to a person: a week, or the days you name."""
        if plot is not None and find_spec("matplotlib") is None:
            raise _stop("--plot needs matplotlib: pip install 'firstring[train]'")
        with opened() as shop:
            now, zone = shop.clock(), shop.company.timezone
            to = last.date() if last else now.astimezone(zone).date()
            since = first.date() if first else to - timedelta(days=6)
            if since > to:
                raise _stop("--from must not be after --to")
            with shop.database.read() as session:
                facts = read(session, *days(shop.company, since, to))
        groups, total = grouped(facts, by, zone, now), figures(facts, now)
        if csv is not None:
            csv.write_text(to_csv(groups, total), "utf-8")
        if plot is not None:
            from callbacks.figures.plot import draw

            draw(groups, plot, _title(since, to))
        if json_output:
            sys.stdout.write(json.dumps(to_json(groups, total)) + "\n")
        else:
            Console().print(table(groups, total, _title(since, to)) if facts else "nobody has called in these days")

    return report


def table(groups: Mapping[str, Figures], total: Figures, title: str) -> Table:
    """The figures for people: a line a group, the total below."""
    shown = Table(title=title, title_justify="left", header_style="bold", show_footer=False)
    for place, heading in enumerate(HEADINGS):
        shown.add_column(heading, justify="right" if place else "left")
    for name, one in groups.items():
        shown.add_row(*_cells(name, one))
    shown.add_section()
    shown.add_row(*_cells("all", total), style="bold")
    return shown


def _cells(name: str, one: Figures) -> tuple[str, ...]:
    return (
        name,
        str(one.calls),
        str(one.answered),
        str(one.missed),
        str(one.abandoned),
        _share(one.texted_within_60_s, one.texts_due),
        _share(one.kept, one.kept + one.broken),
        f"{_seconds(one.human_median_s)} / {_seconds(one.human_p95_s)}",
        _share(one.recovered, one.missed_callers),
        _share(one.accepted, one.emergencies),
    )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "–"


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f} s" if value < 120 else f"{value / 60:.0f} min"


def _title(first: date, last: date) -> str:
    return f"How the telephone was answered, {first:%d %b %Y} to {last:%d %b %Y}"


def _stop(words: str) -> typer.Exit:
    Console(stderr=True).print(words)
    return typer.Exit(2)
