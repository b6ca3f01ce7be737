"""The call's own doors: it rings, the stream is over, it has ended."""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

import structlog
from fastapi import APIRouter, Response
from sqlmodel import Session

from carrier import twiml
from carrier.methods import FINAL
from models.company import Company
from models.enums import CallStatus
from models.moves import move
from models.tables import Call
from routing.transfers import caller_left
from voice import ending, ledger
from voice.house import House
from voice.session import CallSession
from voice.sweep import JOINED_S
from voice.webhooks import overflow, transfers
from voice.webhooks.guard import Form, HouseDep, answer, e164, nothing
from voice.webhooks.net import CallerRoute, without_rows

router = APIRouter(route_class=CallerRoute)
news = APIRouter()
log = structlog.get_logger()

SETTLE_S = 10.0
"""Twilio gives a webhook 15 seconds; the last utterance is decoded in one or two."""


@router.post("/twilio/voice")
async def ringing(form: Form, house: HouseDep) -> Response:
    """A call rings. Claim it once, reserve a line, open the stream; a second webhook gets the very same answer."""
    return answer(await _claim(house, form))


@router.post("/twilio/voice/next")
async def after_stream(form: Form, house: HouseDep) -> Response:
    """The stream is over, by us or by an accident: hang up, hand over, or see to it that a person answers."""
    session = house.sessions.get(form["CallSid"])
    if session is not None:
        session.finished.set()
        await settled(session)
    document = await house.database.run(_next_verb, house, form["CallSid"])
    house.wake()
    return answer(document)


@news.post("/twilio/voice/status")
async def status(form: Form, house: HouseDep) -> Response:
    """The call has ended: settle it, whatever came before or did not."""
    if form.get("CallStatus") in FINAL:
        session = house.sessions.get(form["CallSid"])
        if session is None:
            house.lines.release(form["CallSid"])
        else:
            session.gone()
            await settled(session)
        if form["CallSid"] not in house.sessions:  # a slow last utterance: its session settles the call itself
            await house.database.run(_ended, house.company, form, house.clock())
        house.wake()
    return nothing()


@news.post("/twilio/stream/status")
async def stream_status(form: Form, house: HouseDep) -> Response:
    """News of the stream itself; an error means that the next verb is running."""
    if form.get("StreamEvent") == "stream-error":
        log.error("stream.error", code=form.get("StreamErrorCode", ""))
        house.figures.errors.labels("stream").inc()
    return nothing()


async def settled(session: CallSession) -> None:
    """Wait for a call's last words to be understood and written, within the time Twilio gives a webhook."""
    with suppress(TimeoutError):
        await asyncio.wait_for(session.settled.wait(), SETTLE_S)


async def _claim(house: House, form: Mapping[str, str]) -> str:
    sid, now = form["CallSid"], house.clock()
    taken = house.pool.ready and house.lines.reserve(sid, now)
    token = secrets.token_urlsafe(24)
    if taken:
        document = twiml.stream(
            house.stream_url,
            token=token,
            redirect=house.url("/twilio/voice/next"),
            status_callback=house.url("/twilio/stream/status"),
        )
    else:
        document = overflow.greeting(house, open_now=house.company.is_open(now))
    call = Call(
        sid=sid,
        caller=e164(form.get("From")),
        called=form.get("To", ""),
        status=CallStatus.RINGING if taken else CallStatus.OVERFLOW,
        twiml=document,
        token_hash=ledger.token_hash(token) if taken else None,
        received_at=now,
    )
    call, first = await house.database.run(_write_claim, house.company, call, now)
    if first:
        house.figures.calls.labels("stream" if taken else "overflow").inc()
    # A webhook that comes again when the stream is open: its answer is not used, and its token is gone.
    return call.twiml or twiml.response(twiml.redirect_to(house.url("/twilio/voice/next")))


def _write_claim(session: Session, company: Company, call: Call, now: datetime) -> tuple[Call, bool]:
    written, first = ledger.claim(session, call)
    if first:
        ending.check_soon(session, written.id, now)
        if written.status == CallStatus.OVERFLOW and company.is_open(now):
            transfers.begin_overflow(session, written, company, now)
    return written, first


def _next_verb(session: Session, house: House, sid: str) -> str:
    call = ledger.by_sid(session, sid)
    if call is None:
        return without_rows(house)
    if call.next == "hangup":
        return twiml.response(twiml.hangup())
    if call.next == "transfer":
        return transfers.go_on(session, house, call)
    if call.status != CallStatus.OVERFLOW:
        move(session, call, CallStatus(call.status), CallStatus.OVERFLOW)
    now = house.clock()
    if house.company.is_open(now):
        transfers.begin_overflow(session, call, house.company, now)
        call.next = "transfer"
        session.add(call)
    return overflow.greeting(house, open_now=house.company.is_open(now))


def _ended(session: Session, company: Company, form: Mapping[str, str], now: datetime) -> str | None:
    call = ledger.by_sid(session, form["CallSid"])
    if call is None and int(form.get("CallDuration") or 0) >= JOINED_S:
        return None  # somebody else had them, while we were away: voice/sweep.py asks whether it was a person
    if call is None:  # the caller gave up before our answer was written, or our disk was full
        call, _ = ledger.claim(
            session,
            Call(sid=form["CallSid"], caller=e164(form.get("From")), called=form.get("To", ""), received_at=now),
        )
    if call.status == CallStatus.TALKING:  # served by another process, or by one that died: it is looked at again
        caller_left(session, call.id, company, now)
        call.ended_at = now
        session.add(call)
        ending.check_soon(session, call.id, now)
        return None
    return ending.end(session, company, call.id, form["CallStatus"], now)
