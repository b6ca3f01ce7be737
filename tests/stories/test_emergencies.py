"""Calls on the worst day of somebody's year."""

from typing import Any

from tests.stories.conftest import World, script


def sent(record: dict[str, Any]) -> list[str]:
    return [one["person"] for one in record["page"]["sent"]]


def turn(record: dict[str, Any], move: str) -> dict[str, Any]:
    """The first turn in which a move was made."""
    return next(one for one in record["timeline"] if move in [made["move"] for made in one["moves"]])


async def test_gas_leak_said_over_the_greeting(world: World) -> None:
    marcus = world.staff("marcus").ring_out()
    marcus.on_text(lambda body: "A" + body.partition("Reply A")[2][:4] if "Reply A" in body else None)
    caller = world.caller(script("gas_over_greeting").caller or "").on_text(lambda _: None)

    record = await world.ring("gas_over_greeting", caller)

    assert (record["intent"], record["priority"], record["hazards"]) == ("emergency", "P1", ["gas"])
    assert record["page"]["acknowledged_by"] == "Marcus Bell"
    assert "Marcus, our on-call technician" in (await caller.expect_text("will phone you by")).body
    said = [line["id"] for one in record["timeline"] for made in one["moves"] for line in made.get("lines", [])]
    assert said.index("S01") < said.index("are_you_outside") < said.index("Q_ADDR")
    assert not {"Q_NAME", "Q_FEE", "Q_FLOW", "Q_SHUT"} & set(said)  # a caller with gas is let off the telephone
    first = turn(record, "PageNow")
    assert first["audio_ms"] - first["speech_end_ms"] <= 2000


async def test_basement_flooding_and_the_line_goes_dead_in_mid_sentence(world: World) -> None:
    marcus = world.staff("marcus").ring_out()
    caller = world.caller(script("burst_pipe_hangs_up").caller or "")

    record = await world.ring("burst_pipe_hangs_up", caller)

    assert record["priority"] == "P1"
    assert record["job"]["callback"] == caller.number
    await marcus.expect_text("Reply A")
    assert "alerting our on-call technician" in (await caller.expect_text()).body


async def test_a_burst_pipe_is_paged_before_anything_is_asked(world: World) -> None:
    marcus = world.staff("marcus").on_call(press="1").on_text(lambda _: None)
    caller = world.caller(script("burst_pipe").caller or "").on_text(lambda _: None)

    record = await world.ring("burst_pipe", caller)

    assert record["page"]["acknowledged_by"] == "Marcus Bell"  # by a key, on the telephone
    moves = [made["move"] for one in record["timeline"] for made in one["moves"]]
    questions = [one for one in moves if one == "Listen"]
    assert questions and moves.index("PageNow") < len(moves) - moves[::-1].index("Listen") - 1
    assert marcus.calls[0].said[0].startswith("Hometown Plumbing Heating and Electric on-call page.")


async def test_tenant_at_night_no_heat_and_a_newborn(world: World) -> None:
    world.server.clock.set("2026-11-18T23:40:00-06:00")
    elena = world.staff("elena").ring_out()
    elena.on_text(lambda body: "a" if "Reply A" in body else None)  # the bare letter, half asleep
    caller = world.caller(script("tenant_no_heat_newborn").caller or "").on_text(lambda _: None)

    record = await world.ring("tenant_no_heat_newborn", caller)

    assert record["priority"] == "P1"
    assert sent(record)[0] == "Elena Ruiz"  # heat is hers
    assert record["page"]["acknowledged_by"] == "Elena Ruiz"
    assert record["transfer"] is None  # nobody is at the desk


async def test_carbon_monoxide_alarm_sends_everyone_out_and_pages(world: World) -> None:
    world.staff("elena").ring_out().on_text(lambda _: None)
    world.staff("marcus").ring_out().on_text(lambda _: None)
    caller = world.caller(script("co_alarm").caller or "").on_text(lambda _: None)

    record = await world.ring("co_alarm", caller)

    assert record["hazards"][0] == "co"
    said = [line["id"] for one in record["timeline"] for made in one["moves"] for line in made.get("lines", [])]
    assert said.count("S02") == 1
    assert record["page"] is not None


async def test_the_first_technician_passes_and_the_owner_takes_it(world: World) -> None:
    world.staff("marcus").on_call(press="2").on_text(lambda _: None)
    world.staff("walt").on_call(press="1").on_text(lambda _: None)
    caller = world.caller(script("sewage_backup").caller or "").on_text(lambda _: None)

    record = await world.ring("sewage_backup", caller)

    assert record["page"]["acknowledged_by"] == "Walt Kowalski"
    assert list(dict.fromkeys(sent(record))) == ["Marcus Bell", "Walt Kowalski"]


async def test_a_popping_gas_water_heater_wakes_nobody(world: World) -> None:
    caller = world.caller(script("water_heater_popping").caller or "").on_text(lambda _: None)
    world.staff("dana").on_call(press="1", hang_up_after=3)

    record = await world.ring("water_heater_popping", caller)

    assert record["page"] is None
    assert record["hazards"] == []
    assert record["priority"] != "P1"


async def test_an_emergency_texted_back_after_a_missed_call_is_paged(world: World) -> None:
    marcus = world.staff("marcus").ring_out()
    caller = world.caller(script("hangs_up_early").caller or "")
    record = await world.ring("hangs_up_early", caller)
    assert record["page"] is None
    await caller.expect_text("sorry we missed you")

    await caller.send_text("there is a strong gas smell in the house", to=world.shop)

    assert "leave the building now" in (await caller.expect_text("alerting our on-call technician")).body
    await marcus.expect_text("Gas smell indoors")
