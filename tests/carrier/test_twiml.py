import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carrier import twiml
from carrier.twiml import check

SCREEN = {"screen_url": "/screen", "action": "/after", "leg_status_url": "/leg", "caller_id": "+15125550100"}

DOCUMENTS = {
    "nothing": twiml.empty(),
    "stream": twiml.stream("wss://h.example/twilio/media", "token", "/twilio/voice/next"),
    "stream with news": twiml.stream("wss://h.example/m", "token", "/next", "https://h.example/s", line="3"),
    "say": twiml.response(twiml.say("Thanks for calling <Smith & Sons>.", voice="Polly.Joanna-Neural", loop=2)),
    "play": twiml.response(twiml.play("https://h.example/a.wav", loop=1), twiml.pause(2)),
    "dial": twiml.response(twiml.say("One moment."), twiml.dial_screened(["+15125550101", "+15125550102"], **SCREEN)),  # type: ignore[arg-type]
    "gather": twiml.response(twiml.gather(twiml.say("Press 1."), action="/keys"), twiml.hangup()),
    "gather always": twiml.response(twiml.gather(twiml.play("/a.wav"), twiml.pause(), action="/keys", always=True)),
    "record": twiml.response(twiml.record(action="/done", status_callback="https://h.example/recorded")),
    "redirect": twiml.response(twiml.pause(), twiml.redirect_to("/next")),
    "reject": twiml.response(twiml.reject()),
    "reject busy": twiml.response(twiml.reject(busy=True)),
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_everything_we_build_passes_the_check(document: str) -> None:
    assert check(document) == []


def test_an_answer_to_a_text_passes_the_check() -> None:
    assert check(twiml.empty(), messaging=True) == []
    assert check(twiml.response(twiml.say("Hello")), messaging=True) == ["<Response> holds no <Say>"]


def test_a_stream_carries_its_token_and_something_comes_after_it() -> None:
    root = ET.fromstring(twiml.stream("wss://h.example/m", "t0ken", "/next", line="3"))
    assert [verb.tag for verb in root] == ["Connect", "Redirect"]
    assert root[1].text == "/next"
    parameters = {each.get("name"): each.get("value") for each in root.iter("Parameter")}
    assert parameters == {"token": "t0ken", "line": "3"}


def test_a_screened_dial_keeps_ringing_until_somebody_accepts() -> None:
    dial = twiml.dial_screened(["+15125550101"], timeout_s=15, **SCREEN)
    assert (dial.get("answerOnBridge"), dial.get("timeout"), dial.get("action")) == ("true", "15", "/after")
    assert (dial[0].get("url"), dial[0].text) == ("/screen", "+15125550101")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: twiml.stream("ws://h.example/m", "t", "/n"),
        lambda: twiml.stream("wss://h.example/m?token=t", "t", "/n"),
        lambda: twiml.stream("wss://h.example/m", "t" * 500, "/n"),
        lambda: twiml.dial_screened([], **SCREEN),  # type: ignore[arg-type]
        lambda: twiml.dial_screened(["+15125550101"] * 11, **SCREEN),  # type: ignore[arg-type]
        lambda: twiml.gather(action=""),
        lambda: twiml.gather(twiml.hangup(), action="/keys"),
        lambda: twiml.record(action="", status_callback="/x"),
        lambda: twiml.say(" "),
        lambda: twiml.say("x" * 4001),
    ],
)
def test_what_twilio_would_refuse_is_not_built(wrong: object) -> None:
    with pytest.raises(ValueError):
        wrong()  # type: ignore[operator]


def test_a_talk_that_nobody_hangs_up_ends_after_two_hours() -> None:
    dial = twiml.dial_customer("+15125550177", action="/after", leg_status_url="/leg", caller_id="+15125550100")
    document = twiml.response(dial)
    assert 'timeLimit="7200"' in document and check(document) == []


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("<Response>", "not XML"),
        ("<response/>", "the root is"),
        ("<Response><say>x</say></Response>", "<Response> holds no <say>"),
        ('<Response><Dial callerid="+1"/></Response>', "<Dial> has no attribute callerid"),
        ("<Response><Gather action='/a'><Dial/></Gather></Response>", "<Gather> holds no <Dial>"),
        ("<Response>hello</Response>", "<Response> holds no text"),
        ("<Response><Gather/></Response>", "<Gather> without action"),
        ("<Response><Record/></Response>", "<Record> without action"),
        ("<Response><Hangup/><Say>x</Say></Response>", "nothing after <Hangup> can run"),
        ("<Response><Say>x</Say><Reject/></Response>", "<Reject> is not the first verb"),
        ("<Response><Redirect/></Response>", "<Redirect> without a URL"),
        ('<Response><Connect><Stream url="wss://h/x"/></Connect></Response>', "nothing after <Connect>"),
        (
            '<Response><Connect action="/a"><Stream url="wss://h/x?y=1"/></Connect></Response>',
            "<Stream> needs a wss URL",
        ),
        (f"<Response><Say>{'x' * 65536}</Say></Response>", "longer than"),
    ],
)
def test_the_check_sees(document: str, complaint: str) -> None:
    assert any(each.startswith(complaint) for each in check(document)), check(document)


@pytest.mark.parametrize(
    "document",
    [
        '<Response><Dial sequential="true"><Number sendDigits="1">+15125550101</Number></Dial></Response>',
        '<Response><Dial><Conference jitterBufferSize="small" participantLabel="x">job</Conference></Dial></Response>',
        '<Response><Say>one <break time="1s"/> two <say-as interpret-as="digits">12</say-as></Say></Response>',
        '<Response><Enqueue action="/a" waitUrl="/w">csr</Enqueue></Response>',
        '<Response><Start><Stream url="wss://h/x" track="both_tracks"/></Start><Pause length="9"/></Response>',
    ],
)
def test_the_check_knows_the_rest_of_the_language(document: str) -> None:
    assert check(document) == []


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_any_words_can_be_said_and_come_out_as_xml(words: str) -> None:
    document = twiml.response(twiml.say(words))
    assert check(document) == []
    document.encode()
