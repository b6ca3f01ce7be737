"""Texts: what staff and callers write to us, and Twilio's news of the texts we sent."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Response
from sqlmodel import Session

from callbacks import replies
from carrier import twiml
from voice.house import House
from voice.webhooks import delivery_news
from voice.webhooks.guard import Form, HouseDep, answer, e164, nothing

router = APIRouter()


@router.post("/twilio/sms")
async def text(form: Form, house: HouseDep) -> Response:
    """A text came in, once. What is answered leaves through the outbox: this door itself says nothing."""
    await house.database.run(_received, house, form, house.clock())
    house.wake()
    return answer(twiml.empty())


@router.post("/twilio/sms/status")
async def status(form: Form, house: HouseDep, message: str = "") -> Response:
    """News of a text we sent: `message` is our own row."""
    sid, now_is = form.get("MessageSid", ""), form.get("MessageStatus", "")
    await house.database.run(delivery_news.write, house.company, message, sid, now_is, form, house.clock())
    house.wake()
    return nothing()


def _received(session: Session, house: House, form: Mapping[str, str], now: datetime) -> None:
    sid, number = form.get("MessageSid", ""), e164(form.get("From"))
    if number is None:
        return
    pictures = form.get("NumMedia", "")
    text = replies.Text(
        sid=sid,
        number=number,
        to=form.get("To", ""),
        body=form.get("Body", ""),
        pictures=int(pictures) if pictures.isdecimal() else 0,
        opt_out=form.get("OptOutType"),
    )
    replies.receive(session, house.triage, house.company, text, now)
