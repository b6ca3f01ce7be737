"""Jobs, customers and the shop do what they like, in any order: nobody is asked twice, time alone ends every asking."""

from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, delete, select

from callbacks.followups.asking import LATE, ONCE_IN
from callbacks.followups.stopping import LIVE
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.database import Database
from models.enums import FollowUpStatus, MessageStatus, Purpose
from models.tables import Call, Consent, FollowUp, Job, JobEvent, Message, Timer
from tests.callbacks.followups_rig import ANA, CANCELLED, COMPLAINT, COMPLETED, Rig, asking
from tests.conftest import Clock
from tests.machines import play

SHOP = profiles.load(EXAMPLE_PROFILE)
BEN = "+15125550188"
NUMBER = st.sampled_from([ANA, BEN])
WHICH = st.integers(0, 6)


class AfterTheJob(RuleBasedStateMachine):
    """Two customers with a few jobs each, and a clock."""

    database: Database

    @initialize(referral=st.sampled_from([30, 90, 0]), agreed=st.booleans(), done=st.integers(0, 3))
    def the_shop_asks(self, referral: int, agreed: bool, done: int) -> None:
        self.rig = Rig(self.database, asking(SHOP, referral_days=referral), Clock("2026-11-18T10:15:00-06:00"))
        self.jobs = [self.rig.job(number) for number in (ANA, ANA, BEN)]
        self.stopped: dict[str, int] = {}
        self.rig.agrees(ANA)
        if agreed:
            self.rig.agrees(BEN)
        for job_id in self.jobs[:done]:
            self.rig.told(job_id)

    @rule(number=NUMBER, done=st.booleans())
    def a_job_is_booked(self, number: str, done: bool) -> None:
        if len(self.jobs) < 7:
            self.rig.clock.turn(minutes=1)
            self.jobs.append(self.rig.job(number))
            if done:
                self.rig.told(self.jobs[-1])

    @rule(which=WHICH, kind=st.sampled_from([COMPLETED, COMPLETED, COMPLETED, CANCELLED, COMPLAINT]))
    def something_is_told(self, which: int, kind: object) -> None:
        job_id = self.jobs[which % len(self.jobs)]
        self.rig.told(job_id, kind)  # type: ignore[arg-type]
        if kind is COMPLAINT:
            number = self._jobs()[job_id].caller or ""
            self.stopped[number] = len(self._asked(number))

    @rule(number=NUMBER, words=st.sampled_from(["5", "2", "great work", "terrible", "call me at 5", "hello"]))
    def they_write(self, number: str, words: str) -> None:
        self.rig.writes(words, number)

    @rule(number=NUMBER, granted=st.booleans())
    def they_agree_or_opt_out(self, number: str, granted: bool) -> None:
        self.rig.clock.turn(seconds=1)
        self.rig.agrees(number, granted)

    @rule(hours=st.sampled_from([1, 23, 80, 400, 2400]), delivered=st.booleans())
    def time_goes_by(self, hours: int, delivered: bool) -> None:
        self.rig.passes(hours=hours, delivered=delivered)

    @rule(status=st.sampled_from([MessageStatus.DELIVERED, MessageStatus.UNDELIVERED, MessageStatus.REFUSED]))
    def the_outbox_leaves(self, status: MessageStatus) -> None:
        self.rig.leaves(status)

    @invariant()
    def nobody_is_asked_twice(self) -> None:
        for row in self._rows():
            number = row.number
            first = [one.asked_at for one in self._rows() if one.number == number and one.asked_at]
            assert all(abs(a - b) >= ONCE_IN for i, a in enumerate(first) for b in first[:i])
            assert (row.reminded_at is None) or (row.asked_at is not None and row.asked_at < row.reminded_at)
            referred = sorted(one.referral_at for one in self._rows() if one.number == number and one.referral_at)
            days = self.rig.company.follow_ups.referral_days
            assert all((b - a).days >= days > 0 for a, b in pairwise(referred))
            assert not referred or days

    @invariant()
    def what_is_asked_is_written_in_the_row(self) -> None:
        """One text for each step that the row tells of, and none beside them."""
        rows = self._rows()
        for purpose, step in (
            (Purpose.REVIEW, "asked_at"),
            (Purpose.CHECK, "reminded_at"),
            (Purpose.REFERRAL, "referral_at"),
        ):
            assert len(self._texts(purpose)) == sum(getattr(row, step) is not None for row in rows)

    @invariant()
    def whoever_is_still_asked_has_a_timer(self) -> None:
        waiting = self.rig.next_timer() if hasattr(self, "rig") else None
        assert waiting is not None or all(FollowUpStatus(row.status) not in LIVE for row in self._rows())

    def _rows(self) -> list[FollowUp]:
        return self.rig.database.work(lambda session: list(session.exec(select(FollowUp)).all()))

    def _jobs(self) -> dict[str, Job]:
        return {one.id: one for one in self.database.work(lambda session: list(session.exec(select(Job)).all()))}

    def _texts(self, purpose: Purpose) -> list[Message]:
        mine = select(Message).where(Message.purpose == purpose)
        return self.database.work(lambda session: list(session.exec(mine).all()))

    def _asked(self, number: str) -> list[FollowUp]:
        return [one for one in self._rows() if one.number == number and FollowUpStatus(one.status) in LIVE]

    @invariant()
    def a_complaint_ends_all_that_was_under_way(self) -> None:
        assert all(left == 0 for left in getattr(self, "stopped", {}).values())

    def teardown(self) -> None:
        """Nobody does anything any more: time alone ends every asking."""
        if not hasattr(self, "rig"):
            return
        self.rig.passes(days=200 + LATE.days)
        assert all(FollowUpStatus(row.status) not in LIVE for row in self._rows())
        assert self.rig.next_timer() is None
        self.database.work(_forget)


def _forget(session: Session) -> None:
    """The next example has customers of its own."""
    for table in (Timer, FollowUp, JobEvent, Message, Job, Call, Consent):
        session.execute(delete(table))


def test_no_asking_is_ever_stuck_or_doubled(shelf: Database) -> None:
    play(AfterTheJob, shelf, examples=60, steps=20)
