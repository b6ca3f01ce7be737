from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlmodel import Session, select

from carrier import timers
from carrier.timers import RETRY, TimerPass
from carrier.watch import overdue_seconds
from models.database import Database
from models.enums import TimerStatus
from models.tables import Seen, Timer
from tests.carrier.conftest import TurnedClock


class Looks:
    """A handler that writes down what it looked at."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self.broken = False

    def __call__(self, session: Session, timer: Timer, now: datetime) -> None:
        session.add(Seen(key=timer.id, at=now))
        session.flush()
        if self.broken:
            raise RuntimeError
        self.seen.append((timer.ref, timer.step))


def set_timer(database: Database, clock: TurnedClock, ref: str, after: float = 60, step: int = 0) -> bool:
    due = clock() + timedelta(seconds=after)
    return database.work(timers.schedule, "rung", ref, due, step)


def statuses(database: Database) -> dict[str, TimerStatus]:
    with database.transaction() as session:
        return {timer.ref: timer.status for timer in session.exec(select(Timer))}


def test_a_timer_is_looked_at_once_when_its_time_comes(database: Database, clock: TurnedClock) -> None:
    looks = Looks()
    work = TimerPass(database, {"rung": looks})
    set_timer(database, clock, "run 1")
    assert work(clock()) == 0
    assert work(clock.turn(60)) == 1
    assert work(clock.turn(60)) == 0
    assert looks.seen == [("run 1", 0)]
    assert statuses(database) == {"run 1": TimerStatus.DONE}


def test_timers_are_looked_at_in_the_order_of_their_time(database: Database, clock: TurnedClock) -> None:
    looks = Looks()
    for ref, after in (("late", 30), ("early", 10), ("middle", 20)):
        set_timer(database, clock, ref, after)
    assert TimerPass(database, {"rung": looks})(clock.turn(60)) == 3
    assert [ref for ref, _ in looks.seen] == ["early", "middle", "late"]


def test_a_timer_is_set_once(database: Database, clock: TurnedClock) -> None:
    assert set_timer(database, clock, "run 1")
    assert not set_timer(database, clock, "run 1", after=5)
    assert set_timer(database, clock, "run 1", step=1)


def test_a_cancelled_timer_is_not_looked_at(database: Database, clock: TurnedClock) -> None:
    looks = Looks()
    for step in range(3):
        set_timer(database, clock, "run 1", step=step)
    assert database.work(timers.cancel, "rung", "run 1", 1) == 1
    TimerPass(database, {"rung": looks})(clock.turn(60))
    assert {step for _, step in looks.seen} == {0, 2}
    assert database.work(timers.cancel, "rung", "run 1") == 0


def test_a_look_that_raises_is_undone_tried_again_and_keeps_no_other_back(
    database: Database, clock: TurnedClock
) -> None:
    broken, good = Looks(), Looks()
    broken.broken = True
    work = TimerPass(database, {"rung": broken, "promise": good})
    set_timer(database, clock, "run 1", 10)
    database.work(timers.schedule, "promise", "callback 1", clock() + timedelta(seconds=20))
    work(clock.turn(60))
    assert good.seen == [("callback 1", 0)]
    assert statuses(database)["run 1"] is TimerStatus.PENDING
    with database.transaction() as session:
        assert len(session.exec(select(Seen)).all()) == 1, "what the broken look wrote is undone"
    broken.broken = False
    assert work(clock()) == 0
    assert work(clock.turn(RETRY.total_seconds())) == 1
    assert broken.seen == [("run 1", 0)]


def test_a_look_may_set_the_next_timer(database: Database, clock: TurnedClock) -> None:
    def look(session: Session, timer: Timer, now: object) -> None:
        if timer.step < 3:
            timers.schedule(session, timer.kind, timer.ref, timer.due_at, timer.step + 1)

    set_timer(database, clock, "run 1")
    assert TimerPass(database, {"rung": look})(clock.turn(60)) == 4


def test_a_timer_that_nobody_handles_makes_the_watchdog_bark(database: Database, clock: TurnedClock) -> None:
    database.work(timers.schedule, "unheard of", "x", clock())
    assert TimerPass(database, {"rung": Looks()})(clock.turn(90)) == 0
    with database.transaction() as session:
        assert overdue_seconds(session, clock()) == 90


def test_the_watchdog_is_silent_when_nothing_is_owed(database: Database, clock: TurnedClock) -> None:
    set_timer(database, clock, "run 1", 60)
    with database.transaction() as session:
        assert overdue_seconds(session, clock()) == 0
    TimerPass(database, {"rung": Looks()})(clock.turn(600))
    with database.transaction() as session:
        assert overdue_seconds(session, clock()) == 0


def test_two_engines_look_at_each_timer_once(database: Database, clock: TurnedClock) -> None:
    looks = Looks()
    for number in range(20):
        set_timer(database, clock, f"run {number}")
    clock.turn(60)
    with ThreadPoolExecutor(2) as engines:
        done = engines.map(lambda _: TimerPass(database, {"rung": looks})(clock()), range(2))
    assert sum(done) == 20
    assert sorted(looks.seen) == sorted((f"run {number}", 0) for number in range(20))
