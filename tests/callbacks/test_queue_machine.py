"""People, telephones and Twilio do what they like, in any order: no illegal move, and time alone ends every attempt."""

from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, col, delete, select

from callbacks import queue
from callbacks.queue import calling
from callbacks.queue.watch import LIMITS
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.database import Database
from models.enums import AttemptStatus, CallbackStatus, TimerStatus
from models.tables import Attempt, Call, Callback, CallbackEvent, Message, Timer
from tests.callbacks.queue_rig import DONE, OPEN, TAKEN, Rig
from tests.conftest import Clock
from tests.machines import play

SHOP = profiles.load(EXAMPLE_PROFILE)
WHO = st.sampled_from(["dana", "priya"])
WHICH = st.integers(0, 1)
FINAL = st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled"])


class Queue(RuleBasedStateMachine):
    """Two callers, two CSRs and a clock."""

    database: Database

    @initialize(by_hand=st.booleans(), urgent=st.booleans())
    def callers_are_owed(self, by_hand: bool, urgent: bool) -> None:
        clock = Clock("2026-11-18T10:15:00-06:00")
        self.rig = Rig(self.database, SHOP, clock, by_hand=by_hand)
        self.ids = [self.rig.owed(f"+1512555018{digit}", priority="P1" if urgent else None) for digit in (1, 2)]

    def _mine(self) -> list[Attempt]:
        query = select(Attempt).where(col(Attempt.callback_id).in_(self.ids)).order_by(col(Attempt.created_at))
        return self.rig.work(lambda session: list(session.exec(query).all()))

    def _to_one(self, which: int, piece: Any, *args: Any) -> None:
        """Something befalls an attempt, running or long over."""
        if rows := self._mine():
            id_ = rows[-1 - which % len(rows)].id
            self.rig.work(lambda session: piece(session, session.get_one(Attempt, id_), *args))

    @rule(which=WHICH, who=WHO)
    def somebody_takes(self, which: int, who: str) -> None:
        self.rig.take(self.ids[which], who)

    @rule(which=WHICH, who=WHO)
    def somebody_calls(self, which: int, who: str) -> None:
        self.rig.begin(self.ids[which], who)

    @rule(which=WHICH)
    def somebody_picks_up(self, which: int) -> None:
        self._to_one(which, calling.picked_up, "CAstaff", self.rig.clock())

    @rule(which=WHICH)
    def presses_1(self, which: int) -> None:
        self._to_one(which, calling.dial, self.rig.company, self.rig.clock())

    @rule(which=WHICH)
    def presses_2(self, which: int) -> None:
        self._to_one(which, calling.not_begun, self.rig.company, self.rig.clock(), "passed")

    @rule(which=WHICH)
    def the_caller_is_rung(self, which: int) -> None:
        self._to_one(which, calling.rang, "CAcaller", self.rig.clock())

    @rule(which=WHICH)
    def the_caller_answers(self, which: int) -> None:
        self._to_one(which, calling.answered, self.rig.company, self.rig.clock())

    @rule(which=WHICH, status=FINAL, talked=st.sampled_from([None, 0, 40]))
    def the_callers_call_is_over(self, which: int, status: str, talked: int | None) -> None:
        self._to_one(which, calling.caller_over, status, talked, self.rig.company, self.rig.clock())

    @rule(which=WHICH)
    def a_machine(self, which: int) -> None:
        self._to_one(which, calling.unanswered, "completed", self.rig.company, self.rig.clock())

    @rule(status=FINAL)
    def our_call_is_over(self, status: str) -> None:
        if self._mine():
            self.rig.staff_hears(status)

    @rule(which=WHICH)
    def somebody_closes(self, which: int) -> None:
        self.rig.act(queue.close, self.ids[which], "came by", "priya", self.rig.clock())

    @rule(which=WHICH)
    def somebody_reopens(self, which: int) -> None:
        self.rig.act(queue.reopen, self.ids[which], "priya", self.rig.company, self.rig.clock())

    @rule(which=WHICH, who=WHO, reached=st.booleans())
    def somebody_has_called_by_hand(self, which: int, who: str, reached: bool) -> None:
        person = self.rig.company.person(who)
        self.rig.act(
            partial(queue.by_hand, reached=reached), self.ids[which], person, self.rig.company, self.rig.clock()
        )

    @rule(who=WHO)
    def somebody_texts_that_they_talked(self, who: str) -> None:
        self.rig.work(queue.by_text, self.rig.company.person(who), "TALKED", self.rig.company, self.rig.clock())

    @rule(seconds=st.sampled_from([1, 15, 60, 300, 1800]))
    def time_goes_by(self, seconds: int) -> None:
        self.rig.passes(seconds=seconds)

    @invariant()
    def one_person_has_one_caller(self) -> None:
        held = [row.taken_by for row in map(self.rig.row, self.ids) if row.status == TAKEN]
        assert None not in held and len(held) == len(set(held))

    @invariant()
    def done_means_that_they_talked(self) -> None:
        for row in map(self.rig.row, self.ids):
            if row.status == DONE:
                assert row.reached_at is not None and row.first_tried_at is not None and row.attempts > 0
            if row.status == OPEN:
                assert row.taken_by is None

    @invariant()
    def something_is_always_about_to_happen(self) -> None:
        for row in map(self.rig.row, self.ids):
            if row.status == TAKEN:
                assert self._pending([row.id, *(one.id for one in self._mine())])
        for one in self._mine():
            assert one.status not in LIMITS or self._pending([one.id]), f"stuck in {one.status}"

    def _pending(self, refs: list[str]) -> list[Timer]:
        query = select(Timer).where(col(Timer.ref).in_(refs), Timer.status == TimerStatus.PENDING)
        return self.rig.work(lambda session: list(session.exec(query).all()))

    def teardown(self) -> None:
        """Nobody does anything any more, and nobody is rung by itself: time alone settles every attempt."""
        if not hasattr(self, "ids"):
            return
        rig = Rig(self.database, SHOP, self.rig.clock, by_hand=True)
        for _ in range(400):
            refs = [*self.ids, *(one.id for one in self._mine())]
            if not (pending := self._pending(refs)):
                break
            rig.clock.at = max(rig.clock.at, min(timer.due_at for timer in pending))
            rig.look(rig.clock())
        assert all(AttemptStatus(one.status) not in LIMITS for one in self._mine())
        settled = {OPEN, CallbackStatus.DONE, CallbackStatus.CLOSED}
        assert {rig.row(one).status for one in self.ids} <= settled
        self.database.work(_forget)


def _forget(session: Session) -> None:
    """The next example has callers of its own."""
    for table in (Timer, Attempt, CallbackEvent, Callback, Message, Call):
        session.execute(delete(table))


def test_no_callback_is_ever_stuck(shelf: Database) -> None:
    play(Queue, shelf, examples=30, steps=15)
