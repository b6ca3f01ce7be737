"""The verbs one by one, and what the exchange refuses to run."""

import numpy as np
import pytest
from starlette.responses import Response

from simulator.audio import parse_wav, ulaw_encode, wav_file
from simulator.twiml import TwimlError, parse
from tests.simulator.conftest import Codes, World
from tests.simulator.product import SHOP, twiml

PROMPT = ulaw_encode((np.sin(np.arange(8000)) * 8000).astype(np.int16))


async def test_play_fetches_the_file_and_the_caller_hears_it(world: World) -> None:
    world.product.answers["/hello.wav"] = Response(wav_file(PROMPT), media_type="audio/x-wav")
    world.voice("<Play>/hello.wav</Play>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.heard.pieces()[0][1] == PROMPT
    assert call.record.duration == 1


async def test_play_of_what_is_not_there_ends_the_call(world: World, codes: Codes) -> None:
    world.product.answers["/hello.wav"] = Response("gone", 404)
    world.voice("<Play>/hello.wav</Play><Say>Never</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == [] and codes() == [11200]


async def test_play_of_what_is_not_audio_ends_the_call(world: World, codes: Codes) -> None:
    world.product.answers["/hello.wav"] = Response("<html/>", media_type="text/html")
    world.voice("<Play>/hello.wav</Play>")
    await (await world.caller.dial(SHOP)).ended()
    assert codes() == [12300]


async def test_key_works_at_once_while_prompts_run(world: World) -> None:
    world.voice('<Gather numDigits="1" action="/key"><Say>' + "word " * 200 + "</Say></Gather>")
    world.product.answers["/key"] = lambda form: twiml(f"<Say>You pressed {form['Digits']}</Say>")
    call = await world.caller.dial(SHOP)
    await call.wait_for_words("word")
    await call.press("1")
    await call.ended()
    assert call.said[-1] == "You pressed 1"
    assert (call.record.duration or 0) < 30


async def test_gather_takes_keys_until_the_finish_key(world: World) -> None:
    world.voice('<Gather action="/key" timeout="5"><Say>Zip code</Say></Gather>')
    world.product.answers["/key"] = twiml("<Hangup/>")
    call = await world.caller.dial(SHOP)
    await call.prompts.get()
    await call.press("32207#", pause=0.5)
    await call.ended()
    assert world.product.at("/key")[0]["Digits"] == "32207"


async def test_gather_without_a_key_goes_on_with_the_next_verb(world: World) -> None:
    world.voice('<Gather numDigits="1" action="/key" timeout="2"><Say>Press one</Say></Gather><Say>Goodbye</Say>')
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Press one", "Goodbye"] and world.product.at("/key") == []


async def test_gather_that_wants_to_know_is_told_of_silence(world: World) -> None:
    world.voice('<Gather action="/key" timeout="1" actionOnEmptyResult="true"/>')
    world.product.answers["/key"] = twiml("<Say>Nothing</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Nothing"] and world.product.at("/key")[0]["Digits"] == ""


async def test_keys_pressed_before_a_gather_count_for_nothing(world: World) -> None:
    world.voice('<Say>First of all</Say><Gather numDigits="1" action="/key" timeout="1"/><Say>Goodbye</Say>')
    call = await world.caller.dial(SHOP)
    await call.press("1")
    await call.ended()
    assert call.said[-1] == "Goodbye"


async def test_message_left_is_recorded_and_can_be_fetched(world: World) -> None:
    import httpx

    world.voice('<Record action="/done" maxLength="30" timeout="3" recordingStatusCallback="/recorded"/>')
    world.product.answers["/done"] = twiml("<Say>Thank you</Say>")
    call = await world.caller.dial(SHOP)
    await call.prompts.get()
    await call.play(PROMPT * 2)
    await call.ended()
    await world.exchange.settle()
    done, told = world.product.at("/done")[0], world.product.at("/recorded")[0]
    assert done["Digits"] == "" and done["RecordingDuration"] == "2"  # the silence at its end is trimmed
    assert told["RecordingUrl"] == done["RecordingUrl"] and told["RecordingStatus"] == "completed"
    async with httpx.AsyncClient() as client:
        assert (await client.get(done["RecordingUrl"] + ".wav")).status_code == 401  # sound needs the login
        world.exchange.complaints.clear()
        login = (world.exchange.core.account_sid, world.exchange.core.auth_token)
        sound = await client.get(done["RecordingUrl"] + ".wav", auth=login)
    assert PROMPT * 2 in parse_wav(sound.content)


async def test_hang_up_during_a_recording_still_asks_the_action(world: World) -> None:
    world.voice('<Record action="/done"/>')
    world.product.answers["/done"] = twiml("<Say>Never heard</Say>")
    call = await world.caller.dial(SHOP)
    await call.prompts.get()
    await call.play(PROMPT)
    await call.hang_up()
    await world.exchange.settle()
    assert world.product.at("/done")[0]["Digits"] == "hangup" and call.said == []


async def test_queue_waits_with_its_document_and_leaves_when_told(world: World) -> None:
    world.voice('<Enqueue waitUrl="/wait" action="/after">csr</Enqueue>')
    world.product.answers["/wait"] = lambda form: twiml(
        "<Say>You are next</Say>" + ("<Leave/>" if int(form["QueueTime"]) >= 0 and len(world.paths()) > 2 else "")
    )
    world.product.answers["/after"] = lambda form: twiml(f"<Say>{form['QueueResult']}</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["You are next", "You are next", "leave"]


async def test_caller_who_leaves_the_queue_by_hanging_up_is_told_of(world: World) -> None:
    world.voice('<Enqueue waitUrl="/wait" action="/after">csr</Enqueue>')
    world.product.answers["/wait"] = twiml("<Pause length='600'/>")
    world.product.answers["/after"] = twiml("")
    call = await world.caller.dial(SHOP)
    while "/wait" not in world.paths():
        await world.exchange.core.clock.sleep(0.1)
    await call.hang_up()
    await world.exchange.settle()
    assert world.product.at("/after")[0]["QueueResult"] == "hangup"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Stream/></Response>", 12200),
        ("<Response><Connect><Stream ulr='wss://x/'/></Connect></Response>", 12200),
        ("<Response><Connect><Stream/></Connect></Response>", 12200),
        ("<Response><say>Hello</say></Response>", 12200),
        ("<Response><Gather timeout='soon'/></Response>", 12200),
        ("<Response><Gather><Dial>+19045550111</Dial></Gather></Response>", 12200),
        ("<Response>Hello</Response>", 12200),
        ("<Response><Say>A</Say>tail</Response>", 12200),
        ("<Response><Pause>1</Pause></Response>", 12200),
        ("<Response><Dial><Conference>a</Conference><Number>+19045550111</Number></Dial></Response>", 12200),
        ("<Response><Dial><Conference>a</Conference><Conference>b</Conference></Dial></Response>", 12200),
        ("<Response><Number>+19045550111</Number></Response>", 12200),
        ("<Answer/>", 12100),
        ("<Response>", 12100),
        ("", 12100),
        ("<Response><Say>" + "a" * 70_000 + "</Say></Response>", 11750),
    ],
)
def test_documents_that_would_not_run_are_refused(document: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(document)
    assert refused.value.code == code


def test_what_the_product_needs_is_accepted() -> None:
    verbs = parse(
        "<Response><!-- comment --><Dial timeout='20' action='/a' callerId='+19045550100' answerOnBridge='true'>"
        "<Number url='/s' statusCallback='/l' statusCallbackEvent='initiated ringing answered completed'>+19045550111"
        "</Number><Number>+19045550122</Number></Dial><Say language='en-US'>Take <say-as interpret-as='digits'>12"
        "</say-as> home</Say></Response>"
    )
    assert [verb.name for verb in verbs] == ["Dial", "Say"]
    assert [child.text for child in verbs[0].children] == ["+19045550111", "+19045550122"]
    assert verbs[0].number("timeout", 30) == 20 and verbs[0].flag("answerOnBridge")


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
async def test_twiml_under_another_content_type_is_refused(world: World, codes: Codes, kind: str) -> None:
    world.product.answers["/voice"] = Response(twiml("<Say>Hello</Say>"), media_type=kind)
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == [] and codes() == [12300]


async def test_leave_outside_of_a_queue_is_refused(world: World, codes: Codes) -> None:
    world.voice("<Say>Hello</Say><Leave/>")
    await (await world.caller.dial(SHOP)).ended()
    assert codes() == [12200]
