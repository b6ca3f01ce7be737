"""REST: conferences and who is in them; queues and who waits in them."""

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request, Response

from simulator import shapes, shapes_rooms
from simulator.conference import WAIT_VERBS, rounds
from simulator.interpreter import Interpreter
from simulator.leg import Leg
from simulator.queues import Member, Queue
from simulator.records import CallRecord
from simulator.rest_calls import callback_of, check_numbers
from simulator.rest_common import form, listing, not_found, same
from simulator.rooms import Participant, Room
from simulator.shapes import Shape
from simulator.source import Source
from simulator.strict import (
    CONFERENCE_UPDATE,
    MEMBER_UPDATE,
    PARTICIPANT_CREATE,
    PARTICIPANT_UPDATE,
    QUEUE_CREATE,
    Form,
)

if TYPE_CHECKING:
    from simulator.exchange import Exchange

_ROOM_FIELDS = {
    "Label": "participantLabel", "Beep": "beep", "Muted": "muted", "WaitUrl": "waitUrl", "WaitMethod": "waitMethod",
    "StartConferenceOnEnter": "startConferenceOnEnter", "EndConferenceOnExit": "endConferenceOnExit",
    "CallSidToCoach": "coach", "JitterBufferSize": "jitterBufferSize",
}  # fmt: skip


def routes(exchange: "Exchange") -> APIRouter:
    """The routes of these resources."""
    router = APIRouter(prefix=shapes.account_path(exchange.core.account_sid))
    _conferences(exchange, router)
    _participants(exchange, router)
    _queues(exchange, router)
    return router


def _conferences(exchange: "Exchange", router: APIRouter) -> None:
    account = exchange.core.account_sid

    @router.get("/Conferences.json")
    async def index(request: Request) -> Shape:
        rooms = {room.sid: room for room in exchange.switch.rooms.values()}.values()
        found = [r for r in rooms if same(request, "FriendlyName", r.name) and same(request, "Status", r.status)]
        filters = frozenset({"FriendlyName", "Status"})
        return listing(request, "conferences", found, lambda room: shapes_rooms.conference(account, room), filters)

    @router.get("/Conferences/{sid}.json")
    async def fetch(sid: str) -> Shape:
        return shapes_rooms.conference(account, _room(exchange, sid))

    @router.post("/Conferences/{sid}.json")
    async def update(sid: str, request: Request) -> Shape:
        room, fields = _room(exchange, sid), await form(request, CONFERENCE_UPDATE)
        if "AnnounceUrl" in fields:
            for participant in room.participants.values():
                _announce(exchange, participant, fields)
        if "Status" in fields:
            room.end("conference-ended-via-api")
        return shapes_rooms.conference(account, room)


def _participants(exchange: "Exchange", router: APIRouter) -> None:
    account = exchange.core.account_sid
    path = "/Conferences/{room_sid}/Participants"

    @router.post(path + ".json", status_code=201)
    async def create(room_sid: str, request: Request) -> Shape:
        return _dial_in(exchange, room_sid, await form(request, PARTICIPANT_CREATE))

    @router.get(path + ".json")
    async def index(room_sid: str, request: Request) -> Shape:
        room = _room(exchange, room_sid)
        found = list(room.participants.values())
        return listing(
            request, "participants", found, lambda who: shapes_rooms.participant(account, room, who), frozenset()
        )

    @router.get(path + "/{call_sid}.json")
    async def fetch(room_sid: str, call_sid: str) -> Shape:
        room = _room(exchange, room_sid)
        return shapes_rooms.participant(account, room, _participant(room, call_sid))

    @router.post(path + "/{call_sid}.json")
    async def update(room_sid: str, call_sid: str, request: Request) -> Shape:
        room = _room(exchange, room_sid)
        participant = _participant(room, call_sid)
        _change(exchange, room, participant, await form(request, PARTICIPANT_UPDATE))
        return shapes_rooms.participant(account, room, participant)

    @router.delete(path + "/{call_sid}.json", status_code=204)
    async def kick(room_sid: str, call_sid: str) -> Response:
        room = _room(exchange, room_sid)
        room.put_out(_participant(room, call_sid), "kicked")
        return Response(status_code=204)


def _room(exchange: "Exchange", sid: str) -> Room:
    room = exchange.switch.rooms.get(sid)
    if room is None:
        raise not_found()
    return room


def _participant(room: Room, call_sid: str) -> Participant:
    participant = room.find(call_sid)
    if participant is None:
        raise not_found()
    return participant


