"""Transfers: numbers rung and screened, conferences, queues."""

import asyncio

import pytest

from simulator import Leg
from tests.simulator.conftest import Codes, World
from tests.simulator.product import CSR, SHOP, TECH, twiml

EVENTS = "initiated ringing answered completed"
SCREEN = '<Gather numDigits="1" action="/accept" timeout="4"><Say>A burst pipe. Press one.</Say></Gather><Hangup/>'


def transfer(*numbers: str, more: str = "") -> str:
    inside = "".join(
        f'<Number url="/screen" statusCallback="/leg" statusCallbackEvent="{EVENTS}">{number}</Number>'
        for number in numbers
    )
    return f'<Dial timeout="20" action="/after" answerOnBridge="true" {more}>{inside}</Dial>'


@pytest.fixture(autouse=True)
def transferring(world: World) -> None:
    world.product.answers |= {"/screen": twiml(SCREEN), "/accept": twiml(""), "/after": twiml("<Say>After</Say>")}


async def both(world: World, call: Leg) -> Leg:
    """The leg the caller is joined to, once they are."""
    while call.bridged_to is None:
        await world.exchange.core.clock.sleep(0.1)
    return call.bridged_to


async def test_whoever_presses_one_is_joined_and_the_action_is_told(world: World) -> None:
    world.voice(transfer(TECH))
    world.tech.on_call(press="1")
    call = await world.caller.dial(SHOP)
    other = await both(world, call)
    assert other.said == ["A burst pipe. Press one."] and other.bridged_to is call
    await other.hang_up()
    await call.ended()
    await world.exchange.settle()
    after = world.product.at("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"], after["DialCallSid"]) == ("completed", "true", other.sid)
    legs = world.product.at("/leg")
    assert [leg["CallStatus"] for leg in legs] == ["initiated", "ringing", "in-progress", "completed"]
    assert [leg["SequenceNumber"] for leg in legs] == ["0", "1", "2", "3"]
    assert {leg["ParentCallSid"] for leg in legs} == {call.sid}
    assert {leg["Direction"] for leg in legs} == {"outbound-dial"}
    world.exchange.assert_quiet()


async def test_voicemail_never_accepts(world: World) -> None:
    world.voice(transfer(TECH))
    world.tech.voicemail(answer_after=5)
    call = await (await world.caller.dial(SHOP)).ended()
    after = world.product.at("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")
    assert call.said == ["After"]


