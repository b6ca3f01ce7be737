"""`firstring demo`: seven calls on a Wednesday morning, live, and a table of what became of them."""

import asyncio
import io
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from firstring import summary
from firstring.studio import Studio, StudioError, act, open_studio
from fixtures.texts import Call, calls
from simulator.leg import Leg

SCRIPTED = (
    "gas_over_greeting",
    "burst_pipe",
    "routine_drip",
    "hangs_up_early",
    "quote_water_heater",
    "membership_question",
    "billing_question",
)
AT_ONCE = 4
"""Calls on the lines at the same time: enough to see that nobody waits, few enough to read."""

APART_S = 1.5
RESTS_S = 3.0
"""A call that is over stays on the screen for so long."""

LINES_SHOWN = 7


@dataclass(slots=True)
class Shown:
    """One call on the screen."""

    title: str
    log: list[Text] = field(default_factory=list)
    partial: str = ""
    over_at: float | None = None

    def add(self, mark: str, words: str, style: str) -> None:
        """A line of the call's story."""
        self.log.append(Text.assemble((f"{mark} ", "bold " + style), (words, style)))

    def panel(self) -> Panel:
        """The call as it stands."""
        lines = self.log[-LINES_SHOWN:]
        if self.partial:
            lines = [*lines, Text(f"… {self.partial}", style="italic bright_white")]
        border = "dim" if self.over_at else "cyan"
        return Panel(Group(*lines), title=self.title, title_align="left", border_style=border)


class Screen:
    """Turns moments into panels; or, where there is no terminal, into plain lines."""

    def __init__(self, console: Console, pictures: Path | None = None) -> None:
        self.console = console
        self.pictures = pictures
        self.calls: dict[str, Shown] = {}
        self.plain = not console.is_terminal

    def moment(self, moment: dict[str, Any]) -> None:
        """Something happened on a line."""
        shown = self.calls.get(moment["sid"])
        if shown is None:
            return
        data = moment["data"]
        if moment["kind"] == "partial":
            shown.partial = data["text"]
            return
        told = _story(moment["kind"], data)
        if moment["kind"] == "heard":
            shown.partial = ""
        for line in told:
            self.tell(moment["sid"], *line)
        if moment["kind"] == "ended":
            shown.over_at = time.monotonic()

    def tell(self, sid: str, mark: str, words: str, style: str) -> None:
        """A line of a call's story."""
        shown = self.calls[sid]
        shown.add(mark, words, style)
        if self.plain:
            self.console.print(f"{shown.title:<40.40} {mark} {words}", highlight=False, soft_wrap=True)
        if self.pictures and "replies: A" in words:
            _picture(self, self.pictures / "demo.svg")

    def __rich__(self) -> Group:
        """The calls that are on the lines, and those just over."""
        now = time.monotonic()
        current = [one for one in self.calls.values() if one.over_at is None or now - one.over_at < RESTS_S]
        return Group(*(one.panel() for one in current[-AT_ONCE:]))


def _story(kind: str, data: dict[str, Any]) -> list[tuple[str, str, str]]:
    match kind:
        case "said":
            return [("FirstRing", data["text"], "red" if data["urgent"] else "green")]
        case "heard":
            return [("Caller", data["text"] or "(nothing a recogniser could read)", "bright_white")]
        case "hazard":
            return [("⚠ hazard", f"{data['name']}: “{data['words']}”", "bold red")]
        case "decided" if data["paged"] and "PageNow" in data["moves"]:
            return [("☎ page", f"job #{data['job']} leaves for {', '.join(data['paged'])}", "yellow")]
        case "decided" if "TransferToPerson" in data["moves"]:
            return [("☎ transfer", "to the desk, with a spoken summary", "magenta")]
        case _:
            return []


