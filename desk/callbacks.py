"""/api/v1/callbacks: who is owed a call, in the order of the queue; taking, calling, closing. Needs the bearer key."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from callbacks import queue, story
from callbacks.promise.staff import on_duty
from callbacks.queue import Answer, Taking
from carrier import retention
from desk.api import DOOR, HouseDep
from models.company import Company, Person
from models.enums import CallbackStatus
from models.tables import Attempt, Call, Callback, Utterance
from voice.house import House

router = APIRouter(prefix="/api/v1", tags=["callbacks"])

REFUSED = {
    Answer.HELD: "{by} has this caller: choose another",
    Answer.HOLDING: "{by} has another caller: finish or reopen that one first",
    Answer.SETTLED: "this callback is settled: reopen it to call again",
    Answer.NO_NUMBER: "the caller withheld the number: close it with a reason",
    Answer.NOT_AGREED: "this person has not agreed to be rung, or is the caller: dial by hand, or set opted_in",
    Answer.ON_THE_LINE: "the caller is telephoning with us right now: look at the live calls",
    Answer.CALLING: "they are being called right now: what comes of it is written down by itself",
    Answer.NEVER: "this number is not dialled, the callback is closed: {reason}",
}


class By(BaseModel):
    """Who does it: an id of the staff."""

    model_config = ConfigDict(extra="forbid")

    person: str


class Closing(By):
    """Who closes it, and why."""

    reason: str = Field(min_length=3, max_length=200)


class Outcome(By):
    """Who called by hand, and whether they talked with the caller; a machine is no talk."""

    reached: bool


@router.get("/callbacks")
async def callbacks(house: HouseDep, limit: int = 50) -> list[dict[str, Any]]:
    """Everybody who is owed a call: first those to be called now, in order, then those for later, then those taken."""
    return await house.database.run(_list, house, max(1, min(limit, 500)))


@router.get("/callbacks/{callback_id}")
async def callback(callback_id: str, house: HouseDep) -> dict[str, Any]:
    """One with its history, its tries, and what is known of the caller."""
    return await house.database.run(_one, house, callback_id)


@router.post("/callbacks/{callback_id}/take")
async def take(callback_id: str, by: By, house: HouseDep) -> dict[str, Any]:
    """This person calls them. 409 with who has them when somebody was faster."""
    return await _done(house, callback_id, by, queue.take)


@router.post("/callbacks/{callback_id}/call")
async def call(callback_id: str, by: By, house: HouseDep) -> dict[str, Any]:
    """Ring this person's telephone; key 1 there dials the caller from the company's number."""
    return await _done(house, callback_id, by, queue.begin)


@router.post("/callbacks/{callback_id}/done")
async def done(callback_id: str, outcome: Outcome, house: HouseDep) -> dict[str, Any]:
    """This person dialled by hand: `reached` tells whether they talked with the caller; else it is tried again."""
    return await _done(house, callback_id, outcome, partial(queue.by_hand, reached=outcome.reached))


@router.post("/callbacks/{callback_id}/close")
async def close(callback_id: str, closing: Closing, house: HouseDep) -> dict[str, Any]:
    """Close it with a reason. 409 when it is settled already."""
    return await house.database.run(_close, house, callback_id, closing)


@router.post("/callbacks/{callback_id}/reopen")
async def reopen(callback_id: str, by: By, house: HouseDep) -> dict[str, Any]:
    """Give a taken caller back to the queue, or a settled one: a machine had answered, it was closed by mistake."""
    card = await house.database.run(_reopen, house, callback_id, by)
    house.wake()
    return card


@router.post("/desk/sign-in")
async def sign_in(by: By, house: HouseDep) -> dict[str, Any]:
    """Somebody is at the desk from now on, for today; callers who wait are given to them."""
    return await _sign(house, by, present=True)


@router.post("/desk/sign-out")
async def sign_out(by: By, house: HouseDep) -> dict[str, Any]:
    """Somebody leaves the desk: their telephone is not rung by itself any more today."""
    return await _sign(house, by, present=False)


async def _sign(house: House, by: By, *, present: bool) -> dict[str, Any]:
    def piece(session: Session) -> dict[str, Any]:
        queue.sign(session, _person(house.company, by.person), present, house.clock())
        queue.look(session, house.company, house.clock())
        there = [one.id for one in on_duty(session, house.company, house.clock())]
        return {"person": by.person, "present": present, "on_duty": there}

    said = await house.database.run(piece)
    house.wake()
    return said


Take = Callable[[Session, Callback, Person, Company, datetime], Taking]


async def _done(house: House, callback_id: str, by: By, act: Take) -> dict[str, Any]:
    """Do it and give the card; 409 says what to do instead. What the gate closed stays written."""

    def piece(session: Session) -> tuple[Taking, dict[str, Any]]:
        row, person = _found(session, callback_id), _person(house.company, by.person)
        return act(session, row, person, house.company, house.clock()), _shown(session, house, row)

    taking, card = await house.database.run(piece)
    house.wake()
    if taking.answer is not Answer.YOURS:
        somebody = house.company.find(taking.by)
        words = REFUSED[taking.answer].format(by=somebody.name if somebody else "somebody", reason=taking.reason)
        raise HTTPException(409, {"why": words, "by": taking.by})
    return card


def _close(session: Session, house: House, callback_id: str, closing: Closing) -> dict[str, Any]:
    row, person = _found(session, callback_id), _person(house.company, closing.person)
    if not queue.close(session, row, closing.reason, person.id, house.clock()):
        raise HTTPException(409, {"why": "this callback is settled already", "by": row.closed_by})
    return _shown(session, house, row)


def _reopen(session: Session, house: House, callback_id: str, by: By) -> dict[str, Any]:
    row, person, now = _found(session, callback_id), _person(house.company, by.person), house.clock()
    if row.status == CallbackStatus.TAKEN and queue.live(session, row) is None:
        opened = queue.let_go(session, row, house.company, now, by=person.id, detail="given back")
    else:
        opened = queue.reopen(session, row, person.id, house.company, now)
    if not opened:
        raise HTTPException(409, {"why": "it waits in the queue, or is being called right now", "by": row.taken_by})
    return _shown(session, house, row)


def _list(session: Session, house: House, limit: int) -> list[dict[str, Any]]:
    retention.note(session, DOOR, "read", "callbacks", house.clock())
    return [_card(session, house, row) for row in queue.unsettled(session, house.clock())[:limit]]


def _one(session: Session, house: House, callback_id: str) -> dict[str, Any]:
    row = _found(session, callback_id)
    tries = select(Attempt).where(Attempt.callback_id == row.id).order_by(col(Attempt.created_at))
    calls = select(Call).where((col(Call.callback_id) == row.id) | (col(Call.id) == row.call_id))
    rows = session.exec(calls.order_by(col(Call.received_at))).all()
    said = select(Utterance).where(col(Utterance.call_id).in_([one.id for one in rows]))
    lines = session.exec(said.order_by(col(Utterance.call_id), col(Utterance.position))).all()
    return _shown(session, house, row) | {
        "history": [one.model_dump(mode="json", exclude={"callback_id"}) for one in story.told(session, row.id)],
        "tries": [one.model_dump(mode="json", exclude={"callback_id"}) for one in session.exec(tries)],
        "calls": [{"sid": one.sid, "received_at": one.received_at, "missed": one.missed} for one in rows],
        "said": [one.text for one in lines if one.text],
    }


def _shown(session: Session, house: House, row: Callback) -> dict[str, Any]:
    """The card of one, and that somebody saw it."""
    retention.note(session, DOOR, "read", row.id, house.clock())
    return _card(session, house, row)


def _card(session: Session, house: House, row: Callback) -> dict[str, Any]:
    """The row, whether it is due, who has it, and the job."""
    session.refresh(row)
    now, job = house.clock(), queue.job_of(session, row)
    holder = house.company.find(row.taken_by)
    due = row.status == CallbackStatus.OPEN and row.number is not None and queue.may_ring_at(row) <= now
    return row.model_dump(mode="json") | {
        "due": due,
        "with": {"id": holder.id, "name": holder.name} if holder else None,
        "job": job.model_dump(mode="json") if job else None,
    }


def _found(session: Session, callback_id: str) -> Callback:
    row = session.get(Callback, callback_id, populate_existing=True)
    if row is None:
        raise HTTPException(404, "no callback has this id")
    return row


def _person(company: Company, person_id: str) -> Person:
    person = company.find(person_id)
    if person is None:
        raise HTTPException(422, "nobody on the staff has this id")
    return person
