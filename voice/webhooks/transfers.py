"""Handing a caller over: ring a CSR, tell them what matters, a key takes it. Voicemail cannot press a key.

Here are the caller's doors and those of the plain way, where the caller's own Dial rings the person; rooms.py has the
other way. Whatever state the transfer is in, the caller is given a next verb.
"""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session

from callbacks import owing
from carrier import twiml
from models.company import Company
from models.enums import CallStatus, TransferStatus
from models.tables import Call, Transfer
from routing import jobs
from routing import transfers as routing
from routing.transfers import Event
from voice import ledger
from voice.house import House
from voice.webhooks import overflow
from voice.webhooks.guard import Form, HouseDep, answer, nothing
from voice.webhooks.net import CallerRoute, without_rows

router = APIRouter(route_class=CallerRoute)
legs = APIRouter()

RINGS = 3
"""Of six seconds each between the words: the caller is told something every 20 to 30 s."""

UNTAPED = frozenset({"recording_refused", "card_number"})
"""Reasons of transfers after which no message is offered: it would be recorded (docs/domain/legal.md L10, L12)."""

KEY_S = 4
"""For a key after the last word; the caller hears a telephone ring meanwhile."""

WORDS = {
    "en": {
        "next": "Thank you for holding. I am trying the next person.",
        "ringing": "Thank you for holding. I am ringing our team.",
        "briefing": "Somebody has picked up, and is being told what you need.",
        "busy": "All our people are busy with callers. Please hold.",
        "nobody": "I am sorry, nobody is free right now. A person will call you back.",
        "now": "I am texting you the time.",
        "before": "The time that I texted you still stands.",
        "goodbye": "Goodbye.",
    },
    "es": {
        "next": "Gracias por esperar. Estoy llamando a otra persona.",
        "ringing": "Gracias por esperar. Estoy llamando a nuestro equipo.",
        "briefing": "Alguien ha contestado y se le está explicando lo que necesita.",
        "busy": "Todos están atendiendo a otras personas. Espere, por favor.",
        "nobody": "Lo siento, nadie está libre ahora. Una persona le devolverá la llamada.",
        "now": "Le envío la hora por mensaje.",
        "before": "La hora que le envié por mensaje sigue en pie.",
        "goodbye": "Adiós.",
    },
}


def say(call: Call, *keys: str) -> twiml.Verb:
    """Words for a caller, in their language."""
    language = call.language if call.language in WORDS else "en"
    return twiml.say(" ".join(WORDS[language][key] for key in keys), language=overflow.VOICES[language])


def tone(house: House) -> twiml.Verb:
    """Between the words for a caller on hold music, or a telephone that rings: silence sounds like a dead line."""
    if house.company.transfers.music:
        return twiml.play(house.url("/twilio/rooms/music.wav"))
    return twiml.play(house.url("/twilio/rooms/ringing.wav"), loop=RINGS)


def begin_overflow(session: Session, call: Call, company: Company, now: datetime) -> Transfer:
    """A call we could not serve ourselves is handed to the desk with nothing known."""
    return routing.begin(session, call, company, None, "overflow", now)


def go_on(session: Session, house: House, call: Call) -> str:
    """What comes next for a caller who is being handed over. May be asked again: nobody is passed over by it."""
    transfer = routing.of_call(session, call.id)
    if transfer is None:
        return _nobody(session, house, call)
    routing.advance(session, transfer, house.company, house.clock())
    routing.stay(session, transfer)
    match TransferStatus(transfer.status):
        case TransferStatus.FAILED | TransferStatus.LEFT:
            return _nobody(session, house, call)
        case TransferStatus.BRIDGED | TransferStatus.OVER:
            return twiml.response(twiml.hangup())
        case _ if transfer.room is not None:
            door = house.url(f"/twilio/rooms/{transfer.id}")
            room = twiml.conference(transfer.room, starts=False, action=f"{door}/after", wait_url=f"{door}/hold")
            return twiml.response(room)
        case TransferStatus.RINGING | TransferStatus.BRIEFING:
            return _dial(house, transfer, call)
        case _:
            again = twiml.redirect_to(house.url(f"/twilio/transfers/{transfer.id}/next"))
            return twiml.response(say(call, "busy"), tone(house), again)


def _dial(house: House, transfer: Transfer, call: Call) -> str:
    person = house.company.person(transfer.people[transfer.tried - 1])
    door = house.url(f"/twilio/transfers/{transfer.id}/{transfer.tried}")
    dial = twiml.dial_screened(
        [person.phone],
        screen_url=f"{door}/screen",
        action=f"{door}/after",
        leg_status_url=f"{door}/leg",
        caller_id=house.company.phone,
        timeout_s=house.company.transfers.ring_s,
    )
    return twiml.response(dial) if transfer.tried == 1 else twiml.response(say(call, "next"), dial)


@router.post("/twilio/voice/overflow/staff")
async def staff(form: Form, house: HouseDep) -> Response:
    """An overflow call rings the desk."""
    document = await house.database.run(_of_sid, house, form["CallSid"])
    house.wake()
    return answer(document)


