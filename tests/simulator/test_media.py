"""Media streams: real pacing, marks, clear, keys; strict and sloppy clients; and what the exchange complains about."""

import asyncio
import base64
from collections.abc import Awaitable, Callable

import pytest

from simulator import SLOPPY, Exchange, MediaStyle
from tests.simulator.conftest import Codes, World
from tests.simulator.product import ACCOUNT, SHOP, TOKEN, Media, listen, twiml

TONE = bytes(range(0x10, 0x70)) * 20


async def test_stream_begins_like_a_real_one(world: World) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP)
    await call.play(TONE)
    await call.hang_up()
    connected, start, first, *rest = world.product.media[0].messages
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start["sequenceNumber"] == "1" and start["start"]["callSid"] == call.sid
    assert start["start"]["accountSid"] == ACCOUNT and start["start"]["tracks"] == ["inbound"]
    assert start["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    assert start["start"]["customParameters"] == {"token": "t"}
    assert (first["sequenceNumber"], first["media"]["chunk"], first["media"]["timestamp"]) == ("2", "1", "155")
    assert first["media"]["track"] == "inbound" and len(base64.b64decode(first["media"]["payload"])) == 160
    numbers = [int(message["sequenceNumber"]) for message in (start, first, *rest)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert rest[-1]["event"] == "stop" and rest[-1]["stop"] == {"accountSid": ACCOUNT, "callSid": call.sid}


async def test_what_the_caller_says_arrives_whole_and_in_silence_otherwise(world: World) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP)
    await call.play(TONE)
    await call.play(TONE)
    await call.hang_up()
    audio = world.product.media[0].audio
    assert TONE + TONE in audio.replace(b"\xff", b"") or audio.strip(b"\xff").count(TONE) == 2
    assert not audio.replace(TONE, b"").strip(b"\xff")


@pytest.mark.parametrize("speed", [4.0])
async def test_frames_keep_to_an_absolute_schedule(world: World, speed: float) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP)
    stream = await call.stream_open()
    await call.play(TONE)
    began, position = world.exchange.core.clock.now(), stream.sent_to
    await call.play(b"\x33" * 8000 * 4)
    seconds, sent = world.exchange.core.clock.now() - began, (stream.sent_to - position) / 8000
    assert sent == pytest.approx(seconds, abs=0.5)
    await call.hang_up()


async def test_mark_comes_back_when_the_audio_before_it_was_played(world: World) -> None:
    async def greet(media: Media) -> None:
        await media.until("start")
        await media.play(TONE * 10)
        await media.mark("greeting")
        await listen(media)

    world.product.stream = greet
    world.stream_then()
    call = await world.caller.dial(SHOP)
    passed = await call.wait_for_mark("greeting")
    heard = await call.wait_for_speech_end()
    await call.hang_up()
    assert heard == TONE * 10
    assert passed >= call.heard.end - 320
    assert call.streams[0].close_code == 1000


async def test_mark_with_nothing_before_it_comes_back_at_once(world: World) -> None:
    async def ask(media: Media) -> None:
        await media.until("start")
        await media.mark("now")
        await media.until("mark")
        await media.socket.close()

    world.product.stream = ask
    world.stream_then("<Say>Done</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Done"] and call.heard.end == 0


async def test_clear_drops_the_audio_and_gives_the_marks_back(world: World) -> None:
    async def interrupt(media: Media) -> None:
        await media.until("start")
        await media.play(b"\x22" * 80_000)
        await media.mark("first")
        await media.play(b"\x22" * 80_000)
        await media.mark("second")
        await media.until("media")
        await media.send("clear")
        assert (await media.until("mark"))["mark"] == {"name": "first"}
        assert (await media.until("mark"))["mark"] == {"name": "second"}
        await media.socket.close()

    world.product.stream = interrupt
    world.stream_then("<Say>Done</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Done"] and call.heard.end < 80_000 and call.streams[0].clears == 1


async def test_key_pressed_during_a_stream_is_a_dtmf_message(world: World) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP)
    await call.stream_open()
    await call.press("1#")
    await call.hang_up()
    pressed = [message["dtmf"] for message in world.product.media[0].messages if message["event"] == "dtmf"]
    assert pressed == [{"track": "inbound_track", "digit": "1"}, {"track": "inbound_track", "digit": "#"}]


