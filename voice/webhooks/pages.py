"""What a paged technician hears and presses, and Twilio's news of pages by call."""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session

from carrier import twiml
from models.company import Company
from models.tables import Job, Message, PageRun
from routing import paging, words
from voice.house import House
from voice.webhooks import delivery_news
from voice.webhooks.guard import Form, HouseDep, answer, nothing

router = APIRouter()

KEYS = "Press 1 to take it. Press 2 to pass. Press star to hear it again."
WAIT_S = 8


@router.post("/twilio/pages/{message_id}/answer")
async def picked_up(message_id: str, _form: Form, house: HouseDep) -> Response:
    """Somebody, or something, picked up: the whole message inside the Gather, so that a key works at once."""
    spoken = await house.database.run(_spoken, message_id)
    return answer(_ask(house, message_id, spoken))


@router.post("/twilio/pages/{message_id}/key")
async def key(message_id: str, form: Form, house: HouseDep) -> Response:
    """1 takes the job, 2 passes, star repeats. A completed call is no acknowledgement; a key is."""
    digit = form.get("Digits", "")
    if digit not in {"1", "2"}:
        return answer(_ask(house, message_id, await house.database.run(_spoken, message_id)))
    reply = await house.database.run(_answer, house.company, message_id, digit == "1", house.clock())
    house.wake()
    return answer(twiml.response(twiml.say(reply), twiml.hangup()))


@router.post("/twilio/pages/{message_id}/status")
async def status(message_id: str, form: Form, house: HouseDep) -> Response:
    """News of the page's call: nobody picked up means the next method now."""
    sid, now_is = form.get("CallSid", ""), form.get("CallStatus", "")
    await house.database.run(delivery_news.write, house.company, message_id, sid, now_is, form, house.clock())
    house.wake()
    return nothing()


def _ask(house: House, message_id: str, spoken: str) -> str:
    words = twiml.say(f"{house.company.spoken_name} on-call page. {spoken} {KEYS}", loop=2)
    action = house.url(f"/twilio/pages/{message_id}/key")
    return twiml.response(twiml.gather(words, action=action, timeout_s=WAIT_S), twiml.hangup())


def _page(session: Session, message_id: str) -> tuple[Message, PageRun]:
    message = session.get(Message, message_id)
    if message is None or message.run_id is None:
        raise HTTPException(404)
    return message, session.get_one(PageRun, message.run_id)


def _spoken(session: Session, message_id: str) -> str:
    """The page with what is known by now, which may be more than when it left."""
    _, run = _page(session, message_id)
    return words.page_spoken(session.get_one(Job, run.job_id))


def _answer(session: Session, company: Company, message_id: str, accepted: bool, now: datetime) -> str:
    message, run = _page(session, message_id)
    person = company.person(message.person_id or "")
    verb = paging.acknowledge if accepted else paging.decline
    result = verb(session, run, person, company, now)
    return words.answered_spoken(result, session.get_one(Job, run.job_id), run, company)
