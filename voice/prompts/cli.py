"""`firstring prompts`: render a company's lines, and see what is there."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from models.company import Company
from models.enums import Language
from voice.prompts.bank import PromptBank
from voice.prompts.recordings import recordings
from voice.prompts.render import Rendered, Wanted, own_lines, render, wanted
from voice.prompts.store import SHARED, Store
from voice.prompts.synthesiser import ALL, CommandVoice, NoSynthesiser, SynthesiserFailed, voice_for

LoadCompany = Callable[[Path], Company]

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "business.toml"

Profile = Annotated[Path, typer.Option(envvar="FIRSTRING_PROFILE", help="The business profile.")]
Folder = Annotated[Path | None, typer.Option("--recordings", envvar="FIRSTRING_RECORDINGS", help="Own recordings.")]
Into = Annotated[Path, typer.Option("--into", envvar="FIRSTRING_PROMPTS", help="Where this company's lines are kept.")]
English = Annotated[str | None, typer.Option(help=f"The English voice, one of: {', '.join(ALL)}.")]
Spanish = Annotated[str | None, typer.Option(help="The Spanish voice.")]

out = Console()
err = Console(stderr=True)


def make_app(load_company: LoadCompany) -> typer.Typer:
    """The sub-app. `load_company` reads a profile: this room may not know where profiles come from."""
    app = typer.Typer(help="The lines we speak: render them, list them.", no_args_is_help=True)

    @app.command("render")
    def render_command(
        profile: Profile = EXAMPLE,
        folder: Folder = None,
        into: Into = Path("prompts"),
        english: English = None,
        spanish: Spanish = None,
        checked_in: Annotated[bool, typer.Option(help="Every line, into the source tree.")] = False,
    ) -> None:
        """Speak the lines that this company needs and does not have: only what changed is spoken anew."""
        company = load_company(profile)
        lines = wanted(company) if checked_in else own_lines(company, recordings(folder))
        began = time.monotonic()
        done = _render(lines, SHARED if checked_in else Store(into), _voices(english, spanish))
        took = time.monotonic() - began
        out.print(f"{len(done.spoken)} lines spoken, {len(done.kept)} unchanged, {took:.1f} s")
        _warn_missing(PromptBank.load(company, folder, into))

    @app.command("list")
    def list_command(
        profile: Profile = EXAMPLE,
        folder: Folder = None,
        into: Into = Path("prompts"),
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    ) -> None:
        """Every line with its words, its duration, and who speaks it; those without sound are marked."""
        bank = PromptBank.load(load_company(profile), folder, into)
        if as_json:
            for row in _rows(bank):
                typer.echo(json.dumps(row, ensure_ascii=False))
            return
        table = Table("line", "seconds", "voice", "words", title="Lines")
        for row in _rows(bank):
            seconds = "[red]no sound" if row["duration_ms"] is None else f"{int(str(row['duration_ms'])) / 1000:.1f}"
            table.add_row(f"{row['lang']}/{row['id']}", seconds, str(row["voice"] or ""), str(row["text"]))
        out.print(table)
        _warn_missing(bank)
        for stranger in recordings(folder).strangers:
            err.print(f"[yellow]{stranger} is called after no line[/]")

    return app


def _voices(english: str | None, spanish: str | None) -> dict[Language, CommandVoice]:
    """The voices to render with; a language without one is left out and said. Exits when there is none at all."""
    found: dict[Language, CommandVoice] = {}
    for language, asked in ((Language.EN, english), (Language.ES, spanish)):
        try:
            if asked is not None and (asked not in ALL or ALL[asked].language is not language):
                raise NoSynthesiser(f"no {language.value} voice is called {asked}")
            found[language] = voice_for(language, [ALL[asked]] if asked else ())
        except NoSynthesiser as error:
            err.print(f"[yellow]{error}[/]")
    if not found:
        raise typer.Exit(1)
    return found


def _render(lines: Iterable[Wanted], store: Store, voices: dict[Language, CommandVoice]) -> Rendered:
    todo = [line for line in lines if line.text.language in voices]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("Speaking", total=len(todo))
        try:
            return render(todo, store, voices, lambda key: bar.update(task, advance=1, description=f"{key:<28}"))
        except SynthesiserFailed as error:
            err.print(f"[red]{error}[/]")
            raise typer.Exit(1) from error


def _rows(bank: PromptBank) -> Iterable[dict[str, object]]:
    for key, words in bank.words.items():
        entry = bank.entries.get(key)
        if entry is not None:
            yield asdict(entry)
        else:
            language, line = key.split("/", 1)
            yield {"id": line, "lang": language, "text": words, "voice": None, "duration_ms": None, "source": None}


def _warn_missing(bank: PromptBank) -> None:
    missing = bank.missing()
    if missing:
        err.print(f"[yellow]{len(missing)} lines have no sound: {', '.join(missing)}[/]")
        err.print("Run `firstring prompts render` (a voice: apt-get install flite), or record them: docs/prompts.md")
