"""Times that are given and kept, or not: by the rows, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import select

from callbacks import promise, story
from callbacks.keeping import PROMISE_TIMER
from callbacks.promise.staff import on_duty
from callbacks.replies.wish import Wish
from callbacks.replies.wishing import grant
from models.enums import AttemptStatus, CallbackStatus, Language, Purpose, TimerStatus
from models.tables import Attempt, Callback, Timer
from tests.callbacks.promise.conftest import Shop


def test_missed_at_eleven_at_night_promised_a_quarter_past_opening_and_called_before(desk: Shop) -> None:
    desk.at("2026-11-18T23:00")
    row = desk.missed()
    assert desk.clock(desk.row(row).promised_at) == "Thu 07:45"
    desk.change(row, first_tried_at=desk.at("2026-11-19T07:35"))
    desk.at("2026-11-19T09:00")
    assert desk.texts() == [] and desk.row(row).slipped_at is None


def test_the_promise_slips_in_a_storm_and_the_caller_is_told_once(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    row = desk.missed()
    first = desk.row(row).promised_at
    for _ in range(12):
        desk.missed("P1")  # all before this caller
    desk.at("2026-11-18T10:09")
    late = desk.row(row)
    assert late.slipped_at is not None and first is not None and late.slipped_at < first
    assert late.promised_at is not None and late.promised_at > first and late.first_promised_at == first
    desk.at("2026-11-18T13:00")
    mine = [one for one in desk.texts() if one.key == f"slipped:{row}"]
    assert len(mine) == 1 and mine[0].purpose is Purpose.SLIPPED and mine[0].to == late.number
    assert [one.what for one in desk.work(lambda session: story.told(session, row))].count("slipped") == 1


def test_who_answers_for_the_shop_hears_of_a_late_desk_once_an_hour(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    for _ in range(10):
        desk.missed()
    desk.at("2026-11-18T10:59")
    staff = [one for one in desk.texts() if one.purpose is Purpose.STAFF]
    assert {one.to for one in staff} == {"+15125550122", "+15125550131"}
    assert len([one for one in staff if one.key.startswith("broken")]) == 2
    assert all(str(one.number) not in text.body for text in staff for one in [desk.row(desk.missed())])


def test_an_emergency_that_is_not_called_in_time_alarms_by_itself(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    row = desk.missed("P1")
    desk.at("2026-11-18T10:11")
    assert {one.key for one in desk.texts()} >= {f"broken:{row}:priya", f"broken:{row}:walt", f"slipped:{row}"}


def test_whoever_is_being_called_or_was_called_is_left_in_peace(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    taken, closed, called = desk.missed(), desk.missed(), desk.missed()
    desk.change(taken, status=CallbackStatus.TAKEN, taken_by="dana", taken_at=desk.now)
    desk.change(closed, status=CallbackStatus.CLOSED)
    desk.change(called, first_tried_at=desk.now)
    desk.at("2026-11-18T10:40")
    assert desk.texts() == []


def test_another_time_asked_for_after_a_try_in_vain_is_watched_like_the_first(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    row = desk.missed()
    tried = desk.at("2026-11-18T10:04")
    desk.change(row, first_tried_at=tried, attempts=1)
    wish = Wish(datetime(2026, 11, 18, 14, 0, tzinfo=desk.company.timezone), True, Language.EN)
    desk.work(lambda session: grant(session, session.get_one(Callback, row), wish, desk.company, desk.now))
    desk.at("2026-11-18T17:00")
    what = [one.what for one in desk.work(lambda session: story.told(session, row))]
    assert desk.row(row).first_tried_at is None and what.count("broken") >= 1
    assert [one for one in desk.texts() if one.purpose is Purpose.STAFF]


def test_whatever_happens_the_looks_come_to_an_end(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    open_one, taken = desk.missed(), desk.missed()
    desk.change(taken, status=CallbackStatus.TAKEN, taken_by="dana", taken_at=desk.now)
    desk.at("2026-11-19T18:00")
    left = desk.work(
        lambda session: session.exec(
            select(Timer).where(Timer.kind == PROMISE_TIMER, Timer.status == TimerStatus.PENDING)
        ).all()
    )
    assert left == [] and desk.row(open_one).status is CallbackStatus.OPEN


def test_who_signed_out_is_gone_and_who_did_not_sign_in_while_others_did_is_not_there(desk: Shop) -> None:
    def there() -> list[str]:
        return [one.id for one in desk.work(lambda session: on_duty(session, desk.company, desk.now))]

    desk.at("2026-11-18T07:40")
    assert there() == ["dana", "priya"]  # nobody signed in yet: all by their hours
    desk.sign("dana", True)
    assert there() == ["dana", "priya"]
    desk.at("2026-11-18T08:00")
    assert there() == ["dana"]
    desk.sign("priya", True)
    desk.sign("dana", False)
    assert there() == ["priya"]
    desk.at("2026-11-18T18:00")
    assert there() == []
    desk.at("2026-11-19T08:00")
    assert there() == ["dana", "priya"]  # a sign-in ends with the day


def test_with_one_of_two_gone_the_time_is_later(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    for _ in range(6):
        desk.missed()
    both = desk.row(desk.missed()).promised_at
    desk.sign("dana", True)
    alone = desk.row(desk.missed()).promised_at
    assert both is not None and alone is not None and alone > both + timedelta(minutes=10)


def test_the_desks_own_pace_is_learned_from_its_calls_back(desk: Shop) -> None:
    def give() -> timedelta:
        at = desk.work(lambda session: promise.give(session, desk.company, desk.now, priority=None))
        return timedelta(seconds=at.timestamp() - desk.now.timestamp())

    desk.at("2026-11-18T10:00")
    row = desk.missed()
    for _ in range(7):
        desk.missed()
    before = give()
    for hours in range(1, 80):
        begun = desk.now - timedelta(hours=hours)
        times = {"created_at": begun, "answered_at": begun, "ended_at": begun + timedelta(minutes=20)}
        attempt = Attempt(callback_id=row, person_id="dana", status=AttemptStatus.OVER, **times)
        desk.work(lambda session, attempt=attempt: session.add(attempt))
    assert give() > 1.5 * before


def test_a_wish_is_a_time_after_it_and_within_hours(desk: Shop) -> None:
    desk.at("2026-11-18T10:00")
    wishes = {desk.at("2026-11-18T10:00") + timedelta(hours=hours) for hours in (1, 7, 9, 22)}
    given = desk.work(
        lambda session: [
            promise.give(session, desk.company, desk.now, priority=None, not_before=wish) for wish in sorted(wishes)
        ]
    )
    assert [desk.clock(at) for at in given] == ["Wed 11:10", "Wed 17:10", "Thu 07:45", "Thu 08:10"]


def test_a_shop_without_a_desk_gives_no_time(desk: Shop) -> None:
    deskless = replace(desk.company, staff=tuple(one for one in desk.company.staff if "csr" not in one.roles))
    at = desk.work(lambda session: promise.give(session, deskless, desk.at("2026-11-18T10:00"), priority=None))
    assert at is None
