"""The technician's page, opened on a bad phone at three in the morning, by previews, and by strangers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from desk import technician
from desk.technician.card import HAPPENED, NOTES, PARTS
from desk.technician.page import HEADERS
from models.company import Company
from models.database import Database
from models.enums import Channel, RunStatus
from models.tables import Job, Message, PageRun
from routing import jobs, paging
from routing.links import Links
from routing.paging.story import WORDS
from tests.conftest import Clock
from tests.routing.paging_rig import CUSTOMER, Night
from triage.situations import SITUATIONS

BASE = "https://phone.example.com"


class Phones:
    """Whoever was paged opens the link in the text they got."""

    def __init__(self, night: Night, client: TestClient) -> None:
        self.night, self.client = night, client

    def link(self, name: str) -> str:
        assert self.night.company.links is not None
        return self.night.company.links.url(self.night.run().id, name, self.night.clock()).removeprefix(BASE)

    def open(self, name: str) -> Response:
        return self.client.get(self.link(name))

    def press(self, name: str, do: str, **fields: str) -> str:
        """Press a button; the page that follows."""
        answer = self.client.post(self.link(name), data={"do": do, **fields})
        assert answer.status_code == 200 and [one.status_code for one in answer.history] == [303]
        return answer.text


@pytest.fixture
def phones(books: Database, shop: Company, wednesday: Clock) -> Iterator[Phones]:
    company = replace(shop, links=Links(BASE, b"k" * 32))
    night = Night(books, company, wednesday)
    night.begin(problem="Water is <b>everywhere</b> & rising")
    app = FastAPI()
    app.include_router(technician.router)
    app.state.house = SimpleNamespace(company=company, database=books, clock=wednesday, wake=lambda: None)
    with TestClient(app, base_url=BASE) as client:
        yield Phones(night, client)


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))


def test_the_link_in_the_page_opens_everything_that_is_needed_on_one_small_page(phones: Phones) -> None:
    by_text = select(Message).where(Message.person_id == "marcus", Message.channel == Channel.TEXT)
    text = phones.night.database.work(lambda session: session.exec(by_text).one())
    path = re.search(r"https://phone\.example\.com(/t/\w+) ", text.body)
    assert path is not None and CUSTOMER not in text.body and "412" not in text.body
    answer = phones.client.get(path[1])
    assert answer.status_code == 200 and len(answer.content) < 20_000
    words = words_of(answer.text)
    for needed in ("P1 #4821", "Burst pipe", "412 Maple Street, 78704", "gate code 1379", "water ON", "ball valves"):
        assert needed in words
    assert f'href="tel:{CUSTOMER}"' in answer.text and "maps/search/?api=1&query=412+Maple" in answer.text
    assert "Water is &lt;b&gt;everywhere&lt;/b&gt; &amp; rising" in answer.text


def test_the_page_is_kept_by_nobody_runs_nothing_and_tells_nobody_where_it_was(phones: Phones) -> None:
    answer = phones.open("marcus")
    assert {one: answer.headers[one] for one in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script" not in policy and "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<script|onclick|style=|src=", answer.text)


def test_a_preview_looks_as_often_as_it_likes_and_takes_nothing(phones: Phones) -> None:
    before = phones.night.story()
    for _ in range(3):
        assert phones.client.head(phones.link("marcus")).status_code == 200
        assert phones.client.get(phones.link("marcus"), headers={"Purpose": "prefetch"}).status_code == 200
    assert phones.client.get(phones.link("marcus") + "?do=accept").status_code == 200
    assert (phones.night.run().status, phones.night.story()) == (RunStatus.RUNNING, before)


def test_accepting_twice_is_accepting_once(phones: Phones) -> None:
    assert "Yours. Phone the customer now" in phones.press("marcus", "accept")
    assert "Yours" in phones.press("marcus", "accept")
    assert phones.night.story().count("taken marcus") == 1 and len(phones.night.told()) == 1


def test_who_comes_too_late_reads_who_took_it_and_nothing_personal_any_more(phones: Phones) -> None:
    phones.press("marcus", "accept")
    late = phones.press("walt", "accept")
    assert "Taken by Marcus Bell at 10:15 AM" in late
    assert not any(private in late for private in ("412", CUSTOMER, "1379", "everywhere"))
    assert phones.night.run().acknowledged_by == "marcus"


def test_on_the_way_with_minutes_is_told_to_the_customer_once_for_each_promise(phones: Phones) -> None:
    phones.press("marcus", "accept")
    for _ in range(2):
        assert "On the way, 40 minutes" in phones.press("marcus", "on_way", minutes="40")
    phones.press("marcus", "on_way", minutes="41")  # no other promise
    phones.press("marcus", "on_way", minutes="20")
    assert [re.findall(r"about \d+ minutes", one) for one in phones.night.told()[1:]] == [
        ["about 40 minutes"],
        ["about 20 minutes"],
    ]
    phones.night.wait(minutes=49)
    assert phones.night.notices("marcus") == []  # heard of: nobody asks


def test_phoned_and_arrived_are_written_once_and_end_the_watch(phones: Phones) -> None:
    phones.press("marcus", "accept")
    for _ in range(2):
        phones.press("marcus", "called")
    assert "You have arrived" in phones.press("marcus", "arrived")
    phones.press("marcus", "arrived")
    phones.night.wait(hours=1)
    assert phones.night.story() == ["started", "taken marcus", "called marcus", "arrived marcus"]


def test_a_missing_part_is_told_to_those_who_answer_for_the_shop(phones: Phones) -> None:
    phones.press("walt", "part", part="not mine to say")
    phones.press("marcus", "accept")
    for _ in range(2):
        phones.press("marcus", "part", part=" 3/4”  ball valve ")
    assert phones.night.notices("walt") == [
        '#4821 Burst pipe, water flowing: Marcus Bell needs a part: 3/4" ball valve'
    ]


def test_handing_over_pages_the_one_chosen_and_only_those_who_may_be_sent(phones: Phones) -> None:
    phones.press("marcus", "accept")
    page = phones.open("marcus").text
    offered = set(re.findall(r'<option value="(\w+)"', page))
    assert "walt" in offered and not offered & {"marcus", "tom", "dana"}  # no plumbers
    phones.press("marcus", "reassign", to="tom")
    assert phones.night.run().acknowledged_by == "marcus"
    for _ in range(2):
        assert "Nobody has taken it yet" in phones.press("marcus", "reassign", to="walt")
    assert phones.night.run().reopened == 1 and "walt text" in phones.night.paged()


def test_a_manager_who_may_not_do_the_work_finds_first_of_all_whom_to_send(phones: Phones) -> None:
    page = phones.press("priya", "accept")
    assert "You may not do this work yourself: send Marcus Bell or Walt Kowalski, or pass." in words_of(page)
    assert page.index("Hand it over") < page.index("On my way") < page.index("Call the customer")
    assert page.count("Hand it over") == 1 and set(re.findall(r'<option value="(\w+)"', page)) == {"marcus", "walt"}
    phones.press("priya", "reassign", to="walt")
    assert phones.night.paged()[2:] == ["walt call", "walt text"]


def test_who_may_make_it_safe_and_no_more_reads_who_does_the_work(books: Database, phones: Phones) -> None:
    assert "May do the work itself" not in phones.open("marcus").text

    def gas(session: Session) -> None:
        job = session.exec(select(Job)).one()
        job.situation, job.trade = "G01", "gas"
        session.add(job)

    books.work(gas)
    assert "May do the work itself Walt Kowalski" in words_of(phones.open("elena").text)
    assert "May do the work itself" not in phones.open("walt").text


def test_passing_from_the_page_wakes_the_next(phones: Phones) -> None:
    phones.press("marcus", "pass")
    phones.press("marcus", "pass")
    assert phones.night.story() == ["started", "passed marcus", "climbed"]


@pytest.mark.parametrize("do", ["", "nonsense", "reassign", "part", "on_way", "arrived", "called"])
def test_buttons_that_are_nobodys_change_nothing(phones: Phones, do: str) -> None:
    before = phones.night.story()
    phones.press("marcus", do, minutes="9" * 30, to="nobody", part="")
    assert (phones.night.run().status, phones.night.story()) == (RunStatus.RUNNING, before)


def test_a_forged_or_old_link_says_what_to_do(phones: Phones) -> None:
    link = phones.link("marcus")
    for wrong in ("/t/" + "a" * 56, link[:-1], link + "a", "/t/x"):
        answer = phones.client.get(wrong)
        assert answer.status_code == 404 and "answer its text" in answer.text and "tel:+15125550100" in answer.text
    phones.night.clock.turn(hours=24, minutes=2)
    assert phones.client.get(link).status_code == 404
    assert phones.client.post(link, data={"do": "accept"}).status_code == 404
    assert phones.night.run().status == RunStatus.RUNNING


def test_a_huge_form_is_not_read(phones: Phones) -> None:
    assert phones.client.post(phones.link("marcus"), data={"part": "x" * 5000}).status_code == 413


def test_the_history_is_there_to_read(phones: Phones) -> None:
    phones.night.act(paging.decline, "marcus", phones.night.company)
    page = words_of(phones.open("walt").text)
    assert "Marcus Bell: passed" in page and "Next paged (Walt Kowalski)" in page


def test_every_word_of_the_tables_is_one_that_exists() -> None:
    assert set(PARTS) <= set(SITUATIONS)
    assert set(NOTES) <= set(jobs.DETAILS)
    assert set(HAPPENED) == set(WORDS)


def test_pages_sent_with_a_link_are_less_personal_than_the_brief_that_follows(phones: Phones) -> None:
    def brief(session: Session) -> None:
        run = session.exec(select(PageRun)).one()
        job = session.get_one(Job, run.job_id)
        job.details = job.details | {"Q_SHUT": "no"}
        session.add(job)
        paging.brief(session, job, phones.night.company, phones.night.clock())

    phones.night.database.work(brief)
    assert "main NOT shut" in phones.night.notices("marcus")[0] and "412" not in phones.night.notices("marcus")[0]
    phones.press("marcus", "accept")
    phones.night.database.work(brief)
    assert "412 Maple Street" in phones.night.notices("marcus")[-1]
