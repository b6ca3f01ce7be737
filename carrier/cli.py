"""`firstring outbox`: what is owed and what failed, or the whole story of one row."""

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from carrier.records import Story, owed_and_failed, row_story
from models.clock import Clock
from models.database import Database

COLUMNS = ("due", "who", "what", "job", "status", "tries", "why", "Twilio")


def make_outbox(opened: Callable[[], tuple[Database, Clock]]) -> Callable[..., None]:
    """The command, given how to open the database of the settings and what time it is there."""

    def outbox(
        row: Annotated[str, typer.Argument(help="The id of one row; without it, all that is owed or failed.")] = "",
        json_output: Annotated[bool, typer.Option("--json", help="As JSON, one object a line.")] = False,
    ) -> None:
        """What must leave and has not, and what failed within a day: who, what, why, and what Twilio said."""
        database, clock = opened()
        try:
            with database.read() as session:
                found = row_story(session, row) if row else None
                stories = [found] if found else [] if row else owed_and_failed(session, clock())
        finally:
            database.close()
        if row and not stories:
            Console(stderr=True).print("there is no such row: firstring outbox --json shows ids")
            raise typer.Exit(2)
        if json_output:
            sys.stdout.writelines(json.dumps(one.to_json()) + "\n" for one in stories)
        elif row:
            for name, value in stories[0].to_json().items():
                sys.stdout.write(f"{name:>12}  {'' if value is None else value}\n")
        else:
            Console().print(table(stories) if stories else "nothing is owed, nothing has failed")

    return outbox


def table(stories: list[Story]) -> Table:
    """The rows, one a line."""
    shown = Table(title="The outbox", title_justify="left", header_style="bold")
    for heading in COLUMNS:
        shown.add_column(heading, overflow="fold")
    for one in stories:
        tries = f"{one.tries} ({one.repeats} repeats)" if one.repeats else str(one.tries)
        due, job = f"{one.due_at:%d %b %H:%M:%S}", f"#{one.job}" if one.job else ""
        shown.add_row(due, one.who, one.what, job, one.status, tries, one.why, one.twilio)
    return shown
