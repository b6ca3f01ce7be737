"""The room way of handing over: the caller waits in a conference with words and music, the CSR is rung apart.

A CSR's call leaves through the outbox; the message's id names it here, its `step` is the attempt it belongs to.
"""

import structlog
from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session

from carrier import outbox, twiml
from models.enums import TransferStatus
from models.tables import Call, Transfer
from routing import transfers as routing
from routing.transfers import Event
from voice import waiting
from voice.house import House
from voice.webhooks import delivery_news
from voice.webhooks.guard import Form, HouseDep, answer, nothing
from voice.webhooks.net import CallerRoute
from voice.webhooks.transfers import found, go_on, say, taken, tone, too_late, whisper

router = APIRouter(route_class=CallerRoute)
legs = APIRouter()
log = structlog.get_logger()

SAID = {
    TransferStatus.RINGING: "ringing",
    TransferStatus.BRIEFING: "briefing",
    TransferStatus.WAITING: "busy",
    TransferStatus.REFUSED: "busy",
}
"""What a caller on hold is told; in every other state they are about to leave, or to be joined."""


@router.post("/twilio/rooms/{transfer_id}/after")
async def after(transfer_id: str, _form: Form, house: HouseDep) -> Response:
    """The caller is out of the room: the CSR has hung up, or was gone before they met."""
    document = await house.database.run(_after, house, transfer_id)
    house.wake()
    return answer(document)


@legs.post("/twilio/rooms/{transfer_id}/hold")
async def hold(transfer_id: str, _form: Form, house: HouseDep) -> Response:
    """The hold line, asked for again and again: how it stands, and music. Never without a document."""
    try:
        words = await house.database.run(_how_it_stands, transfer_id)
    except Exception as error:
        log.error("hold.failed", error=type(error).__name__)
        words = None
    return answer(twiml.response(*([words] if words is not None else []), tone(house)))


@legs.get("/twilio/rooms/ringing.wav", include_in_schema=False)
def ringing() -> Response:
    """A telephone that rings, once: nothing that anybody may not hear."""
    return _sound(waiting.ringing())


@legs.get("/twilio/rooms/music.wav", include_in_schema=False)
def music() -> Response:
    """Quiet music, for anybody."""
    return _sound(waiting.music())


@legs.post("/twilio/rooms/legs/{message_id}/answer")
async def picked_up(message_id: str, form: Form, house: HouseDep) -> Response:
    """What the CSR hears: two sentences and the keys."""
    return answer(await house.database.run(_picked_up, house, message_id, form["CallSid"]))


@legs.post("/twilio/rooms/legs/{message_id}/key")
async def key(message_id: str, form: Form, house: HouseDep) -> Response:
    """1 takes the call, 2 passes it on, another key repeats."""
    if form.get("Digits") not in {"1", "2"}:
        return await picked_up(message_id, form, house)
    document = await house.database.run(_key, house, message_id, form["CallSid"], form["Digits"] == "1")
    house.wake()
    return answer(document)


@legs.post("/twilio/rooms/legs/{message_id}/gone")
async def gone(message_id: str, _form: Form, house: HouseDep) -> Response:
    """There is nothing to take any more."""
    return answer(await house.database.run(lambda session: too_late(_leg(session, message_id)[0])))


@legs.post("/twilio/rooms/legs/{message_id}/status")
async def status(message_id: str, form: Form, house: HouseDep) -> Response:
    """News of the CSR's call: when it is over, the next one rings, or they have spoken."""
    sid, now_is = form["CallSid"], form["CallStatus"]
    await house.database.run(delivery_news.write, house.company, message_id, sid, now_is, form, house.clock())
    house.wake()
    return nothing()


def _sound(wav: bytes) -> Response:
    return Response(wav, media_type="audio/x-wav", headers={"Cache-Control": "max-age=86400"})


def _leg(session: Session, message_id: str) -> tuple[Transfer, int]:
    """The transfer that a CSR's call is about, and which attempt it is."""
    message = outbox.by_id(session, message_id)
    transfer = routing.of_call(session, message.call_id) if message is not None and message.call_id else None
    if message is None or transfer is None or message.step is None:
        raise HTTPException(404)
    return transfer, message.step


def _picked_up(session: Session, house: House, message_id: str, sid: str) -> str:
    transfer, attempt = _leg(session, message_id)
    action = house.url(f"/twilio/rooms/legs/{message_id}/key")
    return whisper(session, house, transfer, attempt, sid, action)


def _key(session: Session, house: House, message_id: str, sid: str, takes: bool) -> str:
    transfer, attempt = _leg(session, message_id)
    if takes and taken(session, house, transfer, attempt, sid):
        return twiml.response(twiml.conference(transfer.room or "", starts=True))
    if not takes:
        routing.happened(session, transfer, Event.REFUSED, house.company, house.clock(), attempt)
        routing.let_go(session, transfer, attempt)
    return too_late(transfer)


def _after(session: Session, house: House, transfer_id: str) -> str:
    transfer = found(session, transfer_id)
    if transfer.status == TransferStatus.BRIDGED:
        routing.leg_over(session, transfer, transfer.tried, house.company, house.clock())
    return go_on(session, house, session.get_one(Call, transfer.call_id))


def _how_it_stands(session: Session, transfer_id: str) -> twiml.Verb | None:
    transfer = found(session, transfer_id)
    words = SAID.get(TransferStatus(transfer.status))
    return say(session.get_one(Call, transfer.call_id), words) if words else None
