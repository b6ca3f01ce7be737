"""`firstring call FILE.wav`: place a simulated call and show its record."""

import asyncio
import json
import sys
import wave
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from firstring import summary
from firstring.studio import OFFICE_HOURS, Studio, StudioError, open_studio, read_wav
from fixtures.texts import calls

STAYS_S = 15.0
"""A caller whose recording is over listens for so long, then hangs up."""


def call(
    file: Annotated[Path, typer.Argument(help="A WAV, 8 kHz mono 16 bits: what the caller says, with pauses.")],
    caller: Annotated[str, typer.Option(help="The caller's number, or 'anonymous'.")] = "",
    at: Annotated[str, typer.Option(help="The time it is, ISO 8601 with zone; by default a Wednesday morning.")] = "",
    json_output: Annotated[bool, typer.Option("--json", help="Print the whole record as JSON.")] = False,
) -> None:
    """Place a call with a recording and print what became of it: transcript, job, page, texts, timeline."""
    console = Console(stderr=True)
    try:
        audio = read_wav(file)
    except (OSError, EOFError, ValueError, wave.Error) as error:
        why = str(error) or "not a WAV file"
        console.print(f"[bold red]✗[/] {escape(f'{file}: {why}')}", highlight=False)
        raise typer.Exit(2) from None
    known = next((one for one in calls() if one.path.name == file.name), None)
    number = caller or (known.caller if known else "+15125550199") or "anonymous"
    if known and known.local_time and not at:
        at = f"{OFFICE_HOURS[:11]}{known.local_time}:00{OFFICE_HOURS[19:]}"
    hangs_up = known is not None and known.then == "hang_up"
    try:
        with console.status("on the phone …"):
            record = asyncio.run(_call(audio, number, hangs_up, at or None))
    except StudioError as error:
        console.print(f"[bold red]✗[/] {error}", highlight=False)
        raise typer.Exit(1) from None
    if json_output:
        sys.stdout.write(json.dumps(record, indent=2) + "\n")
    else:
        _show(record)


async def _call(audio: Any, number: str, hangs_up: bool, at: str | None) -> dict[str, Any]:
    async with open_studio(**({"at": at} if at else {})) as studio:  # type: ignore[arg-type]
        staff(studio)
        phone = studio.exchange.phone(number).on_text(lambda _body: None)
        leg = await phone.dial(studio.company.phone)
        await leg.play(audio)
        if not hangs_up:
            try:
                await leg.ended(timeout=STAYS_S)
            except TimeoutError:
                pass
        await leg.hang_up()
        return await studio.record(leg.sid)


def staff(studio: Studio) -> None:
    """Everyone answers at once: technicians by text, the desk by telephone."""

    def accept(body: str) -> str | None:
        code = body.partition("Reply A")[2][:4]
        return f"A{code}" if code.isdigit() else None

    for person in studio.company.staff:
        phone = studio.exchange.phone(person.phone).on_text(accept)
        phone.on_call(press="1", answer_after=2.0, hang_up_after=8.0) if "csr" in person.roles else phone.ring_out()


def _show(record: dict[str, Any]) -> None:
    console = Console()
    for utterance in record["utterances"]:
        console.print(f"[dim]{utterance['start_ms'] / 1000:6.1f} s[/] {utterance['text'] or '[dim](nothing)[/]'}")
    console.print(f"[bold]{record['intent']} {record['priority'] or ''}[/] {record['situation'] or ''}")
    for deed in summary.deeds(record):
        console.print(f"• {deed}")
