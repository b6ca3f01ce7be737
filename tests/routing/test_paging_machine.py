"""The run under everything that may happen to it, in any order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import Session, SQLModel, col, func, select

from carrier import outbox
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.company import Patience
from models.database import Database
from models.enums import Channel, JobStatus, MessageStatus, Purpose, RunStatus, TimerStatus
from models.moves import move
from models.tables import Job, Message, PageRun, Timer
from routing import paging
from routing.paging.story import heard_of
from routing.policies import DEFAULTS
from tests.conftest import Clock
from tests.routing.paging_rig import burst_pipe, over

SHOP = profiles.load(EXAMPLE_PROFILE)
PEOPLE = st.sampled_from(["marcus", "elena", "tom", "walt", "priya"])
"""A plumber, two of other trades, a head with every licence, and one with none."""

TEXTS = st.sampled_from(["A4821", "a", "A4821 40", "D4821", "240 min", "5", "on my way", "here", "thanks"])
PATIENCE = st.sampled_from([Patience(), Patience(60, 180, 300)])
NEWS = st.sampled_from(["queued", "delivered", "undelivered", "failed", "completed", "no-answer", "busy", "canceled"])
LONGEST = timedelta(hours=8)
"""Two climbs to the very end, and the silences between them."""

BOOKS = Database("sqlite://")
SQLModel.metadata.create_all(BOOKS.engine)


class Run(RuleBasedStateMachine):
    """One job of one night, in one transaction that is thrown away."""

    @initialize(patience=PATIENCE)
    def begin(self, patience: Patience) -> None:
        self.shop = replace(SHOP, policies=(replace(DEFAULTS[0], patience=patience),))
        self.clock = Clock("2026-11-18T10:15:00-06:00")
        self.connection = BOOKS.engine.connect()
        self.session = Session(self.connection, expire_on_commit=False)
        self.job = burst_pipe(self.session, self.clock())
        self.row = paging.start(self.session, self.job, self.shop, self.clock())
        self.pages_when_taken: int | None = None

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.let_time_end_it()
            self.session.close()
            self.connection.close()

    def run(self) -> PageRun:
        self.session.flush()
        self.session.refresh(self.row)
        return self.row

    def act(self, verb: Callable[..., Any], who: str, *args: Any) -> Any:
        return verb(self.session, self.run(), self.shop.person(who), *args, self.clock())

    @rule(who=PEOPLE)
    def accepts(self, who: str) -> None:
        before = self.run().acknowledged_by
        answer = self.act(paging.acknowledge, who, self.shop)
        assert self.run().acknowledged_by == (before or who)
        assert answer == ("yours" if before in (None, who) else "taken")

    @rule(who=PEOPLE)
    def declines(self, who: str) -> None:
        self.act(paging.decline, who, self.shop)

    @rule(who=PEOPLE, minutes=st.none() | st.integers(-5, 500))
    def sets_out(self, who: str, minutes: int | None) -> None:
        held = self.run().acknowledged_by == who
        done = paging.on_way(self.session, self.run(), self.shop.person(who), self.shop, self.clock(), minutes)
        assert held or not done
        assert not paging.on_way(self.session, self.run(), self.shop.person(who), self.shop, self.clock(), minutes)

    @rule(who=PEOPLE)
    def phones_or_arrives(self, who: str) -> None:
        self.act(paging.called, who)
        self.act(paging.arrived, who)

    @rule(who=PEOPLE)
    def asks_for_a_part(self, who: str) -> None:
        self.act(paging.part_missing, who, "ball valve", self.shop)

    @rule(who=PEOPLE, text=TEXTS)
    def writes(self, who: str, text: str) -> None:
        paging.answer_text(self.session, self.shop.person(who), text, self.shop, self.clock())

    @rule(who=PEOPLE, other=PEOPLE)
    def reassigns(self, who: str, other: str) -> None:
        self.act(paging.reassign, who, self.shop.person(other), self.shop)

    @rule(status=NEWS, which=st.integers(0, 50))
    def news(self, status: str, which: int) -> None:
        rows = self.session.exec(select(Message).order_by(col(Message.created_at), col(Message.key))).all()
        row = rows[which % len(rows)]
        if (changed := outbox.news(self.session, row.id, f"SM{row.id}", status, None, self.clock())) is not None:
            paging.page_news(self.session, changed, self.shop, self.clock())

    @rule(minutes=st.sampled_from([1, 4, 9, 16, 31, 80, 276]))
    def time_passes(self, minutes: int) -> None:
        end = self.clock() + timedelta(minutes=minutes)
        while (timer := self.next_timer()) is not None and timer.due_at <= end:
            self.clock.at = max(self.clock(), timer.due_at)
            assert move(self.session, timer, TimerStatus.PENDING, TimerStatus.DONE)
            paging.LOOKS[timer.kind](self.session, timer, self.shop, self.clock())
        self.clock.at = end

    def next_timer(self) -> Timer | None:
        self.session.flush()
        pending = select(Timer).where(Timer.status == TimerStatus.PENDING).order_by(col(Timer.due_at))
        return self.session.exec(pending.execution_options(populate_existing=True)).first()

    @invariant()
    def one_holder_and_the_job_knows(self) -> None:
        if not hasattr(self, "row"):
            return
        run = self.run()
        self.session.refresh(self.job)
        held = run.status == RunStatus.ACKNOWLEDGED
        assert held == (run.acknowledged_by is not None) == (run.acknowledged_at is not None)
        assert self.job.status == (JobStatus.ACCEPTED if held else JobStatus.PAGED)
        assert held or (run.on_way_at, run.minutes, run.arrived_at) == (None, None, None)

    @invariant()
    def no_page_is_written_after_a_yes(self) -> None:
        if not hasattr(self, "row"):
            return
        pages = select(func.count()).select_from(Message).where(Message.purpose == Purpose.PAGE)
        count = self.session.exec(pages).one()
        owed = self.session.exec(pages.where(Message.status == MessageStatus.PENDING)).one()
        if self.run().status != RunStatus.ACKNOWLEDGED:
            self.pages_when_taken = None
            return
        assert owed == 0
        assert self.pages_when_taken in (None, count)
        self.pages_when_taken = count

    @invariant()
    def the_customer_is_never_told_twice_in_one_breath_that_nobody_comes(self) -> None:
        if not hasattr(self, "row"):
            return
        told = self.messages("let_down:", "unreached:", "given_up:")
        assert len({one.created_at for one in told}) == len(told)

    @invariant()
    def nobody_is_asked_or_reminded_twice_in_one_breath(self) -> None:
        if not hasattr(self, "row"):
            return
        asked = [one for one in self.messages("silent:", "overdue:", "not_there:") if one.channel == Channel.TEXT]
        assert len({(one.created_at, one.person_id, one.key.partition(":")[0]) for one in asked}) == len(asked)

    def messages(self, *keys: str) -> list[Message]:
        return [one for one in self.session.exec(select(Message)) if one.key.startswith(keys)]

    @invariant()
    def something_is_always_owed_until_the_end(self) -> None:
        if hasattr(self, "row") and self.run().status == RunStatus.RUNNING:
            running = [one for one in self.timers() if (one.kind, one.step) == (paging.RUNG_TIMER, self.row.step)]
            assert len(running) == 1

    def timers(self) -> list[Timer]:
        return list(self.session.exec(select(Timer).where(Timer.status == TimerStatus.PENDING)).all())

    def let_time_end_it(self) -> None:
        """From every reachable state: nobody answers any more, and the run comes to its end."""
        begun = self.clock()
        self.time_passes(int(LONGEST.total_seconds() // 60))
        run = self.run()
        assert over(run) or heard_of(self.session, run)
        assert self.timers() == []
        assert self.clock() - begun == LONGEST
        assert self.session.get_one(Job, run.job_id).status != JobStatus.CLOSED


Run.TestCase.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
TestRun = Run.TestCase
