"""A caller is handed to a person: who is rung, what they hear, and what becomes of everybody when news goes missing."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlmodel import Session, select

from carrier import outbox
from carrier.timers import TimerPass
from models.company import Company, Hours, Person
from models.database import Database
from models.enums import (
    AttemptStatus,
    CallbackStatus,
    CallStatus,
    MessageStatus,
    Priority,
    TimerStatus,
    Trade,
    TransferStatus,
)
from models.moves import ALLOWED
from models.tables import Attempt, Call, Callback, Job, Message, Presence, Timer, Transfer
from routing import transfers
from routing.transfers import Event, watch
from routing.transfers.choice import line_up
from routing.transfers.machine import TABLE
from routing.transfers.whisper import CHARACTERS_PER_SECOND, KEYS, WHISPER_S, summary
from tests.conftest import Clock
from triage.assessment import Address, Assessment, Entities, Slot
from triage.situations import SITUATIONS

AFTER = CallStatus.AFTER


class Desk:
    """The shop's desk with one caller on the line."""

    def __init__(self, database: Database, company: Company, clock: Clock) -> None:
        self.database, self.company, self.clock = database, company, clock
        self.look = TimerPass(database, transfers.handlers(company))

    def caller(
        self, sid: str = "CA1", number: str = "+15125550199", reason: str = "person", status: CallStatus = AFTER
    ) -> str:
        def ring(session: Session) -> str:
            call = Call(sid=sid, caller=number, status=status, received_at=self.clock())
            session.add(call)
            session.flush()
            return transfers.begin(session, call, self.company, None, reason, self.clock()).id

        return self.database.work(ring)

    def asks(self, transfer_id: str) -> Transfer:
        """Twilio asks what comes next for the caller."""

        def ask(session: Session) -> Transfer:
            transfer = session.get_one(Transfer, transfer_id)
            transfers.advance(session, transfer, self.company, self.clock())
            transfers.stay(session, transfer)
            return transfer

        return self.database.work(ask)

    def happens(self, transfer_id: str, event: Event, attempt: int | None = None) -> Transfer:
        def happen(session: Session) -> Transfer:
            transfer = session.get_one(Transfer, transfer_id)
            transfers.happened(session, transfer, event, self.company, self.clock(), attempt)
            return transfer

        return self.database.work(happen)

    def leg(self, transfer_id: str, attempt: int, status: str, sid: str = "CAleg") -> Transfer:
        """News of a CSR's call, as Twilio sends it."""

        def news(session: Session) -> Transfer:
            transfer = session.get_one(Transfer, transfer_id)
            message = transfers.leg_of(session, transfer, attempt)
            assert message is not None
            changed = outbox.news(session, message.id, sid, status, None, self.clock())
            if changed is not None:
                transfers.leg_news(session, changed, self.company, self.clock())
            session.refresh(transfer)
            return transfer

        return self.database.work(news)

    def wait(self, seconds: float) -> None:
        self.look(self.clock.turn(seconds=seconds))

    def now(self, transfer_id: str) -> Transfer:
        row: Transfer = self.database.work(lambda session: session.get_one(Transfer, transfer_id))
        return row

    def legs(self) -> list[tuple[str | None, MessageStatus]]:
        query = select(Message).order_by(Message.step)  # type: ignore[arg-type]
        return self.database.work(lambda session: [(one.person_id, one.status) for one in session.exec(query)])

    def owed(self, kind: str) -> int:
        query = select(Timer).where(Timer.kind == kind, Timer.status == TimerStatus.PENDING)
        return self.database.work(lambda session: len(session.exec(query).all()))


