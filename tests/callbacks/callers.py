"""People who ring the shop and what becomes of their calls, written straight into the rows."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from sqlmodel import Session, col, select

from callbacks import owing
from models.company import Company
from models.database import Database
from models.enums import CallStatus, MessageStatus, Purpose
from models.tables import Call, Callback, CallbackEvent, Message
from tests.conftest import Clock
from voice import ending

CALLER = "+15125550199"
SIDS = count(1)


class Desk:
    """The shop on one database. A call is given by its id."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        self.database, self.company, self.clock = database, company, clock

    def work(self, piece: Any, *args: Any, **more: Any) -> Any:
        return self.database.work(piece, *args, **more)

    def rings(self, number: str | None = CALLER, **facts: Any) -> str:
        """A call comes in, and is as far as `facts` say."""
        call = Call(sid=f"CA{next(SIDS):032x}", caller=number, received_at=self.clock(), **facts)
        self.work(lambda session: session.add(call))
        return call.id

    def hangs_up(self, call_id: str, final: str | None = "completed") -> str | None:
        return self.work(ending.end, self.company, call_id, final, self.clock())  # type: ignore[no-any-return]

    def missed(self, number: str | None = CALLER, **facts: Any) -> str:
        """A whole call, given up while the greeting was spoken."""
        call_id = self.rings(number, status=CallStatus.TALKING, stream_at=self.clock(), **facts)
        self.hangs_up(call_id)
        return call_id

    def owes(self, call_id: str, reason: str = "visit", number: str | None = CALLER, **more: Any) -> Callback:
        def owe(session: Session) -> Callback:
            call = session.get_one(Call, call_id)
            more.setdefault("priority", None)
            return owing.owe(session, call, self.company, reason, self.clock(), number=number, **more)

        return self.work(owe)  # type: ignore[no-any-return]

    def rows(self, kind: Any, *where: Any) -> Sequence[Any]:
        return self.work(lambda session: list(session.exec(select(kind).where(*where)).all()))  # type: ignore[no-any-return]

    def call(self, call_id: str) -> Call:
        return self.rows(Call, Call.id == call_id)[0]  # type: ignore[no-any-return]

    def callbacks(self) -> Sequence[Callback]:
        return self.rows(Callback)

    def texts(self) -> list[Message]:
        """Texts about missed calls and promises."""
        about = col(Message.purpose).in_((Purpose.MISSED, Purpose.RECEIPT))
        return list(self.rows(Message, about))

    def leaves(self, status: MessageStatus = MessageStatus.DELIVERED) -> None:
        """Everything that waits in the outbox has left, and this became of it."""

        def settle(session: Session) -> None:
            for row in session.exec(select(Message).where(Message.status == MessageStatus.PENDING)).all():
                row.status, row.accepted_at = status, self.clock()
                session.add(row)

        self.work(settle)

    def story(self) -> list[str]:
        events = self.rows(CallbackEvent)
        return [one.what for one in sorted(events, key=lambda one: one.at)]
