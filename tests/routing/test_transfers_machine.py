"""Callers, CSRs and Twilio do what they like, in any order: no illegal move, and time alone ends every transfer."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, SQLModel, select

from carrier.doors import Doors
from carrier.errors import Unreachable
from carrier.timers import TimerPass
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.database import Database
from models.enums import CallStatus, TimerStatus, TransferStatus
from models.tables import Call, Timer, Transfer
from routing import transfers
from routing.transfers import Event
from routing.transfers.handing import FINAL
from routing.transfers.onward import Onward
from tests.carrier.fakes import Inline
from tests.conftest import Clock

SHOP = profiles.load(EXAMPLE_PROFILE)
NUMBERS = count(1)
ATTEMPTS = st.integers(1, 3)
HELD = FINAL - {TransferStatus.LEFT}


class Telephones:
    """As much of Twilio as a transfer sees. A caller who is told to go on asks what comes next, if they are there."""

    doors = Doors("https://phone.example.com")

    def __init__(self, machine: "Handing") -> None:
        self.machine = machine
        self.reachable = True

    def redirect(self, _account: int, _sid: str, url: str) -> bool:
        if not self.reachable:
            raise Unreachable("Twilio cannot be reached")
        if "/legs/" in url or not self.machine.on_the_line:
            return False
        self.machine.twilio_asks()
        return True

    def end(self, _account: int, _sid: str) -> None:
        pass


class Handing(RuleBasedStateMachine):
    """One caller, two CSRs, and a clock."""

    database: Database

    @initialize(way=st.sampled_from(["plain", "room"]))
    def a_caller_is_to_be_handed_over(self, way: Any) -> None:
        self.company = replace(SHOP, transfers=replace(SHOP.transfers, way=way))
        self.clock = Clock("2026-11-18T10:15:00-06:00")
        self.twilio = Telephones(self)
        self.on_the_line, self.told = True, False
        self.look = TimerPass(self.database, transfers.handlers(self.company))
        self.onward = Onward(self.database, self.twilio, self.clock, Inline(), self._gone)  # type: ignore[arg-type]

        def begin(session: Session) -> str:
            call = Call(sid=f"CA{next(NUMBERS)}", status=CallStatus.AFTER, received_at=self.clock())
            session.add(call)
            session.flush()
            return transfers.begin(session, call, self.company, None, "person", self.clock()).id

        self.id = self.database.work(begin)

    def _gone(self, session: Session, call_id: str, now: Any) -> None:
        transfers.caller_left(session, call_id, self.company, now)

    def _work(self, piece: Any, *args: Any) -> Any:
        return self.database.work(lambda session: piece(session, session.get_one(Transfer, self.id), *args))

    @property
    def status(self) -> TransferStatus:
        return self._work(lambda _, transfer: TransferStatus(transfer.status))  # type: ignore[no-any-return]

    def happens(self, event: Event, attempt: int | None) -> None:
        self._work(lambda session, row: transfers.happened(session, row, event, self.company, self.clock(), attempt))

    @precondition(lambda self: self.on_the_line)
    @rule()
    def twilio_asks(self) -> None:
        def ask(session: Session, transfer: Transfer) -> None:
            transfers.advance(session, transfer, self.company, self.clock())
            transfers.stay(session, transfer)
            self.told = TransferStatus(transfer.status) in FINAL

        self._work(ask)

    @rule(event=st.sampled_from([Event.PICKED_UP, Event.TAKEN, Event.REFUSED]), attempt=ATTEMPTS)
    def a_csr(self, event: Event, attempt: int) -> None:
        self.happens(event, attempt)

    @rule(attempt=ATTEMPTS, spoke=st.sampled_from([None, True, False]))
    def a_leg_is_over(self, attempt: int, spoke: bool | None) -> None:
        self._work(
            lambda session, row: transfers.leg_over(session, row, attempt, self.company, self.clock(), spoke=spoke)
        )

    @rule()
    def the_caller_hangs_up_and_we_are_told(self) -> None:
        self.on_the_line = False
        self.happens(Event.CALLER_LEFT, None)

    @rule()
    def the_caller_hangs_up_and_nobody_tells_us(self) -> None:
        self.on_the_line = False

    @rule(reachable=st.booleans())
    def the_network(self, reachable: bool) -> None:
        self.twilio.reachable = reachable

    @rule(seconds=st.sampled_from([1, 5, 20, 30, 60]))
    def time_goes_by(self, seconds: int) -> None:
        self.clock.turn(seconds=seconds)
        self.look(self.clock())
        self.onward(self.clock())

    @invariant()
    def something_is_always_about_to_happen(self) -> None:
        if self.status not in FINAL:
            assert self._pending(), f"stuck in {self.status}"

    @invariant()
    def a_caller_on_hold_is_led_out(self) -> None:
        in_room = self.company.transfers.way == "room"
        if in_room and self.on_the_line and self.status == TransferStatus.FAILED and not self.told:
            assert self._pending() or not self.twilio.reachable

    def _pending(self) -> list[Timer]:
        query = select(Timer).where(Timer.ref == self.id, Timer.status == TimerStatus.PENDING)
        return self.database.work(lambda session: list(session.exec(query).all()))

    def teardown(self) -> None:
        """Nobody says anything any more."""
        if not hasattr(self, "id"):
            return
        for _ in range(100):
            if not (pending := self._pending()):
                break
            self.clock.at = max(self.clock.at, min(timer.due_at for timer in pending))
            self.look(self.clock())
            self.onward(self.clock())
        assert self.status in FINAL and not self._pending()
        if self.on_the_line and self.status in HELD and self.company.transfers.way == "room":
            assert self.told or not self.twilio.reachable


@pytest.fixture(scope="module")
def shelf() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'machine.db'}")
        SQLModel.metadata.create_all(database.engine)
        yield database
        database.close()


def test_no_transfer_is_ever_stuck(shelf: Database) -> None:
    machine = type("Handing", (Handing,), {"database": shelf})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
