"""After the job: asked once, reminded once, the same link for everybody; the owner hears of the unhappy."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from callbacks.followups.asking import LATE, ONCE_IN
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, JobStatus, MessageStatus, Purpose
from models.tables import Call, Callback, FollowUp, Job
from tests.callbacks.followups_rig import ANA, CANCELLED, COMPLAINT, LINK, Rig, asking
from tests.conftest import Clock

BEN = "+15125550188"
WALT = "+15125550131"


@pytest.fixture
def rig(database: Database, shop: Company, wednesday: Clock) -> Rig:
    return Rig(database, asking(shop), wednesday)


def test_the_day_after_she_is_asked_reminded_once_and_after_three_months_asked_for_a_word(rig: Rig) -> None:
    job = rig.done()
    rig.passes(hours=23)
    assert rig.bodies() == []
    rig.passes(hours=2)
    assert rig.bodies()[0].startswith("how was our work? Reply 1 (bad) to 5 (great)") and LINK in rig.bodies()[0]
    rig.passes(days=3, hours=1)  # on Sunday, in Texas from noon
    assert rig.bodies()[1].startswith("a last ask") and rig.row(job).reminded_at is not None
    rig.passes(days=80)
    assert len(rig.texts()) == 2
    rig.passes(days=10)
    assert [one.purpose for one in rig.texts()] == [Purpose.REVIEW, Purpose.CHECK, Purpose.REFERRAL]
    assert rig.state(job) == ("over", None) and rig.next_timer() is None


def test_whoever_was_asked_has_the_link_before_they_answer_and_the_same_thanks_after(rig: Rig) -> None:
    """docs/domain/legal.md L13: no branch by what they say."""
    thanks = set()
    for number, words in ((ANA, "5"), (BEN, "1")):
        rig.done(number)
        rig.passes(days=1, hours=1)
        thanks.add(rig.writes(words, number))
        rig.passes(days=5)
    assert rig.bodies(ANA) == rig.bodies(BEN) and LINK in rig.bodies(ANA)[0]
    assert len(thanks) == 1 and LINK not in str(thanks)


def test_whoever_answered_is_not_reminded(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1)
    assert "thank you for telling us" in str(rig.writes("5! Marcus was great"))
    rig.passes(days=20)
    assert len(rig.texts()) == 1 and (rig.row(job).rating, rig.state(job)[0]) == (5, "answered")
    assert rig.writes("5") is None


def test_an_unhappy_answer_is_told_to_the_owner_and_nothing_more_is_asked(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1)
    assert rig.writes("2. He left a mess in my kitchen") is not None
    [told] = rig.texts(WALT)
    assert "unhappy customer, 2 of 5: '2. He left a mess in my kitchen'" in told.body and len(told.body) <= 160
    assert ANA not in told.body and told.purpose is Purpose.STAFF
    rig.passes(days=120)
    assert len(rig.texts()) == 1 and rig.state(job) == ("stopped", "unhappy")


def test_an_unhappy_answer_at_night_waits_for_the_owners_morning(rig: Rig) -> None:
    rig.done()
    rig.passes(days=1, hours=1)
    rig.clock.at = datetime.fromisoformat("2026-11-20T02:00:00-06:00")
    rig.writes("1")
    assert rig.texts(WALT)[0].due_at == datetime.fromisoformat("2026-11-20T08:00:00-06:00")


def test_trouble_in_an_answer_is_told_to_the_owner_and_read_on(rig: Rig) -> None:
    rig.done()
    rig.passes(days=1, hours=1)
    assert rig.writes("it is still leaking under the sink") is None
    assert len(rig.texts(WALT)) == 1


def test_words_that_are_no_answer_are_left_to_others(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1)
    for words in ("1204 Maple Street", "great, can you come Friday?", "ok thanks", "2 bathrooms flooded"):
        assert rig.writes(words) is None
    assert rig.state(job)[0] == "asked"


def test_nobody_is_asked_without_a_link_or_without_written_consent(rig: Rig, shop: Company) -> None:
    job = rig.job()
    rig.told(job)
    rig.passes(days=2)
    assert rig.texts() == [] and rig.state(job) == ("stopped", "L8: no written consent to marketing")
    silent = Rig(rig.database, shop, rig.clock)
    silent.agrees(BEN)
    silent.told(other := silent.job(BEN))
    with rig.database.transaction() as session:
        assert session.exec(select(FollowUp).where(FollowUp.job_id == other)).first() is None


def test_who_withheld_the_number_is_not_asked(rig: Rig) -> None:
    rig.told(rig.job(None))
    assert rig.next_timer() is None


def test_the_asking_waits_for_a_polite_hour(rig: Rig) -> None:
    """Saturday 22:00 plus a day is Sunday night; in Texas Monday from 9 (docs/domain/legal.md L7)."""
    rig.clock.at = datetime.fromisoformat("2026-11-21T22:00:00-06:00")
    job = rig.done()
    rig.passes(days=2)
    assert rig.row(job).asked_at == datetime.fromisoformat("2026-11-23T09:00:00-06:00")


def test_spanish_speakers_are_asked_and_thanked_in_spanish(rig: Rig) -> None:
    rig.done(language="es")
    rig.passes(days=1, hours=1)
    assert rig.bodies()[0].startswith("¿como fue nuestro trabajo?")
    assert "gracias por decirnos" in str(rig.writes("cinco, muy buen trabajo"))


def test_two_jobs_in_a_week_are_asked_about_once_and_recommended_once(rig: Rig) -> None:
    first = rig.done()
    second = rig.done()
    rig.passes(days=100)
    assert len([one for one in rig.texts() if one.purpose is Purpose.REVIEW]) == 1
    assert {rig.state(first), rig.state(second)} == {
        ("over", None),
        ("stopped", "asked about another job this week"),
    }
    third = rig.done()
    rig.passes(days=ONCE_IN.days)
    assert rig.state(third)[0] == "reminded"


def test_a_recommendation_is_asked_for_once_in_an_interval(rig: Rig) -> None:
    for _ in range(3):
        rig.done()
        rig.passes(days=15)
    rig.passes(days=130)
    assert len([one for one in rig.texts() if one.purpose is Purpose.REFERRAL]) == 1
    assert rig.next_timer() is None


def test_without_an_interval_nobody_is_asked_to_recommend(rig: Rig) -> None:
    rig.company = asking(rig.company, referral_days=0)
    job = rig.done()
    rig.passes(days=30)
    assert rig.state(job) == ("over", None) and len(rig.texts()) == 2


@pytest.mark.parametrize("kind", [CANCELLED, COMPLAINT])
@pytest.mark.parametrize("days", [0, 1.1, 5])
def test_a_complaint_or_a_cancelled_job_stops_it_at_once(rig: Rig, kind: object, days: float) -> None:
    job = rig.done()
    rig.passes(days=days)
    before = len(rig.texts())
    rig.told(job, kind)  # type: ignore[arg-type]
    rig.passes(days=120)
    assert len(rig.texts()) == before and rig.state(job) == ("stopped", kind)


def test_what_has_not_left_yet_is_called_off(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1, delivered=False)
    assert [one.status for one in rig.texts()] == [MessageStatus.PENDING]
    rig.told(job, COMPLAINT)
    assert rig.texts() == []


def test_a_complaint_about_one_job_stops_the_asking_about_the_other(rig: Rig) -> None:
    first, second = rig.done(), rig.done()
    rig.told(first, COMPLAINT)
    rig.passes(days=3)
    assert rig.texts() == [] and rig.state(second) == ("stopped", "complaint")


def test_who_opted_out_is_not_reminded(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1)
    rig.agrees(granted=False)
    rig.passes(days=120)
    assert len(rig.texts()) == 1 and rig.state(job) == ("stopped", "L4: opted out")


def test_who_has_called_again_is_asked_nothing(rig: Rig) -> None:
    job = rig.done()
    rig.clock.turn(minutes=5)
    rig.job(status=JobStatus.NEW)
    rig.passes(days=2)
    assert rig.texts() == [] and rig.state(job) == ("stopped", "they have called again")


def test_who_is_owed_a_call_is_asked_nothing_and_their_1_is_no_rating(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1)

    def owe(session: Session) -> None:
        call_id = session.get_one(Job, job).call_id
        session.add(Callback(call_id=call_id, number=ANA, reason="abandoned", created_at=rig.clock()))

    rig.database.work(owe)
    assert rig.writes("1") is None and rig.texts(WALT) == []
    assert rig.state(job) == ("stopped", "they have called again")


def test_a_settled_callback_stops_nothing(rig: Rig) -> None:
    job = rig.done()

    def owed(session: Session) -> None:
        call_id, status = session.get_one(Job, job).call_id, CallbackStatus.DONE
        session.add(Callback(call_id=call_id, number=ANA, reason="visit", status=status, created_at=rig.clock()))

    rig.database.work(owed)
    rig.passes(days=2)
    assert len(rig.texts()) == 1


def test_a_call_under_a_legal_hold_is_not_asked_about(rig: Rig) -> None:
    job = rig.done()

    def hold(session: Session) -> None:
        call = session.get_one(Call, session.get_one(Job, job).call_id)
        call.held = True
        session.add(call)

    rig.database.work(hold)
    rig.passes(days=2)
    assert rig.texts() == [] and rig.state(job) == ("stopped", "under a legal hold")


def test_a_completion_that_is_told_weeks_later_asks_nobody(rig: Rig) -> None:
    rig.agrees()
    job = rig.job()
    done_at = rig.clock()
    rig.clock.turn(days=LATE.days + 2)
    rig.told(job, at=done_at)
    rig.passes(days=1)
    assert rig.state(job) == ("stopped", "too late")


def test_who_never_got_the_first_text_is_not_reminded_of_it(rig: Rig) -> None:
    job = rig.done()
    rig.passes(days=1, hours=1, delivered=False)
    rig.leaves(MessageStatus.UNDELIVERED)
    rig.passes(days=30)
    assert len(rig.texts()) == 1 and rig.state(job) == ("stopped", "the first text did not arrive")


def test_a_late_text_is_no_answer(rig: Rig) -> None:
    rig.company = replace(rig.company, follow_ups=replace(rig.company.follow_ups, referral_days=200))
    rig.done()
    rig.passes(days=4, hours=1)
    rig.clock.turn(days=15)
    assert rig.writes("5") is None


def test_both_engines_look_at_once_and_one_text_leaves(rig: Rig) -> None:
    rig.done()
    rig.clock.turn(days=1, minutes=1)
    twin = Rig(rig.database, rig.company, rig.clock)
    assert rig.look(rig.clock()) + twin.look(rig.clock()) == 1 and len(rig.texts()) == 1


def test_it_is_completed_twice_and_asked_about_once(rig: Rig) -> None:
    job = rig.done()
    rig.clock.turn(hours=2)
    rig.told(job)
    rig.passes(days=1, hours=4)
    assert len(rig.texts()) == 1
    assert rig.row(job).asked_at == rig.row(job).created_at + timedelta(days=1)
