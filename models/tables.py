"""The tables. Ids are 32 hex characters; times are UTC; JSON columns hold evidence that people read, not rules."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, DateTime, Enum, Index, Text, TypeDecorator, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

from models.enums import (
    AttemptStatus,
    CallbackStatus,
    CallStatus,
    Channel,
    ConsentScope,
    DutyKind,
    FollowUpStatus,
    JobEventKind,
    JobStatus,
    MessageStatus,
    Purpose,
    RunStatus,
    TimerStatus,
    TransferStatus,
)

# Every constraint has a name, so that a later version can speak of it.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


def new_id() -> str:
    """A fresh id: 32 hex characters."""
    return uuid4().hex


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, aware in Python on every database (SQLite forgets zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store UTC; a naive time is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give it back aware."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A column for an instant."""
    if nullable:
        return Field(default=None, sa_type=Instant, nullable=True, index=index)
    return Field(sa_type=Instant, nullable=False, index=index)


def word(kind: type[StrEnum], **options: Any) -> Any:
    """A column for a word of an enum, kept as the word itself: readable in any database, and no type to migrate."""
    column = Enum(kind, native_enum=False, length=20, values_callable=lambda words: [each.value for each in words])
    return Field(sa_type=column, **options)


def later(value: int | bool) -> Any:
    """A column that a later version added: an older process that still runs may leave it out."""
    return Field(default=value, sa_column_kwargs={"server_default": str(int(value))})


def _where(condition: str) -> dict[str, Any]:
    """The condition of an index over some rows only, in words that both databases understand."""
    return dict.fromkeys(("sqlite_where", "postgresql_where"), text(condition))


class Call(SQLModel, table=True):
    """One telephone call to the company. `sid` is claimed once; `twiml` is what the first webhook was answered."""

    __table_args__ = (
        Index("ix_call_recorded", "received_at", **_where("recording_url IS NOT NULL")),
        Index("ix_call_unwiped", "received_at", **_where("wiped_at IS NULL")),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    sid: str = Field(unique=True)
    caller: str | None = Field(default=None, index=True)  # E.164; None when withheld
    called: str = ""
    status: CallStatus = word(CallStatus, default=CallStatus.RINGING)
    language: str = "en"
    twiml: str = Field(default="", sa_type=Text)
    token_hash: str | None = None  # sha256 of the stream's token
    stream_sid: str | None = None
    next: str | None = None  # what follows the stream: hangup | transfer | None (overflow)
    outcome: str | None = None
    missed: str | None = None  # which of the five rules of a missed call, once judged
    recording_url: str | None = None  # of a message left on the overflow path; at Twilio, needs its login
    recording_s: float = 0.0
    heard_at: datetime | None = instant(nullable=True)  # when the message was transcribed, or given up
    hearing_until: datetime | None = instant(nullable=True)  # a process has leased the message to transcribe it
    hearing_tries: int = later(0)
    callback_id: str | None = Field(default=None, index=True)  # the callback it belongs to: redials share one
    held: bool = later(False)  # a legal hold: nothing of it is deleted (docs/domain/legal.md L15)
    untape: bool = later(False)  # a card number is on the message: its recording goes at once (L12)
    wiped_at: datetime | None = instant(nullable=True)  # when its words and its sound were deleted
    assessment: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    received_at: datetime = instant(index=True)
    stream_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True)


