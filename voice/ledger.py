"""Writing a call down: one transaction before any act, whatever the act is."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select, update

from callbacks import missed, owing, safety
from callbacks import words as callback_words
from carrier import outbox, timers
from models.company import Company
from models.enums import CallStatus, Channel, Priority, Purpose, RunStatus, Trade, TransferStatus
from models.moves import move
from models.once import insert_once
from models.tables import Call, Consent, Decision, Job, PageRun, Utterance
from routing import jobs, paging, policies, transfers
from triage.assessment import Assessment, to_json
from voice.dialogue.moves import Close, Move, OpenJob, OptOut, PageNow, PromiseCallback, TransferToPerson

FORGOTTEN = 3
"""A card number may be spoken in groups: the words of so many utterances are removed with it."""

CALL_CHECK = "call_check"
CHECK_SOON = timedelta(seconds=60)
"""No news of a call's end so long after its last frame: then we settle it ourselves (docs/carrier.md, "Missed")."""


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


def end(session: Session, company: Company, call_id: str, final_status: str | None, now: datetime) -> str | None:
    """The call is over: judge whether the caller was missed, and see to it that nobody is left with nothing.

    May be called more than once (socket, status callback, sweep): what is written is written once. Gives the rule by
    which the caller was missed, or None.
    """
    call = session.get_one(Call, call_id)
    job, run = _emergency_of(session, company, call, now)
    if job is not None:
        paging.brief(session, job, company, now)
    if final_status is not None:  # without it the caller may still be there: only a broken stream told us
        transfers.caller_left(session, call_id, company, now)
    transfer = transfers.of_call(session, call_id)
    rule = missed.judge(
        missed.Ending(
            final_status=final_status,
            streamed=call.stream_at is not None,
            outcome=call.outcome,
            transfer=TransferStatus(transfer.status) if transfer else None,
            recording_s=call.recording_s,
        )
    )
    if call.status != CallStatus.ENDED:
        move(session, call, CallStatus(call.status), CallStatus.ENDED, ended_at=now)
    if rule is not None:
        call.missed = rule.value
        session.add(call)
        _make_good(session, company, call, job, run, rule.value, now)
    return rule.value if rule else None


def stream_over(session: Session, call_id: str) -> None:
    """The stream is over and was served to its end; what becomes of the call is for others to say."""
    move(session, session.get_one(Call, call_id), CallStatus.TALKING, CallStatus.AFTER)


def check_soon(session: Session, call_id: str, now: datetime) -> None:
    """The socket broke and nobody said that the call is over: look at it in a minute."""
    timers.schedule(session, kind=CALL_CHECK, ref=call_id, due_at=now + CHECK_SOON, step=1)


def _emergency_of(session: Session, company: Company, call: Call, now: datetime) -> tuple[Job | None, PageRun | None]:
    """The call's job and page run; an emergency that was understood and never paged, why ever, is paged now.

    So is a job below an emergency where the profile has a policy for it.
    """
    job = jobs.of_call(session, call.id)
    understood = (call.assessment or {}).get("priority") == Priority.P1
    if job is None and understood:
        job = jobs.write_emergency(session, call, Assessment(), call.assessment.get("situation"), "see the call", now)  # type: ignore[union-attr]
    if job is None or not (job.priority == Priority.P1 or _paged_by_day(company, job)):
        return job, None
    return job, paging.start(session, job, company, now)


def _paged_by_day(company: Company, job: Job) -> bool:
    if job.priority is None:
        return False
    trade = Trade(job.trade) if job.trade else None
    return policies.for_jobs_of(company, Priority(job.priority), trade, job.situation)


def _make_good(
    session: Session, company: Company, call: Call, job: Job | None, run: PageRun | None, reason: str, now: datetime
) -> None:
    """A missed caller gets a text: help is on its way when an emergency was paged, else a time."""
    number = job.callback if job and job.callback else call.caller
    if job is not None and job.priority == Priority.P1:
        if number and run is not None and run.status == RunStatus.RUNNING:
            outbox.enqueue(
                session,
                key=f"on_it:{call.id}",
                channel=Channel.TEXT,
                purpose=Purpose.RECEIPT,
                to=number,
                body=callback_words.on_it(company),
                now=now,
                call_id=call.id,
            )
        return
    owing.owe(session, call, company, reason, now, number=number, priority=job.priority if job else None)


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
                session.add(Consent(number=call.caller, channel=Channel.TEXT, granted=False, source="voice", at=now))
        case Close(outcome=outcome):
            call.outcome = outcome
            call.next = call.next or "hangup"
            if outcome == "let_go":
                safety.watch(session, call, now)
        case _:
            pass
    return None


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
