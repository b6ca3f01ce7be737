"""Calling a customer back: what our own person hears and presses, and Twilio's news of both telephones.

The attempt's id is in every URL; the call to our person is a row of the outbox, the customer's is inside its Dial.
"""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session, select

from callbacks.queue import calling, whisper
from callbacks.queue.taking import Answer
from carrier import twiml
from carrier.doors import ATTEMPT_KEY
from models.enums import AttemptStatus
from models.tables import Attempt, Callback, Message
from voice.house import House
from voice.webhooks import delivery_news
from voice.webhooks.guard import Form, HouseDep, answer, nothing

router = APIRouter()

KEY_S = 4
"""For a key after the last word."""

REPEATS = 2
"""So often a key that means nothing repeats the whisper: a machine that plays tones must not hold the line."""

RING_S = 25
"""The customer's telephone: five rings, then most voicemails answer."""

NOBODY = {
    Answer.SETTLED: "This caller needs no call any more. Thank you.",
    Answer.ON_THE_LINE: "This caller is telephoning with us right now. Thank you.",
    Answer.NEVER: "This caller must not be rung. Thank you.",
}
SORRY = "They did not answer. We will try again later. Goodbye."
WAS_IT = "Press 1 if you talked to them, 2 if you only reached a machine."


@router.post("/twilio/callbacks/{attempt_id}/answer")
async def picked_up(attempt_id: str, form: Form, house: HouseDep) -> Response:
    """Somebody, or something, picked up: whom they are about to call, inside the Gather. Voicemail presses nothing."""
    return answer(await house.database.run(_whisper, house, attempt_id, form["CallSid"], 0))


@router.post("/twilio/callbacks/{attempt_id}/key")
async def key(attempt_id: str, form: Form, house: HouseDep, heard: int = 0) -> Response:
    """1 calls the customer, 2 passes, another key repeats."""
    digit = form.get("Digits", "")
    if digit in {"1", "2"}:
        document = await house.database.run(_key, house, attempt_id, digit == "1")
        house.wake()
    else:
        document = await house.database.run(_whisper, house, attempt_id, form["CallSid"], heard + 1)
    return answer(document)


@router.post("/twilio/callbacks/{attempt_id}/leg")
async def leg(attempt_id: str, form: Form, house: HouseDep) -> Response:
    """News of the customer's telephone, in whatever order it comes."""
    duration = form.get("CallDuration", "")
    talked = int(duration) if duration.isdigit() else None
    await house.database.run(_leg, house, attempt_id, form["CallSid"], form["CallStatus"], talked)
    house.wake()
    return nothing()


@router.post("/twilio/callbacks/{attempt_id}/after")
async def after(attempt_id: str, form: Form, house: HouseDep) -> Response:
    """The Dial is over and our person is still there: they talked, or nobody answered."""
    duration = form.get("DialCallDuration", "")
    talked = int(duration) if duration.isdigit() else None
    spoke = form.get("DialBridged") == "true" and (talked is None or talked >= calling.SPOKE_S)
    status = form.get("DialCallStatus", "")
    document = await house.database.run(_after, house, attempt_id, spoke, status, talked or 0)
    house.wake()
    return answer(document)


@router.post("/twilio/callbacks/{attempt_id}/machine")
async def machine(attempt_id: str, form: Form, house: HouseDep) -> Response:
    """1: they talked. 2: it was a machine, the customer is tried again."""
    digit = form.get("Digits", "")
    if digit in {"1", "2"}:
        await house.database.run(_told, house, attempt_id, digit == "1")
        house.wake()
    return answer(twiml.response(twiml.hangup()))


@router.post("/twilio/callbacks/{attempt_id}/status")
async def status(attempt_id: str, form: Form, house: HouseDep) -> Response:
    """News of the call to our person."""
    await house.database.run(_status, house, attempt_id, form, house.clock())
    house.wake()
    return nothing()


def _whisper(session: Session, house: House, attempt_id: str, sid: str, heard: int) -> str:
    attempt, now = _attempt(session, attempt_id), house.clock()
    if not calling.picked_up(session, attempt, sid, now):
        return _goodbye(NOBODY[Answer.SETTLED])
    if heard > REPEATS:
        return twiml.response(twiml.hangup())
    callback = session.get_one(Callback, attempt.callback_id)
    words = twiml.say(f"{whisper.summary(session, callback, house.company, now)} {whisper.KEYS}")
    action = house.url(f"/twilio/callbacks/{attempt_id}/key?heard={heard}")
    return twiml.response(twiml.gather(words, action=action, timeout_s=KEY_S), twiml.hangup())


def _key(session: Session, house: House, attempt_id: str, calls: bool) -> str:
    attempt, now = _attempt(session, attempt_id), house.clock()
    if not calls:
        calling.not_begun(session, attempt, house.company, now, "passed")
        return _goodbye("Thank you.")
    dialling = calling.dial(session, attempt, house.company, now)
    if dialling.number is None:
        return _goodbye(NOBODY[dialling.answer])
    door = house.url(f"/twilio/callbacks/{attempt_id}")
    return twiml.response(
        twiml.dial_customer(
            dialling.number,
            action=f"{door}/after",
            leg_status_url=f"{door}/leg",
            caller_id=house.company.phone,
            timeout_s=RING_S,
        )
    )


def _leg(session: Session, house: House, attempt_id: str, sid: str, now_is: str, talked_s: int | None) -> None:
    attempt, now = _attempt(session, attempt_id), house.clock()
    match now_is:
        case "ringing":
            calling.rang(session, attempt, sid, now)
        case "in-progress":
            calling.answered(session, attempt, house.company, now)
        case "completed" | "busy" | "no-answer" | "failed" | "canceled":
            calling.caller_over(session, attempt, now_is, talked_s, house.company, now)


def _after(session: Session, house: House, attempt_id: str, spoke: bool, now_is: str, talked_s: int) -> str:
    attempt, now = _attempt(session, attempt_id), house.clock()
    if spoke:
        calling.answered(session, attempt, house.company, now, max(talked_s, calling.SPOKE_S))
    else:
        calling.unanswered(session, attempt, now_is, house.company, now)
    if attempt.status != AttemptStatus.TALKING:
        return _goodbye(SORRY if attempt.status == AttemptStatus.NO_ANSWER else "Goodbye.")
    action = house.url(f"/twilio/callbacks/{attempt_id}/machine")
    return twiml.response(twiml.gather(twiml.say(WAS_IT), action=action, timeout_s=KEY_S), twiml.hangup())


def _told(session: Session, house: House, attempt_id: str, talked: bool) -> None:
    attempt, now = _attempt(session, attempt_id), house.clock()
    if talked:
        calling.parted(session, attempt, house.company, now, sure=True)
    else:
        calling.unanswered(session, attempt, "completed", house.company, now)


def _status(session: Session, house: House, attempt_id: str, form: Form, now: datetime) -> None:
    row = session.exec(select(Message).where(Message.key == f"{ATTEMPT_KEY}{attempt_id}")).first()
    if row is not None:
        delivery_news.write(session, house.company, row.id, form["CallSid"], form["CallStatus"], form, now)


def _attempt(session: Session, attempt_id: str) -> Attempt:
    """The attempt as the database has it, held still; 404 when there is none."""
    attempt = session.get(Attempt, attempt_id, populate_existing=True, with_for_update=True)
    if attempt is None:
        raise HTTPException(404)
    return attempt


def _goodbye(words: str) -> str:
    return twiml.response(twiml.say(words), twiml.hangup())
