"""A caller whom we may not ring: an ordinary one is closed, an emergency is left to people, and they are told."""

from sqlmodel import Session

from callbacks.queue.taking import Answer
from carrier import consent
from models.company import Company
from models.database import Database
from models.enums import Priority
from tests.callbacks.queue_rig import CALLER, CLOSED, OPEN, Rig
from tests.conftest import Clock


def said_no(session: Session, company: Company, clock: Clock) -> None:
    consent.opt_out(session, company, CALLER, "Stop calling me", None, "SM1", clock())


def test_an_emergency_is_never_closed_by_itself_and_managers_are_told_once(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    rig = Rig(database, shop, wednesday, by_hand=True)
    owed, other = rig.owed(priority=Priority.P1), rig.owed("+15125550142")
    rig.clock.turn(minutes=1)
    rig.work(said_no, shop, rig.clock)
    for _ in range(2):
        assert rig.begin(owed).answer is Answer.NEVER
    assert rig.row(owed).status == OPEN
    (words,) = {one for one in rig.texts() if "EMERGENCY" in one}
    assert "L8" in words and CALLER not in words
    assert rig.begin(other).answer is Answer.YOURS


def test_an_ordinary_one_is_closed_with_its_reason_and_a_manager_hears_of_it(
    database: Database, shop: Company, wednesday: Clock
) -> None:
    rig = Rig(database, shop, wednesday, by_hand=True)
    owed = rig.owed()
    rig.clock.turn(minutes=1)
    rig.work(said_no, shop, rig.clock)
    assert rig.begin(owed).answer is Answer.NEVER
    assert rig.row(owed).status == CLOSED and any("is not rung" in one for one in rig.texts())
