"""`firstring train`: from the texts to the shipped models, on two cores in minutes."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from triage.learned.encoder import ENCODER_FILE, PIECES_FILE
from triage.learned.ensemble import FUSION_FILE
from triage.learned.linear import MODEL_FILE
from triage.texts import BadTextError

DATA = Path(__file__).parents[1] / "data"
MODELS = (MODEL_FILE, ENCODER_FILE, PIECES_FILE, FUSION_FILE)
console = Console(stderr=True)


def train(
    output: Annotated[Path, typer.Option(help="Where the models go; an existing folder.")] = DATA,
    fusion: Annotated[
        bool, typer.Option("--fusion", help="Only weigh the models again, against changed rules.")
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help="Only compare the designs on the test texts.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Learn the models from triage/data/texts, the same every time; about twenty minutes on two cores."""
    try:
        if compare:
            _compare(json_output)
        elif fusion:
            _train(output, whole=False)
        else:
            _train(output, whole=True)
    except ImportError as missing:
        _complain(f"training needs {missing.name}: pip install 'firstring[train]'")
        raise typer.Exit(2) from None
    except (BadTextError, OSError, RuntimeError) as wrong:
        _complain(str(wrong))
        raise typer.Exit(2) from None


def _complain(what: str) -> None:
    console.print(f"[bold red]✗[/] {escape(what)}", highlight=False, soft_wrap=True)


def _train(output: Path, *, whole: bool) -> None:
    """Train into a folder beside the models, and put them in their place when all of them are there."""
    from triage.learning import train as learning

    columns = (TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        tasks = {stage: progress.add_task(stage) for stage in ("linear", "encoder", "fusion")}

        def told(stage: str, step: int, steps: int, loss: float) -> None:
            name = f"{stage} {loss:.2f}" if loss else stage
            progress.update(tasks[stage], completed=step, total=steps, description=name)

        if not whole:
            learning.fuse(output, learning.Part.load("tune").texts, told)
            return
        with tempfile.TemporaryDirectory(dir=output) as made:
            learning.train(Path(made), told=told)
            for name in MODELS:
                (Path(made) / name).replace(output / name)


def _compare(json_output: bool) -> None:
    from triage.learning.compare import compare
    from triage.learning.train import Part

    with console.status("comparing") as status:
        measured = compare(Part.load("test").texts, lambda name: status.update(f"comparing: {name}"))
    if json_output:
        typer.echo(json.dumps([asdict(one) for one in measured]))
        return
    table = Table("design", "words wrong", "macro-F1", "emergency recall", "precision", "ms a text")
    for one in measured:
        figures = (f"{value:.3f}" for value in (one.macro_f1, one.recall, one.precision))
        table.add_row(one.design, f"{one.noise:.0%}", *figures, f"{one.milliseconds:.2f}")
    Console().print(table)
