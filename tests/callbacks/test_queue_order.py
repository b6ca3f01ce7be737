"""Who is called first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callbacks import queue
from callbacks.queue.hours import open_minutes_later
from firstring import profile
from firstring.settings import EXAMPLE_PROFILE
from models.company import Company
from models.tables import Callback
from tests.callbacks.queue_rig import CALLER, Rig

SHOP = profile.load(EXAMPLE_PROFILE)
TEN = datetime(2026, 11, 18, 16, tzinfo=UTC)  # on the shop's wall


def owed(name: str = "a", *, called: int = 0, promised: int | None = 30, **facts: object) -> Callback:
    """Called and promised so many minutes after ten."""
    at = None if promised is None else TEN + timedelta(minutes=promised)
    return Callback(
        id=name,
        call_id=name,
        number=CALLER,
        reason="x",
        created_at=TEN + timedelta(minutes=called),
        promised_at=at,
        **facts,
    )  # type: ignore[arg-type]


def first(*callers: Callback) -> str:
    return min(callers, key=queue.place).id


def test_an_emergency_comes_before_everybody_whatever_they_were_promised() -> None:
    assert first(owed("late", promised=-20), owed("flood", priority="P1", promised=60)) == "flood"


def test_whose_promise_breaks_first_comes_first_though_others_wait_longer() -> None:
    assert first(owed("old", called=-50, promised=30), owed("new", called=0, promised=20)) == "new"


def test_a_promise_that_was_kept_by_a_try_presses_nobody_any_more() -> None:
    tried = owed("tried", promised=10, called=-30, first_tried_at=TEN + timedelta(minutes=12))
    assert first(tried, owed("fresh", promised=40)) == "fresh"


def test_nor_does_one_that_was_kept_before_its_time() -> None:
    tried = owed("tried", promised=25, called=-30, first_tried_at=TEN)
    assert first(tried, owed("fresh", promised=40)) == "fresh"


def test_of_one_promise_who_waits_longer_then_a_member_then_somebody_new() -> None:
    assert first(owed("b", called=0, member=True), owed("a", called=-15)) == "a"
    assert first(owed("a", called=1), owed("b", called=2, member=True)) == "b"
    assert first(owed("a", called=1, known=True), owed("b", called=2)) == "b"
    assert first(owed("b", called=1), owed("a", called=2)) == "b"


@given(
    st.lists(st.builds(owed, st.text("ab", min_size=1), called=st.integers(-99, 9), member=st.booleans()), max_size=6)
)
def test_the_order_does_not_depend_on_who_is_asked_first(callers: list[Callback]) -> None:
    there, back = sorted(callers, key=queue.place), sorted(reversed(callers), key=queue.place)
    assert [queue.place(one) for one in there] == [queue.place(one) for one in back]


def test_nobody_is_called_before_the_time_they_asked_for(books: object, shop: Company, wednesday: object) -> None:
    rig = Rig(books, shop, wednesday)  # type: ignore[arg-type]
    now = rig.clock()
    after_five = rig.owed(not_before=now + timedelta(hours=6), promised_at=now + timedelta(hours=7))
    nobody = rig.owed(None)
    here = rig.owed("+15125550198")
    assert [one.id for one in rig.work(queue.waiting, now)] == [here]
    everybody = [one.id for one in rig.work(queue.unsettled, now)]
    assert everybody[0] == here and set(everybody) == {after_five, nobody, here}
    assert after_five in [one.id for one in rig.work(queue.waiting, now + timedelta(hours=6))]


def test_minutes_count_only_while_the_shop_is_open(shop: Company) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text)

    assert open_minutes_later(shop, local("2026-11-18T10:00-06:00"), 30) == local("2026-11-18T10:30-06:00")
    assert open_minutes_later(shop, local("2026-11-18T17:45-06:00"), 30) == local("2026-11-19T07:45-06:00")
    # Thanksgiving between
    assert open_minutes_later(shop, local("2026-11-25T17:00-06:00"), 120) == local("2026-11-27T08:30-06:00")


@given(st.datetimes(datetime(2026, 10, 25), datetime(2027, 3, 20), timezones=st.just(UTC)), st.integers(1, 300))
def test_a_retry_is_always_in_open_hours_and_never_sooner(start: datetime, minutes: int) -> None:
    at = open_minutes_later(SHOP, start, minutes)
    assert SHOP.is_open(at) and at >= start + timedelta(minutes=minutes)
