"""Handing a caller over: ring a CSR, tell them what matters, a key takes it. Voicemail cannot press a key."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session

from callbacks import queue
from carrier import twiml
from models.company import Company, Person
from models.enums import CallStatus, TransferStatus
from models.once import insert_once
from models.tables import Call, Seen, Transfer
from routing import jobs
from routing import transfers as routing
from voice import ledger
from voice.house import House
from voice.webhooks import overflow
from voice.webhooks.guard import Form, HouseDep, answer, nothing
from voice.webhooks.net import CallerRoute, without_rows

router = APIRouter(route_class=CallerRoute)
legs = APIRouter()

RING_S = 20
"""A CSR's telephone rings so long before the next one is tried."""

TAKE_IT = "Press 1 to take it."


def begin_overflow(session: Session, call: Call, company: Company, now: datetime) -> Transfer:
    """A call we could not serve ourselves is handed to the desk with nothing known."""
    return routing.begin(session, call, company, None, "overflow", now)


def ring_next(session: Session, house: House, call: Call) -> str:
    """TwiML that rings the next person; when nobody is left, the truth and a promise."""
    transfer = routing.of_call(session, call.id)
    person = routing.next_person(session, transfer, house.company) if transfer else None
    if transfer is None or person is None:
        return _nobody(session, house, call)
    return _dial(house, transfer, person)


def ring_first(session: Session, house: House, call: Call) -> str:
    """As `ring_next`, for a request that may come twice: whoever is being rung is rung again, nobody is passed over."""
    transfer = routing.of_call(session, call.id)
    if transfer is not None and transfer.status == TransferStatus.RINGING:
        return _dial(house, transfer, house.company.person(transfer.people[transfer.tried - 1]))
    return ring_next(session, house, call)


def _dial(house: House, transfer: Transfer, person: Person) -> str:
    door = house.url(f"/twilio/transfers/{transfer.id}")
    return twiml.response(
        twiml.dial_screened(
            [person.phone],
            screen_url=f"{door}/screen",
            action=f"{door}/after",
            leg_status_url=f"{door}/leg",
            caller_id=house.company.phone,
            timeout_s=RING_S,
        )
    )


@router.post("/twilio/voice/overflow/staff")
async def staff(form: Form, house: HouseDep) -> Response:
    """An overflow call rings the desk."""
    return answer(await house.database.run(_ring, house, form["CallSid"]))


@legs.post("/twilio/transfers/{transfer_id}/screen")
async def screen(transfer_id: str, _form: Form, house: HouseDep) -> Response:
    """What the CSR hears before the caller does: two sentences and a key. The whole of it is inside the Gather."""
    transfer = await house.database.run(_get, transfer_id)
    action = house.url(f"/twilio/transfers/{transfer_id}/key")
    words = twiml.say(f"{transfer.summary} {TAKE_IT}", loop=2)
    return answer(twiml.response(twiml.gather(words, action=action, timeout_s=5), twiml.hangup()))


@legs.post("/twilio/transfers/{transfer_id}/key")
async def key(transfer_id: str, form: Form, house: HouseDep) -> Response:
    """1 takes the call, anything else passes it on."""
    if form.get("Digits") == "1" and await house.database.run(_take, transfer_id):
        return answer(twiml.empty())
    return answer(twiml.response(twiml.hangup()))


@router.post("/twilio/transfers/{transfer_id}/after")
async def after(transfer_id: str, form: Form, house: HouseDep) -> Response:
    """The Dial is over: done when they spoke, else the next person."""
    return answer(await house.database.run(_after, house, transfer_id, form))


@legs.post("/twilio/transfers/{transfer_id}/leg")
async def leg(transfer_id: str, _form: Form, house: HouseDep) -> Response:  # noqa: ARG001
    """News of the CSR's leg; the Dial's own action decides."""
    return nothing()


def _ring(session: Session, house: House, sid: str) -> str:
    call = ledger.by_sid(session, sid)
    return ring_first(session, house, call) if call else without_rows(house)


def _get(session: Session, transfer_id: str) -> Transfer:
    transfer = session.get(Transfer, transfer_id)
    if transfer is None:
        raise HTTPException(404)
    return transfer


def _take(session: Session, transfer_id: str) -> bool:
    return routing.bridged(session, _get(session, transfer_id))


def _after(session: Session, house: House, transfer_id: str, form: Mapping[str, str]) -> str:
    transfer = _get(session, transfer_id)
    if transfer.status == TransferStatus.BRIDGED or form.get("DialBridged") == "true":
        return twiml.response(twiml.hangup())
    first = insert_once(session, Seen(key=f"after:{transfer_id}:{form.get('DialCallSid', '')}", at=house.clock()))
    return (ring_next if first else ring_first)(session, house, session.get_one(Call, transfer.call_id))


def _nobody(session: Session, house: House, call: Call) -> str:
    if call.status == CallStatus.OVERFLOW:
        return overflow.keys(house)
    job = jobs.of_call(session, call.id)
    number = job.callback if job and job.callback else call.caller
    callback = queue.owe(
        session,
        call,
        house.company,
        "nobody_free",
        house.clock(),
        number=number,
        priority=job.priority if job else None,
    )
    text = " I am texting you the time." if callback.number and callback.promised_at else ""
    sorry = f"I am sorry, nobody is free right now. A person will call you back.{text} Goodbye."
    return twiml.response(twiml.say(sorry), twiml.hangup())
