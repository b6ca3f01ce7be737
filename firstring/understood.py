"""`firstring understood`: what the recogniser costs: spoken fixtures from audio, beside their reference texts."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from firstring.studio import read_wav
from fixtures.texts import Utterance as Fixture
from fixtures.texts import utterances
from triage.assessment import Context, to_json
from triage.scoring.figures import Figures, Outcome, score
from triage.scoring.report import headline_table
from triage.situations import QUESTIONS
from triage.texts import Kind, LabelledText
from triage.triage import Triage, Utterance
from voice.recogniser import choose

_KINDS = {"name": Kind.NAME, "callback": Kind.PHONE}


def understood(
    engine: Annotated[str, typer.Option(envvar="FIRSTRING_STT", help="auto, sphinx or whisper.")] = "auto",
    json_output: Annotated[bool, typer.Option("--json", help="Every figure, as JSON.")] = False,
) -> None:
    """Intent, emergencies and entities of the spoken fixtures, from audio and from their reference texts."""
    console = Console(stderr=True)
    try:
        recogniser = choose.load(choose.pick(engine).name)
    except (choose.RecogniserUnavailable, ValueError) as error:
        console.print(f"[bold red]✗[/] {error}", highlight=False)
        raise typer.Exit(2) from None
    shop = profiles.load(EXAMPLE_PROFILE)
    triage = Triage.load(zips=shop.zips, city=shop.city, state=shop.state, streets=shop.streets)
    read, heard = list[Outcome](), list[Outcome]()
    spoken = [one for one in utterances() if one.lang == "en"]
    for one in track(spoken, "listening", console=console, transient=True, disable=not console.is_terminal):
        transcript = recogniser.decode(read_wav(one.path), "general")
        read.append(_outcome(triage, one, one.text, 1.0))
        heard.append(_outcome(triage, one, transcript.text, transcript.confidence))
    columns: dict[str, Figures] = {"reference text": score(read), f"from audio, {recogniser.name}": score(heard)}
    if json_output:
        sys.stdout.write(json.dumps({name: to_json(figures) for name, figures in columns.items()}) + "\n")
    else:
        Console().print(headline_table(columns, title=f"{len(spoken)} spoken fixtures"))


def _outcome(triage: Triage, fixture: Fixture, text: str, confidence: float) -> Outcome:
    assessment = triage.assess([Utterance(text, fixture.asked, confidence)], Context())
    return Outcome(_labelled(fixture), text, assessment)


def _labelled(fixture: Fixture) -> LabelledText:
    """The fixture with its labels. Which words say an entity is not labelled: its value alone counts as exact."""
    expect = fixture.expect
    labels: dict[str, Any] = {}
    if expect.intent is not None:
        labels = {"priority": expect.priority, "trade": expect.trade, "situation": expect.situation}
    told = [(kind.value, getattr(expect, key)) for key, kind in _KINDS.items() if getattr(expect, key)]
    told += list(expect.address.items())
    labels |= {
        "text": fixture.text,
        "intent": expect.intent or "other",
        "entities": [{"kind": kind, "spoken": fixture.text, "value": value} for kind, value in told],
    }
    labels |= {"asked": fixture.asked} if fixture.asked in QUESTIONS else {}
    labels |= {"near_miss": "danger"} if expect.near_miss else {}
    return LabelledText.model_validate_json(json.dumps(labels))
