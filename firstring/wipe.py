"""`firstring wipe`: delete all that is known of one number, when its owner asks for it (docs/law.md)."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from carrier import retention
from carrier.numbers import whole
from models.clock import Clock
from models.database import Database


def make_wipe(opened: Callable[[], tuple[Database, Clock]]) -> Callable[..., None]:
    """The command, given how to open the database of the settings and what time it is there."""

    def wipe(
        number: Annotated[str, typer.Argument(help="The telephone number, with + and country code.")],
        really: Annotated[bool, typer.Option("--yes", help="Delete without asking again.")] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
        json_output: Annotated[bool, typer.Option("--json", help="As JSON; deletes only with --yes.")] = False,
    ) -> None:
        """Delete calls, words, names and addresses of one number. Its consents and opt-outs are kept as evidence."""
        if not whole(number):
            Console(stderr=True).print("that is no telephone number: write it as +15125550100")
            raise typer.Exit(2)
        database, clock = opened()
        try:
            found = database.work(retention.forget, number, "command line", clock(), really=False)
            sure = really or (not (dry_run or json_output) and _agreed(found))
            if sure and not dry_run:
                found = database.work(retention.forget, number, "command line", clock(), really=True)
        finally:
            database.close()
        _say(found, json_output, deleted=sure and not dry_run)

    return wipe


def _agreed(found: retention.Wiped) -> bool:
    return typer.confirm(f"Delete {found.calls} calls and {found.messages} messages for good?", default=False)


def _say(found: retention.Wiped, json_output: bool, *, deleted: bool) -> None:
    if json_output:
        sys.stdout.write(json.dumps({"deleted": deleted, **asdict(found)}) + "\n")
        return
    sys.stdout.write("deleted\n" if deleted else "nothing was deleted; there are\n")
    for name, count in asdict(found).items():
        sys.stdout.write(f"{name.replace('_', ' '):>14}  {count}\n")
    if found.busy:
        sys.stdout.write("busy: somebody is talking, calling back, or paged or on the way to them. Nothing of these\n")
        sys.stdout.write("calls is deleted before the job is closed: run this again then.\n")
