"""However the news of a call's end comes, twice, late, in any order or never, the caller gets the same answer."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, update

from carrier.client import News
from carrier.doors import Doors
from carrier.methods import Methods
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, CallStatus, TransferStatus
from models.tables import Callback, Transfer
from routing import transfers
from routing.transfers import Event
from tests.callbacks.callers import SIDS, Desk
from tests.carrier.fakes import FakeCarrier, Inline
from tests.conftest import Clock
from voice import ending, ledger
from voice.unended import Unended
from voice.webhooks import calls, overflow

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"


class Line:
    """One call and everything that may be told of it."""

    def __init__(self, desk: Desk, final: str, transfer: TransferStatus | None = None, **facts: Any) -> None:
        self.desk, self.final = desk, final
        self.number = f"+1512556{next(SIDS) % 10_000:04d}"
        self.id = desk.rings(self.number, **facts)
        if transfer is not None:
            row = Transfer(call_id=self.id, status=transfer, people=["dana"], tried=1, created_at=desk.clock())
            desk.work(lambda session: session.add(row))
        desk.work(ending.check_soon, self.id, desk.clock())

    def stream_stops(self) -> None:
        self.desk.work(ledger.stream_over, self.id)
        self.desk.hangs_up(self.id, None)

    def stream_breaks(self) -> None:
        self.desk.work(ledger.stream_over, self.id)
        self.desk.work(ending.check_soon, self.id, self.desk.clock())

    def status(self) -> None:
        form = {"CallSid": self.desk.call(self.id).sid, "CallStatus": self.final, "From": self.number}
        self.desk.work(calls._ended, self.desk.company, form, self.desk.clock())

    def message(self, kind: str) -> None:
        form = {"CallSid": self.desk.call(self.id).sid, "RecordingUrl": URL, "RecordingDuration": "12"}
        door: Callable[..., Any] = overflow._message if kind == "action" else overflow._recorded
        self.desk.work(door, self.desk.company, form, self.desk.clock())

    def parted(self) -> None:
        def part(session: Session) -> None:
            row = transfers.of_call(session, self.id)
            assert row is not None
            transfers.happened(session, row, Event.PARTED, self.desk.company, self.desk.clock(), 1)

        self.desk.work(part)

    def asked(self) -> None:
        """Long after, Twilio is asked about every call whose end nobody told."""
        carrier = FakeCarrier(self.desk.clock)
        carrier.standing[self.desk.call(self.id).sid] = News(self.final)
        methods = Methods((carrier,), Doors("https://firstring.example/"))
        self.desk.clock.turn(seconds=61)
        Unended(self.desk.database, methods, self.desk.company, self.desk.clock, Inline())(self.desk.clock())


def never(desk: Desk) -> Line:
    return Line(desk, "no-answer")


def greeting(desk: Desk) -> Line:
    return Line(desk, "completed")


def streamed(desk: Desk, outcome: str | None = None, **more: Any) -> Line:
    return Line(desk, "completed", status=CallStatus.TALKING, stream_at=desk.clock(), outcome=outcome, **more)


def tape(desk: Desk) -> Line:
    return Line(desk, "completed", TransferStatus.FAILED, status=CallStatus.OVERFLOW)


STREAM = ("stream_stops", "stream_breaks", "status")
KINDS: dict[str, tuple[Callable[[Desk], Line], tuple[str, ...], str | None]] = {
    "gave up while it rang": (never, ("status",), "never_answered"),
    "hung up in the greeting": (greeting, ("status",), "no_stream"),
    "hung up while we talked": (streamed, STREAM, "abandoned"),
    "was served": (partial(streamed, outcome="resolved"), STREAM, None),
    "rang for nobody": (partial(streamed, transfer=TransferStatus.RINGING), STREAM, "nobody_free"),
    "talked to a person": (partial(streamed, transfer=TransferStatus.BRIDGED), (*STREAM, "parted"), None),
    "left a message": (tape, ("action", "recording", "status"), "voicemail"),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('order') / 'any.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


@st.composite
def what_is_told(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A kind of call, and its news: any, any number of times, in any order. A message is told of at least once."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    news = draw(st.lists(st.sampled_from(KINDS[kind][1]), max_size=6))
    if kind == "left a message" and not {"action", "recording"} & set(news):
        news.insert(draw(st.integers(0, len(news))), draw(st.sampled_from(["action", "recording"])))
    return kind, news


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=what_is_told())
def test_the_verdict_is_the_same_and_there_is_one_row_and_one_text(
    books: Database, shop: Company, told: tuple[str, list[str]]
) -> None:
    kind, news = told
    made, _, verdict = KINDS[kind]
    desk = Desk(books, shop, Clock("2026-11-18T10:15:00-06:00"))
    line = made(desk)
    for one in news:
        line.message(one) if one in {"action", "recording"} else getattr(line, one)()
        desk.clock.turn(seconds=1)
    line.asked()
    call = desk.call(line.id)
    assert (call.status, call.missed) == (CallStatus.ENDED, verdict)
    owed = [one for one in desk.callbacks() if one.number == line.number]
    texts = [one for one in desk.texts() if one.to == line.number]
    assert len(owed) == len(texts) == (verdict is not None)
    assert [one.reason for one in owed] in ([], [verdict], ["nobody_free"])
    assert all(one.calls == 1 for one in owed)
    desk.work(lambda session: session.execute(update(Callback).values(status=CallbackStatus.CLOSED)))
