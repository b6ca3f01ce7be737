"""`firstring triage --score FILE.jsonl`: how good is it on these texts?"""

import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from triage.scoring.report import as_json, show
from triage.scoring.run import peak_memory_mb, run
from triage.texts import load_texts
from triage.triage import Triage

WIDE = 120
"""Columns of the tables where the output is no terminal."""


class NoPlotError(ValueError):
    """A plot was asked for and cannot be made; the text says why."""


def score_file(
    path: Path, *, noises: Sequence[float] = (), count: int = 20, plot: Path | None = None, in_json: bool = False
) -> None:
    """Score the texts of a file as they are, and with each of these shares of their words wrong, and print it.

    `count` of the worst errors are shown. Raises BadTextError, NoPlotError and OSError.
    """
    if plot is not None:
        _can_plot(plot)
    engine = Triage.load()
    loaded_mb = peak_memory_mb()
    texts = load_texts(path)
    told = Console(stderr=True)
    shares = tuple(dict.fromkeys((0.0, *noises)))
    with Progress(console=told, transient=True, disable=not told.is_terminal) as progress:
        task = progress.add_task("assessing", total=len(texts) * len(shares))
        runs = [run(texts, engine, noise=one, count=count, tick=lambda: progress.advance(task)) for one in shares]
    if plot is not None:
        from triage.scoring.plot import plot as draw

        draw(runs, plot)
    if in_json:
        result = as_json(runs, version=engine.version, loaded_mb=loaded_mb)
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    else:
        console = Console()
        wide = console if console.is_terminal else Console(width=WIDE)
        show(runs, wide, version=engine.version, loaded_mb=loaded_mb)


def _can_plot(path: Path) -> None:
    """Said before the texts are assessed: that takes minutes. Raises NoPlotError."""
    if find_spec("matplotlib") is None:
        raise NoPlotError("a plot needs matplotlib: pip install 'firstring[train]'")
    if not path.absolute().parent.is_dir():
        raise NoPlotError(f"there is no folder to write {path} to")
