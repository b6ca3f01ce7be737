"""URGENT, and no emergency beside it: one question, and somebody woken by silence, by doubt or by the second URGENT.

We offer the word ourselves outside hours, so it must reach somebody; but it does not say what is wrong, and a drip at
night wakes nobody. Unsure is one question, then a hazard (docs/domain/intake.md section 2): an answer that tells of an
emergency pages at once, as always; one that tells of none gets its time, and the way to insist; one that tells nothing,
or none within five minutes, is taken for an emergency.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks.replies import address, record
from callbacks.replies.answering import reply
from callbacks.texts import promised, say
from carrier import timers
from models.company import Company
from models.enums import Priority
from models.tables import Call, Callback, Timer
from routing import jobs, paging
from triage.assessment import Assessment

URGENT_TIMER = "urgent"
SILENCE = timedelta(minutes=5)

ASKED = "urgent"
"""The question, in the record: what is happening?"""

WARNED = "not_urgent"
PAGED = "urgent_paged"
SAYS = "the caller writes that it is urgent"


def declared(
    session: Session, call: Call, text: record.Text, position: int, heard: Assessment, company: Company, now: datetime
) -> None:
    """They write URGENT: of an emergency, the second time, or with nothing left to ask, somebody is woken."""
    if heard.priority == Priority.P1 or record.led_to(session, call, ASKED) or record.led_to(session, call, WARNED):
        _page(session, call, text, position, heard, company, now)
    elif heard.priority is not None:
        _warn(session, call, text, position, company, now)
    else:
        record.decided(session, call, position, ASKED, ASKED)
        minutes = int(SILENCE.total_seconds()) // 60
        body = say(company, "urgent_what", call.language, minutes=minutes)
        reply(session, text.sid, text.number, body, now, call.id, danger=True)
        timers.schedule(session, URGENT_TIMER, call.id, now + SILENCE, position)


def answered(
    session: Session, call: Call, text: record.Text, position: int, heard: Assessment, company: Company, now: datetime
) -> None:
    """They say what is happening, and it is no emergency of ours by its words: told so; or it says nothing: paged."""
    if heard.priority is not None:
        _warn(session, call, text, position, company, now)
    else:
        _page(session, call, text, position, heard, company, now)


def silence(session: Session, timer: Timer, company: Company, now: datetime) -> None:
    """Five minutes and no answer: taken for an emergency. Nothing is understood beyond what was kept before."""
    call = session.get_one(Call, timer.ref)
    asked = record.asked(session, call)
    if not asked or asked[0] != ASKED or call.caller is None:
        return
    text = record.Text(sid=f"urgent:{call.id}", number=call.caller, to=call.called, body="")
    _page(session, call, text, timer.step + record.AFTER_SPEECH, Assessment(), company, now)


def _warn(session: Session, call: Call, text: record.Text, position: int, company: Company, now: datetime) -> None:
    callback = session.get(Callback, call.callback_id) if call.callback_id else None
    promise = promised(company, callback.promised_at if callback else None, now, call.language)
    record.decided(session, call, position, WARNED)
    reply(session, text.sid, text.number, say(company, "not_urgent", call.language, promise=promise), now, call.id)


def _page(
    session: Session, call: Call, text: record.Text, position: int, heard: Assessment, company: Company, now: datetime
) -> None:
    """Somebody is asked now; or whoever has the job is rung."""
    old = jobs.of_call(session, call.id)
    held = old is not None and paging.remind(session, old, company, text.sid, now)
    if not held:
        job = address.kept(
            session, call, lambda: jobs.write_emergency(session, call, heard, heard.situation, SAYS, now)
        )
        paging.press(session, job, company, now)
    record.decided(session, call, position, PAGED)
    body = say(company, "urgent_held" if held else "urgent_paged", call.language)
    reply(session, text.sid, text.number, body, now, call.id, danger=True)
