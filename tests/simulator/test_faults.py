"""Faults on request: in REST answers and in what is sent to the product."""

import asyncio
import time

import httpx
import pytest

from simulator import Exchange, Faults
from tests.simulator.conftest import Codes, World
from tests.simulator.product import ACCOUNT, SHOP, TECH, TOKEN, twiml

TEXT = {"To": TECH, "From": SHOP, "Body": "Page A4821"}


async def post(world: World) -> httpx.Response:
    async with httpx.AsyncClient(base_url=world.base_url, auth=(ACCOUNT, TOKEN)) as client:
        return await client.post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=TEXT)


async def test_scripted_answers_come_in_order_and_then_all_is_well(world: World) -> None:
    world.exchange.faults.rest("POST", "Messages", [429, None, 500])
    statuses = [(await post(world)).status_code for _ in range(4)]
    assert statuses == [429, 201, 500, 201]
    assert len(world.exchange.messages) == 2


async def test_cut_connection_has_done_what_was_asked(world: World) -> None:
    world.exchange.faults.rest("POST", "Messages", ["cut"])
    with pytest.raises(httpx.RemoteProtocolError):
        await post(world)
    assert len(world.exchange.messages) == 1
    await world.tech.expect_text("A4821")


async def test_refused_connection_has_done_nothing(world: World) -> None:
    world.exchange.faults.rest("POST", "Messages", ["refuse"])
    with pytest.raises(httpx.RemoteProtocolError):
        await post(world)
    assert world.exchange.messages == []


async def test_slow_answer_takes_its_time_and_is_right(world: World) -> None:
    world.exchange.faults.rest("POST", "Messages", [("slow", 0.2)])
    began = time.monotonic()
    assert (await post(world)).status_code == 201
    assert time.monotonic() - began >= 0.2


async def test_a_list_lags_behind_what_was_accepted_and_the_text_itself_does_not(world: World) -> None:
    world.exchange.faults.lag_s = 4.0
    world.tech.on_call()
    sid = (await post(world)).json()["sid"]
    placed = world.sdk().calls.create
    call = await asyncio.to_thread(placed, to=TECH, from_=SHOP, twiml="<Response><Hangup/></Response>")

    def listed() -> list[str | None]:
        return [one.sid for one in (*world.sdk().messages.list(to=TECH), *world.sdk().calls.list(to=TECH))]

    assert await asyncio.to_thread(listed) == []
    assert (await asyncio.to_thread(world.sdk().messages(sid).fetch)).sid == sid
    await world.exchange.core.clock.sleep(4.0)
    assert await asyncio.to_thread(listed) == [sid, call.sid]
    await world.tech.expect_text("A4821")
    await world.exchange.settle()


async def news(world: World) -> list[str]:
    """The order in which the news of one text came."""
    async with httpx.AsyncClient(base_url=world.base_url, auth=(ACCOUNT, TOKEN)) as client:
        form = {**TEXT, "StatusCallback": world.url("/news")}
        await client.post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=form)
    await world.exchange.settle()
    return [form["MessageStatus"] for form in world.product.at("/news")]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (["duplicate"], ["sent", "sent", "delivered"]),
        (["drop"], ["delivered"]),
        (["swap"], ["delivered", "sent"]),
        ([None, "swap"], ["sent", "delivered"]),
        ([("delay", 6.0)], ["delivered", "sent"]),
    ],
)
async def test_callbacks_are_doubled_lost_late_and_out_of_order(
    world: World, script: list[object], expected: list[str]
) -> None:
    world.exchange.faults.webhook("message-status", script)  # type: ignore[arg-type]
    assert await news(world) == expected


async def test_doubled_voice_webhook_still_makes_one_call(world: World) -> None:
    world.exchange.faults.webhook("voice", ["duplicate"])
    world.voice("<Say>Hello</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert world.paths().count("/voice") == 2 and call.said == ["Hello"]


async def test_lost_voice_webhook_fails_the_call(world: World, codes: Codes) -> None:
    world.exchange.faults.webhook("voice", ["drop"])
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.status == "failed" and codes() == [11205]


async def test_early_hang_up_is_a_fault_of_the_caller(world: World) -> None:
    world.voice("<Say>" + "welcome " * 100 + "</Say>")
    call = await world.caller.dial(SHOP, hang_up_after=5)
    await call.ended()
    assert call.status == "completed" and (call.record.duration or 0) <= 6


def test_faults_by_chance_are_the_same_for_the_same_seed() -> None:
    def run(seed: int) -> list[object]:
        faults = Faults(seed).rates(rest={500: 0.2, "cut": 0.2}, webhook={"duplicate": 0.5})
        return [faults.next_rest("POST", "Messages") for _ in range(50)] + [
            faults.next_webhook("call-status") for _ in range(50)
        ]

    assert run(7) == run(7)
    assert {500, "cut", "duplicate", None} == set(run(7))
    assert run(7) != run(8)


async def test_chance_spares_reading(world: World) -> None:
    world.exchange.faults.rates(rest={500: 1.0})
    async with httpx.AsyncClient(base_url=world.base_url, auth=(ACCOUNT, TOKEN)) as client:
        assert (await client.get(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")).status_code == 200
    assert (await post(world)).status_code == 500


async def test_webhook_is_tried_again_as_its_url_asks(world: World, codes: Codes) -> None:
    from starlette.responses import Response

    answers = [Response("busy", 503), Response("busy", 503), Response(twiml("<Say>Hi</Say>"), media_type="text/xml")]
    world.product.answers["/voice"] = lambda _: answers.pop(0)
    world.exchange.number(SHOP, voice_url=world.url("/voice") + "#rc=2&rp=5xx")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Hi"] and codes() == []


async def test_product_that_is_down_is_tried_once_more(codes: Codes, exchange: Exchange) -> None:
    async with exchange.serve():
        exchange.number(SHOP, voice_url="http://127.0.0.1:9/voice")
        call = await (await exchange.phone("+15125550199").dial(SHOP)).ended()
    assert call.status == "failed" and codes() == [11200]
