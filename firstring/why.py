"""`firstring why 4821`: why somebody was paged, from the evidence that was stored with the job."""

import json
import sys
from typing import Annotated, Any

import typer
from sqlmodel import Session, select

from firstring import settings as configuration
from firstring.cli import fail
from models.database import Database
from models.tables import Job
from triage.assessment import Evidence
from triage.explain import reasons
from triage.situations import SITUATIONS


def why(
    number: Annotated[int, typer.Argument(help="The job's number, as it stands in the page.")],
    json_output: Annotated[bool, typer.Option("--json", help="The evidence, as JSON.")] = False,
) -> None:
    """Why a job is what it is: the rules and models that spoke, and the words they rest on."""
    try:
        settings = configuration.load()
    except configuration.SettingsError as error:
        raise fail(error.mistakes) from None
    database = Database(settings.database_url)
    try:
        stored = database.work(_stored, number)
    finally:
        database.close()
    if stored is None:
        raise fail([f"there is no job {number}; numbers begin at 1001"])
    if json_output:
        sys.stdout.write(json.dumps(stored) + "\n")
        return
    row = SITUATIONS.get(stored["situation"] or "")
    title = f", {row.id} {row.title}" if row else ""
    sys.stdout.write(f"{number}: {stored['priority'] or 'no priority'}, {stored['intent']}{title}\n")
    evidence = [Evidence(**item) for item in stored["evidence"]]
    for reason in reasons(evidence):
        sys.stdout.write(f"  because {reason}\n")
    for item in evidence:
        if item.rule.startswith("version:"):
            sys.stdout.write(f"  rules and models {item.rule.removeprefix('version:')}\n")


def _stored(session: Session, number: int) -> dict[str, Any] | None:
    job = session.exec(select(Job).where(Job.number == number)).first()
    if job is None:
        return None
    return {
        "number": job.number,
        "priority": job.priority,
        "intent": job.intent,
        "situation": job.situation,
        "evidence": job.evidence,
    }
