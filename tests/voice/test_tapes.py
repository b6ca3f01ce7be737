"""Hearing a message on tape: whatever fails is tried a few times, and then a person is told."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import voicemail as tapes
from carrier.errors import Unreachable
from models.company import Company
from models.database import Database
from models.enums import CallStatus
from models.tables import Message
from tests.callbacks.callers import Desk
from tests.conftest import Clock
from voice import voicemail

TAPE: dict[str, Any] = {
    "recording_url": "https://twilio/Recordings/RE1",
    "recording_s": 9.0,
    "status": CallStatus.OVERFLOW,
}


@pytest.fixture
def desk(books: Database, shop: Company, wednesday: Clock) -> Desk:
    return Desk(books, shop, wednesday)


def hearing(desk: Desk, failure: BaseException) -> Any:
    """A house whose tapes cannot be had."""

    def fetch(_sid: str) -> bytes:
        raise failure

    return SimpleNamespace(
        database=desk.database, company=desk.company, clock=desk.clock, fetch=fetch, wake=lambda: None
    )


@pytest.mark.parametrize("failure", [Unreachable("Twilio cannot be reached"), KeyError("format"), MemoryError()])
def test_whatever_fails_is_tried_six_times_and_then_a_person_is_told_once(desk: Desk, failure: BaseException) -> None:
    call, tries = desk.rings(**TAPE), 0
    while asyncio.run(voicemail.hear_one(hearing(desk, failure))):
        tries += 1
        desk.clock.turn(minutes=6)
    assert tries == len(tapes.PAUSES) + 1 and desk.call(call).heard_at is not None
    assert desk.callbacks()[0].priority == "P2" and told(desk)


def test_a_tape_that_ends_whatever_process_hears_it_is_left_to_a_person(desk: Desk) -> None:
    desk.rings(**TAPE)
    for _ in range(len(tapes.PAUSES) + 1):
        assert desk.work(tapes.lease, desk.clock()) is not None  # and the process is gone
        desk.clock.at += tapes.LEASE
    assert asyncio.run(voicemail.hear_one(hearing(desk, AssertionError("it was heard again"))))
    assert told(desk) and not asyncio.run(voicemail.hear_one(hearing(desk, AssertionError())))


def told(desk: Desk) -> bool:
    return [one.key.startswith("unheard:") for one in desk.rows(Message)].count(True) == len(
        desk.company.with_role("manager")
    )
