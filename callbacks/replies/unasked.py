"""What comes without a story: words out of the blue, and pictures without words."""

from datetime import datetime

from sqlmodel import Session, select

from callbacks import owing, story
from callbacks.replies import reading, record
from callbacks.replies.answering import reply
from callbacks.texts import say
from carrier import gate
from models.company import Company
from models.once import about, insert_once
from models.tables import Call, Message, Seen
from triage.assessment import Assessment
from triage.triage import Utterance


def words(
    session: Session, company: Company, text: record.Text, utterance: Utterance, heard: Assessment, now: datetime
) -> None:
    """Texts are read with a call, and a call is answered at once: that is said once a day a number.

    Whoever writes again, or may not be answered by text, is heard all the same: the words are kept, and a person calls.
    """
    if "card_number" in heard.signals:
        reply(session, text.sid, text.number, say(company, "no_card", heard.language), now)
    elif reading.only_thanks(text.body):
        return
    elif not _asked_to_call(session, company, text, heard, now):
        call = record.begun_by_text(session, text, now)
        call.language = heard.language.value
        record.keep(session, call, utterance, heard)
        priority = heard.priority.value if heard.priority else None
        owing.owe(session, call, company, "text", now, number=text.number, priority=priority, missed=False)


def pictures(session: Session, call: Call | None, company: Company, text: record.Text, now: datetime) -> None:
    """Pictures without words: nobody here looks at them, so a person is told that they came."""
    if call is None or not text.pictures:
        return
    callback = owing.owe(session, call, company, "text", now, number=text.number, priority=None, missed=False)
    story.note(session, callback, "wrote", now, detail=f"pictures without words: {text.pictures}")


def _asked_to_call(session: Session, company: Company, text: record.Text, heard: Assessment, now: datetime) -> bool:
    """Ask them to ring, for the first time today; whether that was done, and may leave."""
    if not insert_once(session, Seen(key=about(text.number, f"please_call:{now.date()}"), at=now)):
        return False
    reply(session, text.sid, text.number, say(company, "please_call", heard.language), now)
    row = session.exec(select(Message).where(Message.key == f"reply:{text.sid}")).first()
    return row is not None and gate.may_send(session, row, company, now).allowed
