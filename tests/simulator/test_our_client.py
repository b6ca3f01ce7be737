"""Our own client against the exchange: what it reads off lists, and what it deletes."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.responses import Response

from carrier import client
from carrier.client import TwilioCarrier
from carrier.errors import Refused
from carrier.http import BoundedHttpClient
from simulator import Leg
from tests.simulator.conftest import Codes, World
from tests.simulator.product import ACCOUNT, CALLER, SHOP, TECH, TOKEN


@pytest.fixture
def carrier(world: World) -> Iterator[TwilioCarrier]:
    http = BoundedHttpClient(5.0)
    yield TwilioCarrier(ACCOUNT, TOKEN, SHOP, api_url=world.base_url, http_client=http)
    http.close()


async def call(world: World, hang_up_after: float = 1.0) -> Leg:
    leg = await world.caller.dial(SHOP, hang_up_after=hang_up_after, wait=False)
    await leg.ended()
    return leg


async def test_calls_that_came_in_are_listed_over_all_pages_and_those_we_placed_are_not(
    world: World, carrier: TwilioCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    world.voice("<Say>Hello</Say><Pause length='10'/>")
    legs = [await call(world) for _ in range(5)]
    world.tech.decline()
    world.product.answers["/page"] = world.product.answers["/voice"]
    await asyncio.to_thread(carrier.place_call, TECH, world.url("/page"), world.url("/progress"), 25)
    await (await world.tech.expect_call()).ended()
    await world.exchange.settle()
    began = legs[0].record.created - timedelta(seconds=1)
    arrived = await asyncio.to_thread(carrier.arrived, began)
    assert {one.sid for one in arrived} == {leg.sid for leg in legs}
    assert {(one.caller, one.called, one.status) for one in arrived} == {(CALLER, SHOP, "completed")}
    assert all(one.ended_at and one.ended_at >= one.at >= began for one in arrived)
    assert await asyncio.to_thread(carrier.arrived, began + timedelta(hours=1)) == ()


async def test_texts_that_came_in_are_listed_over_all_pages_and_those_we_sent_are_not(
    world: World, codes: Codes, carrier: TwilioCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    world.product.answers["/sms"] = Response("down", 500)
    began = world.exchange.core.clock.utc() - timedelta(seconds=1)
    written = [await world.caller.send_text(f"gas smell {one}", to=SHOP) for one in range(5)]
    await asyncio.to_thread(carrier.send_text, CALLER, "we are on it", world.url("/news"))
    await world.caller.expect_text("on it")
    await world.exchange.settle()
    assert set(codes()) == {11200}
    found = await asyncio.to_thread(carrier.written, began)
    assert [(one.sid, one.body) for one in found] == [(one.sid, one.body) for one in written]
    assert {(one.writer, one.to, one.pictures) for one in found} == {(CALLER, SHOP, 0)}
    assert await asyncio.to_thread(carrier.written, began + timedelta(hours=1)) == ()


async def test_how_long_a_caller_was_joined_to_somebody_is_asked(world: World, carrier: TwilioCarrier) -> None:
    world.tech.on_call()
    world.voice(f"<Dial>{TECH}</Dial>")
    leg = await call(world, hang_up_after=60.0)
    assert 20 <= await asyncio.to_thread(carrier.joined_s, leg.sid) <= 60
    await world.tech.expect_call()
    world.tech.ring_out()
    assert await asyncio.to_thread(carrier.joined_s, (await call(world, hang_up_after=2.0)).sid) == 0
    await world.tech.expect_call()


async def test_a_recording_is_deleted_and_deleting_it_again_does_no_harm(world: World, carrier: TwilioCarrier) -> None:
    world.voice('<Record action="/done" timeout="3"/>')
    world.product.answers["/done"] = world.product.answers["/voice"]
    await call(world, hang_up_after=3.0)
    await world.exchange.settle()
    (sid,) = world.exchange.switch.recordings
    assert await asyncio.to_thread(carrier.recording, sid)
    for _ in range(2):
        await asyncio.to_thread(carrier.delete_recording, sid)
    with pytest.raises(Refused) as refused:
        await asyncio.to_thread(carrier.recording, sid)
    assert refused.value.code == 20404
