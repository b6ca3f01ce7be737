"""What a message says is read like a call: an emergency is paged, anything else is a callback with its priority."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import col, select

from callbacks import queue, voicemail
from callbacks.queue import watch
from callbacks.voicemail import Spoken
from models.company import Company
from models.database import Database
from models.enums import CallbackStatus, CallStatus, TimerStatus
from models.tables import BlockedNumber, Call, Callback, Consent, Job, Message, PageRun, Timer, Utterance
from tests.callbacks.callers import CALLER, Desk
from tests.conftest import Clock
from triage import triage
from triage.assessment import Assessment, Context
from voice import ending

SPOKEN = "+15125550177"
CALL_ME = "hi my kitchen faucet is dripping call me at five one two five five five oh one seven seven"
URL = "https://twilio/Recordings/RE1"
TAPE: dict[str, Any] = {"recording_url": URL, "recording_s": 9.0, "status": CallStatus.OVERFLOW}


@cache
def understanding() -> triage.Triage:
    return triage.Triage.load()


def assess(said: Sequence[triage.Utterance], call: Call) -> Assessment:
    return understanding().assess(said, Context(caller=call.caller, month=11))


@pytest.fixture
def desk(database: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(database, shop, wednesday)


def leaves(desk: Desk, *words: str, number: str | None = CALLER) -> str:
    """A caller leaves a message after all lines were busy; the id of the call."""
    call = desk.rings(number, **TAPE)
    desk.hangs_up(call)
    desk.work(voicemail.lease, desk.clock())
    hears(desk, call, *words)
    return call


def hears(desk: Desk, call: str, *words: str) -> None:
    spoken = [Spoken(text, 0.9, 1000 * n, 1000 * n + 900, 50) for n, text in enumerate(words)]
    desk.work(voicemail.heard, desk.company, call, spoken, "sphinx", assess, ending.on_it, desk.clock())


def test_gas_on_a_tape_is_paged_and_the_caller_is_told(desk: Desk) -> None:
    call = leaves(desk, "i smell gas in my kitchen", "it is getting stronger")
    assert desk.rows(PageRun) and desk.rows(Job)[0].call_id == call
    (owed,) = desk.callbacks()
    assert (owed.priority, owed.reason) == ("P1", "voicemail")
    assert any(one.key == f"on_it:{call}" for one in desk.rows(Message))


def test_a_drip_on_a_tape_is_a_callback_with_what_was_said_and_wakes_nobody(desk: Desk) -> None:
    call = leaves(desk, "hi my kitchen faucet is dripping", "call me at five one two five five five oh one seven seven")
    assert desk.rows(PageRun) == []
    (owed,) = desk.callbacks()
    assert (owed.priority, owed.number) == ("P3", SPOKEN) and desk.rows(Job)[0].callback == SPOKEN
    kept = desk.rows(Utterance, Utterance.call_id == call)
    assert [one.position for one in kept] == [1, 2] and "heard" in desk.story()


def test_who_withheld_their_number_and_said_it_on_tape_is_called_and_told(desk: Desk) -> None:
    call = desk.rings(None, **TAPE)
    desk.hangs_up(call)
    (owed,) = desk.callbacks()
    assert owed.number is None and desk.texts() == []
    desk.clock.turn(minutes=20)
    desk.work(voicemail.lease, desk.clock())
    hears(desk, call, CALL_ME)
    (owed,) = desk.callbacks()
    assert owed.number == SPOKEN and [one.to for one in desk.texts()] == [SPOKEN]
    assert owed.promised_at is not None and owed.promised_at >= desk.clock() + timedelta(minutes=10)
    due = desk.rows(Timer, Timer.ref == owed.id, Timer.status == TimerStatus.PENDING, Timer.kind == watch.OWED)
    assert due and desk.work(queue.waiting, desk.clock())[0].number == SPOKEN


def test_a_number_that_is_spoken_when_their_telephone_has_rung_changes_nothing(desk: Desk) -> None:
    call = desk.rings(**TAPE)
    desk.hangs_up(call)
    desk.work(lambda session: setattr(session.exec(select(Callback)).one(), "attempts", 1))
    hears(desk, call, CALL_ME)
    assert desk.callbacks()[0].number == CALLER


def test_a_blocked_number_that_is_spoken_by_somebody_who_withheld_it_is_not_called(desk: Desk) -> None:
    desk.work(lambda session: session.add(BlockedNumber(number=SPOKEN, at=desk.clock())))
    leaves(desk, CALL_ME, number=None)
    assert desk.callbacks()[0].status is CallbackStatus.CLOSED and desk.texts() == []


def test_what_two_processes_have_heard_is_written_and_paged_once(desk: Desk) -> None:
    call = leaves(desk, "there is a gas leak in my basement")
    hears(desk, call, "there is a gas leak in my basement")
    assert len(desk.rows(PageRun)) == len(desk.rows(Utterance)) == 1


def test_a_tape_without_words_is_for_a_person(desk: Desk) -> None:
    leaves(desk)
    assert desk.callbacks()[0].priority == "P2" and "unheard" in desk.story()
    assert any(one.key.startswith("unheard:") for one in desk.rows(Message))


def test_no_card_number_of_a_tape_is_kept(desk: Desk) -> None:
    leaves(
        desk, "my card is four one one one one one one one one one one one one one one one expires twelve twenty eight"
    )
    assert {one.text for one in desk.rows(Utterance)} == {"[removed]"}
    assert desk.rows(Call)[0].untape


def test_a_message_without_a_card_number_stays_on_tape(desk: Desk) -> None:
    leaves(desk, "hi my kitchen faucet is dripping")
    assert not desk.rows(Call)[0].untape


def test_stop_texting_me_on_a_tape_is_heard(desk: Desk) -> None:
    leaves(desk, "please stop texting me")
    assert [one.granted for one in desk.rows(Consent, col(Consent.number) == CALLER)][:1] == [False]


def test_of_many_processes_one_takes_a_tape(desk: Desk) -> None:
    call = desk.rings(**TAPE)
    gate = Barrier(4)

    def take(_: int) -> voicemail.Tape | None:
        gate.wait(30)
        return desk.work(voicemail.lease, desk.clock())  # type: ignore[no-any-return]

    with ThreadPoolExecutor(4) as pool:
        taken = [one for one in pool.map(take, range(4)) if one is not None]
    assert [one.call_id for one in taken] == [call]
