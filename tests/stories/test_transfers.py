"""A caller is handed to the desk, both ways: by the caller's own Dial, and in a room with a hold line."""

import asyncio
from dataclasses import replace
from typing import Literal

import pytest

from simulator.leg import Leg
from tests.stories.conftest import World

TWO_MINUTES = 120
A_TALK = 60
"""Simulated seconds. The house reads a real clock, by which a talk of a few of them is no talk."""

WAYS = pytest.mark.parametrize("way", ["plain", "room"])


@pytest.fixture
def shop(world: World, way: Literal["plain", "room"], monkeypatch: pytest.MonkeyPatch) -> World:
    """The shop with its calls handed over one way or the other."""
    company = world.server.house.company
    rules = replace(company.transfers, way=way)
    monkeypatch.setattr(world.server.house, "company", replace(company, transfers=rules))
    return world


NUMBERS = (f"+15125550{number}" for number in range(230, 250))


async def dials(world: World) -> Leg:
    """Somebody new calls: a caller who was texted within the half hour is not texted again."""
    return await world.caller(next(NUMBERS)).dial(world.shop)


def joined(world: World, caller: Leg, csr: Leg) -> bool:
    """Whether the two hear each other."""
    if caller.bridged_to is not None:
        return caller.bridged_to is csr and csr.bridged_to is caller
    rooms = [room for room in world.exchange.switch.rooms.values() if room.status == "in-progress"]
    return any({caller.sid, csr.sid} <= set(room.participants) for room in rooms)


@WAYS
async def test_two_minutes_later_both_are_still_talking(shop: World, way: str) -> None:
    talked: list[bool] = []
    caller = await dials(shop)

    async def talk(csr: Leg) -> None:
        await caller.core.clock.sleep(TWO_MINUTES)
        talked.append(joined(shop, caller, csr) and (caller.status, csr.status) == ("in-progress", "in-progress"))

    shop.staff("dana").on_call(talk, press="1", hang_up_after=5)
    record = await shop.act("wants_person", caller)

    assert talked == [True]
    assert (record["transfer"]["taken_by"], record["transfer"]["status"]) == ("dana", "over")
    assert (record["transfer"]["room"] is not None) == (way == "room")
    assert (record["missed"], record["callback"]) == (None, None)


@WAYS
async def test_the_caller_hangs_up_while_the_csr_hears_what_it_is_about(shop: World, way: str) -> None:
    caller = await dials(shop)

    async def listens(csr: Leg) -> None:
        await csr.wait_for_words("Press 1 to take it")
        await caller.hang_up()
        await csr.ended()

    dana = shop.staff("dana").on_call(listens)
    shop.staff("priya").decline()
    record = await shop.act("wants_person", caller)
    await dana.calls[0].ended()

    assert (record["transfer"]["status"], record["missed"]) == ("left", "nobody_free")
    assert record["callback"]["reason"] == "nobody_free"
    assert ("The caller has hung up. Thank you." in dana.calls[0].said) == (way == "room")
    assert shop.staff("priya").calls == []
    await shop.caller(caller.record.from_).expect_text("sorry we missed you")


@WAYS
async def test_a_voicemail_hears_it_and_the_next_person_takes_it(shop: World, way: str) -> None:
    dana = shop.staff("dana").voicemail(answer_after=2.0)
    shop.staff("priya").on_call(press="1", hang_up_after=A_TALK)
    record = await shop.act("wants_person", await dials(shop))

    assert "Press 1 to take it" in dana.calls[0].said[0]
    assert (record["transfer"]["taken_by"], record["missed"]) == ("priya", None)


@WAYS
async def test_one_passes_and_the_next_takes_it_while_the_caller_is_told(shop: World, way: str) -> None:
    shop.staff("dana").on_call(press="2")
    shop.staff("priya").on_call(press="1", hang_up_after=A_TALK)
    caller = await dials(shop)
    record = await shop.act("wants_person", caller)

    assert record["transfer"]["taken_by"] == "priya"
    assert any("Thank you for holding" in words for words in caller.said)


@pytest.mark.parametrize("way", ["room"])
async def test_nobody_takes_it_and_the_caller_is_led_out_of_the_room_with_a_promise(shop: World, way: str) -> None:
    shop.staff("dana").decline()
    shop.staff("priya").ring_out()
    caller = await dials(shop)
    acting = asyncio.create_task(shop.act("wants_person", caller))
    await caller.wait_for_words("nobody is free right now", timeout=60)
    record = await acting

    assert (record["transfer"]["status"], record["missed"]) == ("failed", "nobody_free")
    assert record["callback"]["promised_at"] is not None
    await shop.caller(caller.record.from_).expect_text("sorry we missed you")
