"""A caller is handed to the desk, both ways: by the caller's own Dial, and in a room with a hold line."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from firstring.studio import act
from simulator.leg import Leg
from tests.stories.conftest import World, script
from voice.session import CallSession

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


@WAYS
async def test_the_news_of_the_csrs_leg_never_comes_and_the_csr_is_free_again_minutes_later(
    shop: World, way: str
) -> None:
    async def hangs_up_unheard(csr: Leg) -> None:
        await csr.core.clock.sleep(A_TALK)
        shop.exchange.faults.webhook("voice", ["drop"]).webhook("call-status", ["drop", "drop"])
        await csr.hang_up()

    dana = shop.staff("dana").on_call(hangs_up_unheard, press="1")
    first = await dials(shop)
    await act(shop.studio, first, script("wants_person"))
    assert shop.exchange.faults.pending == 0 and shop.exchange.forgive(11205)

    dana.on_call(press="1", hang_up_after=A_TALK)
    shop.server.clock.ahead += timedelta(minutes=4)
    second = await shop.act("wants_person", await dials(shop))
    record = await shop.studio.record(first.sid)

    assert (record["transfer"]["taken_by"], record["transfer"]["status"], record["missed"]) == ("dana", "over", None)
    assert second["transfer"]["taken_by"] == "dana"


@pytest.mark.parametrize("way", ["plain"])
@pytest.mark.parametrize("told", [True, False], ids=["and the end is told", "and nobody tells the end"])
async def test_the_web_process_dies_in_the_goodbye_and_the_caller_is_not_forgotten(
    shop: World, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await dials(shop)

    def dies(moment: dict[str, Any]) -> None:
        if moment["kind"] == "decided" and "TransferToPerson" in moment["data"]["moves"]:
            kill(shop, caller.sid, monkeypatch)

    shop.studio.watchers.append(dies)
    shop.exchange.faults.webhook("call-status", [None if told else "drop"])
    await act(shop.studio, caller, script("wants_person"))
    await shop.exchange.settle()
    shop.server.clock.ahead += timedelta(minutes=2)  # for whoever looks after calls, in a process that lives
    record = await shop.studio.record(caller.sid)

    assert shop.exchange.forgive(11205)  # nobody said what comes after the stream
    assert (record["transfer"]["status"], record["missed"]) == ("left", "nobody_free")
    await shop.caller(caller.record.from_).expect_text("sorry we missed you")


def kill(shop: World, sid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the process that serves the call died: its socket breaks, it answers nothing and writes nothing more."""

    async def nothing(_: CallSession) -> None:
        pass

    monkeypatch.setattr(CallSession, "_settle", nothing)
    shop.exchange.core.kept_up = None
    shop.exchange.faults.webhook("voice", ["drop"])
    session = shop.server.house.sessions.pop(sid)
    assert session._mind is not None
    session._mind.get_loop().call_soon_threadsafe(session.finished.set)
