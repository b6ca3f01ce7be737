"""Twilio's list of calls is held against ours: who rang while nobody listened is known after all."""

from datetime import timedelta
from itertools import count

import pytest

from carrier.doors import Doors
from carrier.errors import UnknownOutcome, Unreachable
from carrier.lists import Arrived
from carrier.methods import Methods
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, CallStatus, MessageStatus, TransferStatus
from models.tables import Call, Seen, Transfer
from tests.callbacks.callers import CALLER, Desk
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from voice.sweep import Sweep

SIDS = count(1)


class Lookout(Desk):
    """The shop, what Twilio's lists say, and an engine that sweeps."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        super().__init__(database, company, clock)
        self.carrier, self.second = FakeCarrier(clock), FakeCarrier(clock)
        self.sweep = self.engine()

    def engine(self) -> Sweep:
        methods = Methods((self.carrier, self.second), Doors("https://firstring.example/"))
        return Sweep(self.database, methods, self.company, self.clock, Inline())

    def rang(self, number: str | None = CALLER, status: str = "completed", lasted_s: int = 8) -> Arrived:
        """Somebody called, nobody of ours listened, and all news of it was lost."""
        at = self.clock()
        self.clock.turn(seconds=lasted_s)
        ended = self.clock() if status != "in-progress" else None
        one = Arrived(f"CAswept{next(SIDS):027d}", number, self.company.phone, status, at, ended)
        self.carrier.came.append(one)
        return one

    def after(self, **time: float) -> list[str | None]:
        """So long later the engine sweeps; how the calls that we know of were missed."""
        self.clock.turn(**time)
        self.sweep(self.clock())
        return [one.missed for one in self.rows(Call)]

    def cursor(self, account: int = 0) -> Seen:
        return self.rows(Seen, Seen.key == f"calls_sweep:{account}")[0]  # type: ignore[no-any-return]


@pytest.fixture
def lookout(database: Database, shop: Company, wednesday: Clock) -> Lookout:
    return Lookout(database, shop, wednesday)


@pytest.mark.parametrize(("status", "rule"), [("no-answer", "never_answered"), ("completed", "no_stream")])
def test_who_gave_up_while_nobody_listened_has_a_text_within_a_minute(lookout: Lookout, status: str, rule: str) -> None:
    lookout.after()
    one = lookout.rang(status=status)
    assert lookout.after(seconds=61) == [rule]
    call = lookout.rows(Call)[0]
    assert (call.sid, call.received_at, call.status) == (one.sid, one.at, CallStatus.ENDED)
    assert [text.to for text in lookout.texts()] == [CALLER] and lookout.callbacks()[0].promised_at


def test_a_call_that_we_know_is_left_to_its_own_doors(lookout: Lookout) -> None:
    one = lookout.rang()
    lookout.work(lambda session: session.add(Call(sid=one.sid, caller=CALLER, received_at=one.at)))
    assert lookout.after(seconds=61) == [None]


def test_news_that_comes_after_the_sweep_changes_nothing(lookout: Lookout) -> None:
    lookout.rang(status="no-answer")
    lookout.after()
    call = lookout.rows(Call)[0]
    assert lookout.hangs_up(call.id, "no-answer") == "never_answered"
    assert lookout.after(seconds=61) == ["never_answered"]
    assert len(lookout.texts()) == 1 and len(lookout.callbacks()) == 1


def test_who_rang_three_times_is_one_person_in_the_queue(lookout: Lookout) -> None:
    for _ in range(3):
        lookout.rang()
    assert len(lookout.after()) == 3
    assert [one.calls for one in lookout.callbacks()] == [3] and len(lookout.texts()) == 1


def test_a_call_that_goes_on_is_looked_at_until_it_is_over(lookout: Lookout) -> None:
    one = lookout.rang(status="in-progress", lasted_s=0)
    for _ in range(20):
        assert lookout.after(seconds=61) == []
    lookout.carrier.came = [Arrived(one.sid, CALLER, one.called, "completed", one.at, lookout.clock())]
    assert lookout.after(seconds=61) == ["no_stream"]


def test_after_a_long_outage_everybody_is_in_the_queue_and_only_the_latest_are_texted(lookout: Lookout) -> None:
    lookout.after()
    lookout.rang("+15125550171")
    lookout.clock.turn(hours=3)
    lookout.rang("+15125550172")
    assert lookout.after(minutes=20) == ["no_stream", "no_stream"]
    assert [one.to for one in lookout.texts()] == ["+15125550172"]
    assert {one.number for one in lookout.callbacks()} == {"+15125550171", "+15125550172"}


def test_the_first_sweep_of_all_looks_back_one_hour(lookout: Lookout) -> None:
    lookout.rang("+15125550171")
    lookout.clock.turn(minutes=70)
    lookout.rang("+15125550172")
    lookout.after(seconds=1)
    assert [one.caller for one in lookout.rows(Call)] == ["+15125550172"]


def test_who_talked_to_a_person_by_twilios_own_fallback_was_not_missed(lookout: Lookout) -> None:
    lookout.carrier.joined[lookout.rang(lasted_s=200).sid] = 180
    assert lookout.after() == [None]
    assert lookout.texts() == [] and lookout.callbacks() == []
    assert lookout.hangs_up(lookout.rows(Call)[0].id) is None, "news of its end may still come"


def test_who_heard_only_a_voicemail_begin_was_missed(lookout: Lookout) -> None:
    lookout.carrier.joined[lookout.rang(lasted_s=40).sid] = 12
    assert lookout.after() == ["no_stream"]


def test_who_tried_again_and_was_put_through_is_owed_nothing(lookout: Lookout) -> None:
    lookout.rang()
    again = lookout.rings(status=CallStatus.TALKING, stream_at=lookout.clock())
    lookout.work(
        lambda session: session.add(Transfer(call_id=again, status=TransferStatus.OVER, created_at=lookout.clock()))
    )
    lookout.hangs_up(again)
    lookout.after(seconds=61)
    assert [one.status for one in lookout.callbacks()] == [CallbackStatus.CLOSED]
    assert [one.status for one in lookout.texts()] in ([], [MessageStatus.CANCELLED])


def test_a_withheld_number_has_a_row_and_no_text(lookout: Lookout) -> None:
    lookout.rang("anonymous")
    lookout.after()
    assert [one.number for one in lookout.callbacks()] == [None] and lookout.texts() == []


@pytest.mark.parametrize("error", [Unreachable("Twilio cannot be reached"), UnknownOutcome("Twilio answered 500")])
def test_while_twilio_cannot_be_asked_nothing_is_passed_over(lookout: Lookout, error: Exception) -> None:
    lookout.after()
    before = lookout.cursor().at
    lookout.rang()
    for _ in range(10):
        lookout.carrier.plan.append(error)  # type: ignore[arg-type]
        assert lookout.after(seconds=61) == []
        assert lookout.cursor().at == before < lookout.cursor(account=1).at
    assert lookout.after(seconds=61) == ["no_stream"]


def test_a_call_that_cannot_be_judged_now_holds_up_no_other_and_is_judged_later(
    lookout: Lookout, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookout.rang("+15125550171")
    lookout.rang("+15125550172", status="no-answer")

    def nothing_said(_sid: str) -> int:
        raise Unreachable("Twilio cannot be reached")

    with monkeypatch.context() as away:
        away.setattr(lookout.carrier, "joined_s", nothing_said)
        assert lookout.after() == ["never_answered"]
        lookout.after(hours=5)
    assert sorted(filter(None, lookout.after(seconds=61))) == ["never_answered", "no_stream"]


def test_of_several_engines_one_sweeps(lookout: Lookout) -> None:
    other = lookout.engine()
    now = lookout.clock()
    assert (lookout.sweep(now), other(now), lookout.sweep(now)) == (2, 0, 0)
    assert (lookout.carrier.looks, lookout.second.looks) == (1, 1)
    later = lookout.clock.turn(seconds=60)
    assert (other(later), lookout.sweep(later)) == (2, 0)


def test_a_list_that_lags_is_read_again(lookout: Lookout) -> None:
    lookout.after()
    one = lookout.rang()
    lookout.carrier.came.clear()
    for _ in range(3):
        assert lookout.after(seconds=61) == []
    lookout.carrier.came.append(one)
    assert lookout.clock() - one.at < timedelta(minutes=5)
    assert lookout.after(seconds=61) == ["no_stream"]
