"""Calls on a bad day of ours, or of the telephone company's."""

import asyncio
import os
import signal
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from firstring.load import child_processes
from simulator.style import SLOPPY
from tests.stories.conftest import World, script
from voice import ledger


async def test_two_calls_at_once_from_one_number_are_one_episode(world: World) -> None:
    caller = world.caller("+15125550171")
    first, second = await asyncio.gather(world.ring("hangs_up_early", caller), world.ring("hangs_up_early", caller))
    assert {first["missed"], second["missed"]} == {"abandoned"}
    await caller.expect_text("sorry we missed you")
    await caller.expect_no_text()


async def test_twilio_sends_everything_twice(world: World) -> None:
    for kind in ("voice", "call-status", "stream-status", "message-status"):
        world.exchange.faults.webhook(kind, ["duplicate"] * 20)
    marcus = (
        world.staff("marcus")
        .ring_out()
        .on_text(lambda body: "A" + body.partition("Reply A")[2][:4] if "Reply A" in body else None)
    )
    caller = world.caller("+15125550172").on_text(lambda _: None)

    record = await world.ring("gas_over_greeting", caller)

    pages = [text.body for text in marcus.texts if "Reply A" in text.body]
    assert len(pages) == len(set(pages)) == 1
    assert len(record["page"]["sent"]) == 2  # a text and a call
    assert sum("will phone you by" in text.body for text in caller.texts) == 1


async def test_the_recogniser_dies_while_somebody_is_speaking_and_nothing_is_lost(world: World) -> None:
    world.staff("marcus").ring_out().on_text(lambda _: None)
    caller = world.caller("+15125550173").on_text(lambda _: None)
    before = world.server.house.pool.stats().respawns
    killed: list[int] = []

    def kill_at_the_first_words(moment: dict[str, Any]) -> None:
        if moment["kind"] == "partial" and not killed:
            killed.extend(kill_recognisers())

    world.studio.watchers.append(kill_at_the_first_words)
    record = await world.ring("burst_pipe_hangs_up", caller)

    assert killed and world.server.house.pool.stats().respawns > before
    assert record["priority"] == "P1" and record["page"] is not None


async def test_every_line_is_busy_and_the_desk_is_rung(world: World) -> None:
    world.staff("dana").on_call(press="1", hang_up_after=3)
    lines = world.server.house.lines
    taken = [f"CAbusy{index}" for index in range(lines.limit)]
    for sid in taken:
        lines.open(sid)
    try:
        caller = world.caller("+15125550174")
        leg = await caller.dial(world.shop)
        await leg.ended()
        record = await world.studio.record(leg.sid)
    finally:
        for sid in taken:
            lines.release(sid)
    assert record["transfer"]["taken_by"] == "dana"
    assert "leave now and call 911" in leg.said[0]


async def test_every_line_is_busy_at_night_and_a_key_wakes_the_technician(world: World) -> None:
    world.server.clock.set("2026-11-18T23:40:00-06:00")
    marcus = world.staff("marcus").ring_out()
    lines = world.server.house.lines
    taken = [f"CAbusy{index}" for index in range(lines.limit)]
    for sid in taken:
        lines.open(sid)
    try:
        caller = world.caller("+15125550175")
        leg = await caller.dial(world.shop)
        await leg.wait_for_words("press 1 now")
        await leg.press("1")
        await leg.ended()
        record = await world.studio.record(leg.sid)
    finally:
        for sid in taken:
            lines.release(sid)
    assert record["job"]["priority"] == "P1"
    await marcus.expect_text("Reply A")
    await caller.expect_text("alerting our on-call technician")  # nobody asked for the address: the text does


async def test_a_sloppy_client_without_marks_numbers_or_stop_is_served_like_a_strict_one(world: World) -> None:
    world.staff("marcus").ring_out().on_text(lambda _: None)
    caller = world.caller("+15125550176").on_text(lambda _: None)
    record = await world.ring("gas_over_greeting", caller, style=SLOPPY)
    assert record["hazards"] == ["gas"] and record["page"] is not None


async def test_a_full_disk_does_not_keep_the_safety_words_back_nor_the_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    dana = world.staff("dana").on_call(press="1", hang_up_after=3)
    caller = world.caller("+15125550178").on_text(lambda _: None)
    leg = await caller.dial(world.shop)
    while not leg.heard.end:  # the greeting has begun: so far all is well
        await leg.core.clock.sleep(0.1)
    monkeypatch.setattr(ledger, "write_turn", full)
    await leg.play(gas(0))
    await leg.ended()

    assert safety_was_heard(world, leg.heard.end)
    assert dana.calls  # the stream was given up, the next verb rang a person


async def test_a_forged_webhook_is_turned_away(world: World) -> None:
    async with httpx.AsyncClient(base_url=world.server.url) as stranger:
        form = {"CallSid": "CA" + "9" * 32, "From": "+15125550179", "To": world.shop}
        for headers in ({}, {"X-Twilio-Signature": "nonsense"}, {"X-Twilio-Signature": "ünsinn".encode()}):
            answer = await stranger.post("/twilio/voice", data=form, headers=headers)  # type: ignore[arg-type]
            assert answer.status_code == 403
        assert (await stranger.get("/api/v1/calls")).status_code == 401


def kill_recognisers() -> list[int]:
    """What a machine short of memory does to the processes that hold the models."""
    children = child_processes(os.getpid())
    for child in children:
        os.kill(child, signal.SIGKILL)
    return children


def gas(turn: int) -> object:
    from firstring.studio import read_wav

    return read_wav(script("gas_over_greeting").turn_path(turn))


def safety_was_heard(world: World, samples: int) -> bool:
    """More was played than the greeting and its question: the safety script began."""
    from voice.dialogue.moves import Line

    greeting = sum(world.server.house.bank.duration_ms(Line(one)) for one in ("greeting", "greeting_spanish"))
    return samples > greeting * 8