@pytest.fixture
def desk(database: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(database, shop, wednesday)


@pytest.fixture
def room(database: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(database, replace(shop, transfers=replace(shop.transfers, way="room")), wednesday)


def test_every_step_of_the_machine_is_an_allowed_move_and_every_allowed_move_is_a_step() -> None:
    steps = {old: {step.status for step in events.values()} for old, events in TABLE.items()}
    assert steps == {old: set(new) for old, new in ALLOWED[TransferStatus].items()}


def test_the_caller_may_leave_in_every_state_that_is_not_an_end() -> None:
    assert all(Event.CALLER_LEFT in events for events in TABLE.values())


# ---- who is rung ----------------------------------------------------------------------------------------------------
def csr(name: str, number: int, languages: str = "en", opted_in: bool = True) -> Person:
    spoken = frozenset(languages.split())
    return Person(name, name, f"+1512555{number}", frozenset({"csr"}), opted_in=opted_in, languages=spoken)


@pytest.fixture
def trio(shop: Company) -> Company:
    return replace(shop, staff=(csr("ann", 1001), csr("ben", 1002, "en es"), csr("cho", 1003, opted_in=False)))


def names(people: tuple[Person, ...]) -> list[str]:
    return [one.id for one in people]


def test_a_spanish_caller_is_offered_to_those_who_speak_it_first(trio: Company) -> None:
    assert names(line_up(trio, None, "es", {})) == ["ben", "ann", "cho"]


def test_who_knows_the_trade_of_the_job_is_tried_first_but_language_counts_more(trio: Company) -> None:
    ann, ben, cho = trio.staff
    trades = {Trade.PLUMBING: ann, Trade.ELECTRICAL: cho}
    staff = (ben, *(replace(one, trades=frozenset({trade})) for trade, one in trades.items()))
    skilled = replace(trio, staff=staff)
    assert names(line_up(skilled, None, "en", {}, "electrical")) == ["cho", "ben", "ann"]
    assert names(line_up(skilled, None, "es", {}, "electrical")) == ["ben", "cho", "ann"]
    assert names(line_up(skilled, None, "en", {})) == ["ben", "ann", "cho"]
    assert names(line_up(trio, None, "en", {}, "electrical")) == ["ann", "ben", "cho"]  # nobody has a trade


def test_nobody_is_rung_with_their_own_call(trio: Company) -> None:
    assert names(line_up(trio, "+15125551001", "en", {})) == ["ben", "cho"]


def test_in_turn_who_waited_longest_for_a_call_comes_first(trio: Company, wednesday: Clock) -> None:
    fair = replace(trio, transfers=replace(trio.transfers, order="in_turn"))
    given = {"ann": wednesday(), "ben": wednesday() - timedelta(hours=1)}
    assert names(line_up(fair, None, "en", given)) == ["cho", "ben", "ann"]


def test_an_automated_call_goes_only_to_those_who_agreed_to_it(trio: Company) -> None:
    rooms = replace(trio, transfers=replace(trio.transfers, way="room"))
    assert names(line_up(rooms, None, "en", {})) == ["ann", "ben"]


def test_turns_are_taken_across_calls(desk: Desk) -> None:
    desk.company = replace(desk.company, transfers=replace(desk.company.transfers, order="in_turn"))
    first = desk.asks(desk.caller())
    desk.happens(first.id, Event.TAKEN)
    desk.happens(first.id, Event.PARTED)
    desk.wait(60)
    assert desk.asks(desk.caller("CA2")).people[0] == "priya"


def test_a_csr_who_talks_to_somebody_is_not_rung_until_that_is_over(desk: Desk) -> None:
    first = desk.asks(desk.caller())
    desk.happens(first.id, Event.TAKEN)
    second = desk.asks(desk.caller("CA2"))
    assert (first.people[0], second.people[0]) == ("dana", "priya")


def test_when_everybody_talks_the_caller_holds_and_gets_the_first_who_is_free(room: Desk) -> None:
    talks = [room.asks(room.caller(f"CA{n}")) for n in (1, 2)]
    for talk in talks:
        room.happens(talk.id, Event.TAKEN)
    waiting = room.asks(room.caller("CA3"))
    assert (waiting.status, waiting.tried) == (TransferStatus.WAITING, 0)
    room.happens(talks[1].id, Event.PARTED)
    room.wait(watch.HOLD_S)
    assert room.now(waiting.id).people[0] == "priya"


def works(company: Company, person: str, opens: str, closes: str) -> Company:
    """The company, one of whose people is at the desk on weekdays between these hours."""
    hours = tuple(Hours(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day in range(5))
    return replace(company, staff=tuple(replace(p, hours=hours) if p.id == person else p for p in company.staff))


def test_promises_that_were_given_come_before_a_caller_on_the_line_who_holds_meanwhile(desk: Desk) -> None:
    time_for_more = [False]
    desk.company = replace(desk.company, spare=lambda *_, **__: time_for_more[0])
    transfer = desk.caller()
    assert desk.asks(transfer).status == TransferStatus.WAITING
    desk.wait(20)
    time_for_more[0] = True
    assert desk.asks(transfer).status == TransferStatus.RINGING


def test_an_emergency_on_the_line_comes_before_every_promise(desk: Desk) -> None:
    desk.company = replace(desk.company, spare=lambda *_, **__: False)
    transfer = desk.caller()
    call_id = desk.now(transfer).call_id
    desk.database.work(
        lambda session: session.add(
            Job(number=1001, call_id=call_id, intent="emergency", priority="P1", created_at=desk.clock())
        )
    )
    assert desk.asks(transfer).status == TransferStatus.RINGING


def test_only_those_who_are_at_work_are_rung(desk: Desk) -> None:
    desk.company = works(desk.company, "dana", "12:00", "18:00")
    first = desk.asks(desk.caller())
    assert (first.people[0], first.status) == ("priya", TransferStatus.RINGING)
    desk.happens(first.id, Event.REFUSED, 1)
    assert desk.asks(first.id).status == TransferStatus.FAILED


def test_who_signed_out_for_lunch_is_not_rung_and_who_signed_in_alone_is(desk: Desk) -> None:
    def sign(name: str, present: bool) -> None:
        row = Presence(person_id=name, present=present, at=desk.clock.turn(seconds=1))
        desk.database.work(lambda session: session.add(row))

    sign("dana", False)
    first = desk.asks(desk.caller())
    assert (first.people[0], first.status) == ("priya", TransferStatus.RINGING)
    sign("priya", False)
    assert desk.asks(desk.caller("CA2")).status == TransferStatus.FAILED
    sign("dana", True)
    assert desk.asks(desk.caller("CA3")).people[0] == "dana"


def test_nobody_holds_for_somebody_who_comes_to_work_later_but_who_comes_meanwhile_is_rung(room: Desk) -> None:
    room.company = works(room.company, "dana", "10:16", "18:00")
    talk = room.asks(room.caller())
    assert talk.people[0] == "priya"
    room.happens(talk.id, Event.TAKEN)
    waiting = room.asks(room.caller("CA2"))
    assert waiting.status == TransferStatus.WAITING  # for priya
    room.look = TimerPass(room.database, transfers.handlers(room.company))
    for _ in range(3):
        room.wait(watch.HOLD_S)
    assert room.now(waiting.id).people[0] == "dana"


def test_own_hours_do_not_open_the_shop(desk: Desk) -> None:
    desk.company = works(desk.company, "dana", "06:00", "23:00")
    begun = desk.caller()
    desk.clock.turn(hours=8)  # it is past six
    assert desk.asks(begun).status == TransferStatus.FAILED


def test_after_the_shop_has_closed_nobody_is_rung(desk: Desk) -> None:
    begun = desk.caller()
    desk.clock.turn(hours=8)
    assert desk.asks(begun).status == TransferStatus.FAILED


# ---- what they hear -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("paged", [True, False])
@pytest.mark.parametrize("reason", ["person", "card_number", "unclear"])
def test_whatever_is_known_of_a_call_is_told_in_eight_seconds(reason: str, paged: bool) -> None:
    name = Slot("Bartholomew Featherstonehaugh", "", 1.0)
    where = Address(number="10412", street="Barton Springs Road")
    for row in SITUATIONS.values():
        heard = Assessment(situation=row.id, priority=Priority.P1, entities=Entities(name=name, address=where))
        words = f"{summary(heard, reason, paged=paged)} {KEYS}"
        assert len(words) / CHARACTERS_PER_SECOND <= WHISPER_S


def test_the_place_is_told_when_there_is_time_for_it() -> None:
    heard = Assessment(situation="P16", entities=Entities(address=Address(number="412", street="Maple Street")))
    assert "412 Maple Street" in summary(heard, "P16", paged=False)


# ---- the plain way --------------------------------------------------------------------------------------------------
def test_late_and_double_news_changes_nothing(desk: Desk) -> None:
    begun = desk.asks(desk.caller())
    desk.happens(begun.id, Event.REFUSED, 1)
    second = desk.asks(begun.id)
    assert (second.tried, second.status) == (2, TransferStatus.RINGING)
    for event in (Event.PICKED_UP, Event.TAKEN, Event.REFUSED):
        assert desk.happens(begun.id, event, 1).status == TransferStatus.RINGING
    desk.happens(begun.id, Event.TAKEN, 2)
    assert desk.happens(begun.id, Event.TAKEN, 2).taken_by == "priya"
    assert desk.happens(begun.id, Event.REFUSED, 2).status == TransferStatus.BRIDGED


def test_the_caller_who_left_is_not_brought_back_by_a_key(desk: Desk) -> None:
    begun = desk.asks(desk.caller())
    desk.happens(begun.id, Event.PICKED_UP, 1)
    desk.happens(begun.id, Event.CALLER_LEFT)
    assert desk.happens(begun.id, Event.TAKEN, 1).status == TransferStatus.LEFT


def test_a_dial_whose_end_nobody_told_us_is_looked_after(desk: Desk) -> None:
    begun = desk.asks(desk.caller())
    desk.wait(desk.company.transfers.ring_s + watch.SLACK_S)
    assert desk.now(begun.id).status == TransferStatus.REFUSED and desk.owed(watch.ONWARD) == 1
    assert desk.asks(begun.id).people[1] == "priya" and desk.owed(watch.ONWARD) == 0


def test_a_caller_who_goes_on_talking_to_us_is_not_torn_away(desk: Desk) -> None:
    begun = desk.caller()
    desk.database.work(_set, begun, CallStatus.TALKING)
    desk.wait(watch.WAITING_S)
    assert desk.owed(watch.ONWARD) == 0
    desk.database.work(_set, begun, CallStatus.AFTER)
    desk.wait(2 * watch.WAITING_S)
    assert desk.owed(watch.ONWARD) == 1


def _set(session: Session, transfer_id: str, status: CallStatus) -> None:
    call = session.get_one(Call, session.get_one(Transfer, transfer_id).call_id)
    call.status = status
    session.add(call)


def test_a_csr_who_is_calling_somebody_back_is_not_rung_for_another_caller(desk: Desk) -> None:
    """Dana has pressed to have a caller, Priya's attempt is under way: both are busy until it is over."""
    call_id, now = "before", desk.clock()

    def busy(session: Session) -> None:
        session.add(Call(id=call_id, sid="CAbefore", caller="+15125550188", received_at=now))
        session.flush()
        owed = Callback(id="owed", call_id=call_id, reason="abandoned", created_at=now, status=CallbackStatus.TAKEN)
        owed.taken_by = "dana"
        session.add(owed)
        session.flush()
        session.add(Attempt(id="try", callback_id="owed", person_id="priya", created_at=now))

    desk.database.work(busy)
    begun = desk.asks(desk.caller())
    assert begun.tried == 0 and begun.status == TransferStatus.WAITING
    desk.database.work(_over)
    assert desk.asks(begun.id).people[0] == "priya"


def _over(session: Session) -> None:
    attempt = session.get_one(Attempt, "try")
    attempt.status, attempt.ended_at = AttemptStatus.NO_ANSWER, attempt.created_at
    session.add(attempt)


# ---- the room way ---------------------------------------------------------------------------------------------------
def test_the_call_to_a_csr_is_a_row_of_the_outbox(room: Desk) -> None:
    begun = room.asks(room.caller())
    assert room.legs() == [("dana", MessageStatus.PENDING)]
    assert begun.room is not None and begun.room.startswith("job-")


def test_one_passes_and_the_next_is_rung_at_once(room: Desk) -> None:
    begun = room.asks(room.caller())
    room.leg(begun.id, 1, "in-progress")
    room.happens(begun.id, Event.REFUSED, 1)
    assert room.legs() == [("dana", MessageStatus.ACCEPTED), ("priya", MessageStatus.PENDING)]
    assert room.owed(watch.DROP) == 1


@pytest.mark.parametrize("news", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_a_telephone_that_is_not_taken_is_followed_by_the_next(room: Desk, news: str) -> None:
    begun = room.asks(room.caller())
    assert room.leg(begun.id, 1, news).tried == 2
    assert room.leg(begun.id, 1, news).tried == 2  # told twice
    assert room.owed(watch.DROP) == 0  # it is over: there is nobody to be told


def test_nobody_takes_it_and_the_caller_is_led_out_of_the_room(room: Desk) -> None:
    begun = room.asks(room.caller())
    for attempt in (1, 2):
        room.leg(begun.id, attempt, "no-answer", sid=f"CAleg{attempt}")
    assert room.now(begun.id).status == TransferStatus.FAILED and room.owed(watch.ONWARD) == 1


def test_the_caller_hangs_up_before_the_csr_is_rung_and_nobody_is(room: Desk) -> None:
    begun = room.asks(room.caller())
    room.happens(begun.id, Event.CALLER_LEFT)
    assert room.legs() == [("dana", MessageStatus.CANCELLED)]


def test_the_caller_hangs_up_during_the_whisper_and_the_csr_is_to_be_told(room: Desk) -> None:
    begun = room.asks(room.caller())
    room.leg(begun.id, 1, "in-progress")
    room.happens(begun.id, Event.PICKED_UP, 1)
    assert room.happens(begun.id, Event.CALLER_LEFT).status == TransferStatus.LEFT
    assert room.owed(watch.DROP) == 1


def test_who_pressed_one_and_was_gone_has_not_taken_it(room: Desk) -> None:
    begun = room.asks(room.caller())
    room.leg(begun.id, 1, "in-progress")
    room.happens(begun.id, Event.TAKEN, 1)
    room.clock.turn(seconds=1)
    after = room.leg(begun.id, 1, "completed")
    assert (after.status, after.tried, after.taken_by) == (TransferStatus.RINGING, 2, None)


def test_after_a_talk_the_transfer_is_over_and_the_caller_let_out(room: Desk) -> None:
    begun = room.asks(room.caller())
    room.leg(begun.id, 1, "in-progress")
    room.happens(begun.id, Event.TAKEN, 1)
    room.clock.turn(minutes=2)
    over = room.leg(begun.id, 1, "completed")
    assert (over.status, over.taken_by, over.ended_at) == (TransferStatus.OVER, "dana", room.clock())
    assert room.owed(watch.ONWARD) == 1


def test_time_alone_ends_a_transfer_of_which_nothing_more_is_heard(room: Desk) -> None:
    begun = room.asks(room.caller())
    start: datetime = room.clock()
    while room.now(begun.id).status != TransferStatus.FAILED:
        room.wait(5)
        assert room.clock() - start < timedelta(minutes=2)
    assert room.owed(watch.ONWARD) == 1
