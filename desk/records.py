"""The record of a call as plain JSON: what was said, what was decided and why, what left, and when."""

from typing import Any

from sqlmodel import Session, SQLModel, col, select

from models.company import Company
from models.tables import Call, Callback, Decision, Job, Message, PageRun, Transfer, Utterance
from routing import paging, transfers

HIDDEN = {"token_hash", "twiml", "owner", "lease_until"}


def call(session: Session, company: Company, sid: str) -> dict[str, Any] | None:
    """Everything about the call with this SID; None when there is none."""
    row = session.exec(select(Call).where(Call.sid == sid)).first()
    if row is None:
        return None
    job = session.exec(select(Job).where(Job.call_id == row.id)).first()
    run = session.exec(select(PageRun).where(PageRun.job_id == job.id)).first() if job else None
    messages = session.exec(select(Message).where(Message.call_id == row.id).order_by(col(Message.created_at))).all()
    said = session.exec(select(Utterance).where(Utterance.call_id == row.id).order_by(col(Utterance.position))).all()
    assessment = row.assessment or {}
    return {
        **_plain(row, without={"assessment"}),
        "transcript": " / ".join(one.text for one in said if one.text),
        "intent": assessment.get("intent"),
        "priority": assessment.get("priority"),
        "situation": assessment.get("situation"),
        "hazards": [one["name"] for one in assessment.get("hazards", [])],
        "entities": assessment.get("entities"),
        "utterances": [_plain(one) for one in said],
        "job": _plain(job) if job else None,
        "page": _run(session, run, company, messages) if run else None,
        "texts": [_plain(one) for one in messages if one.run_id is None],
        "transfer": transfer(row_of, company) if (row_of := transfers.of_call(session, row.id)) else None,
        "callback": _callback(session, row),
        "timeline": timeline(session, row.id),
    }


def transfer(row: Transfer, company: Company) -> dict[str, Any]:
    """How a caller's handing over stands: its state, who is rung or talks, who comes after, and what they are told."""
    person = transfers.rung(row, company)
    names = [found.name for one in row.people[row.tried :] if (found := company.find(one))]
    return {**_plain(row), "with": {"id": person.id, "name": person.name} if person else None, "after": names}


def calls(session: Session, limit: int) -> list[dict[str, Any]]:
    """The latest calls, in brief."""
    rows = session.exec(select(Call).order_by(col(Call.received_at).desc()).limit(limit)).all()
    return [_plain(row, without={"assessment"}) for row in rows]


def timeline(session: Session, call_id: str) -> list[dict[str, Any]]:
    """Every turn: end of speech, text, decision, first audio, what was heard; milliseconds of the stream's clock."""
    rows = session.exec(select(Decision).where(Decision.call_id == call_id).order_by(col(Decision.position))).all()
    return [_plain(row, without={"id", "call_id"}) for row in rows]


def _run(session: Session, run: PageRun, company: Company, messages: "list[Message] | Any") -> dict[str, Any]:
    people = {one.id: one.name for one in company.staff}
    return {
        **_plain(run, without={"policy"}),
        "acknowledged_by": people.get(run.acknowledged_by or ""),
        "story": [_plain(one, without={"id", "run_id"}) for one in paging.story(session, run)],
        "sent": [_plain(one) | {"person": people.get(one.person_id or "")} for one in messages if one.run_id == run.id],
    }


def _callback(session: Session, call: Call) -> dict[str, Any] | None:
    """What its caller is owed; calls of one episode share it."""
    row = session.get(Callback, call.callback_id) if call.callback_id else None
    return _plain(row) if row else None


def _plain(row: SQLModel, without: "set[str] | frozenset[str]" = frozenset()) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude=HIDDEN | set(without))
