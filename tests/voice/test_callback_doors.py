"""What somebody of ours hears and presses who calls a customer back, at the doors; and what the desk asks."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, SQLModel, select

from callbacks import queue
from carrier import outbox
from firstring import application
from models.company import Company
from models.database import Database
from models.enums import AttemptStatus, CallStatus, Intent
from models.tables import Access, Call, Callback, Job, Message
from tests.conftest import Clock
from tests.voice.test_doors import BASE, Twilio
from tests.voice.test_transfer_doors import house as house
from voice.house import House
from voice.webhooks import delivery_news

CALLER = "+15125550199"
DANA = "+15125550121"


class Desk(Twilio):
    """One caller who was missed, the desk's API, and Twilio at the doors."""

    def __init__(self, client: TestClient, house: House) -> None:
        super().__init__(client, house)
        self.id = self.work(self._missed)

    def _missed(self, session: Session) -> str:
        now = self.house.clock()
        call = Call(sid="CA1", caller=CALLER, status=CallStatus.ENDED, received_at=now, ended_at=now)
        session.add(call)
        session.flush()
        facts = {"intent": Intent.ROUTINE, "priority": "P2", "situation": None, "name": "Rosa Diaz"}
        job = Job(number=1001, call_id=call.id, address={"street": "Maple Street"}, created_at=now, **facts)
        row = Callback(call_id=call.id, number=CALLER, reason="abandoned", created_at=now)
        session.add_all([job, row])
        session.flush()
        return row.id

    def api(self, method: str, path: str, status: int = 200, **body: str | bool) -> Any:
        said = self.client.request(method, f"/api/v1{path}", json=body or None, headers={"Authorization": "Bearer key"})
        assert said.status_code == status, said.text
        return said.json()

    def asks(self, what: str, status: int = 200, **body: str | bool) -> Any:
        return self.api("POST", f"/callbacks/{self.id}/{what}", status, **body)

    @property
    def row(self) -> Callback:
        row: Callback = self.work(lambda session: session.get_one(Callback, self.id))
        return row

    @property
    def attempt(self) -> Any:
        return self.work(lambda session: queue.live(session, session.get_one(Callback, self.id)))

    def knock(self, door: str, **form: str) -> str:
        """A door of the attempt, as Twilio knocks about our person's call."""
        key = select(Message.key).where(Message.to == DANA)
        attempt = self.work(lambda session: session.exec(key).one()).removeprefix("callback:")
        url = f"/twilio/callbacks/{attempt}/{door}"
        if door in {"leg", "status"}:
            said = self.post(url, CallSid="CAcaller" if door == "leg" else "CAstaff", **form)
            assert said.status_code == 204
            return ""
        return self.twiml(url, CallSid="CAstaff", **form)


@pytest.fixture
def desk(house: House, shop: Company, wednesday: Clock, tmp_path: Path) -> Iterator[Desk]:
    house.database = Database(f"sqlite:///{tmp_path / 'doors.db'}")
    SQLModel.metadata.create_all(house.database.engine)
    house.company, house.clock = shop, wednesday
    yield Desk(TestClient(application.create(house, "key", run_engine=False), base_url=BASE), house)
    house.database.close()


def test_the_desk_calls_and_hears_who_it_is_and_one_key_dials_from_the_companys_number(desk: Desk) -> None:
    card = desk.asks("call", person="dana")
    assert (card["status"], card["with"]) == ("taken", {"id": "dana", "name": "Dana Whitfield"})
    heard = desk.knock("answer")
    assert re.search(
        r"<Gather[^>]*>\s*<Say[^>]*>Rosa Diaz.*Maple Street.*Press 1 to call them, 2 to pass\.</Say>", heard
    )
    dialled = desk.knock("key", Digits="1")
    assert 'callerId="+15125550100"' in dialled and f">{CALLER}</Number>" in dialled
    assert desk.knock("key", Digits="1") == dialled
    desk.knock("leg", CallStatus="ringing")
    desk.knock("leg", CallStatus="in-progress")
    desk.house.clock.turn(seconds=40)  # type: ignore[attr-defined]
    desk.knock("leg", CallStatus="completed", CallDuration="40")
    after = desk.knock("after", DialBridged="true", DialCallStatus="completed", DialCallDuration="40")
    assert "2 if you only reached a machine" in after
    desk.knock("machine", Digits="1")
    desk.knock("status", CallStatus="completed")
    assert (desk.row.status, desk.row.taken_by) == ("done", "dana")


def test_two_after_the_talk_says_that_it_was_a_machine(desk: Desk) -> None:
    desk.asks("call", person="dana")
    desk.knock("answer")
    desk.knock("key", Digits="1")
    desk.knock("after", DialBridged="true", DialCallStatus="completed", DialCallDuration="25")
    assert desk.row.status == "taken"
    assert "<Hangup" in desk.knock("machine", Digits="2")
    desk.knock("status", CallStatus="completed")
    assert (desk.row.status, desk.row.attempts) == ("open", 1)


