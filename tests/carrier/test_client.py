from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from carrier.client import TRIAL_PREFIX, News, TwilioCarrier
from carrier.doors import Doors
from carrier.errors import CarrierError, Refused, Throttled, TimedOut, UnknownOutcome, Unreachable
from carrier.http import BoundedHttpClient
from tests.carrier.servers import Answer, Peer, cut, drip, hold, say
from tests.carrier.strict_http import ABSENT, NotTwilio, StrictTwilio, official

ACCOUNT = "AC" + "a" * 32
SERVICE = "MG" + "b" * 32
SHOP, SAM = "+15125550100", "+15125550101"
NOW = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)
DOORS = Doors("https://firstring.example")


@pytest.fixture
def twilio() -> StrictTwilio:
    return StrictTwilio(NOW)


@pytest.fixture
def carrier(twilio: StrictTwilio) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, "secret", SHOP, http_client=twilio)


def test_a_text_leaves_from_our_number_with_its_callback(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    sid = carrier.send_text(SAM, "P1 #4821 Burst pipe", DOORS.text_status("f" * 32))
    assert sid == twilio.resources["Messages"][0]["sid"]
    [(method, path, fields)] = twilio.requests
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert fields == {
        "To": [SAM],
        "From": [SHOP],
        "Body": ["P1 #4821 Burst pipe"],
        "StatusCallback": [f"https://firstring.example/twilio/sms/status?message={'f' * 32}"],
    }


def test_a_text_leaves_through_the_messaging_service_where_there_is_one(twilio: StrictTwilio) -> None:
    carrier = TwilioCarrier(ACCOUNT, "secret", SHOP, messaging_service_sid=SERVICE, http_client=twilio)
    carrier.send_text(SAM, "P1 #4821", DOORS.text_status("f" * 32))
    assert twilio.requests[0][2]["MessagingServiceSid"] == [SERVICE]


def test_a_call_is_placed_with_all_four_events(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    carrier.place_call(SAM, DOORS.page("f" * 32), DOORS.page_status("f" * 32), 25)
    fields = twilio.requests[0][2]
    assert fields["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert (fields["From"], fields["Timeout"], fields["Method"]) == ([SHOP], ["25"], ["POST"])


def test_a_call_is_ended(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    carrier.end_call("CA" + "1" * 32)
    assert twilio.requests[0][2] == {"Status": ["completed"]}


def test_a_lost_text_is_found_by_recipient_words_and_time(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    sids = []
    for body in ("P1 #4821", "another", "P1 #4821"):
        sids.append(carrier.send_text(SAM, body, DOORS.text_status("f" * 32)))
        twilio.now += timedelta(seconds=10)
    carrier.send_text("+15125550102", "P1 #4821", DOORS.text_status("f" * 32))
    assert carrier.find_texts(SAM, "P1 #4821", NOW) == (sids[0], sids[2])
    assert carrier.find_texts(SAM, "P1 #4821", NOW + timedelta(seconds=20)) == (sids[2],)
    assert carrier.find_texts(SAM, "P1 #4821", NOW + timedelta(seconds=21)) == ()


def test_a_lost_text_of_a_trial_account_is_found(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    sid = carrier.send_text(SAM, "P1 #4821", DOORS.text_status("f" * 32))
    twilio.resources["Messages"][0]["body"] = TRIAL_PREFIX + "P1 #4821"
    assert carrier.find_texts(SAM, "P1 #4821", NOW) == (sid,)


def test_a_text_that_came_in_is_not_taken_for_one_of_ours(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    carrier.send_text(SAM, "P1 #4821", DOORS.text_status("f" * 32))
    twilio.resources["Messages"][0]["direction"] = "inbound"
    assert carrier.find_texts(SAM, "P1 #4821", NOW) == ()


def test_a_lost_call_is_found_by_both_numbers_and_time(carrier: TwilioCarrier, twilio: StrictTwilio) -> None:
    early = carrier.place_call(SAM, DOORS.page("f" * 32), DOORS.page_status("f" * 32), 25)
    twilio.now += timedelta(seconds=60)
    late = carrier.place_call(SAM, DOORS.page("e" * 32), DOORS.page_status("e" * 32), 25)
    assert carrier.find_calls(SAM, NOW) == (early, late)
    assert carrier.find_calls(SAM, NOW + timedelta(seconds=1)) == (late,)
    assert carrier.find_calls("+15125550102", NOW) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda client: client.messages.create(to=SAM, body="x" * 1601, from_=SHOP),
        lambda client: client.messages.create(to=SAM, body="x"),
        lambda client: client.messages.create(to=SAM, body="x", from_=SHOP, messaging_service_sid=SERVICE),
        lambda client: client.messages.create(to="5125550101", body="x", from_=SHOP),
        lambda client: client.calls.create(to=SAM, from_=SHOP, url="http://firstring.example"),
        lambda client: client.calls.create(to=SAM, from_=SHOP, twiml="<Response/>"),
        lambda client: client.intelligence.v2.transcripts.list(),
    ],
)
def test_the_strict_client_refuses_what_twilio_would(twilio: StrictTwilio, wrong: Callable[[Client], object]) -> None:
    with pytest.raises(NotTwilio):
        wrong(Client(ACCOUNT, "secret", http_client=twilio))


@pytest.mark.skipif(official("https://api.twilio.com") is None, reason=ABSENT)
@pytest.mark.parametrize(
    ("account", "fields"),
    [(ACCOUNT, {"Colour": "red"}), ("AC1", {}), (ACCOUNT, {"StatusCallbackMethod": "PATCH"})],
)
def test_the_strict_client_knows_the_official_fields(
    twilio: StrictTwilio, account: str, fields: dict[str, object]
) -> None:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{account}/Calls.json"
    call = {"To": SAM, "From": SHOP, "Url": "https://firstring.example"}
    with pytest.raises(Exception, match=r"."):
        twilio.request("POST", url, data=call | fields, auth=("AC", "secret"))
    assert twilio.requests == []


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def local(url: str, timeout_s: float = 5.0) -> Iterator[TwilioCarrier]:
    http = BoundedHttpClient(timeout_s)
    yield TwilioCarrier(ACCOUNT, "secret", SHOP, api_url=url, http_client=http)
    http.close()


@pytest.fixture
def real(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioCarrier]:
    monkeypatch.setenv("TWILIO_EDGE", "ashburn")  # would make http://127.ashburn.0.0.1 of the address
    monkeypatch.setenv("TWILIO_REGION", "us1")
    yield from local(peer.url)


@pytest.fixture
def impatient(peer: Peer) -> Iterator[TwilioCarrier]:
    yield from local(peer.url, timeout_s=0.2)


def text(carrier: TwilioCarrier) -> str:
    return carrier.send_text(SAM, "burst pipe at the Smiths", "https://firstring.example/s")


def test_the_api_may_live_elsewhere(real: TwilioCarrier, peer: Peer) -> None:
    peer.plan.append(say(201, '{"sid": "SM1"}'))
    assert text(real) == "SM1"
    [(line, headers, body)] = peer.heard
    assert line == f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"
    assert headers["Authorization"].startswith("Basic ")
    assert sorted(body.split("&")) == [
        "Body=burst+pipe+at+the+Smiths",
        "From=%2B15125550100",
        "StatusCallback=https%3A%2F%2Ffirstring.example%2Fs",
        "To=%2B15125550101",
    ]


PROBLEM = '{{"code": {code}, "message": "The number +15125550101 is not good", "status": 400}}'


@pytest.mark.parametrize(
    ("answer", "error", "permanent"),
    [
        (say(400, PROBLEM.format(code=21211)), Refused, True),
        (say(400, PROBLEM.format(code=21610)), Refused, True),
        (say(404, "not here"), Refused, True),
        (say(401, PROBLEM.format(code=20003)), Refused, False),
        (say(403, PROBLEM.format(code=30002)), Refused, False),
        (say(429, PROBLEM.format(code=20429)), Throttled, None),
        (say(400, PROBLEM.format(code=21611)), Throttled, None),
        (say(500, "<html>sorry</html>"), UnknownOutcome, None),
        (say(503, PROBLEM.format(code=20503)), UnknownOutcome, None),
        (say(201, "<html>sorry</html>"), UnknownOutcome, None),
        (say(201, "{}"), UnknownOutcome, None),
        (say(201, "[]"), UnknownOutcome, None),
        (say(201, '"SM1"'), UnknownOutcome, None),
        (cut, UnknownOutcome, None),
    ],
)
def test_what_an_answer_means(
    real: TwilioCarrier, peer: Peer, answer: Answer, error: type[CarrierError], permanent: bool | None
) -> None:
    peer.plan.append(answer)
    with pytest.raises(error) as caught:
        text(real)
    assert getattr(caught.value, "permanent", None) is permanent
    assert len(peer.heard) == 1, "a create is never repeated"
    assert caught.value.__cause__ is None
    assert "5125550101" not in str(caught.value)
    assert "Smith" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (say(401, PROBLEM.format(code=20003)), Refused),
        (say(403, "<html>no</html>"), Refused),
        (say(429, PROBLEM.format(code=20429)), Throttled),
        (say(500, "<html>sorry</html>"), UnknownOutcome),
    ],
)
def test_a_list_that_twilio_refuses_is_told_from_one_it_could_not_give(
    real: TwilioCarrier, peer: Peer, answer: Answer, error: type[CarrierError]
) -> None:
    for look in (lambda: real.find_texts("+15125550101", "hello", NOW), lambda: real.find_calls("+15125550101", NOW)):
        peer.plan.append(answer)
        with pytest.raises(error) as caught:
            look()
        assert type(caught.value) is error


@pytest.mark.parametrize("answer", [hold, drip])
def test_a_peer_that_dawdles_is_left(impatient: TwilioCarrier, peer: Peer, answer: Answer) -> None:
    peer.plan.append(answer)
    with pytest.raises(UnknownOutcome):
        text(impatient)
    assert len(peer.heard) == 1


def test_a_closed_door_means_that_nothing_was_asked() -> None:
    with Peer() as gone:
        url = gone.url
    for carrier in local(url):
        with pytest.raises(Unreachable):
            text(carrier)


@pytest.mark.parametrize("code", [20404, 21220])
def test_ending_a_call_that_is_over_is_fine(real: TwilioCarrier, peer: Peer, code: int) -> None:
    peer.plan.append(say(404 if code == 20404 else 400, PROBLEM.format(code=code)))
    real.end_call("CA" + "1" * 32)


def test_ending_a_call_may_be_refused(real: TwilioCarrier, peer: Peer) -> None:
    peer.plan.append(say(401, PROBLEM.format(code=20003)))
    with pytest.raises(Refused):
        real.end_call("CA" + "1" * 32)


def test_threads_that_share_the_client_each_get_their_own_answer(real: TwilioCarrier, peer: Peer) -> None:
    peer.echo = True
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: real.send_text(SAM, f"text {n}", "https://firstring.example/s"), range(64)))
    assert answers == [f"SM text {n}" for n in range(64)]


def test_no_number_reaches_the_log(real: TwilioCarrier, peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    peer.plan.append(say(200, '{"messages": []}'))
    real.find_texts(SAM, "burst pipe", NOW)
    assert "5125550101" not in caplog.text


def test_the_sdk_still_raises_what_we_map() -> None:
    assert {"status", "code"} <= vars(TwilioRestException(400, "", code=1)).keys()


@pytest.mark.parametrize("answer", [hold, drip])
def test_no_answer_in_time_may_still_become_one(impatient: TwilioCarrier, peer: Peer, answer: Answer) -> None:
    peer.plan.append(answer)
    with pytest.raises(TimedOut):
        text(impatient)


def test_twilio_tells_how_a_text_and_a_call_stand(real: TwilioCarrier, peer: Peer) -> None:
    peer.plan.append(say(200, '{"sid": "SM1", "status": "undelivered", "error_code": 30006}'))
    peer.plan.append(say(200, '{"sid": "CA1", "status": "no-answer"}'))
    assert real.text_news("SM1") == News("undelivered", 30006)
    assert real.call_news("CA1") == News("no-answer")
    assert [line.split()[0] for line, _, _ in peer.heard] == ["GET", "GET"]


def test_a_call_that_waits_or_rings_is_stopped_and_one_that_was_answered_is_not(
    real: TwilioCarrier, peer: Peer
) -> None:
    peer.plan.append(say(200, '{"sid": "CA1", "status": "canceled"}'))
    peer.plan.append(say(400, PROBLEM.format(code=21220)))
    assert real.call_off("CA1")
    assert not real.call_off("CA2")
    assert {body for _, _, body in peer.heard} == {"Status=canceled"}


def test_a_recording_is_fetched_with_our_login_and_is_not_there_at_once(real: TwilioCarrier, peer: Peer) -> None:
    peer.plan.append(say(404, PROBLEM.format(code=20404)))
    peer.plan.append(say(200, "RIFF"))
    with pytest.raises(Refused) as refused:
        real.recording("RE1")
    assert refused.value.code == 20404
    assert real.recording("RE1") == b"RIFF"
    line, headers, _ = peer.heard[-1]
    assert line.split()[1].endswith("/Recordings/RE1.wav") and headers["Authorization"].startswith("Basic ")
