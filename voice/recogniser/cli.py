"""`firstring transcribe` and `firstring speech build | render | measure`."""

import json as jsonlib
import sys
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from voice.prompts.sound import BadSound
from voice.recogniser import calibrate as calibration
from voice.recogniser import choose, measure
from voice.recogniser.build import Built
from voice.recogniser.build import build as build_models
from voice.recogniser.protocol import SAMPLE_RATE, Engine
from voice.recogniser.sphinx import DATA, SphinxEngine

app = typer.Typer(help="Build and measure the embedded recogniser.", no_args_is_help=True)
console = Console()
complaints = Console(stderr=True)

EngineOption = Annotated[str, typer.Option("--engine", envvar="FIRSTRING_STT", help="auto, sphinx or whisper.")]


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="WAV files: any rate, mono or stereo, 16 bits or µ-law.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    engine: EngineOption = "auto",
) -> None:
    """Write down what is said in recordings. Files that cannot be read are named, the others are still done."""
    recogniser = _engine(engine)
    failed = False
    for path in files:
        try:
            pcm = measure.load_pcm(path)
        except (BadSound, OSError) as error:
            failed = True
            complaints.print(f"[bold red]✗[/] {_why(path, error)}", highlight=False, soft_wrap=True)
            continue
        heard = recogniser.decode(pcm)
        if json:
            line = {
                "file": str(path),
                "text": heard.text,
                "engine": recogniser.name,
                "audio_s": round(heard.audio_s, 3),
                "decode_s": round(heard.decode_s, 3),
            }
            sys.stdout.write(jsonlib.dumps(line, ensure_ascii=False) + "\n")
        else:
            console.print(f"[bold]{path}[/] [dim]{heard.audio_s:.1f} s, {recogniser.name}[/]", highlight=False)
            console.print(f"  {heard.text or '(nothing)'}", highlight=False, markup=False)
    if failed:
        raise typer.Exit(1)


def _engine(setting: str) -> Engine:
    try:
        return choose.load(choose.pick(setting).name)
    except (choose.RecogniserUnavailable, ValueError) as error:
        complaints.print(f"[bold red]✗[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _why(path: Path, error: BadSound | OSError) -> str:
    return f"{path}: {error.strerror}" if isinstance(error, OSError) else str(error)


@app.command("build")
def build(
    into: Annotated[Path, typer.Option(help="Where the built files go.")] = DATA,
) -> None:
    """Build the telephone acoustic model and the trades' language models again, from the wheel and the texts."""
    table = Table("topic", "lines", "dropped", "words", "grams", "kB", "perplexity", "missing", "s")
    for column in table.columns[1:]:
        column.justify = "right"

    def tell(built: Built) -> None:
        figures = (built.lines, built.dropped, built.words, built.grams, built.bytes // 1000)
        rest = (f"{built.perplexity:.0f}", str(built.missing), f"{built.seconds:.1f}")
        table.add_row(built.topic, *(f"{figure:,}" for figure in figures), *rest)

    with console.status("reading everyday English out of the shipped model (a minute) …"):
        build_models(into, tell)
    console.print(table)
    total = sum(path.stat().st_size for path in into.iterdir())
    console.print(f"{into}: {total / 1e6:.1f} MB. Perplexity: on the texts held out, whatever the topic.")


@app.command("render")
def render(folder: Annotated[Path, typer.Argument(help="Where the recordings go.")]) -> None:
    """Speak the held-out lines with the synthetic voices that are installed, for `measure`."""
    try:
        console.print(f"measure with: firstring speech measure {measure.render(folder)}", highlight=False)
    except BadSound as error:
        complaints.print(f"[bold red]✗[/] {error}")
        raise typer.Exit(2) from None


@app.command("calibrate")
def calibrate(book: Annotated[Path, typer.Argument(help="The development recordings, as for `measure`.")]) -> None:
    """Fit the embedded engine's confidence to recordings; the figures go into `voice/recogniser/sphinx.py`."""
    try:
        curve, words = calibration.calibrate(SphinxEngine(streams=0), measure.items(book))
    except (BadSound, OSError, ValueError, KeyError) as error:
        complaints.print(f"[bold red]✗[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None
    console.print(f"{curve} from {words:,} words", highlight=False)


@app.command("measure")
def measure_command(
    book: Annotated[Path, typer.Argument(help="TSV (file, reference, speaker) or a fixtures' TOML.")],
    engine: EngineOption = "auto",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a recording.")] = False,
    everyday: Annotated[bool, typer.Option("--everyday", help="Sphinx with its shipped language model.")] = False,
) -> None:
    """Word error rate and real-time factor over recordings with references, by speaker."""
    recogniser = SphinxEngine(streams=0, everyday=True) if everyday else _engine(engine)
    try:
        scores = list(measure.score(recogniser, measure.items(book)))
    except (BadSound, OSError, ValueError, KeyError) as error:
        complaints.print(f"[bold red]✗[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None
    if json:
        for one in scores:
            line = {"file": str(one.item.path), "reference": one.item.reference, "text": one.transcript.text}
            figures = {"errors": one.errors, "words": one.words, "confidence": round(one.transcript.confidence, 3)}
            sys.stdout.write(jsonlib.dumps(line | figures, ensure_ascii=False) + "\n")
        return
    console.print(_table(scores, recogniser.name))


def _table(scores: list[measure.Score], engine: str) -> Table:
    table = Table("speaker", "recordings", "minutes", "words", "word error rate", "real-time factor", title=engine)
    for column in table.columns[1:]:
        column.justify = "right"
    by_speaker: dict[str, list[measure.Score]] = defaultdict(list)
    for one in scores:
        by_speaker[one.item.speaker].append(one)
    for speaker, theirs in (*sorted(by_speaker.items()), ("all", scores)):
        audio = sum(one.transcript.audio_s for one in theirs)
        factor = sum(one.transcript.decode_s for one in theirs) / max(audio, 1 / SAMPLE_RATE)
        words = sum(one.words for one in theirs)
        rate = f"{measure.word_error_rate(theirs):.1f} %"
        table.add_row(speaker, str(len(theirs)), f"{audio / 60:.1f}", str(words), rate, f"{factor:.2f}")
    return table


if __name__ == "__main__":
    app()
