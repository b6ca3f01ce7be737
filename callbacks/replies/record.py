"""The record of a conversation by text: it stands in the call that it belongs to, behind what was spoken there.

What a caller writes is an utterance of their call; what we asked is a decision of it, under the same position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from sqlalchemy import case
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from callbacks import safety
from models.enums import CallStatus, Language
from models.once import about, insert_once
from models.tables import Call, Callback, Decision, Seen
from models.tables import Utterance as Row
from triage.assessment import Assessment, to_json
from triage.triage import Utterance

SAME_STORY = timedelta(hours=24)
"""A text within a day of a call belongs to it; while somebody is still owed a call it does, however old."""

AFTER_SPEECH = 1000
"""Positions of texts in a call's record."""

LAST_SPOKEN, STEP, LONGEST = 20, 10, 4000
"""What of a story is read with a new text: utterances spoken, texts one to two steps back, and characters of texts.

Measured: 121 texts of 100 characters take 0.06 s each and 0.14 s at most, 41 of 1,600 characters 0.17 s and 0.27 s
(2 cores under load, SQLite; python -m tests.callbacks.long_story). The whole story read each time took 0.64 and 1.2 s.
"""

TEXTS_AN_HOUR = 30
"""Of one number. What comes beyond is looked through for dangers and calls for help, and is not kept."""

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


def hold(session: Session, number: str, sid: str, now: datetime) -> None:
    """Let one transaction at a time read and answer what this number writes: two texts in a second are two turns.

    Held before anything else, and by texts only: whoever ends a call meanwhile does not wait for it.
    """
    key = about(number, "texts")
    insert_once(session, Seen(key=key, at=now))
    session.exec(select(Seen).where(Seen.key == key).with_for_update()).first()
    insert_once(session, Seen(key=about(number, f"text:{sid}"), at=now))


def too_many(session: Session, number: str, now: datetime) -> bool:
    """Whether this number has written so much within the hour that its texts are read one by one only."""
    mine = select(func.count()).select_from(Seen).where(col(Seen.key).startswith(about(number, "text:")))
    return session.exec(mine.where(col(Seen.at) > now - timedelta(hours=1))).one() > TEXTS_AN_HOUR


def story_of(session: Session, number: str, now: datetime) -> Call | None:
    """The call that a text from this number belongs to: their latest of the day, or the one still owed a call.

    Only what was said from this very number: what was told on another telephone, address and all, is that caller's.
    """
    theirs = select(Call).where(Call.caller == number).order_by(col(Call.received_at).desc())
    call = session.exec(theirs.where(col(Call.received_at) > now - SAME_STORY)).first()
    return call or session.exec(theirs.where(col(Call.callback_id).in_(_owed(number)))).first()


def expected(session: Session, number: str, now: datetime) -> Call | None:
    """The call of somebody else, or of a withheld number, in which this number was left to be called."""
    owed = select(Callback.call_id).where(col(Callback.id).in_(_owed(number)))
    left = safety.calls_of(number).where(col(Call.received_at) > now - SAME_STORY)
    latest = session.exec(left.order_by(col(Call.received_at).desc())).first()
    return latest or session.exec(select(Call).where(col(Call.id).in_(owed))).first()


def _owed(number: str) -> SelectOfScalar[str]:
    """Ids of the callbacks for which this number still waits."""
    open_ones = select(Callback.id).where(Callback.number == number, col(Callback.closed_at).is_(None))
    return open_ones.where(col(Callback.reached_at).is_(None))


def sent_outside(session: Session, number: str, now: datetime) -> Call | None:
    """The latest call from which this number was sent out of a building, whatever they rang about since.

    A call made from this number comes before one in which it was only left to be called.
    """
    calls = safety.calls_of(number).where(col(Call.received_at) > now - SAME_STORY, Call.outcome == "let_go")
    own_first = case((col(Call.caller) == number, 0), else_=1)
    return session.exec(calls.order_by(own_first, col(Call.received_at).desc())).first()


def begun_by_text(session: Session, text: Text, now: datetime, left: Call | None = None) -> Call:
    """What begins with a text is written as a call that never rang, under the text's SID.

    `left`: the call in which this number was left, in whose language it goes on.
    """
    call = Call(
        sid=text.sid,
        caller=text.number,
        called=text.to,
        status=CallStatus.ENDED,
        outcome=BY_TEXT,
        received_at=now,
        ended_at=now,
        language=left.language if left else Language.EN.value,
    )
    session.add(call)
    session.flush()
    return call


def said(session: Session, call: Call) -> list[Utterance]:
    """What the caller has said and written, in order: the last of each, for every text reads it all once more.

    Of the texts ten to twenty: the first stays the first for ten of them, so that triage remembers what it has read.
    """
    last = session.exec(select(func.max(Row.position)).where(Row.call_id == call.id)).one() or 0
    first = AFTER_SPEECH + max(0, (last - AFTER_SPEECH) // STEP - 1) * STEP
    mine = select(Row).where(Row.call_id == call.id, Row.text != "").order_by(col(Row.position).desc())
    written = session.exec(mine.where(col(Row.position) > first)).all()
    spoken = session.exec(mine.where(col(Row.position) <= AFTER_SPEECH).limit(LAST_SPOKEN)).all()
    length = accumulate(len(one.text) for one in written)
    short = [one for one, far in zip(written, length, strict=True) if far <= LONGEST]
    return [Utterance(one.text, one.asked, one.confidence) for one in reversed([*short, *spoken])]


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
