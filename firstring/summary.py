"""What became of calls, for people (a table) and for programs (JSON)."""

import json
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from fixtures.texts import Call

Records = list[tuple[Call, dict[str, Any]]]


def as_json(records: Records) -> str:
    """One JSON object: every call's id with its record."""
    return json.dumps({call.id: record for call, record in records}, indent=2) + "\n"


def table(records: Records) -> Table:
    """What happened on each call, and how long each step took."""
    shown = Table(title="What happened", title_justify="left", header_style="bold", expand=False)
    for heading in ("call", "understood", "what was done", "answer", "page", "text"):
        shown.add_column(heading, overflow="fold")
    for call, record in records:
        steps = times(record)
        priority = record["priority"] or "–"
        style = "bold red" if priority == "P1" else ""
        shown.add_row(
            call.title,
            Text(f"{record['intent'] or '–'} {priority} {record['situation'] or ''}", style=style),
            "; ".join(deeds(record)) or "nothing to do",
            seconds(steps["answer"]),
            seconds(steps["page"]),
            seconds(steps["text"]),
        )
    return shown


def closing(records: Records) -> Text:
    """The sentence under the table."""
    paged = sum(1 for _, record in records if record["page"])
    taken = sum(1 for _, record in records if record["page"] and record["page"]["acknowledged_by"])
    texted = sum(1 for _, record in records if record["texts"])
    return Text(
        "answer: from the caller's last word to our first sound (median of the call's turns). page, text: from the "
        "row in the database to Twilio's acceptance.\n"
        f"{len(records)} calls: {paged} paged, {taken} of those taken by a technician; {texted} callers texted; "
        f"{sum(lost(record) for _, record in records)} lost.",
        style="dim",
    )


def deeds(record: dict[str, Any]) -> list[str]:
    """What was done for a caller, in a few words each."""
    done = []
    if record["page"]:
        taken = record["page"]["acknowledged_by"]
        first = next((one["person"] for one in record["page"]["sent"]), "nobody")
        done.append(f"paged {first}" + (f", {taken} took it" if taken else ""))
    if record["job"]:
        done.append(f"job #{record['job']['number']}")
    if record["transfer"]:
        done.append("handed to the desk" if record["transfer"]["taken_by"] else "desk tried")
    if record["callback"]:
        done.append("callback promised" if record["callback"]["promised_at"] else "callback")
    if record["texts"]:
        done.append(f"{len(record['texts'])} text" + ("s" if len(record["texts"]) > 1 else ""))
    return done


def lost(record: dict[str, Any]) -> bool:
    """Whether a caller was left with nothing: an emergency without a page, a missed caller without a text."""
    unpaged = record["priority"] == "P1" and record["intent"] == "emergency" and not record["page"]
    untold = bool(record["missed"]) and bool(record["caller"]) and not record["texts"]
    return unpaged or untold


def times(record: dict[str, Any]) -> dict[str, float | None]:
    """Seconds: `answer` is end of speech to first audio, median; `page` and `text` are row to acceptance, first one."""
    waits = sorted(
        (turn["audio_ms"] - turn["speech_end_ms"]) / 1000
        for turn in record["timeline"]
        if turn["audio_ms"] is not None and turn["speech_end_ms"] is not None
    )
    sent = record["page"]["sent"] if record["page"] else []
    return {
        "answer": waits[len(waits) // 2] if waits else None,
        "page": _first_delay(sent),
        "text": _first_delay(record["texts"]),
    }


def seconds(value: float | None) -> str:
    """`0.42 s`, or a dash."""
    return "–" if value is None else f"{value:.2f} s"


def _first_delay(messages: list[dict[str, Any]]) -> float | None:
    delays = [
        (datetime.fromisoformat(one["accepted_at"]) - datetime.fromisoformat(one["created_at"])).total_seconds()
        for one in messages
        if one["accepted_at"]
    ]
    return min(delays, default=None)
