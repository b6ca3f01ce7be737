"""What staff and callers write while something else is owed: another emergency, and an answer from another number."""

import pytest
from sqlmodel import Session, col, select

from callbacks import replies, safety
from models.company import Company
from models.database import Database
from models.tables import Call, Message, PageRun, Timer
from tests.conftest import Clock
from tests.routing.paging_rig import CUSTOMER, Night, burst_pipe
from triage.triage import Triage

ASHORE = "+15125550177"
"""Where the caller who was sent outside asked to be called."""


class Phone:
    """Somebody with a telephone writes to the shop."""

    def __init__(self, night: Night, triage: Triage) -> None:
        self.night, self.triage, self.sent = night, triage, 0

    def writes(self, number: str, text: str) -> str:
        """All that they are answered."""
        self.sent += 1
        written = replies.Text(f"SM{self.sent}", number, self.night.company.phone, text)
        before = {one.id for one in self.texts(number)}
        self.night.database.work(replies.hear, self.triage, self.night.company, written, self.night.clock())
        return " ".join(one.body for one in self.texts(number) if one.id not in before)

    def texts(self, number: str) -> list[Message]:
        found = select(Message).where(Message.to == number)
        rows: list[Message] = self.night.database.work(lambda session: list(session.exec(found)))
        return rows


@pytest.fixture
def night(books: Database, shop: Company, wednesday: Clock) -> Night:
    return Night(books, shop, wednesday)


@pytest.fixture
def phone(night: Night) -> Phone:
    company = night.company
    return Phone(night, Triage.load(zips=company.zips, city=company.city, state=company.state, streets=company.streets))


def runs(night: Night) -> list[int]:
    found: list[int] = night.database.work(lambda session: list(session.exec(select(PageRun.code))))
    return sorted(found)


def test_another_emergency_from_somebody_who_owes_an_answer_is_paged_like_anybodys(night: Night, phone: Phone) -> None:
    night.begin()
    marcus = night.person("marcus").phone
    said = phone.writes(marcus, "gas smell at 12 Oak St")
    assert "leave the building now" in said and "Reply A4821 to accept" in said  # and the first page still stands
    assert runs(night) == [4821, 4822]
    assert "is yours" in phone.writes(marcus, "A4821")


def test_a_quoted_page_and_small_talk_are_no_emergency(night: Night, phone: Phone) -> None:
    night.begin()
    marcus = night.person("marcus").phone
    quoted = 'Disliked "P1 #4821 Burst pipe, water flowing. Reply A4821"'
    told = [phone.writes(marcus, text) for text in (quoted, "who is this?", "can't, at dinner")]
    assert "Not taken yet" in told[0] and told[1:] == ["", ""]  # once: it may be a machine that writes
    assert "Not taken yet" in phone.writes(marcus, "25 min")
    assert runs(night) == [4821]


def test_a_telephone_that_answers_by_itself_is_answered_once_a_run(night: Night, phone: Phone) -> None:
    night.begin()
    focus = "(I'm not receiving notifications.) I'm driving with Focus turned on. I'll see your message later."
    answers = [phone.writes(night.person("marcus").phone, focus) for _ in range(60)]
    assert len([one for one in answers if one]) == 1


def test_words_to_the_queue_are_answered_so_often_an_hour_and_a_yes_always(night: Night, phone: Phone) -> None:
    dana, marcus = night.person("dana").phone, night.person("marcus").phone
    assert len([one for one in (phone.writes(dana, "IN") for _ in range(20)) if one]) == 8
    night.clock.turn(minutes=61)
    assert phone.writes(dana, "IN")
    assert len([one for one in (phone.writes(marcus, "JOIN") for _ in range(20)) if one]) == 8
    night.begin()
    assert "is yours" in phone.writes(marcus, "A4821")


@pytest.mark.parametrize("number", [ASHORE, CUSTOMER])
def test_whoever_was_sent_outside_answers_from_the_number_that_was_asked_or_from_their_own(
    night: Night, phone: Phone, number: str
) -> None:
    def let_go(session: Session) -> None:
        job = burst_pipe(session, night.clock(), situation="G01", trade="gas", callback=ASHORE)
        call = session.get_one(Call, job.call_id)
        call.outcome = "let_go"
        safety.watch(session, call, night.clock())

    night.database.work(let_go)

    def ask(session: Session) -> str:
        timer = session.exec(select(Timer).where(Timer.kind == safety.ALL_OUT_TIMER)).one()
        safety.ask(session, timer, night.company, night.clock.turn(minutes=5))
        return session.exec(select(Message.to).where(col(Message.key).startswith("all_out:"))).one()

    assert night.database.work(ask) == ASHORE
    assert "call 911 now" in phone.writes(number, "2")
    assert len(night.notices("walt")) == 2  # written and rung
