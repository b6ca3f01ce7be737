"""An engine over one database, and the few things a test wants to do with it."""

from concurrent.futures import Executor
from random import Random
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from carrier import outbox
from carrier.calling_off import CallingOff
from carrier.claims import LEASE_SECONDS
from carrier.delivery import LOOK_SECONDS, Delivery
from carrier.departure import OnOutcome
from carrier.doors import Doors
from carrier.email import Mailer
from carrier.engine import Engine
from carrier.methods import Methods
from carrier.unheard import Unheard
from models.company import Company
from models.database import Database
from models.enums import Channel, MessageStatus, Purpose
from models.tables import Message
from tests.carrier.fakes import FakeCarrier, Inline

if TYPE_CHECKING:
    from tests.carrier.conftest import TurnedClock

SAM = "+15125550101"


class World:
    """`accounts` are further accounts behind the first; `told` is what routing heard."""

    def __init__(
        self,
        database: Database,
        carrier: FakeCarrier,
        company: Company,
        clock: "TurnedClock",
        *accounts: FakeCarrier,
        mailer: Mailer | None = None,
        on_outcome: OnOutcome | None = None,
    ) -> None:
        self.database, self.carrier, self.company, self.clock = database, carrier, company, clock
        self.told: list[tuple[str, MessageStatus]] = []
        self.methods = Methods((carrier, *accounts), Doors("https://firstring.example/"), mailer)
        self.heard = on_outcome or (lambda _session, row: self.told.append((row.key, row.status)))
        self.engine = self.another_engine()

    def delivery(self, on_outcome: OnOutcome | None = None, pool: Executor | None = None) -> Delivery:
        return Delivery(
            self.database,
            self.methods,
            self.company,
            self.clock,
            pool or Inline(),
            on_outcome=on_outcome or self.heard,
            random=Random(1),
        )

    def another_engine(self, on_outcome: OnOutcome | None = None) -> Engine:
        heard = on_outcome or self.heard
        asking = [
            each(self.database, self.methods, self.clock, heard).pass_over(Inline()) for each in (CallingOff, Unheard)
        ]
        return Engine([self.delivery(on_outcome), *asking], self.clock)

    def page(
        self,
        key: str = "page",
        channel: Channel = Channel.TEXT,
        to: str = SAM,
        body: str = "P1 #4821",
        purpose: Purpose = Purpose.PAGE,
        **more: object,
    ) -> None:
        def write(session: Session) -> None:
            outbox.enqueue(
                session,
                key=key,
                channel=channel,
                purpose=purpose,
                to=to,
                body=body,
                now=self.clock(),
                **more,  # type: ignore[arg-type]
            )

        self.database.work(write)

    def rows(self) -> list[Message]:
        with self.database.transaction() as session:
            return list(session.exec(select(Message).order_by(Message.created_at)))  # type: ignore[arg-type]

    def row(self, key: str = "page") -> Message:
        return next(row for row in self.rows() if row.key == key)

    def hears(self, key: str, status: str, code: int | None = None) -> None:
        """Twilio's callback about a row, as the webhook writes it down."""
        row = self.row(key)

        def write(session: Session) -> None:
            changed = outbox.news(session, row.id, row.sid or "", status, code, self.clock())
            if changed is not None:
                self.heard(session, changed)

        self.database.work(write)

    def sweep(self) -> None:
        while self.engine.run_once():
            pass

    def lease_over(self) -> None:
        """Time for an interrupted send to be looked for twice."""
        for seconds in (LEASE_SECONDS, LOOK_SECONDS):
            self.clock.turn(seconds)
            self.sweep()