def demo(
    json_output: Annotated[bool, typer.Option("--json", help="Print the records as JSON and nothing else.")] = False,
    pictures: Annotated[
        Path | None, typer.Option(help="A folder: keep two pictures of the demo there, as SVG.")
    ] = None,
) -> None:
    """Seven calls, live: a gas leak over the greeting, a burst pipe, a caller who hangs up, and four quieter ones."""
    console = Console(stderr=json_output)
    screen = Screen(console, pictures)
    try:
        records = asyncio.run(_demo(screen))
    except StudioError as error:
        console.print(f"[bold red]✗[/] {error}", highlight=False)
        raise typer.Exit(1) from None
    if json_output:
        sys.stdout.write(summary.as_json(records))
    else:
        console.print(summary.table(records))
        console.print(summary.closing(records))
    if pictures:
        _picture(Group(summary.table(records), summary.closing(records)), pictures / "demo-table.svg")


def _picture(shown: RenderableType, path: Path) -> None:
    """Keep what is shown as an SVG."""
    paper = Console(record=True, width=112, file=io.StringIO())
    paper.print(shown)
    paper.save_svg(str(path), title="firstring demo")


async def _demo(screen: Screen) -> list[tuple[Call, dict[str, Any]]]:
    console = screen.console
    by_id = {call.id: call for call in calls()}
    with console.status("starting the server and a pretend telephone company …"):
        context = open_studio()
        studio = await context.__aenter__()
    try:
        studio.watchers.append(screen.moment)
        _staff(studio, screen)
        chosen = [by_id[one] for one in SCRIPTED]
        if screen.plain:
            records = await _place(studio, screen, chosen)
        else:
            with Live(screen, console=console, refresh_per_second=12, transient=True):
                records = await _place(studio, screen, chosen)
        return records
    finally:
        await context.__aexit__(None, None, None)


def _staff(studio: Studio, screen: Screen) -> None:
    """The shop's people: the first technician answers by text, the desk picks up."""

    def reply(name: str) -> Callable[[str], str | None]:
        def by_text(body: str) -> str | None:
            code = body.partition("Reply A")[2][:4]
            _tell_all(screen, body, f"{name} reads: {body}")
            if not code.isdigit():
                return None
            _tell_all(screen, body, f"{name} replies: A{code}")
            return f"A{code}"

        return by_text

    for person in studio.company.staff:
        phone = studio.exchange.phone(person.phone)
        phone.on_text(reply(person.name))
        if "csr" in person.roles:
            phone.on_call(press="1", answer_after=2.0, hang_up_after=6.0)
        else:
            phone.ring_out()


def _tell_all(screen: Screen, body: str, words: str) -> None:
    """A text to staff belongs to the call whose job number is in it; the newest page is the one on the screen."""
    for sid, shown in reversed(list(screen.calls.items())):
        if any("☎ page" in line.plain and _number(line.plain) in body for line in shown.log):
            screen.tell(sid, "✉", words, "yellow")
            return


def _number(text: str) -> str:
    return text.partition("#")[2][:4]


async def _place(studio: Studio, screen: Screen, chosen: list[Call]) -> list[tuple[Call, dict[str, Any]]]:
    lanes = asyncio.Semaphore(AT_ONCE)

    async def one(index: int, call: Call) -> tuple[Call, dict[str, Any]]:
        await asyncio.sleep(index * APART_S if index < AT_ONCE else 0)
        async with lanes:
            return call, await _ring(studio, screen, call)

    return list(await asyncio.gather(*(one(index, call) for index, call in enumerate(chosen))))


async def _ring(studio: Studio, screen: Screen, call: Call) -> dict[str, Any]:
    phone = studio.exchange.phone(call.caller or "anonymous")
    leg: Leg = await phone.dial(studio.company.phone, wait=False)
    screen.calls[leg.sid] = Shown(call.title)
    screen.tell(leg.sid, "☎", f"{call.caller or 'number withheld'} rings", "cyan")

    def read(body: str) -> None:
        screen.tell(leg.sid, "✉ text to the caller", body, "yellow")

    phone.on_text(read)
    await leg.answered()
    await act(studio, leg, call)
    return await studio.record(leg.sid)
