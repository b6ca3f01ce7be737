"""What a caller who is handed over and the CSR hear and press, at the doors of both ways."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlmodel import Session, SQLModel, col, select

from callbacks import owing
from carrier import outbox
from carrier.doors import Doors
from carrier.methods import Methods
from firstring import application, assembly
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE, Settings, fresh_secret
from models.company import Company
from models.database import Database
from models.enums import CallStatus, Channel, MessageStatus, TransferStatus
from models.tables import Call, Callback, Consent, Message, Transfer
from routing import transfers
from routing.transfers.whisper import CHARACTERS_PER_SECOND
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from tests.voice.test_doors import BASE, TOKEN, Twilio
from voice.house import House
from voice.unended import Unended
from voice.waiting import MUSIC_S
from voice.webhooks.transfers import RINGS, WORDS

CALLER = "+15125550199"
DANA, PRIYA = "+15125550121", "+15125550122"


@pytest.fixture(scope="module")
def house() -> House:
    settings = Settings(
        public_url=BASE,
        secret_key=SecretStr(fresh_secret()),
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN=SecretStr(TOKEN),
        database_url="sqlite:///unused.db",
        profile=EXAMPLE_PROFILE,
        stt="sphinx",
        _env_file=None,  # type: ignore[call-arg]
    )
    return assembly.build_house(settings, profiles.load(EXAMPLE_PROFILE), Clock("2026-11-18T10:15:00-06:00"))


class Shop(Twilio):
    """Knocks at the doors about one caller who asked for a person."""

    def __init__(self, client: TestClient, house: House) -> None:
        super().__init__(client, house)
        self.id = self.work(self._caller)

    def _caller(self, session: Session) -> str:
        call = Call(sid="CA1", caller=CALLER, status=CallStatus.AFTER, next="transfer", received_at=self.house.clock())
        session.add(call)
        session.flush()
        return transfers.begin(session, call, self.house.company, None, "person", self.house.clock()).id

    def caller_hears(self) -> str:
        return self.twiml("/twilio/voice/next", CallSid="CA1")

    def door(self, path: str, **form: str) -> str:
        return self.twiml(f"/twilio/transfers/{self.id}/{path}", CallSid="CAleg", **form)

    def leg(self, path: str, n: int = 1, **form: str) -> str:
        """A door of the call to the CSR of the `n`th attempt."""
        query = select(Message).where(Message.step == n)
        message = self.work(lambda session: session.exec(query).one().id)
        url = f"/twilio/rooms/legs/{message}/{path}"
        if path == "status":
            return self.post(url, CallSid=f"CAleg{n}", **form).text
        return self.twiml(url, CallSid=f"CAleg{n}", **form)

    @property
    def transfer(self) -> Transfer:
        row: Transfer = self.work(lambda session: session.get_one(Transfer, self.id))
        return row

    def caller_leaves(self) -> None:
        self.post("/twilio/voice/status", CallSid="CA1", CallStatus="completed", From=CALLER)


def open_shop(house: House, company: Company, clock: Clock, folder: Path) -> Iterator[Shop]:
    house.database = Database(f"sqlite:///{folder / 'doors.db'}")
    SQLModel.metadata.create_all(house.database.engine)
    house.company, house.clock = company, clock
    yield Shop(TestClient(application.create(house, "key", run_engine=False), base_url=BASE), house)
    house.database.close()


@pytest.fixture
def plain(house: House, shop: Company, wednesday: Clock, tmp_path: Path) -> Iterator[Shop]:
    yield from open_shop(house, shop, wednesday, tmp_path)


@pytest.fixture
def room(house: House, shop: Company, wednesday: Clock, tmp_path: Path) -> Iterator[Shop]:
    rooms = replace(shop, transfers=replace(shop.transfers, way="room"))
    yield from open_shop(house, rooms, wednesday, tmp_path)


# ---- the plain way --------------------------------------------------------------------------------------------------
def test_the_desk_is_rung_and_asked_to_press_a_key(plain: Shop) -> None:
    assert DANA in plain.caller_hears()
    heard = plain.door("1/screen")
    assert re.search(r"<Gather[^>]*>\s*<Say[^>]*>A caller for you.*Press 1 to take it, 2 to pass\.</Say>", heard)
    assert plain.door("1/key", Digits="1").endswith("<Response />")
    assert (plain.transfer.status, plain.transfer.taken_by) == (TransferStatus.BRIDGED, "dana")
    assert "<Hangup" in plain.door("1/after", DialBridged="true", DialCallSid="CAleg")
    assert plain.transfer.status == TransferStatus.OVER


def test_another_key_repeats_and_two_passes(plain: Shop) -> None:
    plain.caller_hears()
    plain.door("1/screen")
    assert "Press 1" in plain.door("1/key", Digits="7")
    assert "<Hangup" in plain.door("1/key", Digits="2")
    heard = plain.door("1/after", DialBridged="false", DialCallStatus="completed")
    assert "trying the next person" in heard and PRIYA in heard


def test_every_webhook_may_come_twice(plain: Shop) -> None:
    assert plain.caller_hears() == plain.caller_hears()
    first = plain.door("1/after", DialBridged="false")
    assert first == plain.door("1/after", DialBridged="false") and PRIYA in first
    assert "next person" in plain.door("1/key", Digits="1")  # too late
    plain.door("2/screen")
    assert plain.door("2/key", Digits="1") == plain.door("2/key", Digits="1")
    assert plain.transfer.taken_by == "priya"


def test_a_csr_who_presses_one_and_is_cut_off_has_not_served_the_caller(plain: Shop) -> None:
    plain.caller_hears()
    plain.door("1/key", Digits="1")
    assert PRIYA in plain.door("1/after", DialBridged="false", DialCallStatus="completed")


def test_nobody_takes_it_and_the_caller_is_told_the_truth_and_owed_a_call(plain: Shop) -> None:
    plain.caller_hears()
    plain.door("1/after", DialBridged="false", DialCallStatus="busy")
    heard = plain.door("2/after", DialBridged="false", DialCallStatus="no-answer")
    assert "nobody is free right now" in heard and "texting you the time" in heard
    assert heard == plain.door("2/after", DialBridged="false", DialCallStatus="no-answer")
    owed = plain.work(lambda session: session.exec(select(Callback)).one())
    assert (owed.number, owed.reason) == (CALLER, "nobody_free")


def nobody_takes(plain: Shop) -> str:
    plain.caller_hears()
    for n in (1, 2):
        heard = plain.door(f"{n}/after", DialBridged="false", DialCallStatus="no-answer")
    return heard


def promised_before(plain: Shop, minutes: float) -> Callback:
    """The same caller was promised a call, and texted the time, before the present call."""

    def present(session: Session, status: CallStatus) -> None:
        call = session.exec(select(Call).where(Call.sid == "CA1")).one()
        call.status, call.received_at = status, plain.house.clock()
        session.add(call)

    def promise(session: Session) -> Callback:
        call = Call(sid="CA0", caller=CALLER, received_at=plain.house.clock(), status=CallStatus.ENDED)
        session.add(call)
        session.flush()
        return owing.owe(
            session, call, plain.house.company, "abandoned", plain.house.clock(), number=CALLER, priority=None
        )

    plain.work(present, CallStatus.ENDED)
    first: Callback = plain.work(promise)
    plain.work(lambda session: outbox.settle(session, promise_text(session), MessageStatus.DELIVERED, first.created_at))
    plain.house.clock.turn(minutes=minutes)  # type: ignore[attr-defined]
    plain.work(present, CallStatus.AFTER)
    return first


def promise_text(session: Session) -> Message:
    return session.exec(select(Message).where(col(Message.key).startswith("promise:"))).one()


def test_who_was_texted_a_time_keeps_it_and_is_told_so(plain: Shop) -> None:
    first = promised_before(plain, minutes=6)
    heard = nobody_takes(plain)
    assert "The time that I texted you still stands" in heard and "texting you the time" not in heard
    owed = plain.work(lambda session: session.exec(select(Callback)).one())
    assert (owed.calls, owed.promised_at) == (2, first.promised_at) and plain.work(promise_text)  # one text


def test_a_time_that_has_passed_is_not_said_to_stand_nor_is_a_text_announced_that_will_not_come(plain: Shop) -> None:
    first = promised_before(plain, minutes=20)
    heard = nobody_takes(plain)
    assert "A person will call you back" in heard and "text" not in heard.replace("/text", "")
    assert first.promised_at is not None and first.promised_at < plain.house.clock()
    assert plain.work(lambda session: session.exec(select(Callback)).one()).calls == 2
    assert plain.work(promise_text)


def test_no_text_is_announced_to_somebody_who_opted_out(plain: Shop) -> None:
    stop = Consent(number=CALLER, channel=Channel.TEXT, granted=False, source="keyword", at=plain.house.clock())
    plain.work(lambda session: session.add(stop))
    heard = nobody_takes(plain)
    assert "A person will call you back" in heard and "texting" not in heard


def test_nobody_is_free_and_the_message_that_is_left_is_for_the_one_who_calls_back(plain: Shop) -> None:
    heard = nobody_takes(plain)
    assert "after the tone" in heard and "/twilio/voice/overflow/message" in heard and "<Record" in heard
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"
    form = {"CallSid": "CA1", "RecordingUrl": url, "RecordingDuration": "12"}
    assert "A person will call you back" in plain.twiml("/twilio/voice/overflow/message", **form)
    plain.caller_leaves()
    owed = plain.work(lambda session: session.exec(select(Callback)).one())
    call = plain.work(lambda session: session.get_one(Call, owed.call_id))
    assert (owed.reason, call.recording_url, call.missed) == ("voicemail", url, "voicemail")


def test_who_says_nothing_on_the_tape_has_left_no_message(plain: Shop) -> None:
    nobody_takes(plain)
    plain.twiml("/twilio/voice/overflow/message", CallSid="CA1", RecordingDuration="0")
    assert plain.work(lambda session: session.exec(select(Callback)).one()).reason == "nobody_free"


@pytest.mark.parametrize("reason", ["recording_refused", "card_number"])
def test_who_must_not_be_recorded_is_not_asked_for_a_message(plain: Shop, reason: str) -> None:
    def because(session: Session) -> None:
        transfer = session.exec(select(Transfer)).one()
        transfer.reason = reason
        session.add(transfer)

    plain.work(because)
    heard = nobody_takes(plain)
    assert "<Record" not in heard and "Goodbye" in heard and "<Hangup" in heard


def test_a_spanish_caller_is_spoken_to_in_spanish(plain: Shop) -> None:
    def speaks(session: Session) -> None:
        call = session.exec(select(Call)).one()
        call.language = "es"
        session.add(call)

    plain.work(speaks)
    plain.caller_hears()
    heard = plain.door("1/after", DialBridged="false")
    assert 'language="es-US"' in heard and "Gracias por esperar" in heard
    heard = plain.door("2/after", DialBridged="false")
    assert "Después del tono" in heard
    assert "Gracias" in plain.twiml("/twilio/voice/overflow/message", CallSid="CA1", RecordingDuration="9")


@pytest.mark.parametrize("before", [[], ["1/screen"]])
def test_the_caller_hangs_up_first_and_the_key_comes_too_late(plain: Shop, before: list[str]) -> None:
    plain.caller_hears()
    for path in before:
        plain.door(path)
    plain.caller_leaves()
    assert plain.transfer.status == TransferStatus.LEFT
    assert "The caller has hung up" in plain.door("1/key", Digits="1")
    assert "The caller has hung up" in plain.door("1/screen")
    assert plain.work(lambda session: session.exec(select(Callback)).one()).reason == "nobody_free"


def test_the_web_process_died_in_the_goodbye_and_the_caller_who_has_left_is_settled(
    plain: Shop, wednesday: Clock
) -> None:
    def talking(session: Session) -> None:
        call = session.exec(select(Call)).one()
        call.status = CallStatus.TALKING
        session.add(call)

    plain.work(talking)
    plain.caller_leaves()
    assert plain.transfer.status == TransferStatus.LEFT  # at once: nobody is rung for them
    methods = Methods((FakeCarrier(wednesday),), Doors(BASE))
    look = Unended(plain.house.database, methods, plain.house.company, wednesday, Inline())
    look(wednesday.turn(seconds=61))
    call = plain.work(lambda session: session.exec(select(Call)).one())
    assert (call.status, call.missed) == (CallStatus.ENDED, "nobody_free")
    assert wednesday() - call.ended_at == timedelta(seconds=61)  # as we were told
    assert plain.work(lambda session: session.exec(select(Callback)).one()).number == CALLER


def test_all_are_busy_and_the_caller_holds_with_words(plain: Shop) -> None:
    def others(session: Session) -> None:
        for n, person in enumerate(("dana", "priya")):
            call = Call(sid=f"CB{n}", received_at=plain.house.clock())
            session.add(call)
            session.flush()
            busy: dict[str, Any] = {"people": [person], "tried": 1, "created_at": plain.house.clock()}
            session.add(Transfer(call_id=call.id, status=TransferStatus.BRIDGED, **busy))

    plain.work(others)
    heard = plain.caller_hears()
    assert "music.wav</Play>" in heard and "<Pause" not in heard
    assert "All our people are busy with callers" in heard and f"/twilio/transfers/{plain.id}/next</Redirect>" in heard
    for _ in range(5):
        plain.door("next")
    assert "nobody is free right now" in plain.door("next")


# ---- the room way ---------------------------------------------------------------------------------------------------
def test_the_caller_waits_in_a_room_whose_name_says_nothing(room: Shop) -> None:
    heard = room.caller_hears()
    assert 'startConferenceOnEnter="false" endConferenceOnExit="true"' in heard
    assert re.search(r">job-[0-9a-f]{32}</Conference>", heard)
    assert heard == room.caller_hears()


def test_the_hold_line_says_how_it_stands_and_plays_music(room: Shop) -> None:
    room.caller_hears()
    hold = f"/twilio/rooms/{room.id}/hold"
    assert "I am ringing our team" in room.twiml(hold, CallSid="CA1")
    room.leg("answer")
    heard = room.twiml(hold, CallSid="CA1")
    assert "Somebody has picked up" in heard and "/twilio/rooms/music.wav</Play>" in heard


def test_without_music_a_telephone_rings(room: Shop) -> None:
    company = room.house.company
    room.house.company = replace(company, transfers=replace(company.transfers, music=False))
    room.caller_hears()
    heard = room.twiml(f"/twilio/rooms/{room.id}/hold", CallSid="CA1")
    assert 'loop="3">https://phone.example.com/twilio/rooms/ringing.wav</Play>' in heard and "music" not in heard


@pytest.mark.parametrize("sound", ["music", "ringing"])
def test_whoever_asks_gets_the_sound(room: Shop, sound: str) -> None:
    answer = room.client.get(f"/twilio/rooms/{sound}.wav")
    assert answer.headers["content-type"] == "audio/x-wav" and answer.content[:4] == b"RIFF"


@pytest.mark.parametrize("words", ["busy", "ringing", "briefing"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_caller_on_hold_is_told_something_every_20_to_30_seconds(words: str, language: str) -> None:
    spoken = len(WORDS[language][words]) / CHARACTERS_PER_SECOND
    for sound in (MUSIC_S, RINGS * 6.0):
        assert 20 <= spoken + sound <= 30


def test_the_hold_line_plays_on_when_the_database_is_gone(room: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Database, "run", gone)
    heard = room.twiml(f"/twilio/rooms/{room.id}/hold", CallSid="CA1")
    assert "<Play" in heard and "<Say" not in heard


def test_a_key_joins_the_room_of_the_caller(room: Shop) -> None:
    name = re.search(r"job-\w+", room.caller_hears())
    assert "Press 1 to take it" in room.leg("answer")
    joined = room.leg("key", Digits="1")
    assert name and name[0] in joined and 'startConferenceOnEnter="true"' in joined
    assert joined == room.leg("key", Digits="1")
    assert (room.transfer.taken_by, room.transfer.leg_sid) == ("dana", "CAleg1")


def test_two_passes_and_the_first_telephone_has_nothing_to_take_any_more(room: Shop) -> None:
    room.caller_hears()
    room.leg("answer")
    assert "The next person is being called" in room.leg("key", Digits="2")
    assert "The next person is being called" in room.leg("answer")
    assert room.leg("answer", n=2).count("Press 1") == 1


def test_the_caller_hangs_up_during_the_whisper_and_the_csr_is_told(room: Shop) -> None:
    room.caller_hears()
    room.leg("answer")
    room.caller_leaves()
    assert "The caller has hung up" in room.leg("gone")
    assert "The caller has hung up" in room.leg("key", Digits="1")
    assert room.transfer.status == TransferStatus.LEFT


def test_the_csr_hangs_up_and_the_caller_is_let_go(room: Shop, wednesday: Clock) -> None:
    room.caller_hears()
    room.leg("answer")
    room.leg("key", Digits="1")
    wednesday.turn(minutes=2)
    assert room.leg("status", CallStatus="completed") == ""
    assert room.transfer.status == TransferStatus.OVER
    assert "<Hangup" in room.twiml(f"/twilio/rooms/{room.id}/after", CallSid="CA1")


def test_nobody_takes_it_and_the_caller_hears_so_on_the_way_out(room: Shop) -> None:
    room.caller_hears()
    for n in (1, 2):
        room.leg("status", n=n, CallStatus="no-answer")
    assert "nobody is free right now" in room.door("next")


# ---- strangers, and the desk ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["transfers/x/next", "transfers/x/1/key", "rooms/x/hold", "rooms/legs/x/answer"])
def test_a_forged_request_is_turned_away(plain: Shop, path: str) -> None:
    assert plain.post(f"/twilio/{path}", signature="nonsense", CallSid="CA1").status_code == 403


@pytest.mark.parametrize(
    "path", ["transfers/x/next", "transfers/x/1/screen", "rooms/legs/x/answer", "rooms/legs/x/gone"]
)
def test_a_transfer_that_nobody_knows(plain: Shop, path: str) -> None:
    assert plain.post(f"/twilio/{path}", CallSid="CA1").status_code == 404


def test_the_csr_sees_the_same_card_through_the_api(plain: Shop) -> None:
    plain.caller_hears()
    plain.door("1/screen")
    url, key = f"/api/v1/transfers/{plain.id}", {"Authorization": "Bearer key"}
    assert plain.client.get(url).status_code == 401
    card = plain.client.get(url, headers=key).json()
    assert card["with"] == {"id": "dana", "name": "Dana Whitfield"} and card["after"] == ["Priya Shah"]
    assert card["status"] == "briefing" and card["summary"] in plain.door("1/screen")
    assert (card["call"]["sid"], card["job"]) == ("CA1", None)
    assert plain.client.get("/api/v1/calls/CA1", headers=key).json()["transfer"]["with"]["id"] == "dana"
    assert plain.client.get("/api/v1/transfers/x", headers=key).status_code == 404


def test_the_desk_sees_every_caller_who_is_being_handed_over_and_nobody_else(plain: Shop) -> None:
    key = {"Authorization": "Bearer key"}
    assert plain.client.get("/api/v1/transfers").status_code == 401
    plain.caller_hears()
    [card] = plain.client.get("/api/v1/transfers", headers=key).json()
    assert card == plain.client.get(f"/api/v1/transfers/{plain.id}", headers=key).json()
    plain.caller_leaves()
    assert plain.client.get("/api/v1/transfers", headers=key).json() == []
