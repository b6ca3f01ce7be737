"""The command line: `firstring --help`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from firstring import __version__
from firstring import profile as profiles
from firstring import profile_law as law
from firstring import profile_paging as paging
from firstring import settings as configuration
from models.clock import system_clock
from models.company import Company
from voice.prompts.bank import PromptBank
from voice.prompts.sound import BadSound
from voice.prompts.texts import BadLines

if TYPE_CHECKING:
    from models.clock import Clock
    from models.database import Database
    from routing.rota.cli import Shop

app = typer.Typer(help="Answers the phone for plumbing, heating and electrical companies.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(db, name="db")
console = Console(stderr=True)


def main() -> None:
    """Run the command line."""
    _mount()
    app()


def _mount() -> None:
    """Commands that live in rooms; imported only when the command line runs."""
    from carrier.cli import make_outbox
    from firstring import call, demo, load, understood, why
    from firstring.report import make_report
    from firstring.wipe import make_wipe
    from routing.rota import cli as rota
    from triage.cli import triage
    from triage.learning.cli import train
    from voice.prompts.cli import make_app
    from voice.recogniser.cli import app as speech
    from voice.recogniser.cli import transcribe

    app.command("demo")(demo.demo)
    app.command("call")(call.call)
    app.command("load")(load.load)
    app.command("triage")(triage)
    app.command("train")(train)
    app.command("understood")(understood.understood)
    app.command("why")(why.why)
    app.command("outbox")(make_outbox(_opened))
    app.command("wipe")(make_wipe(_opened))
    app.command("report")(make_report(_shop_opened))
    app.command("transcribe")(transcribe)
    app.add_typer(make_app(profiles.load), name="prompts")
    app.add_typer(rota.make_app(_shop_opened), name="rota")
    app.add_typer(speech, name="speech", help="Build and measure the embedded recogniser.")


def _settings() -> configuration.Settings:
    """The settings; where they are wrong, every mistake is printed and the command ends."""
    try:
        return configuration.load()
    except configuration.SettingsError as error:
        raise fail(error.mistakes) from None


def _shop() -> tuple[configuration.Settings, Company]:
    """The settings and the company of their profile; where either is wrong, the command ends saying so."""
    settings = _settings()
    try:
        return settings, profiles.load(settings.profile)
    except profiles.ProfileError as error:
        raise fail(error.mistakes) from None


def _opened() -> "tuple[Database, Clock]":
    """The database of the settings, and what time it is there."""
    from models.database import Database

    settings = _settings()
    return Database(settings.database_url), settings.clock


@contextmanager
def _shop_opened() -> "Iterator[Shop]":
    """What `firstring rota` and `report` work on: the profile's company, and the database of the settings."""
    from models.database import Database
    from routing.rota.cli import Shop

    settings, company = _shop()
    database = Database(settings.database_url)
    try:
        yield Shop(company, database, settings.clock)
    finally:
        database.close()


@app.callback(invoke_without_command=False)
def _top(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        sys.stdout.write(f"{__version__}\n")
        raise typer.Exit


def fail(mistakes: list[str]) -> typer.Exit:
    """Print what is wrong, a line each, and give the exit to raise."""
    for mistake in mistakes:
        console.print(f"[bold red]✗[/] {escape(mistake)}", highlight=False, soft_wrap=True)
    return typer.Exit(2)


def silent(company: Company, recordings: Path | None, prompts: Path | None) -> list[str]:
    """Lines that would be silence on a call, a sentence each; those that lack only their Spanish are a warning."""
    try:
        bank = PromptBank.load(company, recordings, prompts)
    except (BadLines, BadSound, OSError) as error:
        return [f"FIRSTRING_RECORDINGS: {error}"]
    only_english = {*bank.missing()} - {*bank.silent()}
    if only_english:
        console.print(f"[yellow]![/] {len(only_english)} lines have no Spanish sound and will be spoken in English")
    return [f"no sound for the line {one}: run firstring prompts render, or record it" for one in bank.silent()]


@app.command()
def check(
    json_output: Annotated[bool, typer.Option("--json", help="Print the mistakes as JSON.")] = False,
) -> None:
    """Check settings and profile; every mistake at once, with the line that is wrong."""
    mistakes: list[str] = []
    settings = company = None
    try:
        settings = configuration.load()
    except configuration.SettingsError as error:
        mistakes += error.mistakes
    path = settings.profile if settings else Path(os.environ.get("FIRSTRING_PROFILE", ""))
    try:
        company = profiles.load(path) if path.name else None
    except profiles.ProfileError as error:
        mistakes += error.mistakes
    if company is not None:
        now = settings.clock() if settings else system_clock()
        today = now.astimezone(company.timezone).date()
        for warning in [*law.warnings(company), *profiles.warnings(company, today)]:
            console.print(f"[yellow]![/] {escape(warning)}", highlight=False)
        recordings, prompts = (settings.recordings, settings.prompts) if settings else (None, None)
        mistakes += silent(company, recordings, prompts)
        mistakes += [
            f"policy {one}: pages by e-mail without a mail server: set FIRSTRING_SMTP_URL and FIRSTRING_SMTP_FROM"
            for one in paging.by_mail(company)
            if settings and not settings.smtp_url
        ]
    if json_output:
        sys.stdout.write(json.dumps({"fit": not mistakes, "mistakes": mistakes}) + "\n")
    if mistakes:
        raise typer.Exit(2) if json_output else fail(mistakes)
    if not json_output:
        console.print(f"[bold green]✓[/] settings and profile of {company.name if company else ''} are fit for use")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; a TLS proxy stands before it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Answer calls: the web process, its recognisers, and the engine unless FIRSTRING_ENGINE=outside."""
    import uvicorn

    from firstring import application, assembly, logs
    from models.migrate import upgrade
    from voice.recogniser import choose

    settings, company = _shop()
    try:
        choice = choose.pick(settings.stt)
    except choose.RecogniserUnavailable as error:
        raise fail([f"FIRSTRING_STT: {error}"]) from None
    if mistakes := silent(company, settings.recordings, settings.prompts):
        raise fail(mistakes)
    logs.configure(settings.log_level)
    upgrade(settings.database_url)
    house = assembly.build_house(settings, company, settings.clock)
    for warning in law.warnings(company):
        console.print(f"[yellow]![/] {escape(warning)}", highlight=False)
    console.print(f"recogniser: [bold]{choice.name}[/] ({choice.reason})")
    app_ = application.create(house, settings.api_key, run_engine=settings.engine == "inside")
    uvicorn.Server(application.serving(app_, host, port)).run()


@app.command()
def engine() -> None:
    """Run the engine alone: the outbox and the timers. Any number may share one PostgreSQL."""
    import signal
    import threading

    from firstring import assembly, logs
    from models.database import Database
    from models.migrate import upgrade

    settings, company = _shop()
    logs.configure(settings.log_level)
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    running = assembly.build_engine(settings, company, database, settings.clock, None)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    database.work(assembly.begin, company, settings.clock())
    running.start()
    stop.wait()
    running.stop()
    database.close()


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to today's tables."""
    from models.migrate import upgrade

    settings = _settings()
    upgrade(settings.database_url)
    console.print("[bold green]✓[/] the database is up to date")


if __name__ == "__main__":
    main()
