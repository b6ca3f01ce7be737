"""The record of a conversation by text: it stands in the call that it belongs to, behind what was spoken there.

What a caller writes is an utterance of their call; what we asked is a decision of it, under the same position.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from callbacks import safety
from models.enums import CallStatus
from models.once import insert_once
from models.tables import Call, Callback, Decision, Seen
from models.tables import Utterance as Row
from triage.assessment import Assessment, to_json
from triage.triage import Utterance

SAME_STORY = timedelta(hours=24)
"""A text within a day of a call belongs to it; while somebody is still owed a call it does, however old."""

AFTER_SPEECH = 1000
"""Positions of texts in a call's record."""

REMOVED = "[removed]"
BY_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Text:
    """A text that came in. `number` and `to` are E.164; `opt_out` is Twilio's OptOutType, if it sent one."""

    sid: str
    number: str
    to: str
    body: str
    pictures: int = 0
    opt_out: str | None = None


def hold(session: Session, number: str, now: datetime) -> None:
    """Let one transaction at a time read and answer what this number writes: two texts in a second are two turns.

    Held before anything else, and by texts only: whoever ends a call meanwhile does not wait for it.
    """
    key = f"texts:{hashlib.sha256(number.encode()).hexdigest()[:32]}"
    insert_once(session, Seen(key=key, at=now))
    session.exec(select(Seen).where(Seen.key == key).with_for_update()).one()


def story_of(session: Session, number: str, now: datetime) -> Call | None:
    """The call that a text from this number belongs to: the latest of the day, or the one that is still owed a call."""
    recent = safety.calls_of(number).where(col(Call.received_at) > now - SAME_STORY)
    call = session.exec(recent.order_by(col(Call.received_at).desc())).first()
    if call is not None:
        return call
    owed = select(Callback).where(Callback.number == number, col(Callback.closed_at).is_(None))
    unreached = owed.where(col(Callback.reached_at).is_(None)).order_by(col(Callback.created_at).desc())
    callback = session.exec(unreached).first()
    return session.get(Call, callback.call_id) if callback else None


def sent_outside(session: Session, number: str, now: datetime) -> Call | None:
    """The latest call from which this number was sent out of a building, whatever they rang about since."""
    calls = safety.calls_of(number).where(col(Call.received_at) > now - SAME_STORY)
    return session.exec(calls.where(Call.outcome == "let_go").order_by(col(Call.received_at).desc())).first()


def begun_by_text(session: Session, text: Text, now: datetime) -> Call:
    """What begins with a text is written as a call that never rang, under the text's SID."""
    call = Call(
        sid=text.sid,
        caller=text.number,
        called=text.to,
        status=CallStatus.ENDED,
        outcome=BY_TEXT,
        received_at=now,
        ended_at=now,
    )
    session.add(call)
    session.flush()
    return call


def said(session: Session, call: Call) -> list[Utterance]:
    """All that the caller has said and written, in order."""
    rows = session.exec(select(Row).where(Row.call_id == call.id).order_by(col(Row.position))).all()
    return [Utterance(one.text, one.asked, one.confidence) for one in rows if one.text]


def keep(session: Session, call: Call, utterance: Utterance, assessment: Assessment) -> int:
    """Write down what they wrote, and what is understood now; its position."""
    last = session.exec(select(func.max(Row.position)).where(Row.call_id == call.id)).one()
    position = max(last or 0, AFTER_SPEECH) + 1
    row = Row(call_id=call.id, position=position, start_ms=0, end_ms=0, text=utterance.text, asked=utterance.asked)
    row.confidence, row.engine = 1.0, BY_TEXT
    session.add(row)
    call.assessment = to_json(assessment)
    session.add(call)
    session.flush()
    return position


def decided(session: Session, call: Call, position: int, what: str, asks: str | None = None) -> None:
    """Write down what a text led to; `asks` is the question that our answer puts."""
    moves = [{"move": what, "question": asks}]
    session.add(Decision(call_id=call.id, position=position, event=BY_TEXT, moves=moves))
    session.flush()


def asked(session: Session, call: Call) -> Sequence[str | None]:
    """What our answers by text have asked, the latest first; None for one that asked nothing."""
    mine = select(Decision).where(Decision.call_id == call.id, Decision.event == BY_TEXT)
    rows = session.exec(mine.order_by(col(Decision.position).desc())).all()
    return [one.moves[0].get("question") for one in rows]


def led_to(session: Session, call: Call, what: str) -> bool:
    """Whether a text of this story has led to that before."""
    mine = select(Decision).where(Decision.call_id == call.id, Decision.event == BY_TEXT)
    return any(one.moves[0]["move"] == what for one in session.exec(mine).all())
