"""Callers who write, over the wire: the text goes through Twilio, and so does its answer."""

from sqlmodel import Session, select

from models.tables import Callback, Job
from tests.stories.conftest import World


async def test_hung_up_in_the_greeting_texts_back_gas_smell_and_somebody_is_paged(world: World) -> None:
    world.staff("marcus").ring_out().on_text(lambda _: None)
    caller = world.caller("+15125550181")
    await world.ring("hangs_up_early", caller)
    await caller.expect_text("sorry we missed you")

    await caller.send_text("gas smell, 412 Maple Street 78704", world.shop)

    text = await caller.expect_text("alerting our on-call technician")
    assert "leave the building now" in text.body
    priority = world.server.house.database.work(
        lambda session: session.exec(select(Job.priority).where(Job.caller == "+15125550181")).one()
    )
    assert priority == "P1"


async def test_after_5_moves_the_promise_and_thanks_get_no_answer(world: World) -> None:
    caller = world.caller("+15125550182")
    await world.ring("hangs_up_early", caller)
    await caller.expect_text("sorry we missed you")

    await caller.send_text("in 3 hours please", world.shop)
    await caller.expect_text("noted. A person will call you")
    await caller.send_text("ok thanks!", world.shop)
    await caller.expect_no_text()

    def wish(session: Session) -> Callback:
        return session.exec(select(Callback).where(Callback.number == "+15125550182")).one()

    callback = world.server.house.database.work(wish)
    assert callback.not_before and callback.promised_at and callback.promised_at > callback.not_before
