"""The doors, knocked at by Twilio, by Twilio twice, and by strangers."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, col, select
from starlette.websockets import WebSocketDisconnect

from callbacks import safety
from carrier import outbox
from carrier.signature import sign
from carrier.twiml_check import check
from firstring import application, assembly
from firstring.settings import EXAMPLE_PROFILE, Settings, fresh_secret
from models.company import Company
from models.enums import CallStatus, Channel, Purpose
from models.migrate import upgrade
from models.tables import Call, Consent, Job, Message, PageRun, Utterance
from tests.carrier.fakes import FakeCarrier
from tests.conftest import Clock
from tests.voice.fakes import ScriptedEngine
from voice.house import House
from voice.recogniser.pool import RecogniserPool
from voice.webhooks.media import BAD_FRAMES

TOKEN = "t" * 32
BASE = "https://phone.example.com"
MARCUS = "+15125550111"
SILENCE = base64.b64encode(b"\xff" * 160).decode()


class Twilio:
    """Knocks as Twilio does: forms, signed."""

    def __init__(self, client: TestClient, house: House) -> None:
        self.client, self.house = client, house

    def post(self, path: str, signature: str | None = None, **form: str) -> Response:
        signature = sign(TOKEN, BASE + path, form) if signature is None else signature
        return self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def twiml(self, path: str, **form: str) -> str:
        answer = self.post(path, **form)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/xml")
        assert check(answer.text, messaging=path == "/twilio/sms") == []
        return answer.text

    def ring(self, sid: str = "CA1", caller: str = "+15125550199") -> str:
        return self.twiml("/twilio/voice", CallSid=sid, From=caller, To="+15125550100", CallStatus="ringing")

    def write(self, sid: str, number: str, body: str) -> str:
        """A text comes in; our answer to it, from the outbox, or "" (the door itself never says anything)."""
        said = self.twiml("/twilio/sms", MessageSid=sid, From=number, To="+15125550100", Body=body)
        assert "<Message>" not in said
        answers = select(Message.body).where(col(Message.key).in_((f"reply:{sid}", f"answer:{sid}")))
        return " ".join(self.work(lambda session: session.exec(answers.order_by(col(Message.key))).all()))

    def stream(self, signature: str | None = None) -> Any:
        url = "wss://phone.example.com/twilio/media"
        signature = sign(TOKEN, url) if signature is None else signature
        return self.client.websocket_connect("/twilio/media", headers={"X-Twilio-Signature": signature})

    def work(self, piece: Any, *args: Any) -> Any:
        return self.house.database.work(piece, *args)


def start(twiml: str, sid: str = "CA1", token: str | None = None) -> str:
    given = re.search(r'name="token" value="([^"]+)"', twiml)
    parameters = {"token": token or (given[1] if given else "")}
    body = {"streamSid": "MZ1", "callSid": sid, "customParameters": parameters}
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": body})


@pytest.fixture
def twilio(tmp_path: Path, shop: Company, wednesday: Clock) -> Iterator[Twilio]:
    settings = Settings(
        public_url=BASE,
        secret_key=fresh_secret(),  # type: ignore[arg-type]
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN=TOKEN,  # type: ignore[arg-type]
        database_url=f"sqlite:///{tmp_path / 'doors.db'}",
        profile=EXAMPLE_PROFILE,
        stt="sphinx",
        lines=2,
        _env_file=None,  # type: ignore[call-arg]
    )
    upgrade(settings.database_url)
    house = assembly.build_house(settings, shop, wednesday, FakeCarrier(wednesday))
    house.pool = RecogniserPool(partial(ScriptedEngine, tmp_path), workers=1)
    with TestClient(application.create(house, "key", run_engine=False), base_url=BASE) as client:
        yield Twilio(client, house)


def calls(session: Session) -> list[Call]:
    return list(session.exec(select(Call)).all())


# ---- the call rings -------------------------------------------------------------------------------------------------
def test_a_second_webhook_for_a_call_gets_the_same_answer_and_writes_nothing(twilio: Twilio) -> None:
    assert twilio.ring() == twilio.ring()
    assert len(twilio.work(calls)) == 1


def test_there_is_always_something_after_the_stream(twilio: Twilio) -> None:
    assert re.search(r"</Connect><Redirect>https://phone.example.com/twilio/voice/next</Redirect>", twilio.ring())


def test_when_the_stream_never_opened_the_next_verb_rings_the_desk(twilio: Twilio) -> None:
    twilio.ring()
    greeting = twilio.twiml("/twilio/voice/next", CallSid="CA1")
    assert "leave now and call 911" in greeting and "/overflow/staff" in greeting
    assert "+15125550121" in twilio.twiml("/twilio/voice/overflow/staff", CallSid="CA1")


@pytest.mark.parametrize("caller", ["anonymous", "client:jane", "sip:jane@example.com", "", "+1"])
def test_a_caller_without_a_number_is_served_like_anybody(twilio: Twilio, caller: str) -> None:
    assert "<Stream" in twilio.ring(caller=caller)
    assert twilio.work(calls)[0].caller is None


def test_the_third_call_on_two_lines_is_an_overflow(twilio: Twilio) -> None:
    assert ["<Stream" in twilio.ring(sid) for sid in ("CA1", "CA2", "CA3")] == [True, True, False]


def test_without_a_database_people_are_rung_straight_away(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(type(twilio.house.database), "run", gone)
    answer = twilio.ring()
    assert "<Dial" in answer and "+15125550121" in answer and "+15125550131" in answer


# ---- strangers ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("signature", ["", "nonsense", "ünsinn"])
@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/voice/next", "/twilio/voice/status", "/twilio/sms"])
def test_a_forged_request_is_turned_away(twilio: Twilio, path: str, signature: str) -> None:
    headers = {"X-Twilio-Signature": signature.encode()} if signature else {}
    assert twilio.client.post(path, data={"CallSid": "CA1"}, headers=headers).status_code == 403  # type: ignore[arg-type]
    assert twilio.work(calls) == []


def test_a_huge_form_is_not_read(twilio: Twilio) -> None:
    assert twilio.post("/twilio/voice", CallSid="CA1", Body="x" * 70_000).status_code == 413


def test_a_stream_needs_the_signature(twilio: Twilio) -> None:
    twilio.ring()
    with pytest.raises(WebSocketDisconnect), twilio.stream(signature="nonsense") as socket:
        socket.receive_text()


def test_a_stream_needs_the_token_of_its_call(twilio: Twilio) -> None:
    twilio.ring()
    with twilio.stream() as socket:
        socket.send_text(start("", token="guessed"))
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert twilio.work(calls)[0].status == CallStatus.RINGING


def test_a_second_stream_for_a_live_call_is_refused_and_the_first_lives_on(twilio: Twilio) -> None:
    answer = twilio.ring()
    with twilio.stream() as first:
        first.send_text(start(answer))
        assert json.loads(first.receive_text())["event"] == "media"
        with twilio.stream() as second:
            second.send_text(start(answer))
            with pytest.raises(WebSocketDisconnect):
                second.receive_text()
        assert json.loads(first.receive_text())["event"] in {"media", "mark"}
        first.send_text('{"event":"stop"}')
        with pytest.raises(WebSocketDisconnect):
            while True:
                first.receive_text()


@pytest.mark.parametrize("stopped", [False, True])
def test_the_conversation_knows_whether_this_number_may_be_texted(twilio: Twilio, stopped: bool) -> None:
    if stopped:
        twilio.write("SM1", "+15125550199", "please stop texting me")
    answer = twilio.ring()
    with twilio.stream() as socket:
        socket.send_text(start(answer))
        assert json.loads(socket.receive_text())["event"] == "media"
        assert twilio.house.sessions["CA1"]._state.textable is not stopped
        socket.send_text('{"event":"stop"}')
        with pytest.raises(WebSocketDisconnect):
            while True:
                socket.receive_text()


def test_what_is_no_frame_is_counted_and_survived_until_it_is_too_much(twilio: Twilio) -> None:
    answer = twilio.ring()
    with twilio.stream() as socket:
        socket.send_text(start(answer))
        socket.send_bytes(b"\x00\x01")
        for junk in ("{", '{"event":"media","media":{"payload":"%%%"}}', '{"event":7}', "[]"):
            socket.send_text(junk)
        socket.send_text(json.dumps({"event": "media", "media": {"payload": SILENCE}}))
        for _ in range(BAD_FRAMES):
            socket.send_text("{")
        with pytest.raises(WebSocketDisconnect):
            while True:
                socket.receive_text()
    assert twilio.house.figures.bad_frames._value.get() >= BAD_FRAMES
    assert "/overflow/staff" in twilio.twiml("/twilio/voice/next", CallSid="CA1")  # a person, not a dead line


# ---- pages and texts ------------------------------------------------------------------------------------------------
def woken(twilio: Twilio) -> Message:
    """A caller pressed 1 while all lines were busy: the call page that went to the technician."""
    twilio.house.lines.limit = 0
    twilio.ring()
    twilio.twiml("/twilio/voice/overflow/key", CallSid="CA1", Digits="1")

    def page(session: Session) -> Message:
        return session.exec(select(Message).where(Message.channel == Channel.CALL)).one()

    found: Message = twilio.work(page)
    return found


def run_of(session: Session) -> PageRun:
    return session.exec(select(PageRun)).one()


def test_a_page_by_telephone_takes_a_key_and_says_so(twilio: Twilio) -> None:
    page = woken(twilio)
    heard = twilio.twiml(f"/twilio/pages/{page.id}/answer", CallSid="CA9", CallStatus="in-progress")
    assert re.search(r"<Gather[^>]*>\s*<Say[^>]*>.*Press 1 to take it.*</Say>\s*</Gather>", heard)
    assert "is yours" in twilio.twiml(f"/twilio/pages/{page.id}/key", CallSid="CA9", Digits="1")
    assert twilio.work(run_of).acknowledged_by == "marcus"


def test_a_completed_call_is_no_acknowledgement(twilio: Twilio) -> None:
    page = woken(twilio)
    twilio.post(f"/twilio/pages/{page.id}/status", CallSid="CA9", CallStatus="completed", To=page.to)
    assert twilio.work(run_of).acknowledged_by is None


def test_another_key_repeats_the_page(twilio: Twilio) -> None:
    page = woken(twilio)
    assert "Press 1 to take it" in twilio.twiml(f"/twilio/pages/{page.id}/key", CallSid="CA9", Digits="*")


def test_a_technicians_text_is_read_once_however_often_it_comes(twilio: Twilio) -> None:
    woken(twilio)
    number = twilio.work(lambda session: session.exec(select(Job)).one().number)
    assert [" is yours" in twilio.write("SM1", MARCUS, f"A{number}") for _ in range(2)] == [True, True]
    answers = select(Message).where(Message.key == "answer:SM1")
    assert len(twilio.work(lambda session: session.exec(answers).all())) == 1


def test_stop_is_written_and_not_answered_twilio_does_that(twilio: Twilio) -> None:
    assert twilio.write("SM2", "+15125550199", "Stop") == ""
    consents = twilio.work(lambda session: session.exec(select(Consent)).all())
    assert {(one.number, one.granted) for one in consents} == {("+15125550199", False)}


def write(twilio: Twilio, body: str, sid: str = "SM3") -> str:
    return twilio.write(sid, "+15125550188", body)


def test_an_emergency_by_text_from_somebody_we_never_heard_is_paged(twilio: Twilio) -> None:
    assert "leave the building now" in write(twilio, "gas leak in my basement, 412 Maple Street")
    assert twilio.work(run_of).status == "running"


def test_anything_else_by_text_out_of_the_blue_is_asked_to_call(twilio: Twilio) -> None:
    assert "please call" in write(twilio, "hi do you do water heaters")
    assert twilio.work(calls) == []


def test_a_card_number_by_text_is_not_kept(twilio: Twilio) -> None:
    twilio.ring(caller="+15125550188")
    assert "never text a card number" in write(twilio, "my card is 4111 1111 1111 1111 exp 12/28 cvv 123")
    kept = twilio.work(lambda session: str([one.model_dump() for one in session.exec(select(Utterance)).all()]))
    assert "4111" not in kept and "123" not in kept.replace("5125550", "")


def test_a_caller_sent_outside_is_asked_five_minutes_later_and_their_cry_for_help_is_heard(
    twilio: Twilio, wednesday: Clock
) -> None:
    write(twilio, "i smell gas in my kitchen")

    def let_go(session: Session) -> None:
        call = session.exec(select(Call)).one()
        call.outcome = "let_go"
        safety.watch(session, call, wednesday())

    twilio.work(let_go)
    wednesday.turn(minutes=5, seconds=1)
    twilio.house.engine.run_once()
    asked = twilio.work(lambda session: session.exec(select(Message).where(col(Message.key).like("all_out%"))).one())
    assert asked.to == "+15125550188" and "Reply 1 for yes, 2 if you need help" in asked.body
    assert "call 911 now" in write(twilio, "2", sid="SM4")
    told = twilio.work(lambda session: session.exec(select(Message).where(col(Message.key).like("help:%"))).all())
    assert {one.person_id for one in told} == {"marcus", "priya", "walt"}


def test_staff_who_report_an_emergency_by_text_are_heard_like_anybody(twilio: Twilio) -> None:
    assert "leave the building now" in twilio.write("SM5", MARCUS, "gas leak in my basement, 412 Maple Street")
    assert twilio.work(run_of).status == "running"
    assert twilio.write("SM6", "+15125550121", "thanks") == ""  # they know the number


def test_staff_who_were_sent_outside_and_need_help_are_not_taken_for_minutes(twilio: Twilio, wednesday: Clock) -> None:
    page = woken(twilio)
    twilio.twiml(f"/twilio/pages/{page.id}/key", CallSid="CA9", Digits="1")  # Marcus holds a job

    def at_home(session: Session) -> None:
        call = Call(sid="CA8", caller=MARCUS, received_at=wednesday(), outcome="let_go", status=CallStatus.ENDED)
        later = Call(sid="CA7", caller=MARCUS, received_at=wednesday.turn(minutes=1), status=CallStatus.ENDED)
        session.add_all([call, later])
        session.flush()
        facts: dict[str, Any] = {"intent": "emergency", "priority": "P1", "situation": "G01"}
        session.add(Job(number=4999, call_id=call.id, caller=MARCUS, callback=MARCUS, created_at=wednesday(), **facts))

    twilio.work(at_home)
    assert "call 911 now" in twilio.write("SM7", MARCUS, "2")
    told = twilio.work(lambda session: session.exec(select(Message).where(col(Message.key).like("help:%"))).all())
    assert {"priya", "walt"} <= {one.person_id for one in told}


def test_a_message_left_is_kept_with_its_place(twilio: Twilio) -> None:
    twilio.house.lines.limit = 0
    twilio.ring()
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"
    twilio.twiml("/twilio/voice/overflow/message", CallSid="CA1", RecordingUrl=url, RecordingDuration="12")
    twilio.post("/twilio/voice/status", CallSid="CA1", CallStatus="completed")
    left = twilio.work(calls)[0]
    assert (left.recording_url, left.missed) == (url, "voicemail")


# ---- the end --------------------------------------------------------------------------------------------------------
def test_a_caller_who_gave_up_while_it_rang_is_owed_a_call_once(twilio: Twilio) -> None:
    twilio.ring()
    for _ in range(3):
        form = {"CallSid": "CA1", "CallStatus": "no-answer", "From": "+15125550199", "To": "+15125550100"}
        assert twilio.post("/twilio/voice/status", **form).status_code == 204
    texts = twilio.work(lambda session: list(session.exec(select(Message)).all()))
    assert [text.purpose for text in texts] == [Purpose.MISSED]


def test_the_end_of_a_call_whose_beginning_we_never_saw(twilio: Twilio) -> None:
    form = {"CallSid": "CA7", "CallStatus": "no-answer", "From": "+15125550199", "To": "+15125550100"}
    twilio.post("/twilio/voice/status", **form)
    assert twilio.work(calls)[0].missed == "never_answered"


def test_a_long_call_that_we_never_had_is_not_taken_for_missed_until_its_fallback_was_asked_about(
    twilio: Twilio,
) -> None:
    form = {"CallSid": "CA7", "CallStatus": "completed", "CallDuration": "180", "From": "+15125550199"}
    twilio.post("/twilio/voice/status", **form)
    assert twilio.work(calls) == []


# ---- operations -----------------------------------------------------------------------------------------------------
def test_the_watch_barks_when_something_that_should_have_left_has_not(twilio: Twilio, wednesday: Clock) -> None:
    assert twilio.client.get("/readyz").json() == {"ready": True, "wrong": []}

    def owe(session: Session) -> None:
        due = {"channel": Channel.TEXT, "purpose": Purpose.STAFF, "to": "+15125550111", "body": "hello"}
        outbox.enqueue(session, key="k", now=wednesday(), **due)  # type: ignore[arg-type]

    twilio.work(owe)
    wednesday.turn(minutes=2)
    answer = twilio.client.get("/readyz")
    assert answer.status_code == 503 and "overdue by 120 s" in answer.json()["wrong"][0]
    assert "firstring_overdue_seconds 120.0" in twilio.client.get("/metrics").text


def test_the_api_asks_for_its_key(twilio: Twilio) -> None:
    twilio.ring()
    assert twilio.client.get("/api/v1/calls/CA1").status_code == 401
    key = {"Authorization": "Bearer key"}
    record = twilio.client.get("/api/v1/calls/CA1", headers=key).json()
    assert record["sid"] == "CA1" and "token_hash" not in record and "twiml" not in record
    assert twilio.client.get("/api/v1/calls/CA404", headers=key).status_code == 404


def test_a_call_nobody_ended_is_settled_by_its_timer(twilio: Twilio, wednesday: Clock) -> None:
    twilio.ring()
    wednesday.turn(minutes=11)
    twilio.house.engine.run_once()
    ended = twilio.work(lambda session: session.exec(select(Call).where(col(Call.sid) == "CA1")).one())
    assert (ended.status, ended.missed) == (CallStatus.ENDED, "no_stream")
    assert wednesday() - ended.received_at == timedelta(minutes=11)
