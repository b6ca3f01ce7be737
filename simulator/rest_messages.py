"""REST: Messages."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from simulator import shapes
from simulator.magic import GOOD_FROM, check_magic
from simulator.records import MessageRecord
from simulator.rest_common import form, in_time, listed, listing, not_found, same
from simulator.shapes import Shape
from simulator.strict import MESSAGE_CREATE, MESSAGE_UPDATE, NUMBER, Form, RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange

MAX_BODY = 1600
MAX_MEDIA = 10
SOONEST, LATEST = timedelta(minutes=15), timedelta(days=35)  # a scheduled text (Twilio: 15 minutes to 35 days ahead)
FILTERS = frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>"})


def routes(exchange: "Exchange") -> APIRouter:
    """The routes of this resource."""
    router = APIRouter(prefix=shapes.account_path(exchange.core.account_sid))

    @router.post("/Messages.json", status_code=201)
    async def create(request: Request) -> Shape:
        fields = await form(request, MESSAGE_CREATE)
        record = _record(exchange, fields)
        return shapes.message(exchange.texts.send(record, _send_at(exchange, fields)))

    @router.get("/Messages.json")
    async def index(request: Request) -> Shape:
        found = [record for record in listed(exchange, exchange.messages) if _passes(request, record)]
        return listing(request, "messages", found, shapes.message, FILTERS)

    @router.get("/Messages/{sid}.json")
    async def fetch(sid: str) -> Shape:
        return shapes.message(_message(exchange, sid))

    @router.post("/Messages/{sid}.json")
    async def update(sid: str, request: Request) -> Shape:
        record = _message(exchange, sid)
        fields = await form(request, MESSAGE_UPDATE)
        if "Body" in fields:
            record.body = ""
        if "Status" in fields:
            if record.status != "scheduled":
                raise RestError(400, 30409, "Message cannot be canceled: it is not scheduled.")
            record.status = "canceled"
        return shapes.message(record)

    return router


def _message(exchange: "Exchange", sid: str) -> MessageRecord:
    record = exchange.texts.messages.get(sid)
    if record is None:
        raise not_found()
    return record


def _passes(request: Request, record: MessageRecord) -> bool:
    return (
        same(request, "To", record.to)
        and same(request, "From", record.from_)
        and in_time(request, "DateSent", record.sent or record.created)
    )


def _record(exchange: "Exchange", fields: Form) -> MessageRecord:
    to, from_, service_sid = fields.one("To"), fields.one("From"), fields.one("MessagingServiceSid")
    body, media = fields.one("Body"), tuple(fields.get("MediaUrl", []))
    if not re.fullmatch(NUMBER, to):
        raise RestError(400, 21211, "The 'To' number is not a valid phone number.", blame=True)
    if bool(from_) == bool(service_sid):
        raise RestError(400, 21603, "exactly one of From and MessagingServiceSid is required", blame=True)
    if not body and not media:
        raise RestError(400, 21602, "Message body is required.", blame=True)
    if len(body) > MAX_BODY:
        raise RestError(400, 21617, "The message body is longer than 1600 characters.", blame=True)
    if len(media) > MAX_MEDIA:
        raise RestError(400, 21623, "more than 10 media URLs", blame=True)
    check_magic(to, from_)
    callback = fields.one("StatusCallback") or None
    if service_sid:
        if service_sid not in exchange.texts.services:
            raise RestError(400, 21701, "The Messaging Service does not exist.", blame=True)
        callback = callback or exchange.texts.services[service_sid].callback
    elif from_ not in exchange.switch.numbers and from_ != GOOD_FROM:
        raise RestError(400, 21606, "The 'From' number is not one of the account's.", blame=True)
    if exchange.texts.blocked(from_ or service_sid, to) or _pool_blocked(exchange, service_sid, to):
        raise RestError(400, 21610, "The recipient has sent STOP to this sender.")
    return MessageRecord(
        exchange.core.account_sid, from_ or None, to, body, "outbound-api", exchange.core.clock.utc(),
        service_sid=service_sid or None, media=media, callback=callback,
    )  # fmt: skip


def _pool_blocked(exchange: "Exchange", service_sid: str, to: str) -> bool:
    service = exchange.texts.services.get(service_sid)
    return service is not None and any(exchange.texts.blocked(sender, to) for sender in service.senders)


def _send_at(exchange: "Exchange", fields: Form) -> datetime | None:
    if "SendAt" not in fields:
        return None
    try:
        at = datetime.fromisoformat(fields.one("SendAt").replace("Z", "+00:00"))
        ahead = at - exchange.core.clock.utc()
    except (ValueError, TypeError):
        raise RestError(400, 20001, "SendAt is not a moment with a zone", blame=True) from None
    if "ScheduleType" not in fields or "MessagingServiceSid" not in fields or not SOONEST <= ahead <= LATEST:
        raise RestError(400, 35114, "a scheduled text needs ScheduleType, a service, and 15 min to 35 d", blame=True)
    return at
