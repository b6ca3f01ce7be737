"""Twilio's list of texts is held against ours: what was written while we failed is heard after all, and once."""

from itertools import count
from typing import Any

import pytest

from callbacks import replies
from carrier.doors import Doors
from carrier.errors import Unreachable
from carrier.lists import Written
from carrier.methods import Methods
from models.company import Company
from models.database import Database
from models.tables import Call, Message, PageRun, Seen, Utterance
from tests.callbacks.callers import CALLER, Desk
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from triage.triage import Triage
from voice.texts_sweep import TextSweep

SIDS = count(1)


@pytest.fixture(scope="module")
def triage() -> Triage:
    return Triage.load()


class Lookout(Desk):
    """The shop, what Twilio's list of texts says, and an engine that sweeps."""

    def __init__(self, database: Database, company: Company, clock: Clock, triage: Triage) -> None:
        super().__init__(database, company, clock)
        self.carrier, self.triage = FakeCarrier(clock), triage
        self.sweep = self.engine()

    def engine(self) -> TextSweep:
        methods = Methods((self.carrier,), Doors("https://firstring.example/"))
        return TextSweep(self.database, methods, self.company, self.clock, Inline(), lambda: self.triage)

    def wrote(self, body: str, number: str | None = CALLER) -> Written:
        """Somebody wrote, and nobody of ours answered Twilio."""
        one = Written(f"SMswept{next(SIDS):027d}", number, self.company.phone, body, 0, self.clock())
        self.carrier.texted.append(one)
        self.clock.turn(seconds=5)
        return one

    def after(self, **time: float) -> list[str]:
        """So long later the engine sweeps; the answers so far."""
        self.clock.turn(**time)
        self.sweep(self.clock())
        return [one.body for one in self.rows(Message, Message.purpose == "reply")]

    def at_the_door(self, one: Written) -> bool:
        text = replies.Text(one.sid, one.writer or "", one.to, one.body)
        return self.work(replies.receive, self.triage, self.company, text, self.clock())  # type: ignore[no-any-return]


@pytest.fixture
def lookout(database: Database, shop: Company, wednesday: Clock, triage: Triage) -> Lookout:
    return Lookout(database, shop, wednesday, triage)


def test_an_emergency_that_was_written_while_we_failed_is_paged_within_two_minutes(lookout: Lookout) -> None:
    lookout.after()
    one = lookout.wrote("gas smell in the kitchen, 1204 Pecan Street 78704")
    assert len(lookout.after(seconds=61)) == 1
    assert len(lookout.rows(PageRun)) == 1 and lookout.rows(Call)[0].sid == one.sid
    assert len(lookout.after(seconds=61)) == 1 and len(lookout.rows(PageRun)) == 1


def test_what_the_door_has_heard_is_not_heard_again_whichever_was_first(lookout: Lookout) -> None:
    lookout.missed()
    first, second = lookout.wrote("the sink drips"), lookout.wrote("412 Maple Street 78704")
    assert lookout.at_the_door(first)
    lookout.after(seconds=61)
    assert [one.text for one in lookout.rows(Utterance)] == [first.body, second.body]
    assert not lookout.at_the_door(second) and len(lookout.rows(Utterance)) == 2


def test_texts_of_an_outage_are_heard_in_the_order_in_which_they_were_written(lookout: Lookout) -> None:
    lookout.missed()
    lookout.after()
    for body in ("the sink drips", "R", "412 Maple Street 78704"):
        lookout.wrote(body)
        lookout.clock.turn(hours=1)
    lookout.carrier.texted.reverse()
    assert "we have: 412 Maple Street" in lookout.after(seconds=1)[-1]


def test_a_text_that_may_be_in_our_hands_is_left_to_the_door_for_a_while(lookout: Lookout) -> None:
    lookout.missed()
    lookout.wrote("the sink drips")
    lookout.after(seconds=1)
    assert lookout.rows(Utterance) == []
    lookout.after(seconds=61)
    assert len(lookout.rows(Utterance)) == 1


def test_a_stop_that_was_written_while_we_failed_counts(lookout: Lookout) -> None:
    lookout.missed()
    lookout.wrote("stop texting me")
    lookout.after(seconds=61)
    assert any("opted out" in one.body for one in lookout.rows(Message))


def test_short_codes_and_withheld_numbers_are_nobody(lookout: Lookout) -> None:
    lookout.wrote("gas smell", "72345")
    lookout.wrote("gas smell", None)
    assert lookout.after(seconds=61) == []


def test_while_twilio_cannot_be_asked_nothing_is_passed_over(lookout: Lookout) -> None:
    lookout.after()
    lookout.wrote("gas smell in the kitchen")
    for _ in range(10):
        lookout.carrier.plan.append(Unreachable("Twilio cannot be reached"))
        assert lookout.after(seconds=61) == []
    assert len(lookout.after(seconds=61)) == 1


def test_a_text_that_cannot_be_read_now_holds_up_no_other_and_is_read_later(
    lookout: Lookout, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookout.after()
    lookout.wrote("the poison of this test")
    lookout.wrote("gas smell in the kitchen", "+15125550172")
    receive = replies.receive

    def fails(session: Any, triage: Any, company: Any, text: replies.Text, now: Any) -> bool:
        if "poison" in text.body:
            raise RuntimeError("cannot be read")
        return receive(session, triage, company, text, now)

    with monkeypatch.context() as broken:
        broken.setattr(replies, "receive", fails)
        assert len(lookout.after(seconds=61)) == 1
        lookout.after(hours=3)
    assert len(lookout.after(seconds=61)) == 2
    assert lookout.rows(Seen, Seen.key == "texts_sweep:0")[0].at == lookout.clock()


def test_of_several_engines_one_sweeps(lookout: Lookout) -> None:
    other, now = lookout.engine(), lookout.clock()
    assert (lookout.sweep(now), other(now), lookout.sweep(now)) == (1, 0, 0)
