"""Callers whom nobody spoke to, and what they get within a minute."""

import re

from sqlmodel import Session, col, select

from firstring.studio import read_wav
from fixtures.texts import utterances
from models.tables import Callback, DeadNumber
from tests.stories.conftest import World

AT_NIGHT = "2026-11-18T23:40:00-06:00"


async def test_hangs_up_in_the_greeting_and_has_a_time_within_a_minute(world: World) -> None:
    caller = world.caller("+15125550301")
    leg = await caller.dial(world.shop, hang_up_after=2)
    await leg.ended()
    over = world.exchange.core.clock.utc()
    text = await caller.expect_text("sorry we missed you")
    assert "A person will call you back by" in text.body and "911" in text.body and "Reply STOP" in text.body
    record = await world.studio.record(leg.sid)
    assert record["missed"] == "abandoned" and record["callback"]["first_promised_at"] is not None
    assert (world.exchange.core.clock.utc() - over).total_seconds() < 60


async def test_calls_three_times_in_two_minutes_and_gets_one_text(world: World) -> None:
    caller = world.caller("+15125550302")
    for _ in range(3):
        leg = await caller.dial(world.shop, hang_up_after=2)
        await leg.ended()
        await world.studio.record(leg.sid)
        await world.exchange.core.clock.sleep(40)
    await caller.expect_text("sorry we missed you")
    await caller.expect_no_text()
    (owed,) = owed_to(world, caller.number)
    assert owed.calls == 3


async def test_a_landline_is_tried_once_and_then_known(world: World) -> None:
    caller = world.caller("+15125550303").landline()
    for _ in range(2):
        leg = await caller.dial(world.shop, hang_up_after=2)
        await leg.ended()
        await world.studio.record(leg.sid)
    await world.exchange.settle(10)
    assert caller.texts == []
    (owed,) = owed_to(world, caller.number)
    assert (owed.calls, owed.status) == (2, "open")
    known = select(DeadNumber).where(col(DeadNumber.number) == caller.number)
    assert world.server.house.database.work(lambda session: session.exec(known).one()).error_code == 30006


async def test_a_withheld_number_is_a_row_for_people(world: World) -> None:
    leg = await world.caller("anonymous").dial(world.shop, hang_up_after=2)
    await leg.ended()
    record = await world.studio.record(leg.sid)
    assert record["missed"] == "abandoned" and record["texts"] == []
    assert record["callback"]["number"] is None


async def test_one_of_our_own_who_rings_the_shop_gets_no_text(world: World) -> None:
    marcus = world.staff("marcus")
    leg = await marcus.dial(world.shop, hang_up_after=2)
    await leg.ended()
    record = await world.studio.record(leg.sid)
    assert record["missed"] == "abandoned" and record["texts"] == []
    await marcus.expect_no_text()


async def test_an_emergency_left_on_the_tape_is_paged(world: World) -> None:
    world.server.clock.set(AT_NIGHT)
    marcus = world.staff("marcus").ring_out()
    caller = world.caller("+15125550304").on_text(lambda _: None)
    lines = world.server.house.lines
    taken = [f"CAbusy{index}" for index in range(lines.limit)]
    for sid in taken:
        lines.open(sid)
    try:
        leg = await caller.dial(world.shop)
        await leg.wait_for_words("after the tone")
        while not leg.prompts.empty():
            leg.prompts.get_nowait()
        await leg.prompts.get()  # the tone
        await leg.play(read_wav(next(one.path for one in utterances() if one.id == "gas_smell_kitchen")))
        await leg.ended()
    finally:
        for sid in taken:
            lines.release(sid)
    page = await marcus.expect_text("Reply A", timeout=20)
    assert re.search(r"P1 #\d+", page.body)
    record = await world.studio.record(leg.sid)
    assert (record["missed"], record["hazards"], record["job"]["priority"]) == ("voicemail", ["gas"], "P1")
    assert record["callback"]["priority"] == "P1" and record["heard_at"] is not None
    await caller.expect_text("alerting our on-call technician")


def owed_to(world: World, number: str) -> list[Callback]:
    def find(session: Session) -> list[Callback]:
        return list(session.exec(select(Callback).where(col(Callback.number) == number)).all())

    found: list[Callback] = world.server.house.database.work(find)
    return found
