"""The conversation with a caller who writes: what they say counts like anything they said on the phone."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from callbacks import episode, followups, owing, story
from callbacks import queue as waiting
from callbacks.replies import address, danger, flood, reading, record, unasked, urgent
from callbacks.replies.answering import reply
from callbacks.replies.asking import next_question
from callbacks.replies.record import Text
from callbacks.replies.wish import Wish, read
from callbacks.replies.wishing import grant
from callbacks.texts import emergency_by_text, promised, question, say
from models.company import Company
from models.enums import CallbackStatus, Language, Priority
from models.tables import Call, Callback, Job
from routing import jobs, paging
from routing.paging import Stands
from triage.assessment import Assessment, Context
from triage.rules.signals import holds_spanish
from triage.triage import Triage, Utterance

SILENT = "nothing"
"""What a text led to that needs no answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One text of one story, read. `position` is its place in the record, `asked` the question before it.

    `heard`: everything with it; `alone`: the text by itself. `right`: the same where it may tell the right address in
    the place of a wrong one. `how`: how it stands with the story's job.
    """

    call: Call
    text: Text
    heard: Assessment
    alone: Assessment
    how: Stands
    position: int
    asked: str | None
    right: Assessment | None = None

    @property
    def in_hand(self) -> bool:
        """Whether it is an emergency that people are paged for, or have: then nobody owes a call besides."""
        return self.heard.priority == Priority.P1 and self.how is not Stands.OVER


def caller(session: Session, triage: Triage, company: Company, text: Text, now: datetime) -> None:
    """Words from a caller: an emergency is paged, whoever reports it; the rest is answered as far as a text can."""
    if flood.only_adds(session, triage, company, text, now):
        return
    call = record.story_of(session, text.number, now)
    left = record.expected(session, text.number, now) if call is None else None
    if not text.body.strip():
        unasked.pictures(session, call or left, company, text, now)
        return
    asked = next(iter(record.asked(session, call)), None) if call else None
    heard, alone, utterance = _understood(session, triage, company, call, text, asked, now)
    begins = heard.priority == Priority.P1 or reading.only_urgent(text.body)
    if not begins and "card_number" not in heard.signals:
        thanks = followups.answer(session, text.number, text.body, company, now)
        if thanks is not None:
            reply(session, text.sid, text.number, thanks, now)
            return
    if call is None and left is None and not (begins or reading.says_urgent(text.body)):
        unasked.words(session, company, text, utterance, heard, now)
        return
    job = jobs.of_call(session, call.id) if call else None
    how = paging.stands(session, job, now) if job else Stands.UNPAGED
    episode.hold(session, text.number, now)  # before the call is written: see callbacks/queue
    if call is None:
        call = record.begun_by_text(session, text, now, left)
    elif job is not None and danger.another(call, job, how, text.body, heard, alone):
        call, heard, how = danger.begin(session, call, job, text, now), alone, Stands.UNPAGED
    position = record.keep(session, call, utterance, heard)
    _in_their_language(session, call, heard)
    right = _right(triage, text, asked, now)
    _answer(session, company, Turn(call, text, heard, alone, how, position, asked, right), now)


def overheard(session: Session, triage: Triage, company: Company, call: Call, text: Text, now: datetime) -> None:
    """Words that were answered already: kept, and told to whoever has the job."""
    heard, _, utterance = _understood(session, triage, company, call, text, None, now)
    record.decided(session, call, record.keep(session, call, utterance, heard), SILENT)
    before = address.known(jobs.of_call(session, call.id))
    job = address.written(session, call, heard, now)
    if job is not None:
        if text.number != call.caller and address.known(job) != before:
            address.of_another(session, job)
        paging.brief(session, job, company, now)


def _right(triage: Triage, text: Text, asked: str | None, now: datetime) -> Assessment | None:
    """What tells the right address: the words behind an R, or those that answer our question for it."""
    behind = reading.wants_fix(text.body)
    words = text.body if behind is None and asked == address.FIX else behind
    context = Context(caller=text.number, month=now.month)
    return triage.assess([Utterance(words, "Q_ADDR")], context) if words else None


def _understood(
    session: Session, triage: Triage, company: Company, call: Call | None, text: Text, asked: str | None, now: datetime
) -> tuple[Assessment, Assessment, Utterance]:
    """Everything understood of the story so far with this text; the text by itself; and the text as it is kept."""
    context = Context(caller=text.number, month=now.astimezone(company.timezone).month)
    question_id = asked if asked and asked.startswith("Q_") else None
    utterance = Utterance(reading.as_spoken(text.body, asked), question_id)
    said = record.said(session, call) if call else []
    heard, alone = triage.assess([*said, utterance], context), triage.assess([utterance], context)
    if "card_number" in heard.signals:
        utterance = replace(utterance, text=record.REMOVED)
    return heard, alone, utterance


def _answer(session: Session, company: Company, turn: Turn, now: datetime) -> None:
    """The first that fits; what a caller is told is told once."""
    call, text, heard = turn.call, turn.text, turn.heard
    if "card_number" in heard.signals:
        reply(session, text.sid, text.number, say(company, "no_card", call.language), now, call.id)
    elif turn.in_hand and turn.how is Stands.UNPAGED:
        _emergency(session, company, turn, now)
    elif reading.only_thanks(text.body):
        return
    elif turn.in_hand and turn.how is Stands.GIVEN_UP:
        _emergency(session, company, turn, now)
    elif reading.says_urgent(text.body):
        if heard.priority is None:
            address.written(session, call, heard, now)
        else:
            _told(session, company, turn, now)
        urgent.declared(session, call, text, turn.position, heard, company, now)
    elif not reading.tells_since(text.body, turn.asked) and (wish := read(text.body, now, company.timezone)):
        _wished(session, company, turn, wish, now)
    elif turn.asked == address.FIX or reading.wants_fix(text.body) is not None:
        address.fix(session, company, call, text, turn.position, turn.right, now)
    elif turn.asked == urgent.ASKED:
        _told(session, company, turn, now)
        urgent.answered(session, call, text, turn.position, heard, company, now)
    else:
        _say(session, company, turn, *_told(session, company, turn, now), now)


def _emergency(session: Session, company: Company, turn: Turn, now: datetime) -> None:
    """Paged for, and answered with the safety script; in both languages where it is not clear which is theirs."""
    call, text = turn.call, turn.text
    job = address.kept(session, call, lambda: jobs.write(session, call, turn.heard, now))
    paging.press(session, job, company, now)
    record.decided(session, call, turn.position, "paged")
    tongues = [call.language]
    if call.language != Language.ES and holds_spanish(text.body):
        tongues.append(Language.ES.value)
    for one in tongues:
        sid = text.sid if one == call.language else f"{text.sid}:{one}"
        body = emergency_by_text(company, turn.heard.script, one)
        reply(session, sid, text.number, body, now, call.id, danger=True)


def _wished(session: Session, company: Company, turn: Turn, wish: Wish, now: datetime) -> None:
    if wish.language is Language.ES:
        turn.call.language = Language.ES.value
    callback = _owed(session, company, turn, now)
    body = grant(session, callback, wish, company, now)
    record.decided(session, turn.call, turn.position, "wished" if body else SILENT)
    if body:
        reply(session, turn.text.sid, turn.text.number, body, now, turn.call.id)


def _told(session: Session, company: Company, turn: Turn, now: datetime) -> tuple[Job | None, str]:
    """What they tell goes into the job and to whoever has it; the job, and the address when it is new."""
    call, heard = turn.call, turn.heard
    before = address.known(jobs.of_call(session, call.id))
    job = address.written(session, call, heard, now)
    if job is not None:
        paging.brief(session, job, company, now)
    if not turn.in_hand:
        _owed(session, company, turn, now)
    place = address.known(job)
    return job, place if place != before and not address.is_anothers(job) else ""


def _say(session: Session, company: Company, turn: Turn, job: Job | None, place: str, now: datetime) -> None:
    """Read a new address back, ask the one thing that is missing, or say once that it was noted."""
    call, tongue = turn.call, turn.call.language
    asks = next_question(company, turn.heard, job, record.asked(session, call))
    put = question(company, asks, tongue) if asks else None
    if place:
        body = say(company, "address", tongue, place=address.readable(place), more=put or "")
    elif put:
        body = say(company, "asked", tongue, question=put)
    elif _worth_noting(session, turn, now):
        body = say(company, "noted", tongue, promise=_promise(session, company, call, now))
    else:
        record.decided(session, call, turn.position, SILENT)
        return
    record.decided(session, call, turn.position, "address" if place else "asked" if put else "noted", asks)
    reply(session, turn.text.sid, turn.text.number, body, now, call.id)


def _worth_noting(session: Session, turn: Turn, now: datetime) -> bool:
    """Once a story; not beside the text that gives the time of a callback that this text began."""
    callback = session.get(Callback, turn.call.callback_id) if turn.call.callback_id else None
    first = not record.led_to(session, turn.call, "noted")
    return first and not turn.in_hand and not (callback and callback.created_at == now)


def _owed(session: Session, company: Company, turn: Turn, now: datetime) -> Callback:
    """Who writes is owed a call, whatever was before; what they tell can make it more urgent."""
    call, heard = turn.call, turn.alone if turn.how is Stands.OVER else turn.heard
    priority = heard.priority.value if heard.priority else None
    number = turn.text.number
    callback = owing.owe(session, call, company, "text", now, number=number, priority=priority, missed=False)
    if callback.status in (CallbackStatus.DONE, CallbackStatus.CLOSED) and callback.closed_reason != owing.BLOCKED:
        waiting.reopen(session, callback, "text", company, now)
    if callback.language != call.language:
        callback.language = call.language
        session.add(callback)
        session.flush()
    story.note(session, callback, "wrote", now)
    return callback


def _promise(session: Session, company: Company, call: Call, now: datetime) -> str:
    callback = session.get(Callback, call.callback_id) if call.callback_id else None
    at = callback.promised_at if callback and callback.status == CallbackStatus.OPEN else None
    return promised(company, at if at and at > now else None, now, call.language)


def _in_their_language(session: Session, call: Call, heard: Assessment) -> None:
    """Who writes Spanish is answered in Spanish from then on (triage hears it by its words)."""
    if heard.language is Language.ES and call.language != Language.ES:
        call.language = Language.ES.value
        session.add(call)