async def test_stream_callbacks_tell_start_and_stop(world: World) -> None:
    world.stream_then(attributes=f'name="main" statusCallback="{world.url("/stream")}"')
    call = await world.caller.dial(SHOP)
    await call.stream_open()
    await call.hang_up()
    await world.exchange.settle()
    told = world.product.at("/stream")
    assert [form["StreamEvent"] for form in told] == ["stream-started", "stream-stopped"]
    assert told[0]["StreamName"] == "main" and told[0]["StreamSid"] == call.streams[0].sid
    assert told[0]["Timestamp"].endswith("Z")


async def test_connect_action_is_asked_when_the_product_closes(world: World) -> None:
    async def close(media: Media) -> None:
        await media.until("start")
        await media.socket.close()

    world.product.stream = close
    world.product.answers["/after"] = twiml("<Say>After</Say>")
    world.voice(f'<Connect action="/after"><Stream url="{world.product.ws}/media"/></Connect><Say>Never</Say>')
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["After"]


async def test_redirect_stops_the_stream(world: World) -> None:
    world.stream_then("<Say>Never</Say>")
    world.product.answers["/next"] = twiml("<Say>Next</Say>")
    call = await world.caller.dial(SHOP)
    await call.stream_open()
    sdk = world.sdk()
    await asyncio.to_thread(lambda: sdk.calls(call.sid).update(url=world.url("/next")))
    await call.ended()
    assert call.said == ["Next"] and world.product.media[0].messages[-1]["event"] == "stop"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ws://shop.example/media", 31922),
        ("https://127.0.0.1/media", 31922),
        ("wss:///media", 31923),
        ("ws://127.0.0.1:9/media", 31902),
    ],
)
async def test_stream_that_cannot_be_opened_leads_to_the_next_verb(
    world: World, codes: Codes, url: str, code: int
) -> None:
    world.voice(f'<Connect><Stream url="{url}" statusCallback="{world.url("/stream")}"/></Connect><Say>Sorry</Say>')
    call = await (await world.caller.dial(SHOP)).ended()
    await world.exchange.settle()
    assert call.said == ["Sorry"] and codes() == [code]
    assert world.product.at("/stream")[0]["StreamEvent"] == "stream-error"
    assert world.product.at("/stream")[0]["StreamError"].startswith(str(code))


async def test_refused_handshake_is_told(world: World, codes: Codes) -> None:
    world.voice(f'<Connect><Stream url="{world.product.ws}/elsewhere"/></Connect><Say>Sorry</Say>')
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Sorry"] and codes() == [31920]


async def test_loopback_needs_wss_too_when_insecure_streams_are_not_allowed(world: World, codes: Codes) -> None:
    world.exchange.core.allow_insecure_loopback = False
    world.stream_then("<Say>Sorry</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Sorry"] and codes() == [31922]


async def test_query_of_a_stream_url_is_dropped_with_a_complaint(world: World, codes: Codes) -> None:
    world.voice(f'<Connect><Stream url="{world.product.ws}/media?token=t"/></Connect>')
    call = await world.caller.dial(SHOP)
    await call.stream_open()
    await call.hang_up()
    assert codes() == [31923]


Say = Callable[[Media], Awaitable[None]]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('{"event":"hangup","streamSid":"?"}', 31951),
        ('{"event":"clear","streamSid":"MZ0"}', 31951),
        ("not json", 31951),
        ("[]", 31951),
        ('{"event":"mark","streamSid":"?","mark":{}}', 31951),
        ('{"event":"media","streamSid":"?","media":{"payload":"%%"}}', 31950),
        ('{"event":"media","streamSid":"?","media":{"payload":"UklGRg=="}}', 31951),
        ('{"event":"clear","streamSid":"?","now":true}', 31951),
        (b"\x00\x01", 31950),
    ],
)
async def test_what_twilio_would_not_take_is_complained_about(
    world: World, codes: Codes, message: str | bytes, code: int
) -> None:
    async def wrong(media: Media) -> None:
        await media.until("start")
        if isinstance(message, bytes):
            await media.socket.send_bytes(message)
        else:
            await media.socket.send_text(message.replace("?", media.sid))
        await media.mark("after")
        await media.until("mark")
        await media.socket.close()

    world.product.stream = wrong
    world.stream_then()
    await (await world.caller.dial(SHOP)).ended()
    assert codes() == [code]


