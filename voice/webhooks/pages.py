"""What a paged technician hears and presses, and Twilio's news of pages by call."""

from datetime import datetime

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import Session

from carrier import consent, twiml
from models.company import Company, Person
from models.enums import Purpose, RunStatus
from models.tables import Job, Message, PageRun
from routing import paging, words
from voice.house import House
from voice.webhooks import delivery_news
from voice.webhooks.guard import Form, HouseDep, answer, nothing

router = APIRouter()

KEYS = "Press 1 to take it. Press 2 to pass. Press star to hear it again."
WAY_KEYS = "Press 1 if you are on the way. Press 2 to pass it on. Press star to hear this again."
WAIT_S = 8

REPEATS = 5
"""So often a key that means nothing repeats the page: a machine that plays tones must not hold the line."""


@router.post("/twilio/pages/{message_id}/answer")
async def picked_up(message_id: str, _form: Form, house: HouseDep) -> Response:
    """Somebody, or something, picked up: the whole message inside the Gather, so that a key works at once."""
    return answer(await house.database.run(_ask, house, message_id, 0))


@router.post("/twilio/pages/{message_id}/key")
async def key(message_id: str, form: Form, house: HouseDep, heard: int = 0) -> Response:
    """1 takes the job, 2 passes, star repeats. A completed call is no acknowledgement; a key is."""
    digit = form.get("Digits", "")
    if digit not in {"1", "2"}:
        return answer(await house.database.run(_ask, house, message_id, heard + 1))
    reply = await house.database.run(_answer, house.company, message_id, digit == "1", house.clock())
    house.wake()
    return answer(_goodbye(reply, times=2 if digit == "1" else 1))


@router.post("/twilio/pages/{message_id}/status")
async def status(message_id: str, form: Form, house: HouseDep) -> Response:
    """News of the page's call: nobody picked up means the next method now."""
    sid, now_is = form.get("CallSid", ""), form.get("CallStatus", "")
    await house.database.run(delivery_news.write, house.company, message_id, sid, now_is, form, house.clock())
    house.wake()
    return nothing()


def _ask(session: Session, house: House, message_id: str, heard: int) -> str:
    """The page with what is known by now, which may be more than when it left; or who took the job meanwhile."""
    message, run, person = _page(session, house.company, message_id)
    job = session.get_one(Job, run.job_id)
    if run.acknowledged_by not in (None, person.id) or run.status == RunStatus.CANCELLED:
        return _goodbye(words.answered_spoken("taken", job, run, house.company))
    if heard > REPEATS:
        return twiml.response(twiml.hangup())
    page = message.purpose is Purpose.PAGE
    spoken, keys = (words.page_spoken(job), KEYS) if page else (message.body, WAY_KEYS)
    said = twiml.say(f"{house.company.spoken_name} on-call page. {spoken} {keys}", loop=2)
    action = house.url(f"/twilio/pages/{message_id}/key?heard={heard}")
    return twiml.response(twiml.gather(said, action=action, timeout_s=WAIT_S), twiml.hangup())


def _goodbye(reply: str, times: int = 1) -> str:
    return twiml.response(twiml.say(reply, loop=times), twiml.hangup())


def _page(session: Session, company: Company, message_id: str) -> tuple[Message, PageRun, Person]:
    message = session.get(Message, message_id)
    person = company.find(message.person_id) if message else None
    if message is None or message.run_id is None or person is None:
        raise HTTPException(404)
    return message, session.get_one(PageRun, message.run_id), person


def _answer(session: Session, company: Company, message_id: str, yes: bool, now: datetime) -> str:
    message, run, person = _page(session, company, message_id)
    job = session.get_one(Job, run.job_id)
    if not yes:
        result = paging.decline(session, run, person, company, now)
    elif message.purpose is Purpose.PAGE:
        result = paging.acknowledge(session, run, person, company, now)
        if result is paging.Answer.YOURS:
            paging.brief(session, job, company, now)
    else:
        result = paging.acknowledge(session, run, person, company, now, going=True)
    agreed = consent.as_agreed(session, company)
    send = paging.told_to_send(job, person, agreed, now) if result is paging.Answer.YOURS else ""
    return words.answered_spoken(result, job, run, company) + send
