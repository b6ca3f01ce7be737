"""Callers, CSRs, Twilio and our own processes do what they like, in any order: time alone ends every transfer.

The engine lives; the process that serves calls may die at any moment, and any news may never come.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import Session, select

from carrier.doors import Doors
from carrier.errors import Unreachable
from carrier.timers import TimerPass
from firstring import profile as profiles
from firstring.settings import EXAMPLE_PROFILE
from models.database import Database
from models.enums import CallStatus, TimerStatus, TransferStatus
from models.tables import Call, Timer, Transfer
from routing import transfers
from routing.transfers import Event, watch
from routing.transfers.alive import Alive
from routing.transfers.handing import FINAL
from routing.transfers.onward import Onward
from tests.carrier.fakes import Inline
from tests.conftest import Clock
from tests.machines import play
from voice import ledger

SHOP = profiles.load(EXAMPLE_PROFILE)
NUMBERS = count(1)
ATTEMPTS = st.sampled_from([0, 1, 2, 3])  # 0: the present one
MINUTES = timedelta(minutes=30)
RUNG = {TransferStatus.RINGING, TransferStatus.BRIEFING}
HELD = FINAL - {TransferStatus.LEFT}


class Telephones:
    """As much of Twilio as a transfer sees. A caller who is told to go on asks what comes next, if they are there."""

    doors = Doors("https://phone.example.com")

    def __init__(self, machine: "Handing") -> None:
        self.machine = machine
        self.reachable = True

    def account_of(self, _number: str) -> int:
        return 0

    def redirect(self, _account: int, _sid: str, url: str) -> bool:
        self._reach()
        if "/legs/" in url or not self.machine.on_the_line:
            return False
        if self.machine.serving:
            self.machine.twilio_asks()
        else:  # nobody says what comes next: Twilio hangs up
            self.machine.on_the_line = False
        return True

    def final_status(self, _account: int, sid: str) -> str | None:
        self._reach()
        there = sid not in self.machine.gone if sid.startswith("CAleg") else self.machine.on_the_line
        return None if there else "completed"

    def _reach(self) -> None:
        if not self.reachable:
            raise Unreachable("Twilio cannot be reached")

    def end(self, _account: int, _sid: str) -> None:
        pass


class Handing(RuleBasedStateMachine):
    """One caller, two CSRs, and a clock."""

    database: Database

    @initialize(
        way=st.sampled_from(["plain", "room"]), stage=st.sampled_from(["goodbye", "waiting", "ringing", "bridged"])
    )
    def a_caller_is_handed_over(self, way: Any, stage: str) -> None:
        self.company = replace(SHOP, transfers=replace(SHOP.transfers, way=way))
        self.clock = Clock("2026-11-18T10:15:00-06:00")
        self.twilio = Telephones(self)
        self.on_the_line, self.told = True, False
        self.goodbye, self.serving = stage == "goodbye", True
        self.gone: set[str] = set()
        self.look = TimerPass(self.database, transfers.handlers(self.company))
        self.onward = Onward(self.database, self.twilio, self.clock, Inline(), self._gone)  # type: ignore[arg-type]
        self.alive = Alive(self.database, self.twilio, self.company, self.clock, Inline(), self._gone)  # type: ignore[arg-type]

        def begin(session: Session) -> str:
            status = CallStatus.TALKING if self.goodbye else CallStatus.AFTER
            call = Call(sid=f"CA{next(NUMBERS)}", status=status, received_at=self.clock())
            session.add(call)
            session.flush()
            return transfers.begin(session, call, self.company, None, "person", self.clock()).id

        self.id = self.database.work(begin)
        if stage in {"ringing", "bridged"}:
            self.twilio_asks()
        if stage == "bridged":
            self.a_csr(Event.TAKEN, 0)

    def _gone(self, session: Session, call_id: str, now: Any) -> None:
        transfers.caller_left(session, call_id, self.company, now)

    def _work(self, piece: Any, *args: Any) -> Any:
        return self.database.work(lambda session: piece(session, session.get_one(Transfer, self.id), *args))

    @property
    def status(self) -> TransferStatus:
        return self._work(lambda _, transfer: TransferStatus(transfer.status))  # type: ignore[no-any-return]

    @property
    def attempt(self) -> int:
        return self._work(lambda _, transfer: transfer.tried)  # type: ignore[no-any-return]

    def happens(self, event: Event, attempt: int | None, **written: Any) -> None:
        now = self.clock()
        self._work(lambda session, row: transfers.happened(session, row, event, self.company, now, attempt, **written))

    @precondition(lambda self: self.serving and self.goodbye)
    @rule()
    def the_goodbye_was_heard(self) -> None:
        self.goodbye = False
        self._work(lambda session, row: ledger.stream_over(session, row.call_id))

    @rule(lives=st.booleans())
    def the_process_that_serves(self, lives: bool) -> None:
        self.serving = lives
        if not lives and self.goodbye:
            self.on_the_line = False  # the stream breaks, and nothing comes after it

    @precondition(lambda self: self.serving and self.on_the_line and not self.goodbye)
    @rule()
    def twilio_asks(self) -> None:
        def ask(session: Session, transfer: Transfer) -> None:
            transfers.advance(session, transfer, self.company, self.clock())
            transfers.stay(session, transfer)
            self.told = TransferStatus(transfer.status) in FINAL

        self._work(ask)

    @precondition(lambda self: self.serving)
    @rule(event=st.sampled_from([Event.PICKED_UP, Event.TAKEN, Event.REFUSED]), attempt=ATTEMPTS)
    def a_csr(self, event: Event, attempt: int) -> None:
        attempt = attempt or self.attempt
        self.happens(event, attempt, **({} if event is Event.REFUSED else {"leg_sid": f"CAleg{attempt}"}))

    @precondition(lambda self: self.status in RUNG | {TransferStatus.BRIDGED})
    @rule()
    def the_csr_hangs_up_and_nobody_tells_us(self) -> None:
        self.gone.add(f"CAleg{self.attempt}")

    @precondition(lambda self: self.serving)
    @rule(attempt=ATTEMPTS, spoke=st.sampled_from([None, True, False]))
    def a_leg_is_over(self, attempt: int, spoke: bool | None) -> None:
        attempt, now = attempt or self.attempt, self.clock()
        self._work(lambda session, row: transfers.leg_over(session, row, attempt, self.company, now, spoke=spoke))

    @rule(told=st.booleans())
    def the_caller_hangs_up(self, told: bool) -> None:
        self.on_the_line = False
        if told and self.serving:
            self.happens(Event.CALLER_LEFT, None)

    @rule(reachable=st.booleans())
    def the_network(self, reachable: bool) -> None:
        self.twilio.reachable = reachable

    @rule(seconds=st.sampled_from([1, 5, 20, 30, 60]))
    def time_goes_by(self, seconds: int) -> None:
        self.clock.turn(seconds=seconds)
        self._passes()

    def _passes(self) -> None:
        for each in (self.look, self.onward, self.alive):
            each(self.clock())

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

    def _taken_by_nobody(self) -> bool:
        """Whether whoever took the call has hung up."""
        return self._work(lambda _, row: row.status == TransferStatus.BRIDGED and row.leg_sid in self.gone)  # type: ignore[no-any-return]

    def _time_alone(self, lasts: timedelta) -> None:
        """From timer to timer."""
        until = self.clock() + lasts
        while (due := min((timer.due_at for timer in self._pending()), default=until)) < until:
            self.clock.at = max(self.clock.at, due)
            self._passes()
        self.clock.at = until
        self._passes()

    def teardown(self) -> None:
        """Nobody says anything any more."""
        if not hasattr(self, "id"):
            return
        unheard = self.twilio.reachable and (not self.on_the_line or self._taken_by_nobody())
        self._time_alone(watch.ASKED_AGAIN)
        assert self.status in FINAL or not unheard, "whoever can be asked about is not waited for"
        self.clock.turn(seconds=watch.TALK_S)
        self._time_alone(MINUTES)
        assert self.status in FINAL and not self._pending()
        if self.on_the_line and self.status in HELD and self.company.transfers.way == "room":
            assert self.told or not self.twilio.reachable


def test_no_transfer_is_ever_stuck(shelf: Database) -> None:
    play(Handing, shelf, examples=100, steps=15)