def _dial_in(exchange: "Exchange", room_name: str, fields: Form) -> Shape:
    """Call somebody into a room: the leg runs the TwiML that its settings amount to."""
    core = exchange.core
    to, from_ = fields.one("To"), fields.one("From")
    check_numbers(exchange, to, from_)
    known = exchange.switch.rooms.get(room_name)
    name = known.name if known else room_name
    settings = {_ROOM_FIELDS[field]: fields.one(field) for field in fields if field in _ROOM_FIELDS}
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in settings.items())
    twiml = f"<Response><Dial><Conference{attributes}>{escape(name)}</Conference></Dial></Response>"
    record = CallRecord(core.account_sid, from_, to, "outbound-api", core.clock.utc(), callback=callback_of(fields))
    leg = exchange.switch.leg(record)
    room = known or Room(core, exchange.webhooks, name, core.clock.utc())
    exchange.switch.rooms[name] = exchange.switch.rooms[room.sid] = room
    timeout = int(fields.one("Timeout", "60")) + 5  # always five seconds more (Participants resource)
    core.spawn(exchange.switch.outbound(leg, Source(twiml=twiml), timeout, None))
    return shapes_rooms.participant(core.account_sid, room, _coming(exchange, leg, fields), "queued")


def _coming(exchange: "Exchange", leg: Leg, fields: Form) -> Participant:
    return Participant(
        leg, exchange.core.clock.utc(),
        muted=fields.flag("Muted"),
        start_on_enter=fields.flag("StartConferenceOnEnter", True),
        end_on_exit=fields.flag("EndConferenceOnExit"),
        label=fields.one("Label") or None,
        coaching=fields.flag("Coaching"),
        call_sid_to_coach=fields.one("CallSidToCoach") or None,
    )  # fmt: skip


def _change(exchange: "Exchange", room: Room, participant: Participant, fields: Form) -> None:
    if "Muted" in fields:
        participant.muted = fields.flag("Muted")
        room.tell("mute", "participant-mute" if participant.muted else "participant-unmute", participant)
    if "EndConferenceOnExit" in fields:
        participant.end_on_exit = fields.flag("EndConferenceOnExit")
    if "Coaching" in fields:
        participant.coaching = fields.flag("Coaching")
        participant.call_sid_to_coach = fields.one("CallSidToCoach") or None
        room.tell("modify", "participant-modify", participant)
    if "AnnounceUrl" in fields:
        _announce(exchange, participant, fields)
    if "Hold" in fields:
        participant.hold = fields.flag("Hold")
        room.tell("hold", "participant-hold" if participant.hold else "participant-unhold", participant)
        if participant.aside is not None:
            participant.aside.cancel()
        if participant.hold and "HoldUrl" in fields:
            source = Source(fields.one("HoldUrl"), fields.one("HoldMethod", "POST"))
            run = Interpreter(exchange.switch, participant.leg, WAIT_VERBS)
            participant.aside = exchange.core.spawn(rounds(run, source, WAIT_VERBS))


def _announce(exchange: "Exchange", participant: Participant, fields: Form) -> None:
    source = Source(fields.one("AnnounceUrl"), fields.one("AnnounceMethod", "POST"))
    run = Interpreter(exchange.switch, participant.leg, WAIT_VERBS)
    participant.aside = exchange.core.spawn(run.run(source))


def _queues(exchange: "Exchange", router: APIRouter) -> None:
    core = exchange.core
    account = core.account_sid

    @router.post("/Queues.json", status_code=201)
    async def create(request: Request) -> Shape:
        fields = await form(request, QUEUE_CREATE)
        queue = Queue(fields.one("FriendlyName"), core.clock.utc(), int(fields.one("MaxSize", "100")))
        exchange.switch.queues[queue.name] = queue
        return shapes_rooms.queue(account, queue)

    @router.get("/Queues.json")
    async def index(request: Request) -> Shape:
        found = list(exchange.switch.queues.values())
        return listing(request, "queues", found, lambda queue: shapes_rooms.queue(account, queue), frozenset())

    @router.get("/Queues/{sid}.json")
    async def fetch(sid: str) -> Shape:
        return shapes_rooms.queue(account, _queue(exchange, sid))

    @router.get("/Queues/{sid}/Members.json")
    async def members(sid: str, request: Request) -> Shape:
        queue = _queue(exchange, sid)
        found = list(queue.members)
        return listing(request, "queue_members", found, lambda who: _member_shape(exchange, queue, who), frozenset())

    @router.post("/Queues/{sid}/Members/{call_sid}.json")
    async def dequeue(sid: str, call_sid: str, request: Request) -> Shape:
        queue = _queue(exchange, sid)
        fields = await form(request, MEMBER_UPDATE)
        for member in list(queue.members):
            if call_sid in ("Front", member.leg.sid):
                shape = _member_shape(exchange, queue, member)
                queue.leave(member)
                member.taken.set_result(Source(fields.one("Url"), fields.one("Method", "POST")))
                return shape
        raise not_found()


def _queue(exchange: "Exchange", sid: str) -> Queue:
    for queue in exchange.switch.queues.values():
        if sid == queue.sid:
            return queue
    raise not_found()


def _member_shape(exchange: "Exchange", queue: Queue, member: Member) -> Shape:
    position = list(queue.members).index(member) + 1
    waited = round(exchange.core.clock.now() - member.since)
    return shapes_rooms.member(exchange.core.account_sid, queue, member, position, waited)
