"""No sequence of events lets a message leave that the law forbids. The judge here is written anew from legal.md."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import SQLModel, select

from carrier import blocked, consent, outbox
from models.database import Database
from models.enums import Channel, ConsentScope, MessageStatus, Purpose
from models.lawful import Texting
from models.tables import Call, Job, Message
from tests.carrier.conftest import TurnedClock, shop
from tests.carrier.fakes import FakeCarrier
from tests.carrier.world import World

ANN, BEN, SAM = "+15125550777", "+15125550778", "+15125550101"  # two customers in Austin, a technician
CUSTOMERS = st.sampled_from((ANN, BEN))
ANYBODY = st.sampled_from((ANN, ANN, BEN, BEN, SAM, "+18002221222", "911", "+15125550100"))
MARKETING = {Purpose.CHECK, Purpose.REVIEW, Purpose.REFERRAL}
PUSHED = {Purpose.MISSED, Purpose.RECEIPT, Purpose.SLIPPED}
STAFF = {Purpose.PAGE, Purpose.STAFF}
SAYS_NO = ["STOP", "please stop texting me", "no me manden mensajes", "do not call me", "revoke"]
SAYS_NOTHING = ["please stop the leak", "it won't stop", "stop by tomorrow", "yes", "thanks", "cancel my appointment"]
AUSTIN = ZoneInfo("America/Chicago")


@dataclass
class Oracle:
    """What each number has said, and when; from the lines of the law alone."""

    no_at: dict[str, datetime] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    voice_yes: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    danger_at: dict[str, datetime] = field(default_factory=dict)
    called_at: dict[str, datetime] = field(default_factory=dict)
    goodbyes: dict[str, int] = field(default_factory=dict)
    texts_only: set[str] = field(default_factory=set)  # Twilio's 21610 speaks of texts
    registered: bool = True

    def forbids(self, row: Message, now: datetime) -> str | None:
        to, purpose = row.to, row.purpose
        local = now.astimezone(AUSTIN)
        no = None if row.channel is Channel.CALL and to in self.texts_only else self.no_at.get(to)
        if to in ("911", "+18002221222"):
            return "L2"
        if to == "+15125550100":
            return "ourselves"
        if to.startswith(("+1900", "+1876")):
            return "dear"
        if purpose in STAFF:
            return "L3" if to != SAM or no else None
        if to in self.blocked:
            return "L8"
        if row.channel is Channel.TEXT and not self.registered:
            return "L6"
        if row.channel is Channel.CALL and to not in self.voice_yes:
            return "L1"
        if purpose is Purpose.GOODBYE:
            return None if no and now - no <= timedelta(minutes=5) and self.goodbyes.get(to, 0) == 1 else "L4"
        if no is not None:
            reported = self.danger_at.get(to)
            spared = purpose in (Purpose.RECEIPT, Purpose.REPLY) and reported is not None and reported > no
            return None if spared and row.call_id else "L4"
        if purpose in MARKETING:
            opens = 12 if local.weekday() == 6 else 9
            return None if to in self.written and opens <= local.hour < 21 else "L7, L8"
        if purpose in PUSHED and not 8 <= local.hour < 21:
            since = self.called_at.get(to, row.created_at)
            urgent = row.call_id is not None and to in self.danger_at
            return None if urgent or now - since <= timedelta(minutes=30) else "L7"
        return None


class Law(RuleBasedStateMachine):
    """Events in any order; after each the engine sends all that it wants to."""

    @initialize(registered=st.booleans())
    def begin(self, registered: bool) -> None:
        self.database = Database("sqlite://")
        SQLModel.metadata.create_all(self.database.engine)
        self.clock = TurnedClock()
        self.clock.now = datetime(2026, 5, 2, 15, tzinfo=UTC)
        self.company = replace(shop(), texting=Texting(sandbox=registered))
        self.carrier = FakeCarrier(self.clock)
        self.world = World(self.database, self.carrier, self.company, self.clock)
        self.oracle, self.count = Oracle(registered=registered), 0
        self.left: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    def hears(self, number: str, body: str) -> None:
        self.count += 1
        self.clock.turn(1)
        with self.database.transaction() as session:
            consent.opt_out(session, self.company, number, body, None, f"SM{self.count}", self.clock())

    def said_no(self, number: str) -> None:
        self.oracle.no_at[number] = self.clock()
        self.oracle.texts_only.discard(number)
        self.oracle.goodbyes[number] = 0
        self.oracle.written.discard(number)
        self.oracle.voice_yes.discard(number)

    @rule(number=st.sampled_from((ANN, BEN, SAM)), body=st.sampled_from(SAYS_NO))
    def somebody_says_no(self, number: str, body: str) -> None:
        self.hears(number, body)
        self.said_no(number)

    @rule(number=CUSTOMERS)
    def somebody_says_no_aloud(self, number: str) -> None:
        self.clock.turn(1)
        with self.database.transaction() as session:
            consent.by_voice(session, self.company, number, "stop texting me", "CA0", self.clock())
        self.said_no(number)

    @rule()
    def somebody_shows_a_technicians_number_and_says_no(self) -> None:
        with self.database.transaction() as session:
            before = consent.as_agreed(session, self.company)
            consent.by_voice(session, self.company, SAM, "stop calling me", "CA0", self.clock())
            assert consent.as_agreed(session, self.company) == before

    @rule(number=st.sampled_from((ANN, BEN, SAM)))
    def somebody_starts_again(self, number: str) -> None:
        self.hears(number, "START")
        self.oracle.no_at.pop(number, None)

    @rule(number=CUSTOMERS)
    def a_customer_joins(self, number: str) -> None:
        self.hears(number, "JOIN")
        self.oracle.no_at.pop(number, None)
        self.oracle.written.add(number)

    @rule(number=CUSTOMERS)
    def a_customer_agrees_to_be_called(self, number: str) -> None:
        self.clock.turn(1)
        with self.database.transaction() as session:
            consent.note(session, number, Channel.CALL, ConsentScope.SERVICE, True, "voice", self.clock(), "RE1")
        self.oracle.voice_yes.add(number)

    @rule(number=CUSTOMERS, body=st.sampled_from(SAYS_NOTHING))
    def somebody_writes_of_other_things(self, number: str, body: str) -> None:
        if body == "yes" and number in self.oracle.no_at:
            self.oracle.no_at.pop(number)  # as at Twilio
        self.hears(number, body)

    @rule(number=CUSTOMERS, on=st.booleans())
    def the_list(self, number: str, on: bool) -> None:
        with self.database.transaction() as session:
            if on:
                blocked.block(session, number, "", "test", self.clock())
                self.oracle.blocked.add(number)
            else:
                blocked.release(session, number)
                self.oracle.blocked.discard(number)

    @rule(minutes=st.sampled_from((1, 6, 31, 240, 700)))
    def time_passes(self, minutes: int) -> None:
        self.clock.turn(minutes * 60)

    @rule(number=CUSTOMERS, danger=st.booleans())
    def somebody_calls(self, number: str, danger: bool) -> None:
        self.clock.turn(1)
        self.count += 1
        with self.database.transaction() as session:
            session.add(Call(id=f"c{self.count}", sid=f"CA{self.count}", caller=number, received_at=self.clock()))
            session.flush()
            if danger:
                row = Job(number=self.count, call_id=f"c{self.count}", intent="emergency", priority="P1", caller=number)
                row.created_at = self.clock()
                session.add(row)
        self.oracle.called_at[number] = self.clock()
        if danger:
            self.oracle.danger_at[number] = self.clock()

    @rule(
        to=ANYBODY,
        of_call=st.booleans(),
        twilio=st.sampled_from((None, None, 21610)),
        hours=st.sampled_from((0, 0, 5, 11)),
        before=st.sampled_from(("", "calls", "joins", "is listed")),
    )
    def everything_is_to_leave(self, to: str, of_call: bool, twilio: int | None, hours: int, before: str) -> None:
        """A message of every purpose and channel, some hours after a call; perhaps to who has joined or is listed."""
        if before == "calls" and to in (ANN, BEN):
            self.somebody_calls(to, danger=False)
        self.clock.turn(hours * 3600)
        if before == "joins" and to in (ANN, BEN):
            self.a_customer_joins(to)
        if before == "is listed" and to in (ANN, BEN):
            self.the_list(to, on=True)
        self.count += 1
        with self.database.transaction() as session:
            calls = session.exec(select(Call.id).where(Call.caller == to)).all() if of_call else []
            for purpose in Purpose:
                for channel in (Channel.TEXT, Channel.CALL):
                    key = f"{self.count}:{purpose}:{channel}"
                    outbox.enqueue(
                        session, key=key, channel=channel, purpose=purpose, to=to, body="Words.", now=self.clock(),
                        call_id=calls[-1] if calls else None,
                    )  # fmt: skip
        self.look()
        sent = [row for row in self.world.rows() if row.to == to and row.status is MessageStatus.ACCEPTED]
        if twilio and sent and sent[-1].channel is Channel.TEXT:
            self.world.hears(sent[-1].key, "undelivered", twilio)
            if to not in self.oracle.no_at:
                self.oracle.texts_only.add(to)
            self.oracle.no_at[to] = self.clock()
            self.oracle.written.discard(to)
            self.oracle.goodbyes[to] = 0

    @invariant()
    def nothing_leaves_that_may_not(self) -> None:
        if hasattr(self, "world"):
            self.look()

    def look(self) -> None:
        """Let the engine send all it wants, and hold every row that left against the law."""
        self.clock.turn(2)
        for _ in range(30):
            if not self.world.engine.run_once():
                break
        for row in self.world.rows():
            if row.accepted_at is None or row.id in self.left:
                continue
            self.left.add(row.id)
            if row.purpose is Purpose.GOODBYE:
                self.oracle.goodbyes[row.to] = self.oracle.goodbyes.get(row.to, 0) + 1
            wrong = self.oracle.forbids(row, row.accepted_at)
            assert wrong is None, (wrong, row.purpose, row.channel)


TestNothingLeavesThatTheLawForbids = Law.TestCase
TestNothingLeavesThatTheLawForbids.settings = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
