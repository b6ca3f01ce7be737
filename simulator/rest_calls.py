"""REST: Calls, and the recordings made by calls."""

import re
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from simulator import shapes
from simulator.audio import wav_file
from simulator.leg import Leg
from simulator.magic import GOOD_FROM, check_magic
from simulator.records import Callback, CallRecord
from simulator.rest_common import form, in_time, listed, listing, not_found, same
from simulator.shapes import Shape
from simulator.source import Source
from simulator.strict import CALL_CREATE, CALL_UPDATE, NUMBER, Form, RestError
from simulator.switch import Detection
from simulator.twiml import TwimlError, parse

if TYPE_CHECKING:
    from simulator.exchange import Exchange

MAX_TWIML = 4000
TIMES = frozenset({f"{name}{sign}" for name in ("StartTime", "EndTime") for sign in ("", "<", ">")})
FILTERS = TIMES | {"To", "From", "Status", "ParentCallSid"}


def routes(exchange: "Exchange") -> APIRouter:
    """The routes of these resources."""
    router = APIRouter(prefix=shapes.account_path(exchange.core.account_sid))

    @router.post("/Calls.json", status_code=201)
    async def create(request: Request) -> Shape:
        leg = start_call(exchange, await form(request, CALL_CREATE))
        return shapes.call(leg.record)

    @router.get("/Calls.json")
    async def index(request: Request) -> Shape:
        records = listed(exchange, [leg.record for leg in exchange.calls])
        found = [record for record in records if _passes(request, record)]
        return listing(request, "calls", found, shapes.call, FILTERS)

    @router.get("/Calls/{sid}.json")
    async def fetch(sid: str) -> Shape:
        return shapes.call(_leg(exchange, sid).record)

    @router.post("/Calls/{sid}.json")
    async def update(sid: str, request: Request) -> Shape:
        leg = _leg(exchange, sid)
        _update(leg, await form(request, CALL_UPDATE))
        return shapes.call(leg.record)

    @router.get("/Recordings/{sid}.json")
    async def recording(sid: str) -> Shape:
        if sid not in exchange.switch.recordings:
            raise not_found()
        return shapes.recording(exchange.switch.recordings[sid])

    @router.delete("/Recordings/{sid}.json", status_code=204)
    async def deleted(sid: str) -> Response:
        if exchange.switch.recordings.pop(sid, None) is None:
            raise not_found()
        return Response(status_code=204)

    @router.get("/Recordings/{sid}")
    async def sound(sid: str) -> Response:
        found = exchange.switch.recordings.get(sid.removesuffix(".wav"))
        if found is None:
            raise not_found()
        return Response(wav_file(found.audio), media_type="audio/x-wav")

    return router


def _leg(exchange: "Exchange", sid: str) -> Leg:
    leg = exchange.switch.legs.get(sid)
    if leg is None:
        raise not_found()
    return leg


def _passes(request: Request, record: CallRecord) -> bool:
    exact = {"To": record.to, "From": record.from_, "ParentCallSid": record.parent_sid}
    status = shapes.call(record)["status"]
    return (
        all(same(request, name, value) for name, value in exact.items())
        and same(request, "Status", status)
        and in_time(request, "StartTime", record.started or record.created)
        and in_time(request, "EndTime", record.ended)
    )


def check_numbers(exchange: "Exchange", to: str, from_: str) -> None:
    """Both ends of an outbound call must be E.164, and `from_` the account's. Raises RestError."""
    if not re.fullmatch(NUMBER, to):
        raise RestError(400, 21211, "The 'To' number is not a valid phone number.", blame=True)
    if not re.fullmatch(NUMBER, from_):
        raise RestError(400, 21212, "The 'From' number is not a valid phone number.", blame=True)
    check_magic(to, from_)
    if from_ not in exchange.switch.numbers and from_ not in exchange.switch.caller_ids and from_ != GOOD_FROM:
        raise RestError(400, 21210, "The 'From' number is neither the account's nor verified.", blame=True)


def checked_twiml(twiml: str) -> str:
    """TwiML given as a field. Raises RestError when it is too long or would not run."""
    if len(twiml) > MAX_TWIML:
        raise RestError(400, 21205, "Twiml is longer than 4000 characters", blame=True)
    try:
        parse(twiml)
    except TwimlError as error:
        raise RestError(400, error.code, error.what, blame=True) from None
    return twiml


def source_of(fields: Form) -> Source | None:
    """Where the call's TwiML comes from, None when the form does not say. Raises RestError when it says it twice."""
    if "Url" in fields and "Twiml" in fields:
        raise RestError(400, 21205, "Url and Twiml are both given", blame=True)
    if "Twiml" in fields:
        return Source(twiml=checked_twiml(fields.one("Twiml")))
    if "Url" in fields:
        return Source(
            fields.one("Url"), fields.one("Method", "POST"),
            fallback_url=fields.one("FallbackUrl") or None, fallback_method=fields.one("FallbackMethod", "POST"),
        )  # fmt: skip
    return None


def callback_of(fields: Form) -> Callback | None:
    """Where the call's progress is told."""
    if "StatusCallback" not in fields:
        return None
    events = frozenset(fields.get("StatusCallbackEvent", ["completed"]))
    return Callback(fields.one("StatusCallback"), fields.one("StatusCallbackMethod", "POST"), events)


def start_call(exchange: "Exchange", fields: Form) -> Leg:
    """Check the form and start the call. Raises RestError."""
    to, from_ = fields.one("To"), fields.one("From")
    check_numbers(exchange, to, from_)
    source = source_of(fields)
    if source is None:
        raise RestError(400, 21205, "one of Url and Twiml is required", blame=True)
    timeout = int(fields.one("Timeout", "60"))
    if timeout > 600:
        raise RestError(400, 21216, "Timeout is above 600 s", blame=True)
    core = exchange.core
    record = CallRecord(core.account_sid, fields.one("CallerId", from_), to, "outbound-api", core.clock.utc())
    number = exchange.switch.numbers.get(from_)
    record.number_sid = number.sid if number else None
    record.callback = callback_of(fields)
    leg = exchange.switch.leg(record)
    core.spawn(exchange.switch.outbound(leg, source, timeout, _detection(fields)))
    _limit(leg, fields)
    return leg


def _limit(leg: Leg, fields: Form) -> None:
    async def cut_off() -> None:
        await leg.answered(timeout=None)
        await leg.core.clock.sleep(int(fields.one("TimeLimit")))
        leg.cut()

    if "TimeLimit" in fields:
        leg.core.spawn(cut_off())


def _detection(fields: Form) -> Detection | None:
    if "MachineDetection" not in fields:
        return None
    callback = fields.one("AsyncAmdStatusCallback") or None if fields.flag("AsyncAmd") else None
    if fields.flag("AsyncAmd") and callback is None:
        raise RestError(400, 21262, "AsyncAmd without AsyncAmdStatusCallback", blame=True)
    return Detection(fields.one("MachineDetection"), callback, fields.one("AsyncAmdStatusCallbackMethod", "POST"))


def _update(leg: Leg, fields: Form) -> None:
    if leg.record.over:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if "StatusCallback" in fields:
        leg.record.callback = callback_of(fields)
    _limit(leg, fields)
    status = fields.one("Status")
    if status == "canceled" and leg.status == "in-progress":
        raise RestError(400, 21220, "Call is in-progress and cannot be canceled.")
    if status:
        leg.cut()
        return
    source = source_of(fields)
    if source is None:
        return
    if leg.status != "in-progress" or not leg.redirect(source):
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
