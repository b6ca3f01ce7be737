"""`firstring rota`: who is on call, the week, its check, its changes, its calendar."""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from carrier import consent
from models.clock import Clock
from models.company import Company
from models.database import Database
from models.enums import DutyKind, Trade
from routing.rota import changes, check, ical, view
from routing.rota.duty import HORIZON, Change, Span, next_changes, on_duty

BY = "command line"

SHAPES = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d"]
WALL = "The company's wall time, such as 2026-11-20T17:00"

At = Annotated[datetime | None, typer.Option("--at", formats=SHAPES, help=f"{WALL}.")]
From = Annotated[datetime, typer.Option("--from", formats=SHAPES, help=f"{WALL}.")]
Until = Annotated[datetime, typer.Option("--until", formats=SHAPES, help=f"{WALL}; not included.")]
OtherFrom = Annotated[datetime, typer.Option("--with-from", formats=SHAPES, help="When the other's hours begin.")]
OtherUntil = Annotated[datetime, typer.Option("--with-until", formats=SHAPES, help="When they end.")]
Days = Annotated[int, typer.Option(min=1, max=92)]
Note = Annotated[str, typer.Option(help="Why; for those who read the rota.")]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]

out = Console()
err = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Shop:
    """What the commands work on."""

    company: Company
    database: Database
    clock: Clock

    def time(self, given: datetime) -> datetime:
        """A time from the command line as an instant; leaves with a sentence when it is none."""
        try:
            return view.moment(self.company, given)
        except ValueError as error:
            _leave([str(error)])


OpenShop = Callable[[], AbstractContextManager[Shop]]


def make_app(open_shop: OpenShop) -> typer.Typer:
    """The sub-app. `open_shop` reads settings and profile: this room may not know where they come from."""
    app = typer.Typer(help="Who is on call, and when.", no_args_is_help=True)
    _looking(app, open_shop)
    _changing(app, open_shop)
    _calendar(app, open_shop)
    return app


def _looking(app: typer.Typer, open_shop: OpenShop) -> None:
    @app.command("now")
    def now_command(at: At = None, trade: Trade | None = None, json_output: Json = False) -> None:
        """Who is on duty now, or at another time."""
        with open_shop() as shop:
            when = shop.time(at) if at else shop.clock()
            written = shop.database.work(changes.load, when, when + HORIZON)
            company = shop.database.work(consent.as_agreed, shop.company)
            duties = on_duty(company, written, when, trade)
            if json_output:
                return _json([view.duty(company, one, when) for one in duties])
            _show(company, [Span(when, when, duties)])

    @app.command("week")
    def week_command(days: Days = 7, json_output: Json = False) -> None:
        """The days ahead, from handoff to handoff."""
        with open_shop() as shop:
            since = shop.clock()
            until = since + timedelta(days=days)
            written = shop.database.work(changes.load, since, until)
            company = shop.database.work(consent.as_agreed, shop.company)
            spans = next_changes(company, written, since, until)
            if json_output:
                return _json([view.span(company, one) for one in spans])
            _show(company, spans)

    @app.command("check")
    def check_command(json_output: Json = False) -> None:
        """What is wrong with the rota today and tonight; leaves with 1 when something is."""
        with open_shop() as shop:
            wrong = shop.database.work(check.concerns, shop.company, shop.clock(), nights=2)
            if json_output:
                _json([asdict(one) for one in wrong])
            for one in wrong if not json_output else ():
                for finding in one.findings:
                    _line("yellow", "!", f"{_clock(shop.company, one.starts)}: {finding}")
            if wrong:
                raise typer.Exit(1)
            if not json_output:
                _line("green", "✓", "everybody on the rota can be paged, and every trade has somebody to send")


