"""Writing a call down: one transaction before any act, whatever the act is."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from callbacks import owing, safety
from carrier import consent
from models.company import Company
from models.enums import CallStatus, Priority
from models.moves import move
from models.once import insert_once
from models.tables import Call, Decision, Job, Utterance
from routing import jobs, paging, transfers
from triage.assessment import Assessment, to_json
from voice.dialogue.moves import Close, Move, OpenJob, OptOut, PageNow, PromiseCallback, TransferToPerson

FORGOTTEN = 3
"""A card number may be spoken in groups: the words of so many utterances are removed with it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation, to be written: what happened, what was said, what was decided."""

    position: int
    event: str
    moves: tuple[Move, ...]
    assessment: Assessment | None = None
    utterance: Utterance | None = None
    forget: bool = False
    speech_end_ms: int | None = None
    text_ms: int | None = None
    decided_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a turn wrote: for the screen."""

    job_number: int | None = None
    paged: tuple[str, ...] = ()


@dataclass(slots=True)
class Heard:
    """What became of a decision's audio: written when the call is over. Milliseconds of the stream's clock."""

    position: int
    audio_ms: int
    heard_ms: int


def token_hash(token: str) -> str:
    """How a stream's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def claim(session: Session, call: Call) -> tuple[Call, bool]:
    """Write the call, once a CallSid; (the call as written, whether this claim was the first)."""
    first = insert_once(session, call)
    return session.exec(select(Call).where(Call.sid == call.sid)).one(), first


def by_sid(session: Session, sid: str) -> Call | None:
    """The call with this CallSid."""
    return session.exec(select(Call).where(Call.sid == sid)).first()


def open_stream(session: Session, sid: str, token: str, stream_sid: str, now: datetime) -> Call | None:
    """Admit the stream of a call whose token fits, once: the token is used up. None when it is refused."""
    statement = (
        update(Call)
        .where(col(Call.sid) == sid, col(Call.token_hash) == token_hash(token), col(Call.status) == CallStatus.RINGING)
        .values(status=CallStatus.TALKING, token_hash=None, twiml="", stream_sid=stream_sid, stream_at=now)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        return None
    return by_sid(session, sid)


def write_turn(session: Session, company: Company, call_id: str, turn: Turn, now: datetime) -> Written:
    """Write a turn and every row its moves ask for."""
    call = session.get_one(Call, call_id)
    if session.exec(select(Decision).where(Decision.call_id == call_id, Decision.position == turn.position)).first():
        return Written()  # it was written after all: its first try outlived our patience
    if turn.utterance is not None:
        session.add(turn.utterance.model_copy())
    if turn.forget:
        _forget(session, call_id)
    session.add(_decision(call_id, turn))
    job: Job | None = None
    if turn.assessment is not None:
        call.assessment = to_json(turn.assessment)
        call.language = turn.assessment.language.value
        if jobs.of_call(session, call_id) is not None:
            job = jobs.write(session, call, turn.assessment, now)
    for one in turn.moves:
        job = _write_move(session, company, call, one, turn.assessment, now) or job
    session.add(call)
    reached = [company.find(one) for one in paging.reached(session, job)] if job else []
    paged = tuple(person.name for person in reached if person)
    return Written(job.number if job else None, paged)


def note_heard(session: Session, call_id: str, heard: list[Heard]) -> None:
    """Write what became of the decisions' audio."""
    for one in heard:
        session.execute(
            update(Decision)
            .where(col(Decision.call_id) == call_id, col(Decision.position) == one.position)
            .values(audio_ms=one.audio_ms, heard_ms=one.heard_ms)
        )


def stream_over(session: Session, call_id: str) -> None:
    """The stream is over and was served to its end; what becomes of the call is for others to say."""
    move(session, session.get_one(Call, call_id), CallStatus.TALKING, CallStatus.AFTER)


def _write_move(
    session: Session, company: Company, call: Call, one: Move, assessment: Assessment | None, now: datetime
) -> Job | None:
    heard = assessment or Assessment()
    match one:
        case PageNow(reason=reason, situation=situation):
            if heard.priority == Priority.P1:
                job = jobs.write(session, call, heard, now)
            else:
                job = jobs.write_emergency(session, call, heard, situation, reason, now)
            paging.start(session, job, company, now, managers=reason == "manager")
            return job
        case OpenJob():
            return jobs.write(session, call, heard, now)
        case TransferToPerson(reason=reason):
            transfers.begin(session, call, company, assessment, reason, now)
            call.next = "transfer"
        case PromiseCallback(reason=reason):
            number = heard.entities.callback.value if heard.entities.callback else call.caller
            priority = heard.priority.value if heard.priority else None
            owing.owe(session, call, company, reason, now, number=number, priority=priority, missed=False)
        case OptOut():
            if call.caller:
                consent.by_voice(session, company, call.caller, _last_words(session, call), call.sid, now)
        case Close(outcome=outcome):
            call.outcome = outcome
            call.next = call.next or "hangup"
            if outcome == "let_go":
                safety.watch(session, call, now)
        case _:
            pass
    return None


def _last_words(session: Session, call: Call) -> str:
    said = select(Utterance.text).where(Utterance.call_id == call.id).order_by(col(Utterance.position).desc())
    return session.exec(said.limit(1)).first() or ""


def _decision(call_id: str, turn: Turn) -> Decision:
    moves: list[dict[str, Any]] = [{"move": type(one).__name__, **to_json(one)} for one in turn.moves]
    return Decision(
        call_id=call_id,
        position=turn.position,
        event=turn.event,
        moves=moves,
        evidence=to_json(turn.assessment.evidence) if turn.assessment else [],
        speech_end_ms=turn.speech_end_ms,
        text_ms=turn.text_ms,
        decided_ms=turn.decided_ms,
    )


def _forget(session: Session, call_id: str) -> None:
    """A card number was spoken, over one utterance or several: the words of the last three are gone."""
    newest_first = col(Utterance.position).desc()
    latest = select(Utterance).where(Utterance.call_id == call_id).order_by(newest_first).limit(FORGOTTEN)
    for utterance in session.exec(latest):
        utterance.text = "[removed]"
        session.add(utterance)