async def test_socket_that_dies_is_an_error_and_the_next_verb_runs(world: World, codes: Codes) -> None:
    async def die(media: Media) -> None:
        await media.until("start")
        await media.socket.close(1011)

    world.product.stream = die
    world.stream_then("<Say>Sorry</Say>")
    call = await (await world.caller.dial(SHOP)).ended()
    assert call.said == ["Sorry"] and codes() == [31921]


async def test_sloppy_client_carries_the_same_audio(world: World) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP, style=SLOPPY)
    await call.play(TONE)
    await call.play(b"\xff" * 4000)
    await call.hang_up()
    messages = world.product.media[0].messages
    frames = [message for message in messages if message["event"] == "media"]
    assert not any("sequenceNumber" in message for message in messages)
    assert [len(base64.b64decode(frame["media"]["payload"])) for frame in frames[:6]] == list(SLOPPY.frame_bytes)
    assert [int(frame["media"]["timestamp"]) for frame in frames[:4]] == [0, 160, 493, 494]
    assert messages[-1]["event"] == "media"
    assert TONE in world.product.media[0].audio


async def test_unsigned_client_that_says_start_twice_is_possible(world: World) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP, style=MediaStyle(handshake="unsigned", starts=2))
    await call.play(TONE)
    await call.hang_up()
    media = world.product.media[0]
    assert [message["event"] for message in media.messages[:3]] == ["connected", "start", "start"]
    assert "x-twilio-signature" not in media.headers


@pytest.mark.parametrize(("handshake", "ending"), [("signed", ""), ("slash", "/")])
async def test_handshake_is_signed_over_the_stream_url(
    exchange: Exchange, world: World, handshake: str, ending: str
) -> None:
    from twilio.request_validator import RequestValidator

    world.stream_then()
    call = await world.caller.dial(SHOP, style=MediaStyle(handshake=handshake))  # type: ignore[arg-type]
    await call.stream_open()
    await call.hang_up()
    media = world.product.media[0]
    assert RequestValidator(TOKEN).validate(media.url + ending, {}, media.headers["x-twilio-signature"])
    assert media.headers["user-agent"] == "Twilio.TmeWs/1.0"
    assert not {"origin", "sec-websocket-extensions", "sec-websocket-protocol"} & media.headers.keys()


async def test_public_wss_address_is_signed_and_served_elsewhere(world: World) -> None:
    from twilio.request_validator import RequestValidator

    world.exchange.core.reach["wss://shop.example"] = world.product.ws
    world.voice('<Connect><Stream url="wss://shop.example/media"/></Connect>')
    call = await world.caller.dial(SHOP)
    await call.stream_open()
    await call.hang_up()
    header = world.product.media[0].headers["x-twilio-signature"]
    assert RequestValidator(TOKEN).validate("wss://shop.example/media", {}, header)


async def test_stalled_frames_come_together_and_none_is_lost(world: World) -> None:
    world.stream_then()
    style = MediaStyle(stalls=((0.2, 0.233),))
    call = await world.caller.dial(SHOP, style=style)
    await call.play(b"\x44" * 8000)
    await call.hang_up()
    frames = [message["media"] for message in world.product.media[0].messages if message["event"] == "media"]
    assert [int(frame["chunk"]) for frame in frames] == list(range(1, len(frames) + 1))
    assert world.product.media[0].audio.count(0x44) == 8000
    held = [style.held_until(due) for due in (0.19, 0.2, 0.43, 0.44)]
    assert held == pytest.approx([0.19, 0.433, 0.433, 0.44])


async def test_socket_that_never_closes_stays_open_and_silent_after_the_call(world: World) -> None:
    world.stream_then()
    call = await world.caller.dial(SHOP, style=MediaStyle(stop=False, closes=False))
    await call.stream_open()
    await call.hang_up()
    media = world.product.media[0]
    count = len(media.messages)
    await world.exchange.core.clock.sleep(5)
    assert not media.closed and len(media.messages) <= count + 1


async def test_fifty_calls_share_one_loop(world: World) -> None:
    world.exchange.core.clock.speed = 1.0
    world.stream_then()
    calls = await asyncio.gather(*(world.exchange.phone(f"+1512555{i:04}").dial(SHOP) for i in range(50)))
    await asyncio.gather(*(call.stream_open() for call in calls))
    await asyncio.gather(*(call.play(TONE) for call in calls))
    await asyncio.gather(*(call.hang_up() for call in calls))
    assert all(TONE in media.audio for media in world.product.media) and len(world.product.media) == 50