def _changing(app: typer.Typer, open_shop: OpenShop) -> None:
    @app.command("cover")
    def cover_command(
        person: str,
        starts: From,
        ends: Until,
        covers: Annotated[str | None, typer.Option("--for", help="Whose place; without it, somebody more.")] = None,
        trade: Annotated[list[Trade] | None, typer.Option(help="Only for this trade; may be given again.")] = None,
        note: Note = "",
        json_output: Json = False,
    ) -> None:
        """Somebody stands in for somebody, or is on duty as well."""
        kind = DutyKind.COVER if covers else DutyKind.ADD
        with open_shop() as shop:
            span = shop.time(starts), shop.time(ends)
            one = changes.draft(kind, person, *span, shop.clock(), covers=covers, trades=frozenset(trade or ()))
            _written(shop, _do(shop, changes.write, [one], note), json_output)

    @app.command("off")
    def off_command(person: str, starts: From, ends: Until, note: Note = "", json_output: Json = False) -> None:
        """Somebody cannot; whoever covers them may be written afterwards."""
        with open_shop() as shop:
            one = changes.draft(DutyKind.OFF, person, shop.time(starts), shop.time(ends), shop.clock())
            _written(shop, _do(shop, changes.write, [one], note), json_output)

    @app.command("swap")
    def swap_command(
        person: str,
        starts: From,
        ends: Until,
        other: Annotated[str, typer.Option("--with")],
        other_starts: OtherFrom,
        other_ends: OtherUntil,
        note: Note = "",
        json_output: Json = False,
    ) -> None:
        """Two people take each other's hours."""
        with open_shop() as shop:
            first = changes.Window(person, shop.time(starts), shop.time(ends))
            second = changes.Window(other, shop.time(other_starts), shop.time(other_ends))
            halves = _do(shop, changes.swap, first, second, note)
            _written(shop, halves, json_output)

    @app.command("withdraw")
    def withdraw_command(change: Annotated[str, typer.Argument(help="The id of a change.")]) -> None:
        """Take a change back."""
        with open_shop() as shop:
            if not shop.database.work(changes.withdraw, change, shop.clock()):
                _leave(["no change that counts has this id"])


def _calendar(app: typer.Typer, open_shop: OpenShop) -> None:
    @app.command("export")
    def export_command(
        days: Days = 28, to: Annotated[Path | None, typer.Option(help="A file; otherwise it is printed.")] = None
    ) -> None:
        """The duties of the next days as a calendar (iCalendar)."""
        with open_shop() as shop:
            now = shop.clock()
            written = shop.database.work(changes.load, now - HORIZON, now + timedelta(days=days))
            data = ical.export(shop.company, written, now, days)
        if to:
            to.write_bytes(data)
        else:
            sys.stdout.write(data.decode())

    @app.command("import")
    def import_command(
        file: Annotated[Path, typer.Argument(help="A calendar (.ics).")], json_output: Json = False
    ) -> None:
        """Take an on-call calendar in: all of it, or nothing and every event that is wrong."""
        try:
            with file.open("rb") as opened:
                data = opened.read(ical.MOST_BYTES + 1)
        except OSError as error:
            _leave([f"{file}: {error.strerror}"])
        with open_shop() as shop:
            try:
                done = shop.database.work(ical.take_in, shop.company, data, shop.clock())
            except ical.BadCalendar as error:
                _leave([f"{file}: {one}" for one in error.mistakes])
        if json_output:
            return _json(asdict(done))
        _line("green", "✓", f"{done.written} written, {done.kept} were there, {done.withdrawn} withdrawn")


def _do(shop: Shop, piece: Callable[..., Any], *args: Any) -> Any:
    """Write in one transaction; leaves with the reason when it is refused. The last argument is the note."""
    *rest, note = args
    try:
        return shop.database.work(piece, shop.company, *rest, shop.clock(), by=BY, note=note)
    except changes.Refused as error:
        _leave([error.reason])


def _written(shop: Shop, drafts: tuple[Change, ...], json_output: bool) -> None:
    if json_output:
        return _json([view.change(shop.company, one) for one in drafts])
    for one in drafts:
        whose = f" for {one.covers}" if one.covers else ""
        span = f"{_clock(shop.company, one.starts)} to {_clock(shop.company, one.ends)}"
        _line("green", "✓", f"{one.kind} {one.person}{whose}, {span}, id {one.id}")


def _show(company: Company, spans: "list[Span] | tuple[Span, ...]") -> None:
    table = Table("from", "level", "who", "for", "until", box=None, header_style="bold")
    for span in spans:
        if not span.duties:
            table.add_row(_clock(company, span.starts), "", "[bold red]nobody[/]", "", _clock(company, span.ends))
        for place, one in enumerate(span.duties):
            shown = view.duty(company, one, span.starts)
            covers = f" (for {one.covers})" if one.covers else ""
            cannot_go = f"\n[red]{escape(shown['cannot_go'])}[/]" if shown["cannot_go"] else ""
            table.add_row(
                "" if place else _clock(company, span.starts),
                str(one.level),
                escape(shown["name"] + covers) + cannot_go,
                ", ".join(shown["trades"]) or "everything",
                _clock(company, one.until) if one.until else "",
            )
    out.print(table)


def _clock(company: Company, at: datetime) -> str:
    return f"{at.astimezone(company.timezone):%a %Y-%m-%d %H:%M}"


def _json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, default=str) + "\n")


def _line(colour: str, sign: str, text: str) -> None:
    out.print(f"[{colour}]{sign}[/] {escape(text)}", highlight=False, soft_wrap=True)


def _leave(mistakes: list[str]) -> NoReturn:
    for one in mistakes:
        err.print(f"[bold red]✗[/] {escape(one)}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
