"""`firstring load --calls 20`: so many calls at once, and what it cost."""

import asyncio
import json
import os
import re
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstring import summary
from firstring.call import staff
from firstring.studio import Studio, StudioError, act, open_studio
from fixtures.texts import Call, calls

SPREAD_S = 2.0
"""The calls begin within so many seconds of each other: a storm, not a metronome."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load run measured. Lateness in ms: the server's own frames, and those of the simulator that sent them."""

    calls: int
    seconds: float
    frame_lateness_ms_p50: float
    frame_lateness_ms_p99: float
    simulator_lateness_ms_p99: float
    recogniser_wait_s_p50: float
    recogniser_wait_s_p95: float
    cpu_s_per_call: float
    partials_dropped: int
    overflow: int
    lost: int


def load(
    calls_: Annotated[int, typer.Option("--calls", min=1, max=500, help="How many calls at once.")] = 20,
    lines: Annotated[int, typer.Option(min=1, help="How many lines the server has.")] = 24,
    json_output: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Place many calls at once on this machine and print lateness, recogniser wait, CPU, overflow and losses."""
    console = Console(stderr=True)
    try:
        with console.status(f"{calls_} calls on the lines …"):
            figures = asyncio.run(_load(calls_, lines))
    except StudioError as error:
        console.print(f"[bold red]✗[/] {error}", highlight=False)
        raise typer.Exit(1) from None
    if json_output:
        sys.stdout.write(json.dumps(asdict(figures)) + "\n")
        return
    table = Table(title=f"{calls_} calls at once, {os.cpu_count()} cores", title_justify="left", header_style="bold")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in asdict(figures).items():
        table.add_row(name.replace("_", " "), f"{value:g}")
    Console().print(table)


async def _load(count: int, lines: int) -> Load:
    scripts = [call for call in calls() if call.lang == "en"]
    async with open_studio(lines=lines) as studio:
        staff(studio)
        before, began = cpu_seconds(studio.pid), time.monotonic()
        ringing = [_ring(studio, scripts[index % len(scripts)], index, count) for index in range(count)]
        records = await asyncio.gather(*ringing)
        took, spent = time.monotonic() - began, cpu_seconds(studio.pid) - before
        metrics = (await studio.api.get("/metrics")).text
        late = studio.exchange.lateness
        return Load(
            calls=count,
            seconds=round(took, 1),
            frame_lateness_ms_p50=quantile(metrics, "firstring_frame_lateness_seconds", 0.5) * 1000,
            frame_lateness_ms_p99=quantile(metrics, "firstring_frame_lateness_seconds", 0.99) * 1000,
            simulator_lateness_ms_p99=round(late.percentile(0.99), 2),
            recogniser_wait_s_p50=round(gauge(metrics, 'firstring_recogniser_wait_seconds{quantile="0.5"}'), 3),
            recogniser_wait_s_p95=round(gauge(metrics, 'firstring_recogniser_wait_seconds{quantile="0.95"}'), 3),
            cpu_s_per_call=round(spent / count, 2),
            partials_dropped=int(gauge(metrics, "firstring_partials_dropped")),
            overflow=int(gauge(metrics, 'firstring_calls_total{answered="overflow"}')),
            lost=sum(record is None or summary.lost(record) for record in records),
        )


async def _ring(studio: Studio, script: Call, index: int, count: int) -> dict[str, Any] | None:
    await asyncio.sleep(SPREAD_S * index / count)
    phone = studio.exchange.phone(f"+1512555{index:04d}" if index else "+15125559999").on_text(lambda _body: None)
    leg = await phone.dial(studio.company.phone)
    try:
        await asyncio.wait_for(act(studio, leg, script), 180)
        return await studio.record(leg.sid)
    except TimeoutError:
        return None


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and its children so far; 0 where /proc is not to be had."""
    total = 0.0
    for one in [pid, *child_processes(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def child_processes(pid: int) -> list[int]:
    """Ids of a process's children, and of theirs; none where /proc is not to be had."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return found + [deeper for child in found for deeper in child_processes(child)]


def gauge(metrics: str, name: str) -> float:
    """One value out of Prometheus text; 0 when it is not there."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0


def quantile(metrics: str, name: str, share: float) -> float:
    """The upper bound of the bucket in which this share of a histogram lies."""
    buckets = [
        (float(bound), float(count))
        for bound, count in re.findall(rf'^{name}_bucket{{le="([^"]+)"}} (\S+)$', metrics, re.MULTILINE)
    ]
    total = buckets[-1][1] if buckets else 0.0
    return next((bound for bound, count in buckets if count >= share * total), 0.0) if total else 0.0
