"""A paged technician picks up: what is heard, and what the keys do."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from carrier.twiml_check import check
from models.company import Company
from models.database import Database
from models.enums import Channel, Purpose, RunStatus
from models.tables import Job, Message
from routing.links import Links
from tests.conftest import Clock
from tests.routing.paging_rig import CUSTOMER, Night
from voice.webhooks import pages
from voice.webhooks.guard import signed_form

BASE = "https://phone.example.com"


class Line:
    """The telephone on which a page is heard."""

    def __init__(self, night: Night, client: TestClient) -> None:
        self.night, self.client = night, client

    def call_of(self, name: str, purpose: Purpose = Purpose.PAGE) -> str:
        def newest(session: Session) -> str:
            calls = select(Message).where(
                Message.person_id == name, Message.channel == Channel.CALL, Message.purpose == purpose
            )
            return max(session.exec(calls), key=lambda one: one.step or 0).id

        found: str = self.night.database.work(newest)
        return found

    def hears(self, message_id: str, key: str | None = None, heard: int = 0) -> str:
        params = {"heard": str(heard), "digits": key} if key else {}
        answer = self.client.post(f"/twilio/pages/{message_id}/{'key' if key else 'answer'}", params=params)
        assert answer.status_code == 200 and check(answer.text) == []
        return answer.text


@pytest.fixture
def line(books: Database, shop: Company, wednesday: Clock) -> Iterator[Line]:
    night = Night(books, replace(shop, links=Links(BASE, b"k" * 32)), wednesday)
    night.begin()
    app = FastAPI()
    app.include_router(pages.router)
    app.state.house = SimpleNamespace(
        company=night.company, database=books, clock=wednesday, wake=lambda: None, url=lambda path: BASE + path
    )

    async def unsigned(digits: str = "") -> dict[str, str]:
        return {"Digits": digits} if digits else {}

    app.dependency_overrides[signed_form] = unsigned
    with TestClient(app, base_url=BASE) as client:
        yield Line(night, client)


def test_the_whole_page_is_inside_the_gather_and_gives_no_house_number_away(line: Line) -> None:
    heard = line.hears(line.call_of("marcus"))
    gather = re.search(r"<Gather([^>]*)>(.*)</Gather>(.*)</Response>", heard)
    assert gather is not None and gather[3] == "<Hangup />"
    assert 'numDigits="1"' in gather[1] and 'finishOnKey=""' in gather[1]  # star and pound are keys like others
    assert "Press 1 to take it. Press 2 to pass" in gather[2] and "Maple Street" in gather[2]
    assert "412" not in heard and CUSTOMER not in heard


def test_one_takes_it_and_the_details_follow_by_text(line: Line) -> None:
    said = line.hears(line.call_of("marcus"), "1")
    assert "is yours" in said and line.night.run().acknowledged_by == "marcus"
    assert "412 Maple Street" in line.night.notices("marcus")[0]
    line.hears(line.call_of("marcus"), "1")  # Twilio asks again
    assert line.night.story() == ["started", "taken marcus"]


def test_who_takes_it_hears_where_it_is_and_whom_to_call_twice_for_texts_may_not_arrive(line: Line) -> None:
    said = line.hears(line.call_of("marcus"), "1")
    assert "4 1 2 Maple Street, 7 8 7 0 4. Call 5 1 2, 5 5 5, 0 1 9 9." in said and 'loop="2"' in said


def test_who_is_paged_by_calls_alone_gets_the_link_although_nothing_more_is_known(line: Line) -> None:
    def bare(session: Session) -> None:
        for text in session.exec(select(Message).where(Message.channel == Channel.TEXT)):
            session.delete(text)
        job = session.exec(select(Job)).one()
        job.address, job.details = None, {}
        session.add(job)

    line.night.database.work(bare)
    line.hears(line.call_of("marcus"), "1")
    (brief,) = line.night.notices("marcus")
    assert f"Call {CUSTOMER}." in brief and f"{BASE}/t/" in brief


def test_two_passes_and_the_next_is_paged(line: Line) -> None:
    assert "next person" in line.hears(line.call_of("marcus"), "2")
    assert "walt call" in line.night.paged()


def test_star_repeats_and_a_machine_that_plays_tones_is_hung_up_on(line: Line) -> None:
    call = line.call_of("marcus")
    for heard in range(pages.REPEATS):
        assert f"key?heard={heard + 1}" in line.hears(call, "*", heard)
    assert "<Gather" not in line.hears(call, "#", pages.REPEATS)
    assert line.night.run().status == RunStatus.RUNNING


def test_who_picks_up_too_late_hears_who_took_it_and_when(line: Line) -> None:
    call = line.call_of("marcus")
    line.hears(call, "2")
    line.night.writes("walt", "A4821")
    for said in (line.hears(call), line.hears(call, "1")):
        assert "taken by Walt Kowalski at 10:15 AM" in said and "<Gather" not in said


def test_the_call_after_silence_takes_on_my_way_or_passes(line: Line) -> None:
    line.night.writes("marcus", "A4821")
    line.night.wait(minutes=21)
    call = line.call_of("marcus", Purpose.STAFF)
    assert "We have not heard that you are on the way. Press 1 if you are on the way" in line.hears(call)
    line.hears(call, "1")
    assert line.night.run().on_way_at is not None and "Marcus is on the way." in line.night.told()[-1]
    line.hears(call, "2")
    assert line.night.run().status == RunStatus.RUNNING and "walt call" in line.night.paged()


def test_a_call_that_is_no_page_is_not_answered(line: Line) -> None:
    assert line.client.post("/twilio/pages/nobody/answer").status_code == 404
