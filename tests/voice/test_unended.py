"""Calls whose end nobody told: Twilio is asked, and silence alone says nothing."""

from datetime import timedelta

import pytest

from carrier.client import News
from carrier.doors import Doors
from carrier.errors import Unreachable
from carrier.methods import Methods
from models.company import Company
from models.database import Database
from models.enums import CallStatus
from tests.callbacks.callers import Desk
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from voice import ending
from voice.unended import Unended

SECOND = "+15125550198"


class Lookout(Desk):
    """A call whose socket broke, and the pass that asks about it."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        super().__init__(database, company, clock)
        self.carrier, self.second, self.live = FakeCarrier(clock), FakeCarrier(clock), set[str]()
        doors, numbers = Doors("https://firstring.example/"), (company.phone, SECOND)
        methods = Methods((self.carrier, self.second), doors, numbers=numbers)
        self._pass = Unended(database, methods, company, clock, Inline(), self.live)
        self.id = self.rings(status=CallStatus.TALKING, stream_at=clock())
        self.sid = self.call(self.id).sid
        self.work(ending.check_soon, self.id, clock())

    def after(self, seconds: float) -> str | None:
        self.clock.turn(seconds=seconds)
        self._pass(self.clock())
        return self.call(self.id).missed


@pytest.fixture
def lookout(database: Database, shop: Company, wednesday: Clock) -> Lookout:
    return Lookout(database, shop, wednesday)


def test_sixty_seconds_after_the_last_frame_twilio_is_asked_and_the_caller_gets_the_text(lookout: Lookout) -> None:
    lookout.carrier.standing[lookout.sid] = News("completed")
    assert lookout.after(59) is None
    assert lookout.after(2) == "abandoned" and len(lookout.texts()) == 1


def test_a_caller_who_is_still_on_the_line_is_not_told_that_we_missed_them(lookout: Lookout) -> None:
    lookout.carrier.standing[lookout.sid] = News("in-progress")
    for _ in range(5):
        assert lookout.after(61) is None
    assert lookout.texts() == []
    lookout.carrier.standing[lookout.sid] = News("completed")
    assert lookout.after(61) == "abandoned"


def test_while_twilio_cannot_be_asked_nothing_is_concluded(lookout: Lookout) -> None:
    lookout.carrier.plan.append(Unreachable("Twilio cannot be reached"))
    assert lookout.after(61) is None
    lookout.carrier.standing[lookout.sid] = News("completed")
    assert lookout.after(61) == "abandoned"


def test_a_call_that_twilio_does_not_know_is_over(lookout: Lookout) -> None:
    assert lookout.after(61) == "abandoned"


def test_a_call_that_this_process_serves_is_left_alone_until_its_end_is_told(lookout: Lookout) -> None:
    lookout.live.add(lookout.sid)
    assert lookout.after(61) is None and lookout.carrier.looks == 0
    lookout.live.clear()
    lookout.work(ending.check_soon, lookout.id, lookout.clock())
    assert lookout.after(61) == "abandoned"


def test_no_call_is_longer_than_four_hours(lookout: Lookout) -> None:
    lookout.carrier.standing[lookout.sid] = News("in-progress")
    assert lookout.after(timedelta(hours=4).total_seconds()) == "abandoned"


def test_a_call_to_the_number_of_the_second_account_is_asked_about_there(lookout: Lookout) -> None:
    call = lookout.rings("+15125550188", status=CallStatus.TALKING, stream_at=lookout.clock(), called=SECOND)
    lookout.work(ending.check_soon, call, lookout.clock())
    lookout.second.standing[lookout.call(call).sid] = News("in-progress")
    lookout.after(61)
    assert lookout.call(call).status is CallStatus.TALKING and lookout.texts()[0].to != "+15125550188"
