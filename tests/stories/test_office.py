"""Quieter calls: a person, a price, a bill, a wrong number, and those who are not customers at all."""

import re

from tests.stories.conftest import World, script


async def test_asks_for_a_person_and_gets_one_who_knows_why(world: World) -> None:
    dana = world.staff("dana").on_call(press="1", hang_up_after=3)
    record = await world.ring("wants_person")

    assert record["transfer"]["taken_by"] == "dana"
    assert "Asks for a person" in dana.calls[0].said[0]
    assert record["missed"] is None and record["texts"] == []


async def test_voicemail_cannot_take_a_caller(world: World) -> None:
    world.staff("dana").voicemail(answer_after=2.0)
    world.staff("priya").on_call(press="1", hang_up_after=3)
    record = await world.ring("wants_person")

    assert record["transfer"]["taken_by"] == "priya"


async def test_nobody_at_the_desk_answers_and_the_caller_is_promised_a_time(world: World) -> None:
    world.staff("dana").decline()
    world.staff("priya").ring_out()
    caller = world.caller(script("billing_question").caller or "")
    record = await world.ring("billing_question", caller)

    assert record["missed"] == "nobody_free"
    text = await caller.expect_text("sorry we missed you")
    assert "A person will call you back by" in text.body and "Reply STOP" in text.body
    assert record["callback"]["promised_at"] is not None


async def test_a_quote_goes_to_the_desk_without_asking_everything_twice(world: World) -> None:
    dana = world.staff("dana").on_call(press="1", hang_up_after=3)
    record = await world.ring("quote_water_heater")

    assert (record["intent"], record["page"]) == ("quote", None)
    assert "Water heater replacement" in dana.calls[0].said[0]


async def test_the_maintenance_plan(world: World) -> None:
    world.staff("dana").on_call(press="1", hang_up_after=3)
    record = await world.ring("membership_question")
    assert (record["intent"], record["page"], record["transfer"]["taken_by"]) == ("membership", None, "dana")


async def test_a_drip_becomes_a_job_and_wakes_nobody(world: World) -> None:
    caller = world.caller(script("routine_drip").caller or "").on_text(lambda _: None)
    record = await world.ring("routine_drip", caller)

    assert (record["intent"], record["priority"], record["page"]) == ("routine", "P3", None)
    assert record["job"]["situation"] == "P16"


async def test_wrong_number_is_wished_a_good_day(world: World) -> None:
    record = await world.ring("wrong_number")
    assert record["outcome"] in {"wrong_number", "goodbye"}
    assert (record["job"], record["page"], record["texts"], record["missed"]) == (None, None, [], None)


async def test_a_recorded_sales_pitch_gets_neither_a_job_nor_a_text(world: World) -> None:
    record = await world.ring("robocall")
    assert (record["job"], record["page"], record["texts"]) == (None, None, [])


async def test_a_card_number_is_stopped_and_nothing_of_it_is_kept(world: World) -> None:
    world.server.clock.set("2026-11-18T23:40:00-06:00")  # nobody at the desk to hand the call to
    caller = world.caller(script("card_number").caller or "").on_text(lambda _: None)
    record = await world.ring("card_number", caller)

    moves = [made["move"] for one in record["timeline"] for made in one["moves"]]
    assert "ForgetWords" in moves
    kept = str(record).lower()
    assert "four one one one" not in kept and "4111" not in kept


async def test_hello_and_gone_is_texted_a_time(world: World) -> None:
    caller = world.caller("+15125550181")
    record = await world.ring("hangs_up_early", caller)

    assert record["missed"] == "abandoned"
    text = await caller.expect_text("sorry we missed you")
    assert "Hometown Plumbing" in text.body and re.search(r"call you back by 1[01]:\d[05] AM", text.body)


async def test_a_withheld_number_cannot_be_texted_and_is_not(world: World) -> None:
    record = await world.ring("hangs_up_early", world.caller("anonymous"))
    assert record["missed"] == "abandoned"
    assert record["callback"]["number"] is None and record["texts"] == []


async def test_stop_is_honoured_on_the_next_missed_call(world: World) -> None:
    caller = world.caller("+15125550177")
    owed = (await world.ring("hangs_up_early", caller))["callback"]
    await caller.expect_text("sorry we missed you")
    await caller.send_text("STOP", to=world.shop)
    put_away = {"person": "dana", "reason": "wants no call"}
    (await world.studio.api.post(f"/api/v1/callbacks/{owed['id']}/close", json=put_away)).raise_for_status()
    world.server.clock.set("2026-11-18T11:30:00-06:00")

    record = await world.ring("hangs_up_early", caller)

    assert [one["status"] for one in record["texts"]] == ["refused"]