def test_a_call_by_hand_is_told_to_the_product(desk: Desk) -> None:
    desk.asks("take", person="dana")
    assert desk.asks("done", 409, person="priya", reached=True)["detail"]["by"] == "dana"
    desk.asks("done", 422, person="dana")
    card = desk.asks("done", person="dana", reached=True)
    assert card["status"] == "done" and card["reached_at"] and card["first_tried_at"]
    assert "settled" in desk.asks("done", 409, person="dana", reached=True)["detail"]["why"]


def test_nobody_answers_and_our_person_hears_so(desk: Desk) -> None:
    desk.asks("call", person="dana")
    desk.knock("answer")
    desk.knock("key", Digits="1")
    assert "did not answer" in desk.knock("after", DialBridged="false", DialCallStatus="no-answer")
    assert (desk.row.status, desk.row.attempts) == ("open", 1)
    assert "needs no call any more" in desk.knock("key", Digits="1")


def test_a_wrong_key_repeats_a_few_times_and_two_passes(desk: Desk) -> None:
    desk.asks("call", person="dana")
    assert "Press 1" in desk.knock("answer")
    assert "heard=1" in desk.knock("key", Digits="7")
    assert "Gather" not in desk.knock("key?heard=2", Digits="7")
    assert "Thank you" in desk.knock("key", Digits="2")
    assert desk.row.status == "open" and desk.attempt is None


def test_the_second_to_press_is_told_who_has_the_caller(desk: Desk) -> None:
    desk.asks("take", person="dana")
    refused = desk.asks("take", 409, person="priya")["detail"]
    assert refused == {"why": "Dana Whitfield has this caller: choose another", "by": "dana"}
    assert desk.asks("take", person="dana")["status"] == "taken"
    assert desk.asks("reopen", person="priya")["status"] == "open"
    desk.asks("reopen", 409, person="priya")
    desk.asks("take", 422, person="nobody")
    desk.asks("close", 422, person="dana", reason="")
    assert desk.asks("close", person="dana", reason="came by")["closed_reason"] == "came by"
    desk.asks("close", 409, person="dana", reason="again")
    assert desk.asks("reopen", person="priya")["status"] == "open"


def test_the_card_tells_what_happened_and_what_is_known_and_that_it_was_read(desk: Desk) -> None:
    desk.asks("call", person="dana")
    card = desk.api("GET", f"/callbacks/{desk.id}")
    assert [one["what"] for one in card["history"]] == ["taken"]
    assert (card["job"]["name"], card["tries"][0]["status"], card["calls"][0]["sid"]) == ("Rosa Diaz", "asked", "CA1")
    (listed,) = desk.api("GET", "/callbacks")
    looks = desk.work(lambda session: session.exec(select(Access.who, Access.ref)).all())
    assert sorted(looks) == sorted([("api", desk.id), ("api", desk.id), ("api", "callbacks")])
    assert (listed["id"], listed["due"]) == (desk.id, False)
    desk.api("GET", "/callbacks/unknown", 404)


def test_who_signs_in_is_given_the_caller_who_waits(desk: Desk) -> None:
    said = desk.api("POST", "/desk/sign-out", person="priya")
    assert said == {"person": "priya", "present": False, "on_duty": ["dana"]}
    desk.api("POST", "/desk/sign-out", person="dana")
    desk.house.clock.turn(minutes=2)  # type: ignore[attr-defined]
    assert desk.attempt is None
    assert desk.api("POST", "/desk/sign-in", person="dana")["on_duty"] == ["dana"]
    assert desk.attempt.person_id == "dana" and desk.attempt.status == AttemptStatus.ASKED


def test_news_that_the_engine_heard_goes_on_with_the_attempt(desk: Desk) -> None:
    desk.asks("call", person="dana")

    def never_picked_up(session: Session) -> None:
        message = session.exec(select(Message).where(Message.to == DANA)).one()
        changed = outbox.news(session, message.id, "CAstaff", "no-answer", None, desk.house.clock())
        assert changed is not None
        delivery_news.react(session, changed, desk.house.company, desk.house.clock())

    desk.work(never_picked_up)
    assert desk.row.status == "open"


def test_strangers_are_refused(desk: Desk) -> None:
    desk.asks("call", person="dana")
    assert desk.post(f"/twilio/callbacks/{desk.attempt.id}/key", signature="x", Digits="1").status_code == 403
    assert desk.post("/twilio/callbacks/unknown/key", CallSid="CA", Digits="1").status_code == 404
    assert desk.client.get("/api/v1/callbacks").status_code == 401
