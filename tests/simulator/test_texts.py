"""Texts in both directions: delivery news, fates, opt-outs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response
from twilio.base.exceptions import TwilioRestException

from tests.simulator.conftest import Codes, World
from tests.simulator.product import CALLER, SHOP, TECH, twiml

SERVICE = "MG" + "0" * 31 + "7"


async def send(world: World, body: str = "Page A4821", to: str = TECH) -> str:
    sdk, callback = world.sdk(), world.url("/news")
    message = await asyncio.to_thread(
        lambda: sdk.messages.create(to=to, from_=SHOP, body=body, status_callback=callback)
    )
    return message.sid or ""


async def test_technician_gets_the_text_and_answers_it(world: World) -> None:
    world.product.answers["/sms"] = twiml("<Message>It is yours</Message>")
    sid = await send(world)
    text = await world.tech.expect_text(contains="a4821")
    assert (text.from_, text.sid) == (SHOP, sid)
    await world.tech.send_text("A4821", to=SHOP)
    await world.tech.expect_text("yours")
    await world.exchange.settle()
    inbound = world.product.at("/sms")[0]
    assert (inbound["Body"], inbound["From"], inbound["SmsStatus"]) == ("A4821", TECH, "received")
    assert inbound["MessageSid"] == inbound["SmsSid"] == inbound["SmsMessageSid"]
    news = world.product.at("/news")
    assert [form["MessageStatus"] for form in news] == ["sent", "delivered"]
    assert news[-1]["MessageSid"] == sid and len(news[-1]["RawDlrDoneDate"]) == 10
    world.exchange.assert_quiet()


async def test_automatic_reply_comes_by_itself(world: World) -> None:
    world.product.answers["/sms"] = twiml("")
    world.tech.on_text(lambda body: "A4821" if "A4821" in body else None)
    await send(world)
    await send(world, "Nothing to answer")
    await world.exchange.settle()
    assert [form["Body"] for form in world.product.at("/sms")] == ["A4821"]
    world.exchange.assert_quiet()


@pytest.mark.parametrize(
    ("status", "code", "statuses"),
    [
        ("undelivered", 30003, ["sent", "undelivered"]),
        ("failed", 30008, ["failed"]),
        ("sent", None, ["sent"]),
    ],
)
async def test_fates_of_a_text(world: World, status: str, code: int | None, statuses: list[str]) -> None:
    world.tech.deliver(status, code)
    sid = await send(world)
    await world.exchange.settle()
    assert [form["MessageStatus"] for form in world.product.at("/news")] == statuses
    assert world.product.at("/news")[-1].get("ErrorCode") == (str(code) if code else None)
    assert world.exchange.texts.messages[sid].error_code == code
    assert world.tech.texts == []


async def test_landline_leaves_texts_undelivered(world: World) -> None:
    world.caller.landline()
    await send(world, to=CALLER)
    await world.exchange.settle()
    assert world.product.at("/news")[-1]["ErrorCode"] == "30006"


async def test_stop_blocks_the_sender_until_start(world: World) -> None:
    world.product.answers["/sms"] = twiml("")
    await world.caller.send_text("Stop", to=SHOP)
    with pytest.raises(TwilioRestException) as refused:
        await send(world, to=CALLER)
    assert refused.value.code == 21610
    await world.caller.send_text("START", to=SHOP)
    await send(world, to=CALLER)
    await world.caller.expect_text("A4821")
    assert "OptOutType" not in world.product.at("/sms")[0]
    assert [text.from_carrier for text in world.caller.texts] == [True, True, False]
    world.exchange.assert_quiet()


async def test_advanced_opt_out_tells_the_product_and_an_answer_is_a_mistake(world: World, codes: Codes) -> None:
    world.exchange.texts.advanced_opt_out = True
    world.product.answers["/sms"] = twiml("<Message>You are unsubscribed</Message>")
    await world.caller.send_text("STOP", to=SHOP)
    assert world.product.at("/sms")[0]["OptOutType"] == "STOP" and codes() == [21610]


async def test_stop_inside_of_a_sentence_blocks_nothing(world: World) -> None:
    world.product.answers["/sms"] = twiml("")
    await world.caller.send_text("please stop texting me", to=SHOP)
    await send(world, to=CALLER)
    await world.caller.expect_text("A4821")


async def test_text_webhook_that_fails_is_complained_about(world: World, codes: Codes) -> None:
    world.product.answers["/sms"] = Response("down", 500)
    await world.caller.send_text("Hello", to=SHOP)
    assert codes() == [11200]


async def test_status_callback_that_is_not_taken_is_complained_about(world: World, codes: Codes) -> None:
    world.product.answers["/news"] = Response("no", 403)
    await send(world)
    await world.tech.expect_text()
    await world.exchange.settle()
    assert codes() == [15003, 15003]


async def test_service_chooses_the_sender_and_holds_back_what_is_scheduled(world: World) -> None:
    world.exchange.messaging_service(SERVICE, (SHOP,), world.url("/service"))
    sdk = world.sdk()

    def create(send_at: datetime | None) -> str:
        scheduled = {"schedule_type": "fixed", "send_at": send_at} if send_at else {}
        return sdk.messages.create(to=TECH, messaging_service_sid=SERVICE, body="Hello", **scheduled).sid or ""

    now = await asyncio.to_thread(create, None)
    later = await asyncio.to_thread(create, datetime.now(UTC) + timedelta(hours=1))
    assert (await world.tech.expect_text("Hello")).sid == now
    cancelled = await asyncio.to_thread(lambda: sdk.messages(later).update(status="canceled"))
    assert cancelled.status == "canceled"
    record = world.exchange.texts.messages[now]
    assert record.from_ == SHOP
    while record.status != "delivered":
        await world.exchange.core.clock.sleep(0.1)
    assert [form["MessageStatus"] for form in world.product.at("/service")][:2] == ["queued", "sent"]


async def test_what_nobody_expected_makes_the_exchange_loud(world: World) -> None:
    await send(world, "Surprise")
    await world.exchange.settle()
    with pytest.raises(AssertionError, match="unexpected text"):
        world.exchange.assert_quiet()
    with pytest.raises(AssertionError, match="unexpected text came"):
        await world.tech.expect_no_text(within=0.01)
    await world.tech.expect_no_text("Surprise", within=0.01)
    with pytest.raises(AssertionError, match="no text with"):
        await world.tech.expect_text("never", timeout=0.01)