class Utterance(SQLModel, table=True):
    """Something the caller said; `start_ms` and `end_ms` on the stream's own clock."""

    __table_args__ = (UniqueConstraint("call_id", "position"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    position: int
    start_ms: int
    end_ms: int
    text: str = Field(default="", sa_type=Text)
    confidence: float = 0.0
    asked: str | None = None
    engine: str = ""
    decode_ms: int = 0
    rejected: str | None = None


class Decision(SQLModel, table=True):
    """What was decided and why, with the turn's timeline in ms of the stream's clock."""

    __table_args__ = (UniqueConstraint("call_id", "position"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    position: int
    event: str
    moves: list[Any] = Field(default_factory=list, sa_type=JSON)
    evidence: list[Any] = Field(default_factory=list, sa_type=JSON)
    speech_end_ms: int | None = None
    text_ms: int | None = None
    decided_ms: int | None = None
    audio_ms: int | None = None
    heard_ms: int | None = None


class Job(SQLModel, table=True):
    """Work for the company, opened by a call. `number` is what people say aloud."""

    id: str = Field(default_factory=new_id, primary_key=True)
    number: int = Field(unique=True)
    call_id: str = Field(foreign_key="call.id", unique=True)
    status: JobStatus = word(JobStatus, default=JobStatus.NEW)
    intent: str
    priority: str | None = None
    trade: str | None = None
    situation: str | None = None
    script: str | None = None
    caller: str | None = Field(default=None, index=True)
    callback: str | None = Field(default=None, index=True)
    name: str | None = None
    address: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    problem: str | None = Field(default=None, sa_type=Text)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    evidence: list[Any] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = instant(index=True)


class PageRun(SQLModel, table=True):
    """The ladder of one job. `policy` is the snapshot of rungs taken when it began."""

    id: str = Field(default_factory=new_id, primary_key=True)
    job_id: str = Field(foreign_key="job.id", unique=True)
    code: int = Field(index=True)  # the job's number: reply A4821
    status: RunStatus = word(RunStatus, default=RunStatus.RUNNING)
    step: int = 0
    policy: list[Any] = Field(default_factory=list, sa_type=JSON)
    passed: list[Any] = Field(default_factory=list, sa_type=JSON)  # ids of those who passed on the present rung
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = instant(nullable=True)
    minutes: int | None = None  # to arrival, as the technician gave them
    on_way_at: datetime | None = instant(nullable=True)
    arrived_at: datetime | None = instant(nullable=True)
    reopened: int = later(0)  # how often it was paged again after somebody had taken it
    created_at: datetime = instant(index=True)


class RunEvent(SQLModel, table=True):
    """What happened to a page run, in order, for people to read: who, what, when, how."""

    id: str = Field(default_factory=new_id, primary_key=True)
    run_id: str = Field(foreign_key="pagerun.id", index=True)
    at: datetime = instant()
    what: str  # started, climbed, passed, taken, on_way, arrived, reassigned, part_missing, silent, exhausted, ...
    person_id: str | None = None
    detail: str = Field(default="", sa_type=Text)


class DutyChange(SQLModel, table=True):
    """A change of the rota: an override, a swap's half, an absence. From `starts_at` up to `ends_at`, not including it.

    `covers` is whose place is taken (kind cover). Empty `trades` means all.
    """

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: DutyKind = word(DutyKind)
    person_id: str
    covers: str | None = None
    trades: list[Any] = Field(default_factory=list, sa_type=JSON)
    starts_at: datetime = instant(index=True)
    ends_at: datetime = instant(index=True)
    note: str = Field(default="", sa_type=Text)
    made_by: str = ""
    created_at: datetime = instant()
    withdrawn_at: datetime | None = instant(nullable=True)


class DeadNumber(SQLModel, table=True):
    """A number that a channel cannot reach, as Twilio told: a landline for texts, a number that does not exist."""

    __table_args__ = (UniqueConstraint("number", "channel"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    number: str
    channel: Channel = word(Channel)
    error_code: int
    at: datetime = instant()


class Message(SQLModel, table=True):
    """The outbox: a text or a call that must leave, and what became of it. `key` makes it once.

    A page is a message with `run_id`, `step` and `person_id`: its key is page:{run}:{step}:{person}:{channel}.
    """

    __table_args__ = (Index("ix_message_unwiped", "call_id", "created_at", **_where("body != ''")),)
    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    channel: Channel = word(Channel)
    purpose: Purpose = word(Purpose)
    to: str = Field(index=True)  # E.164; for an e-mail its address
    body: str = Field(default="", sa_type=Text)  # the text; for a call the words to be spoken
    account: int = later(0)  # which of our telephone accounts it left through last: 0 is the first
    repeats: int = later(0)  # how often it went again because nobody could say whether it had gone
    call_id: str | None = Field(default=None, foreign_key="call.id", index=True)
    run_id: str | None = Field(default=None, foreign_key="pagerun.id", index=True)
    step: int | None = None
    person_id: str | None = None
    status: MessageStatus = word(MessageStatus, default=MessageStatus.PENDING, index=True)
    reason: str | None = None  # why refused, failed or cancelled, in words
    attempt: int = 0
    owner: str | None = None
    lease_until: datetime | None = instant(nullable=True)
    due_at: datetime = instant(index=True)
    sid: str | None = Field(default=None, index=True)
    error_code: int | None = None
    created_at: datetime = instant()
    accepted_at: datetime | None = instant(nullable=True)
    asked_at: datetime | None = instant(nullable=True)  # when we last asked Twilio for news that did not come
    finished_at: datetime | None = instant(nullable=True)


class Timer(SQLModel, table=True):
    """Something to look at when its time comes: `kind` names the look, `ref` the row it is about."""

    __table_args__ = (UniqueConstraint("kind", "ref", "step"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    ref: str
    step: int = 0
    due_at: datetime = instant(index=True)
    status: TimerStatus = word(TimerStatus, default=TimerStatus.PENDING, index=True)


class Transfer(SQLModel, table=True):
    """A call being handed to a person, with what they are told before they take it."""

    id: str = Field(default_factory=new_id, primary_key=True)
    call_id: str = Field(foreign_key="call.id", unique=True)
    status: TransferStatus = word(TransferStatus, default=TransferStatus.WAITING, index=True)
    reason: str = ""
    summary: str = Field(default="", sa_type=Text)
    people: list[Any] = Field(default_factory=list, sa_type=JSON)  # ids of staff in the order they are tried
    tried: int = 0
    taken_by: str | None = None
    leg_sid: str | None = None  # the call to the person who is being rung or has taken it
    room: str | None = None  # of a conference; None when the legs are joined plainly
    created_at: datetime = instant(index=True)
    bridged_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True, index=True)


class Callback(SQLModel, table=True):
    """A caller who is owed a call, and the time they were given; one an episode, whatever they redialled.

    `first_promised_at` is the promise that is measured: the first, or the one the caller asked for instead.
    """

    __table_args__ = (
        Index("uq_callback_held", "taken_by", unique=True, **_where("status = 'taken'")),  # one person, one caller
        Index(None, "priority", "created_at"),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    call_id: str = Field(foreign_key="call.id", unique=True)  # the call that began it
    number: str | None = Field(default=None, index=True)
    reason: str
    priority: str | None = None
    status: CallbackStatus = word(CallbackStatus, default=CallbackStatus.OPEN, index=True)
    language: str = Field(default="en", sa_column_kwargs={"server_default": "en"})
    member: bool = later(False)
    known: bool = later(False)  # has called or had a job before
    calls: int = later(1)  # how often they have called in this episode
    promised_at: datetime | None = instant(nullable=True)
    first_promised_at: datetime | None = instant(nullable=True)
    not_before: datetime | None = instant(nullable=True)  # the caller asked for "after 5"
    slipped_at: datetime | None = instant(nullable=True)  # when they were told that it will be later, once
    attempts: int = later(0)  # times that the caller's telephone rang
    next_try_at: datetime | None = instant(nullable=True)
    taken_by: str | None = None
    taken_at: datetime | None = instant(nullable=True)
    first_tried_at: datetime | None = instant(nullable=True)  # when the caller's telephone first rang
    reached_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    closed_by: str | None = None
    closed_reason: str | None = None
    created_at: datetime = instant(index=True)


class CallbackEvent(SQLModel, table=True):
    """What happened to a callback, in order, for people to read."""

    id: str = Field(default_factory=new_id, primary_key=True)
    callback_id: str = Field(foreign_key="callback.id", index=True)
    at: datetime = instant()
    # owed, promised, redialled, wrote, wished, slipped, broken,
    # taken, rang, no_answer, reached, let_go, closed, reopened; untold (its text will not be read);
    # heard, unheard (a message on tape), renumbered (they said where else to call them)
    what: str
    person_id: str | None = None
    detail: str = Field(default="", sa_type=Text)


class Attempt(SQLModel, table=True):
    """One try to call somebody back."""

    id: str = Field(default_factory=new_id, primary_key=True)
    callback_id: str = Field(foreign_key="callback.id", index=True)
    person_id: str
    status: AttemptStatus = word(AttemptStatus, default=AttemptStatus.ASKED)
    staff_sid: str | None = None
    caller_sid: str | None = None
    created_at: datetime = instant(index=True)
    dialled_at: datetime | None = instant(nullable=True)
    answered_at: datetime | None = instant(nullable=True)
    ended_at: datetime | None = instant(nullable=True, index=True)


class Presence(SQLModel, table=True):
    """Somebody signed in at the desk or out, append-only; the latest counts."""

    id: str = Field(default_factory=new_id, primary_key=True)
    person_id: str = Field(index=True)
    present: bool
    at: datetime = instant(index=True)


class Consent(SQLModel, table=True):
    """An event of consent, append-only: who, for which channel and what, granted or revoked, and how (legal.md L4)."""

    id: str = Field(default_factory=new_id, primary_key=True)
    number: str = Field(index=True)
    channel: Channel = word(Channel)
    scope: ConsentScope = word(
        ConsentScope, default=ConsentScope.ALL, sa_column_kwargs={"server_default": ConsentScope.ALL.value}
    )
    granted: bool
    written: bool = later(False)  # prior express written consent, which marketing needs
    source: str  # voice, keyword, free_text, twilio_21610, profile, import, asked_again
    evidence: str | None = None  # the SID it came with
    at: datetime = instant(index=True)


class BlockedNumber(SQLModel, table=True):
    """A number that the shop does not want to call or text: a prank, a lawsuit, the internal do-not-call list (L8)."""

    number: str = Field(primary_key=True)
    reason: str = ""
    made_by: str = ""
    at: datetime = instant()


class JobEvent(SQLModel, table=True):
    """What another system told of a job; `key` makes it once."""

    id: str = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    job_id: str = Field(foreign_key="job.id", index=True)
    kind: JobEventKind = word(JobEventKind)
    detail: str = Field(default="", sa_type=Text)
    at: datetime = instant(index=True)


class FollowUp(SQLModel, table=True):
    """The asking after a completed job: one a job."""

    id: str = Field(default_factory=new_id, primary_key=True)
    job_id: str = Field(foreign_key="job.id", unique=True)
    number: str = Field(index=True)
    language: str = "en"
    status: FollowUpStatus = word(FollowUpStatus, default=FollowUpStatus.WAITING)
    reason: str | None = None  # why stopped
    rating: int | None = None  # 1 to 5, or None when the answer had words only
    asked_at: datetime | None = instant(nullable=True)
    reminded_at: datetime | None = instant(nullable=True)
    answered_at: datetime | None = instant(nullable=True)
    invited_at: datetime | None = instant(nullable=True)  # when the review link went out
    referral_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()


class Access(SQLModel, table=True):
    """Somebody looked at a record that holds personal data, or deleted it (docs/domain/legal.md L15)."""

    id: str = Field(default_factory=new_id, primary_key=True)
    at: datetime = instant(index=True)
    who: str  # id of staff, or the door
    what: str  # read, wiped, held, released, exported
    ref: str = Field(index=True)  # id of the row


class Seen(SQLModel, table=True):
    """A webhook that was already answered; `key` is Twilio's idempotency token or (SID, sequence or status)."""

    key: str = Field(primary_key=True)
    at: datetime = instant(index=True)
