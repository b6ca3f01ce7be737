"""Texts: what staff and callers write to us, and Twilio's news of the texts we sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from sqlmodel import Session, col, func, select

from callbacks import owing, safety, words
from carrier import twiml
from carrier.gate import latest_consent
from models.company import Company, Person
from models.enums import CallStatus, Channel, Priority
from models.once import insert_once
from models.tables import Call, Consent, Seen
from models.tables import Utterance as UtteranceRow
from routing import jobs, paging
from triage.assessment import Assessment, Context, to_json
from triage.triage import Utterance
from voice.house import House
from voice.webhooks import delivery_news
from voice.webhooks.guard import Form, HouseDep, answer, e164, nothing

router = APIRouter()

STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out"}
)  # docs/domain/legal.md L4, L5
SAME_STORY = timedelta(hours=24)
"""A text within a day of a call belongs to it."""

AFTER_SPEECH = 1000
"""Positions of texts in a call's record: behind everything that was spoken."""

START_WORDS = frozenset({"start", "unstop"})


@router.post("/twilio/sms")
async def text(form: Form, house: HouseDep) -> Response:
    """A text came in, once: a technician's answer, an opt-out, or words from a caller that a person must read."""
    reply = await house.database.run(_received, house, form, house.clock())
    house.wake()
    return answer(twiml.response(twiml.text_message(reply)) if reply else twiml.empty())


@router.post("/twilio/sms/status")
async def status(form: Form, house: HouseDep, message: str = "") -> Response:
    """News of a text we sent: `message` is our own row."""
    sid, now_is = form.get("MessageSid", ""), form.get("MessageStatus", "")
    await house.database.run(delivery_news.write, house.company, message, sid, now_is, form, house.clock())
    house.wake()
    return nothing()


def _received(session: Session, house: House, form: Mapping[str, str], now: datetime) -> str | None:
    company = house.company
    if not insert_once(session, Seen(key=f"sms:{form.get('MessageSid', '')}", at=now)):
        return None
    number, body = e164(form.get("From")), form.get("Body", "")
    if number is None:
        return None
    person = _staff(company, number)
    word = body.strip().lower().rstrip(".!")
    kind = form.get("OptOutType") or ("STOP" if word in STOP_WORDS else "START" if word in START_WORDS else "")
    if not kind and (outside := _sent_outside(session, number, now)) is not None:
        if (reply := safety.answer(session, outside, body, company, now)) is not None:
            return reply
    if person is not None and not kind and (reply := paging.answer_text(session, person, body, company, now)):
        return reply
    if kind in {"STOP", "START"}:
        session.add(Consent(number=number, channel=Channel.TEXT, granted=kind == "START", source="keyword", at=now))
        return None
    return None if kind else _caller_wrote(session, house, form, number, body, now)


def _caller_wrote(
    session: Session, house: House, form: Mapping[str, str], number: str, body: str, now: datetime
) -> str | None:
    """A caller writes: it counts like anything they said on the phone; an emergency is paged, whoever reports it."""
    call = _story_of(session, number, now)
    if not body.strip():
        return None  # a picture alone
    said = _said(session, call) if call else []
    context = Context(caller=number, month=now.astimezone(house.company.timezone).month)
    assessment = house.triage.assess([*said, Utterance(body)], context)
    card = "card_number" in assessment.signals
    if call is None and assessment.priority != Priority.P1:
        return words.no_card(house.company) if card else _please_call(session, house, number, now)
    call = call or _begun_by_text(session, form, number, now)
    _keep(session, call, "[removed]" if card else body, assessment)
    if card:
        return words.no_card(house.company)
    if assessment.priority is None and jobs.of_call(session, call.id) is None:
        owing.owe(session, call, house.company, "text", now, number=number, priority=None, missed=False)
        return None
    job = jobs.write(session, call, assessment, now)
    if assessment.priority != Priority.P1 or paging.reached(session, job):
        paging.brief(session, job, house.company, now)
        return None
    paging.start(session, job, house.company, now)
    return words.emergency_by_text(house.company, assessment.script)


def _story_of(session: Session, number: str, now: datetime) -> Call | None:
    recent = select(Call).where(Call.caller == number, col(Call.received_at) > now - SAME_STORY)
    return session.exec(recent.order_by(col(Call.received_at).desc())).first()


def _sent_outside(session: Session, number: str, now: datetime) -> Call | None:
    """The latest call from which this number was sent out of a building, whatever they rang about since."""
    calls = select(Call).where(Call.caller == number, col(Call.received_at) > now - SAME_STORY)
    return session.exec(calls.where(Call.outcome == "let_go").order_by(col(Call.received_at).desc())).first()


def _begun_by_text(session: Session, form: Mapping[str, str], number: str, now: datetime) -> Call:
    """An emergency that begins with a text is written as a call that never rang, under the text's SID."""
    call = Call(
        sid=form.get("MessageSid", ""),
        caller=number,
        called=form.get("To", ""),
        status=CallStatus.ENDED,
        outcome="text",
        received_at=now,
        ended_at=now,
    )
    session.add(call)
    session.flush()
    return call


def _said(session: Session, call: Call) -> list[Utterance]:
    rows = select(UtteranceRow).where(UtteranceRow.call_id == call.id).order_by(col(UtteranceRow.position))
    return [Utterance(one.text, one.asked, one.confidence) for one in session.exec(rows).all() if one.text]


def _please_call(session: Session, house: House, number: str, now: datetime) -> str | None:
    """Once a day a number: two machines must not text each other for ever.

    Nothing to staff, who know it, nor after STOP.
    """
    if _staff(house.company, number) is not None:
        return None
    if not insert_once(session, Seen(key=f"please_call:{number}:{now.date()}", at=now)):
        return None
    opted_out = latest_consent(session, number, Channel.TEXT) is False
    return None if opted_out else words.please_call(house.company)


def _keep(session: Session, call: Call, body: str, assessment: Assessment) -> None:
    last = session.exec(select(func.max(UtteranceRow.position)).where(UtteranceRow.call_id == call.id)).one()
    position = max(last or 0, AFTER_SPEECH) + 1
    session.add(
        UtteranceRow(call_id=call.id, position=position, start_ms=0, end_ms=0, text=body, confidence=1.0, engine="text")
    )
    call.assessment = to_json(assessment)
    session.add(call)


def _staff(company: Company, number: str) -> Person | None:
    return next((person for person in company.staff if person.phone == number), None)
