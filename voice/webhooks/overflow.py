"""When we cannot answer ourselves: staff ring, then a key for an emergency, then a message. Words by Twilio's voice.

No line free, no recogniser, no database: the caller is told the truth and reaches a person or leaves a number.
"""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Response
from sqlmodel import Session

from callbacks import owing
from callbacks.missed import NOTHING_S, Missed
from carrier import twiml
from models.company import Company
from models.enums import CallStatus
from models.tables import Call
from routing import jobs, paging
from triage.assessment import Assessment
from triage.situations import SCRIPTS
from voice import ending, ledger
from voice.house import House
from voice.webhooks.guard import Form, HouseDep, answer, nothing
from voice.webhooks.net import SAFETY, CallerRoute

router = APIRouter(route_class=CallerRoute)

KEY_S = 6
MESSAGE_S = 90

WORDS = {
    "en": (
        f"{SCRIPTS['S22'].en} Please say what is wrong, your address and your number after the tone. "
        "A person will call you back.",
        "Thank you. A person will call you back.",
    ),
    "es": (
        f"{SCRIPTS['S22'].es} Después del tono diga qué pasa, su dirección y su número. "
        "Una persona le devolverá la llamada.",
        "Gracias. Una persona le devolverá la llamada.",
    ),
}
"""Before a message, that we are not 911 first (docs/domain/legal.md L14), and after it."""

VOICES = {"en": "en-US", "es": "es-US"}


def greeting(house: House, *, open_now: bool) -> str:
    """What an overflow caller is told first; then staff ring (when open), or the keys come at once."""
    words = (
        f"Thanks for calling {house.company.spoken_name}. This is an automated line, and this call may be recorded. "
        f"{SAFETY}"
    )
    after = "/twilio/voice/overflow/staff" if open_now else "/twilio/voice/overflow/keys"
    return twiml.response(twiml.say(words), twiml.redirect_to(house.url(after)))


def keys(house: House) -> str:
    """Press one for an emergency; otherwise leave a message."""
    words = "If this is an emergency, press 1 now. Otherwise stay on the line to leave a message."
    action = house.url("/twilio/voice/overflow/key")
    return twiml.response(twiml.gather(twiml.say(words), action=action, timeout_s=KEY_S, always=True))


@router.post("/twilio/voice/overflow/keys")
async def ask(_form: Form, house: HouseDep) -> Response:
    """The keys."""
    return answer(keys(house))


@router.post("/twilio/voice/overflow/key")
async def key(form: Form, house: HouseDep) -> Response:
    """One wakes the technician; anything else records a message."""
    if form.get("Digits") == "1":
        await house.database.run(_emergency, house.company, form["CallSid"], house.clock())
        house.wake()
        words = "I am alerting our on-call technician now. They will phone you. If you are in danger, call 911."
        return answer(twiml.response(twiml.say(words), twiml.hangup()))
    return answer(twiml.response(*leave_message(house, "en")))


def leave_message(house: House, language: str) -> tuple[twiml.Verb, twiml.Verb]:
    """What a caller whom nobody could take is offered: words, a tone, and the tape."""
    action = house.url("/twilio/voice/overflow/message")
    tape = twiml.record(action=action, status_callback=house.url("/twilio/voice/overflow/recording"), max_s=MESSAGE_S)
    return _say(language, 0), tape


def _say(language: str, position: int) -> twiml.Verb:
    language = language if language in WORDS else "en"
    return twiml.say(WORDS[language][position], language=VOICES[language])


@router.post("/twilio/voice/overflow/message")
async def message(form: Form, house: HouseDep) -> Response:
    """A message was left: the caller is owed a call."""
    language = await house.database.run(_message, house.company, form, house.clock())
    house.message_left.set()
    house.wake()
    return answer(twiml.response(_say(language, 1), twiml.hangup()))


@router.post("/twilio/voice/overflow/recording")
async def recording(form: Form, house: HouseDep) -> Response:
    """The recording's file is there, or there is none after all."""
    await house.database.run(_recorded, house.company, form, house.clock())
    house.message_left.set()
    house.wake()
    return nothing()


def _emergency(session: Session, company: Company, sid: str, now: datetime) -> None:
    call = _call(session, sid)
    job = jobs.write_emergency(session, call, Assessment(), None, "pressed 1 for an emergency, all lines busy", now)
    paging.start(session, job, company, now)
    call.outcome = "resolved"
    session.add(call)


def _message(session: Session, company: Company, form: Mapping[str, str], now: datetime) -> str:
    """The caller's language. Who was owed a call already is owed that one, and has left a message."""
    call = _recorded(session, company, form, now)
    reason = Missed.VOICEMAIL if call.recording_s > NOTHING_S else Missed.NOBODY_FREE
    owing.owe(session, call, company, reason, now, number=ending.reached_at(call, None), priority=None)
    return call.language


def _recorded(session: Session, company: Company, form: Mapping[str, str], now: datetime) -> Call:
    """Keep where the message lies; news of it may come before or after its action, and before or after the end."""
    call = _call(session, form["CallSid"])
    seconds = form.get("RecordingDuration", "")
    call.recording_url = form.get("RecordingUrl") or call.recording_url
    call.recording_s = max(call.recording_s, float(seconds) if seconds.isdigit() else 0.0)
    session.add(call)
    session.flush()
    if call.status == CallStatus.ENDED:
        ending.end(session, company, call.id, None, now)
    return call


def _call(session: Session, sid: str) -> Call:
    call = ledger.by_sid(session, sid)
    if call is None:
        raise LookupError("no call has this SID")
    return call
