"""Media stream messages: what Twilio sends, what others send, and what nobody should."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import media
from voice.media import BadFrame, Connected, Dtmf, Mark, Media, Started, Stopped

CAPTURES = Path(__file__).parents[3] / "shared" / "twilio" / "real_twilio_samples.json"
SECRET = "5551230199"


def test_messages_of_real_calls_are_read() -> None:
    if not CAPTURES.exists():
        pytest.skip("the captures of real calls are not on this machine")
    frames = [frame for part in json.loads(CAPTURES.read_text()) for frame in part.get("messages", [])]
    messages = [media.parse(json.dumps(frame)) for frame in frames]
    kinds = {"connected": Connected, "start": Started, "media": Media, "mark": Mark, "stop": Stopped, "dtmf": Dtmf}
    assert [type(message) for message in messages] == [kinds[frame["event"]] for frame in frames]
    audio = [message for message in messages if isinstance(message, Media)]
    assert {len(message.payload) for message in audio} == {160}
    assert {155, 171, 1593} <= {message.timestamp for message in audio}


def test_start_tells_the_stream_the_call_the_format_and_our_parameters() -> None:
    start = {"callSid": "CA1", "streamSid": "MZ1", "customParameters": {"token": "t"}}
    start |= {"mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}}
    message = media.parse(json.dumps({"event": "start", "start": start, "streamSid": "MZ1"}))
    assert message == Started("MZ1", "CA1", "audio/x-mulaw", 8000, {"token": "t"})


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"event": "start", "streamSid": "MZ1", "start": {"callSid": "CA1"}}, Started("MZ1", "CA1")),
        (
            {"event": "start", "start": {"callSid": "CA1", "streamSid": "MZ1", "mediaFormat": {"sampleRate": "16000"}}},
            Started("MZ1", "CA1", rate=16000),
        ),
        ({"media": {"payload": "/38="}, "event": "media"}, Media(b"\xff\x7f")),
        ({"event": "media", "media": {"payload": "", "timestamp": 160}}, Media(b"", 160)),
        ({"event": "media", "media": {"payload": "", "timestamp": 20.0}}, Media(b"", 20)),
        (
            {"event": "media", "media": {"payload": "", "timestamp": "-5", "track": "outbound"}},
            Media(b"", -5, "outbound"),
        ),
        ({"event": "dtmf", "dtmf": {"digit": "#"}}, Dtmf("#")),
        ({"event": "mark", "mark": {"name": "say-1"}, "sequenceNumber": 4}, Mark("say-1")),
        ({"event": "stop"}, Stopped()),
        ({"event": "connected"}, Connected()),
        ({"event": "weather", "weather": "fine"}, None),
    ],
)
def test_what_other_clients_send_is_taken_too(frame: dict[str, Any], message: media.Message | None) -> None:
    assert media.parse(json.dumps(frame)) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        SECRET + "{",
        '"' + SECRET + '"',
        "[" * 60_000,
        '{"event":' + "1" * 5000 + "}",
        json.dumps({"event": "media", "media": {"payload": "A" * 65_536}}),
        json.dumps({"event": None}),
        json.dumps({"event": "media"}),
        json.dumps({"event": "media", "media": SECRET}),
        json.dumps({"event": "media", "media": {}}),
        json.dumps({"event": "media", "media": {"payload": SECRET + "é"}}),
        json.dumps({"event": "media", "media": {"payload": "A" + SECRET}}),
        json.dumps({"event": "media", "media": {"payload": "", "timestamp": SECRET + "x"}}),
        json.dumps({"event": "media", "media": {"payload": "", "timestamp": True}}),
        json.dumps({"event": "media", "media": {"payload": "", "timestamp": float("nan")}}),
        json.dumps({"event": "media", "media": {"payload": "", "timestamp": 10**30}}),
        json.dumps({"event": "dtmf", "dtmf": {"digit": SECRET}}),
        json.dumps({"event": "mark", "mark": {"name": 5551230199}}),
        json.dumps({"event": "start", "start": {"streamSid": SECRET}}),
        json.dumps({"event": "start", "start": {"streamSid": "MZ", "callSid": "CA", "customParameters": [SECRET]}}),
        json.dumps(
            {"event": "start", "start": {"streamSid": "MZ", "callSid": "CA", "customParameters": {SECRET: 1.5}}}
        ),
    ],
)
def test_what_nobody_should_send_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(BadFrame) as caught:
        media.parse(text)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None  # nor does a cause carry it


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = st.sampled_from(
    "event media start mark dtmf payload timestamp track digit name streamSid callSid".split()
    + "mediaFormat sampleRate customParameters encoding".split()
)
EVENTS = st.sampled_from(["media", "start", "mark", "dtmf", "stop", "connected"])
VALUES = st.recursive(
    PLAIN | EVENTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner), max_leaves=20
)
PARTS = {name: st.dictionaries(NAMES, VALUES) for name in ("media", "start", "mark", "dtmf")}


@given(st.fixed_dictionaries({"event": EVENTS}, optional=PARTS).map(json.dumps) | VALUES.map(json.dumps) | st.text())
def test_nothing_but_bad_frame_is_ever_raised(text: str) -> None:
    try:
        media.parse(text)
    except BadFrame:
        pass


@given(st.binary(max_size=2000))
def test_audio_sent_is_audio_read(ulaw: bytes) -> None:
    assert media.parse(media.media("MZ1", ulaw)) == Media(ulaw)


def test_what_we_send_is_what_twilio_reads() -> None:
    payload = base64.b64encode(b"\xff\x00").decode()
    assert json.loads(media.media("MZ1", b"\xff\x00")) == {
        "event": "media",
        "streamSid": "MZ1",
        "media": {"payload": payload},
    }
    assert json.loads(media.mark("MZ1", "say-1")) == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "say-1"}}
    assert json.loads(media.clear("MZ1")) == {"event": "clear", "streamSid": "MZ1"}


def test_keys_tokens_and_audio_are_not_shown() -> None:
    shown = repr([Dtmf("7"), Media(SECRET.encode()), Started("MZ1", "CA1", parameters={"token": SECRET})])
    assert "7" not in shown and SECRET not in shown
