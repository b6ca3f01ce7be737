"""A missed caller is called back: our telephone rings, a key rings the caller's; they talk, or are tried again."""

import asyncio
from datetime import timedelta
from typing import Any

from simulator.leg import Leg
from simulator.phone import Phone
from tests.stories.conftest import World

CLOCK_S = 5.0
"""Real seconds a talk lasts at least: the house reads a real clock, and a talk of less than three is none."""


async def missed(world: World, number: str) -> Phone:
    """Hangs up in the greeting, and gets a text."""
    caller = world.caller(number)
    leg = await caller.dial(world.shop)
    await leg.stream_open()
    await leg.hang_up()
    await caller.expect_text("sorry we missed you")
    return caller


async def card(world: World, caller: Phone) -> dict[str, Any]:
    """The callback as the desk sees it."""
    rows = (await world.studio.api.get("/api/v1/callbacks")).json()
    found = [one for one in rows if one["number"] == caller.number]
    return found[0] if found else {}


async def until(world: World, caller: Phone, **facts: Any) -> dict[str, Any]:
    """The card, once it says so; without `facts`: once they are owed nothing any more."""
    async with asyncio.timeout(20):
        while True:
            row = await card(world, caller)
            if facts and {name: row.get(name) for name in facts} == facts:
                return row
            if not facts and not row:
                return row
            await asyncio.sleep(0.05)


def later(world: World, **by: float) -> None:
    """Time goes by for the house."""
    world.server.clock.ahead += timedelta(**by)
    world.server.house.wake()


async def test_the_desk_is_rung_one_key_rings_the_caller_and_they_talk(world: World) -> None:
    talked: list[str | None] = []

    async def chat(leg: Leg) -> None:
        await asyncio.sleep(CLOCK_S)
        talked.append(leg.bridged_to.record.to if leg.bridged_to else None)
        await leg.hang_up()

    caller = await missed(world, "+15125550301")
    dana = world.staff("dana").on_call(press=("1", "1"))  # calls them; then says that they talked
    caller.on_call(chat)
    assert (await card(world, caller))["status"] == "open"
    later(world, minutes=1)
    await caller.expect_call()
    await until(world, caller)

    assert "Press 1 to call them" in dana.calls[0].said[0]
    assert talked == [dana.number]
    assert caller.calls[0].record.from_ == world.shop


async def test_a_caller_who_does_not_pick_up_is_tried_after_5_30_and_120_minutes_and_then_told(world: World) -> None:
    caller = await missed(world, "+15125550302")
    for person in ("dana", "priya"):  # in turn
        world.staff(person).on_call(press="1")
    caller.decline()
    for attempt, minutes in enumerate((1, 5, 30, 120), start=1):
        if attempt > 1:
            later(world, minutes=minutes - 1)
            await asyncio.sleep(1.5)
            assert len(caller.calls) == attempt - 1
            minutes = 1.1
        later(world, minutes=minutes)
        await until(world, caller, attempts=attempt, status="open")
    assert len(caller.calls) == 4
    later(world, minutes=121)
    await until(world, caller)
    await caller.expect_text("tried to reach you 4 times")