@pytest.mark.parametrize(
    ("way", "status"), [("ring_out", "no-answer"), ("busy", "busy"), ("decline", "busy"), ("unreachable", "failed")]
)
async def test_ways_of_not_being_reached(world: World, way: str, status: str) -> None:
    world.voice(transfer(TECH))
    getattr(world.tech, way)()
    await (await world.caller.dial(SHOP)).ended()
    await world.exchange.settle()
    after = world.product.at("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
    assert world.product.at("/leg")[-1]["CallStatus"] == status


async def test_sequential_dial_goes_on_to_the_next_number(world: World) -> None:
    world.voice(transfer(TECH, CSR, more='sequential="true"'))
    world.tech.ring_out()
    world.csr.on_call(press="1")
    call = await world.caller.dial(SHOP)
    other = await both(world, call)
    await call.hang_up()
    assert other.record.to == CSR and (await other.ended()).status == "completed"
    assert world.tech.calls[0].status == "no-answer"


async def test_numbers_dialled_together_ring_together_and_the_first_wins(world: World) -> None:
    world.voice(transfer(TECH, CSR))
    world.tech.on_call(answer_after=8, press="1")
    world.csr.on_call(answer_after=2, press="1")
    call = await world.caller.dial(SHOP)
    other = await both(world, call)
    await call.hang_up()
    assert other.record.to == CSR and world.tech.calls[0].status == "canceled"


async def test_caller_who_hangs_up_first_takes_the_ringing_with_them(world: World) -> None:
    world.voice(transfer(TECH))
    world.tech.ring_out()
    call = await world.caller.dial(SHOP, wait=False)
    leg = await world.tech.expect_call()
    await call.hang_up()
    await leg.ended()
    await world.exchange.settle()
    assert (call.status, leg.status) == ("no-answer", "canceled")
    assert world.product.at("/after") == []


async def test_caller_id_must_be_the_calls_own_or_the_accounts(world: World, codes: Codes) -> None:
    world.voice(transfer(TECH, more='callerId="+12125550000"'))
    await (await world.caller.dial(SHOP)).ended()
    assert world.product.at("/after")[0]["DialCallStatus"] == "failed"
    assert world.tech.calls == [] and codes() == [13214]


async def test_emergency_numbers_cannot_be_dialled(world: World, codes: Codes) -> None:
    world.voice("<Dial>911</Dial><Say>After</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["After"] and codes() == [13224]


async def test_screening_may_not_dial(world: World, codes: Codes) -> None:
    world.voice(transfer(TECH))
    world.product.answers["/screen"] = twiml(f"<Dial>{CSR}</Dial>")
    world.tech.on_call()
    await (await world.caller.dial(SHOP)).ended()
    assert world.product.at("/after")[0]["DialBridged"] == "false" and codes() == [12200]


async def test_conference_starts_with_the_second_and_ends_with_the_one_who_may(world: World) -> None:
    world.voice(
        '<Dial action="/after"><Conference startConferenceOnEnter="false" endConferenceOnExit="true" waitUrl="/music"'
        ' statusCallback="/room" statusCallbackEvent="start end join leave">job-1</Conference></Dial>'
    )
    world.product.answers["/music"] = twiml("<Say>Please hold</Say>")
    world.csr.on_call()
    call = await world.caller.dial(SHOP)
    await call.wait_for_words("Please hold")
    sdk = world.sdk()
    room = (await asyncio.to_thread(lambda: sdk.conferences.list(friendly_name="job-1", status="init")))[0]
    await asyncio.to_thread(
        lambda: room.participants.create(from_=SHOP, to=CSR, label="csr", end_conference_on_exit=False)
    )
    while world.exchange.switch.rooms["job-1"].status != "in-progress":
        await world.exchange.core.clock.sleep(0.1)
    names = await asyncio.to_thread(lambda: [p.label for p in room.participants.list()])
    assert set(names) == {None, "csr"}
    await call.hang_up()
    await world.csr.calls[0].ended()
    await world.exchange.settle()
    told = [form["StatusCallbackEvent"] for form in world.product.at("/room")]
    assert told == [
        "participant-join", "participant-join", "conference-start", "participant-leave", "conference-end",
        "participant-leave",
    ]  # fmt: skip
    end = world.product.at("/room")[4]
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"


async def test_participant_on_hold_hears_the_hold_document(world: World) -> None:
    world.voice("<Dial><Conference>job-2</Conference></Dial>")
    world.product.answers["/hold"] = twiml("<Say>On hold</Say>")
    call = await world.caller.dial(SHOP)
    while "job-2" not in world.exchange.switch.rooms:
        await world.exchange.core.clock.sleep(0.1)
    sdk = world.sdk()
    room_sid = world.exchange.switch.rooms["job-2"].sid

    def hold() -> bool:
        participant = sdk.conferences(room_sid).participants(call.sid).update(hold=True, hold_url=world.url("/hold"))
        return bool(participant.hold)

    assert await asyncio.to_thread(hold)
    await call.wait_for_words("On hold")
    await asyncio.to_thread(lambda: sdk.conferences(room_sid).participants(call.sid).delete())
    assert (await call.ended()).status == "completed"


async def test_csr_takes_the_first_caller_out_of_the_queue(world: World) -> None:
    world.voice('<Enqueue waitUrl="/wait" action="/after">csr</Enqueue>')
    world.product.answers["/wait"] = twiml("<Pause length='600'/>")
    world.product.answers["/brief"] = twiml("<Say>A technician is here</Say>")
    call = await world.caller.dial(SHOP)
    sdk = world.sdk()
    taking = "<Response><Dial><Queue url='" + world.url("/brief") + "'>csr</Queue></Dial></Response>"
    world.csr.on_call(hang_up_after=30)
    await asyncio.to_thread(lambda: sdk.calls.create(to=CSR, from_=SHOP, twiml=taking))
    other = await both(world, call)
    assert other.record.to == CSR and call.said == ["A technician is here"]
    await call.ended()
    assert world.product.at("/after")[0]["QueueResult"] == "bridged"
