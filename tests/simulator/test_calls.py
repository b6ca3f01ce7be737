"""A call from the first ring to the final status, with every request signed."""

import asyncio

from starlette.responses import Response

from simulator.records import FINAL
from tests.simulator.conftest import Codes, World
from tests.simulator.product import CALLER, SHOP, twiml


async def test_caller_hears_the_shop_and_the_status_callback_tells_the_end(world: World) -> None:
    world.voice("<Say>Good evening</Say><Pause length='3'/>")
    call = await world.caller.dial(SHOP)
    await call.ended()
    await world.exchange.settle()
    assert call.said == ["Good evening"]
    first, last = world.product.got
    assert (first.path, first.form["CallStatus"], first.form["Direction"]) == ("/voice", "ringing", "inbound")
    assert (first.form["From"], first.form["To"], first.form["ApiVersion"]) == (CALLER, SHOP, "2010-04-01")
    assert (last.path, last.form["CallStatus"], last.form["CallDuration"]) == ("/status", "completed", "4")
    assert last.form["Duration"] == "1" and last.form["SequenceNumber"] == "0"
    world.exchange.assert_quiet()


async def test_caller_who_gives_up_before_anything_answers_is_no_answer(world: World) -> None:
    world.voice("<Pause length='30'/><Say>Hello</Say>")
    call = await world.caller.dial(SHOP, wait=False)
    await asyncio.sleep(0)
    while not world.paths():
        await world.exchange.core.clock.sleep(0.1)
    await call.hang_up()
    await world.exchange.settle()
    assert call.status == "no-answer" and call.said == []
    assert world.product.at("/status")[0]["CallStatus"] == "no-answer"


async def test_request_under_way_is_finished_when_the_caller_hangs_up(world: World) -> None:
    world.voice("<Say>Hello</Say>")
    call = await world.caller.dial(SHOP, wait=False)
    await asyncio.sleep(0.001)
    await call.hang_up()
    await world.exchange.settle()
    assert sorted(world.paths()) == ["/status", "/voice"]


async def test_rejected_call_is_busy_and_never_answered(world: World) -> None:
    world.voice("<Reject reason='busy'/>")
    call = await world.caller.dial(SHOP)
    assert (await call.ended()).status == "busy"
    assert not call.is_answered and call.record.duration is None


async def test_fallback_url_is_asked_with_the_error_when_the_voice_url_fails(world: World, codes: Codes) -> None:
    world.product.answers["/voice"] = Response("down", 500)
    world.product.answers["/fallback"] = twiml("<Say>Please hold</Say>")
    world.exchange.number(SHOP, voice_fallback_url=world.url("/fallback"))
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Please hold"] and call.status == "completed"
    asked = world.product.at("/fallback")[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", world.url("/voice"))
    assert codes() == [11200]


async def test_call_fails_when_there_is_no_fallback(world: World, codes: Codes) -> None:
    world.product.answers["/voice"] = Response("down", 503)
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.status == "failed" and codes() == [11200]


async def test_product_that_takes_too_long_fails_the_call(world: World, codes: Codes) -> None:
    world.exchange.webhooks.patience = 0.05

    async def never(form: dict[str, str]) -> str:
        await asyncio.Event().wait()
        return ""

    world.product.answers["/voice"] = never
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.status == "failed" and call.said == [] and codes() == [11205]


async def test_rest_replaces_what_runs_on_a_call(world: World) -> None:
    world.voice("<Pause length='1'/><Say>Please wait</Say><Pause length='600'/>")
    world.product.answers["/next"] = twiml("<Say>Now you are connected</Say>")
    call = await world.caller.dial(SHOP)
    await call.wait_for_words("Please wait")
    sdk = world.sdk()
    updated = await asyncio.to_thread(lambda: sdk.calls(call.sid).update(url=world.url("/next")))
    assert updated.status == "in-progress"
    await call.ended()
    assert call.said == ["Please wait", "Now you are connected"]


async def test_rest_ends_a_call(world: World) -> None:
    world.voice("<Say>Hello</Say><Pause length='600'/>")
    call = await world.caller.dial(SHOP)
    sdk = world.sdk()
    await asyncio.to_thread(lambda: sdk.calls(call.sid).update(status="completed"))
    assert (await call.ended()).status == "completed"


async def test_documents_that_lead_in_a_circle_end_the_call(world: World, codes: Codes) -> None:
    world.voice("<Redirect>/voice</Redirect>")
    call = await world.caller.dial(SHOP)
    assert (await call.ended()).status in FINAL
    assert codes() == [11215]


async def test_a_get_webhook_is_signed_over_its_query(world: World) -> None:
    world.voice("<Redirect method='GET'>/got?x=1</Redirect>")
    world.product.answers["/got"] = twiml("<Say>Hello</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Hello"]
    assert world.product.at("/got")[0]["CallSid"] == call.sid and world.product.at("/got")[0]["x"] == "1"


async def test_public_https_addresses_are_signed_and_served_elsewhere(world: World) -> None:
    world.exchange.core.reach["https://shop.example"] = world.product.url
    world.exchange.number(SHOP, voice_url="https://shop.example/voice", status_callback="https://shop.example/status")
    local, world.product.url = world.product.url, "https://shop.example"
    world.product.answers["/voice"] = twiml("<Say>Hello</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    await world.exchange.settle()
    assert call.said == ["Hello"] and all(got.signed for got in world.product.got)
    world.product.url = local


async def test_calls_from_a_withheld_number_carry_no_e164(world: World) -> None:
    world.voice("<Say>Hello</Say>")
    call = await (await world.exchange.phone("anonymous").dial(SHOP)).ended()
    assert call.status == "completed"
    assert world.product.at("/voice")[0]["From"] == "anonymous"


async def test_closing_the_exchange_ends_what_runs(world: World) -> None:
    world.voice("<Say>Hello</Say><Pause length='60000'/>")
    call = await world.caller.dial(SHOP)
    await world.exchange.close()
    assert call.status == "completed"