@router.post("/twilio/transfers/{transfer_id}/next")
async def next_verb(transfer_id: str, _form: Form, house: HouseDep) -> Response:
    """The caller has held for a while, or was told to come here: what is next?"""
    document = await house.database.run(_next, house, transfer_id)
    house.wake()
    return answer(document)


@router.post("/twilio/transfers/{transfer_id}/{attempt}/after")
async def after(transfer_id: str, attempt: int, form: Form, house: HouseDep) -> Response:
    """The Dial is over: done when they spoke, else the next person."""
    document = await house.database.run(_after, house, transfer_id, attempt, form)
    house.wake()
    return answer(document)


@legs.post("/twilio/transfers/{transfer_id}/{attempt}/screen")
async def screen(transfer_id: str, attempt: int, form: Form, house: HouseDep) -> Response:
    """What the CSR hears before the caller does."""
    action = house.url(f"/twilio/transfers/{transfer_id}/{attempt}/key")
    return answer(await house.database.run(_picked_up, house, transfer_id, attempt, form["CallSid"], action))


@legs.post("/twilio/transfers/{transfer_id}/{attempt}/key")
async def key(transfer_id: str, attempt: int, form: Form, house: HouseDep) -> Response:
    """1 takes the call, 2 passes it on, another key repeats."""
    if form.get("Digits") == "1":
        return answer(await house.database.run(_take, house, transfer_id, attempt, form["CallSid"]))
    if form.get("Digits") == "2":
        return answer(twiml.response(twiml.hangup()))
    return await screen(transfer_id, attempt, form, house)


@legs.post("/twilio/transfers/{transfer_id}/{attempt}/leg")
async def leg(transfer_id: str, attempt: int, _form: Form, house: HouseDep) -> Response:  # noqa: ARG001
    """News of the CSR's leg; the Dial's own action decides."""
    return nothing()


def whisper(session: Session, house: House, transfer: Transfer, attempt: int, sid: str, action: str) -> str:
    """Somebody, or something, picked up: two sentences and the keys, all inside the Gather; then the call ends."""
    routing.happened(session, transfer, Event.PICKED_UP, house.company, house.clock(), attempt, leg_sid=sid)
    if transfer.status != TransferStatus.BRIEFING or transfer.tried != attempt:
        return too_late(transfer)
    words = twiml.say(f"{transfer.summary} {routing.KEYS}")
    return twiml.response(twiml.gather(words, action=action, timeout_s=KEY_S), twiml.hangup())


def taken(session: Session, house: House, transfer: Transfer, attempt: int, sid: str) -> bool:
    """The key was pressed on this call, perhaps not for the first time: is the caller theirs?"""
    routing.happened(session, transfer, Event.TAKEN, house.company, house.clock(), attempt, leg_sid=sid)
    return transfer.status == TransferStatus.BRIDGED and transfer.tried == attempt


def too_late(transfer: Transfer) -> str:
    """What a CSR is told when there is nothing to take any more."""
    gone = transfer.status in {TransferStatus.LEFT, TransferStatus.OVER}
    words = "The caller has hung up. Thank you." if gone else "Thank you. The next person is being called."
    return twiml.response(twiml.say(words), twiml.hangup())


def found(session: Session, transfer_id: str) -> Transfer:
    """The transfer as the database has it; 404 when there is none."""
    transfer = session.get(Transfer, transfer_id, populate_existing=True)
    if transfer is None:
        raise HTTPException(404)
    return transfer


def _of_sid(session: Session, house: House, sid: str) -> str:
    call = ledger.by_sid(session, sid)
    return go_on(session, house, call) if call else without_rows(house)


def _next(session: Session, house: House, transfer_id: str) -> str:
    return go_on(session, house, session.get_one(Call, found(session, transfer_id).call_id))


def _picked_up(session: Session, house: House, transfer_id: str, attempt: int, sid: str, action: str) -> str:
    return whisper(session, house, found(session, transfer_id), attempt, sid, action)


def _take(session: Session, house: House, transfer_id: str, attempt: int, sid: str) -> str:
    transfer = found(session, transfer_id)
    return twiml.empty() if taken(session, house, transfer, attempt, sid) else too_late(transfer)


def _after(session: Session, house: House, transfer_id: str, attempt: int, form: Mapping[str, str]) -> str:
    transfer, spoke = found(session, transfer_id), form.get("DialBridged")
    routing.leg_over(session, transfer, attempt, house.company, house.clock(), spoke=spoke == "true" if spoke else None)
    return go_on(session, house, session.get_one(Call, transfer.call_id))


def _nobody(session: Session, house: House, call: Call) -> str:
    if call.status == CallStatus.OVERFLOW:
        return overflow.keys(house)
    job = jobs.of_call(session, call.id)
    now = house.clock()
    callback = owing.owe(
        session,
        call,
        house.company,
        "nobody_free",
        now,
        number=job.callback if job and job.callback else call.caller,
        priority=job.priority if job else None,
    )
    told = owing.told(session, callback, house.company, now)
    words = ["nobody", *([] if told is owing.Told.NO else [told.value])]
    transfer = routing.of_call(session, call.id)
    if transfer is not None and transfer.reason in UNTAPED:
        return twiml.response(say(call, *words, "goodbye"), twiml.hangup())
    return twiml.response(say(call, *words), *overflow.leave_message(house, call.language))
