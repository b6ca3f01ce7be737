"""The outbox as a machine: whatever happens in whatever order, no illegal move, and time alone ends every row."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import event
from sqlmodel import SQLModel, select
from structlog.testing import capture_logs

from carrier import claims, outbox
from carrier.errors import Refused, Throttled, TimedOut, UnknownOutcome, Unreachable
from carrier.unheard import GIVEN_UP
from models.database import Database
from models.enums import Channel, MessageStatus, RunStatus
from models.moves import ALLOWED, move
from models.tables import PageRun
from tests.carrier.conftest import TurnedClock, shop
from tests.carrier.fakes import LOST, FakeCarrier
from tests.carrier.test_outbox import page_run
from tests.carrier.world import World

ILLS = (
    LOST,
    TimedOut("no answer"),
    UnknownOutcome("cut"),
    Throttled("wait", 20429),
    Unreachable("down"),
    Refused(20003, permanent=False),
    Refused(21606, permanent=True),
    Refused(30006, permanent=True),
)
SAID = ("queued", "sent", "delivered", "undelivered", "failed", "ringing", "completed", "no-answer", "canceled")


def reachable(old: MessageStatus) -> set[MessageStatus]:
    """Every status that a row may have some moves later."""
    found = {old}
    while more := {new for one in found for new in ALLOWED[MessageStatus].get(one, ())} - found:
        found |= more
    return found


class Outbox(RuleBasedStateMachine):
    """Two accounts, one run, a few rows; engines die, Twilio is ill, news comes or does not."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'outbox.db'}")
        event.listen(
            self.database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF")
        )
        SQLModel.metadata.create_all(self.database.engine)
        self.clock = TurnedClock()
        self.first, self.second = FakeCarrier(self.clock), FakeCarrier(self.clock, series="XX")
        self.world = World(self.database, self.first, shop(), self.clock, self.second)
        with self.database.transaction() as session:
            self.run = page_run(session, self.clock)
        self.seen: dict[str, MessageStatus] = {}
        self.logs = capture_logs()
        self.events = self.logs.__enter__()

    @rule(channel=st.sampled_from([Channel.TEXT, Channel.CALL]))
    def page(self, channel: Channel) -> None:
        number = len(self.seen)
        self.world.page(f"page {number}", channel, body=f"P1 #{number}", run_id=self.run, step=number)
        self.seen[f"page {number}"] = MessageStatus.PENDING

    @rule(ills=st.lists(st.sampled_from(ILLS), max_size=3), account=st.booleans())
    def falls_ill(self, ills: list[object], account: bool) -> None:
        (self.second if account else self.first).plan.extend(ills)  # type: ignore[arg-type]

    @rule(seconds=st.sampled_from([0.3, 1, 3, 5, 20, 60, 600]))
    def time_passes(self, seconds: float) -> None:
        self.clock.turn(seconds)
        self.world.sweep()

    @rule(interrupted=st.booleans())
    def an_engine_dies_with_its_claims(self, interrupted: bool) -> None:
        claim = claims.claim_interrupted if interrupted else claims.claim_due
        with self.database.transaction() as session:
            claim(session, "dead", 2, self.clock())

    @rule(which=st.integers(0, 9), said=st.sampled_from(SAID), code=st.sampled_from([None, 30003, 30006, 21610]))
    def news_comes(self, which: int, said: str, code: int | None) -> None:
        rows = self.world.rows()
        if rows:
            row = rows[which % len(rows)]
            sid = row.sid or (self.first.sent[-1].sid if self.first.sent else "SMx")
            self.database.work(outbox.news, row.id, sid, said, code, self.clock())

    @rule()
    def somebody_takes_it(self) -> None:
        with self.database.transaction() as session:
            move(session, session.get_one(PageRun, self.run), RunStatus.RUNNING, RunStatus.ACKNOWLEDGED)
            outbox.cancel_run(session, self.run, self.clock())
        self.taken = len(self.first.sent) + len(self.second.sent)

    @invariant()
    def only_allowed_moves_are_made(self) -> None:
        for row in self.world.rows():
            old = self.seen.get(row.key, MessageStatus.PENDING)
            assert row.status in reachable(old)
            self.seen[row.key] = row.status
        assert [one for one in self.events if one["log_level"] == "error" and "error" in one] == []

    @invariant()
    def nothing_leaves_after_somebody_took_it(self) -> None:
        with self.database.transaction() as session:
            over = session.exec(select(PageRun.status)).one() is RunStatus.ACKNOWLEDGED
        assert not over or len(self.first.sent) + len(self.second.sent) == self.taken

    def teardown(self) -> None:
        if not hasattr(self, "logs"):
            return
        try:
            for carrier in (self.first, self.second):  # Twilio is well again; no news will ever come
                carrier.plan.clear()
            for wait in (*(timedelta(seconds=30),) * 8, GIVEN_UP, timedelta(hours=1), timedelta(hours=1)):
                self.clock.turn(wait.total_seconds())
                self.world.sweep()
                self.only_allowed_moves_are_made()
            assert {row.status for row in self.world.rows()} <= outbox.FINAL
        finally:
            self.logs.__exit__(None, None, None)
            self.database.close()
            self.folder.cleanup()


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=12, stateful_step_count=14, deadline=None)
