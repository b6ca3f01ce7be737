"""Consent: append-only events by number, channel and scope; the newest that applies is the word that counts.

A no by keyword, in free words or by voice is kept the moment it is heard (docs/domain/legal.md L4, L5). Two events of
one instant: the no counts.
"""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from carrier import alarms, answers, outbox
from carrier.law import MARKETING, law
from carrier.revoking import Heard, Wish, hear, plain
from models.company import Company, Person
from models.enums import Channel, ConsentScope, Purpose
from models.tables import Call, Consent, Message

DO_NOT_CALL = "do_not_call"
"""The source of a no that names the telephone: then no person of ours rings either (L8)."""


def note(
    session: Session,
    number: str,
    channel: Channel,
    scope: ConsentScope,
    granted: bool,
    source: str,
    now: datetime,
    evidence: str | None = None,
    written: bool = False,
) -> None:
    """Append what was said. `source` is a word of `Consent.source`, `evidence` the SID or paper it came with."""
    event = Consent(
        number=number,
        channel=channel,
        scope=scope,
        granted=granted,
        written=written,
        source=source,
        evidence=evidence,
        at=now,
    )
    session.add(event)
    session.flush()


def last_word(session: Session, number: str, channel: Channel, scope: ConsentScope) -> Consent | None:
    """The newest event about this scope or about everything."""
    return session.exec(_events(number, channel, scope).limit(1)).first()


def latest(session: Session, number: str, channel: Channel, scope: ConsentScope) -> bool | None:
    """What this number last said about this channel and scope: yes, no, or nothing."""
    last = last_word(session, number, channel, scope)
    return last.granted if last is not None else None


def do_not_call(session: Session, number: str) -> bool:
    """Whether this number has asked not to be rung, and neither agreed to it nor asked for us since (L8).

    Who rings us after every no of theirs asks to be called back, and so does who writes START and leaves it at that.
    """
    events = _events(number, Channel.CALL, ConsentScope.SERVICE)
    counted = events.where(col(Consent.granted) | (col(Consent.source) == DO_NOT_CALL)).limit(1)
    last = session.exec(counted).first()
    if last is None or last.granted:
        return False
    no_at = session.exec(events.limit(1)).one().at
    rang = select(Call.id).where(Call.caller == number, col(Call.received_at) > no_at)
    texts = last_word(session, number, Channel.TEXT, ConsentScope.SERVICE)
    started = texts is not None and texts.granted and texts.at > no_at
    return not started and session.exec(rang.limit(1)).first() is None


def written(session: Session, number: str, channel: Channel) -> bool:
    """Whether a written yes to marketing stands: no other yes revives one that was taken back."""
    events = _events(number, channel, ConsentScope.MARKETING)
    counted = events.where(col(Consent.written) | ~col(Consent.granted)).limit(1)
    last = session.exec(counted).first()
    return last is not None and last.granted


def as_agreed(session: Session, company: Company) -> Company:
    """The company with its staff as they have agreed to be paged by now (L3).

    Of each way, text and call, the newest JOIN or STOP counts, else the profile's word; one way is enough.
    """
    theirs = col(Consent.number).in_([one.phone for one in company.staff])
    about = col(Consent.scope).in_({ConsentScope.PAGING, ConsentScope.ALL})
    events = select(Consent).where(theirs, about).order_by(col(Consent.at), col(Consent.granted).desc())
    last = {(one.number, one.channel): one.granted for one in session.exec(events)}

    def agreed(person: Person) -> bool:
        return any(last.get((person.phone, way), person.opted_in) for way in (Channel.TEXT, Channel.CALL))

    return replace(company, staff=tuple(replace(one, opted_in=agreed(one)) for one in company.staff))


def opt_out(
    session: Session, company: Company, number: str, body: str, twilio_type: str | None, sid: str, now: datetime
) -> bool:
    """Hear STOP, START, JOIN and HELP in a text, by keyword or in free words; True when it says nothing else.

    Appends what was said and enqueues the one answer, where Twilio does not send its own. `twilio_type` is its
    OptOutType; `sid` the text's.
    """
    heard = hear(body, twilio_type)
    if heard is None:
        return False
    person = next((one for one in company.staff if one.phone == number), None)
    match heard.wish:
        case Wish.STOP:
            _stop(session, company, number, person, heard, sid, now)
        case Wish.START:
            return _start(session, number, person, heard, body, sid, now)
        case Wish.JOIN:
            _join(session, company, number, person, sid, now)
        case Wish.HELP:
            if not (heard.keyword and company.texting.twilio_answers):
                _answer(session, company, number, "help", sid, now)
    return heard.alone


def by_voice(session: Session, company: Company, number: str, words: str, sid: str, now: datetime) -> None:
    """A caller said that they want no more texts or calls; they were answered aloud.

    Anybody can show a technician's number and end their pages: that telephone is asked, and the managers are told.
    """
    person = next((one for one in company.staff if one.phone == number), None)
    if person is not None:
        alarms.staff_said_no_aloud(session, company, person, now)
        return
    heard = hear(words)
    calls = heard is not None and heard.about_calls
    _revoke(session, company, number, "voice", sid, now, calls=calls)


def _stop(
    session: Session, company: Company, number: str, person: Person | None, heard: Heard, sid: str, now: datetime
) -> None:
    scope = ConsentScope.PAGING if person else ConsentScope.SERVICE
    before = latest(session, number, Channel.TEXT, scope)
    source = "keyword" if heard.keyword else "free_text"
    _revoke(session, company, number, source, sid, now, calls=heard.about_calls)
    if person is not None:
        alarms.staff_opted_out(session, company, person, sid, now)
    if before is not False and not (heard.keyword and company.texting.twilio_answers):
        _answer(session, company, number, "goodbye", sid, now, Purpose.GOODBYE)


def _revoke(
    session: Session, company: Company, number: str, source: str, sid: str, now: datetime, *, calls: bool
) -> None:
    """A no to texts; to calls as well where it says so, or where the shop takes every no for a no to everything."""
    everything = company.consenting.revoke_scope == "all" or any(one.phone == number for one in company.staff)
    scope = ConsentScope.ALL if everything else _last_about(session, number)
    note(session, number, Channel.TEXT, scope, False, source, now, sid)
    if everything or calls:
        note(session, number, Channel.CALL, scope, False, DO_NOT_CALL if calls else source, now, sid)


def _last_about(session: Session, number: str) -> ConsentScope:
    """What the last text that this number got was about; everything, where it got none."""
    texts = select(Message.purpose).where(Message.to == number, Message.channel == Channel.TEXT)
    gone = texts.where(col(Message.accepted_at).is_not(None)).order_by(col(Message.accepted_at).desc())
    purpose = session.exec(gone.limit(1)).first()
    if purpose is None:
        return ConsentScope.ALL
    return ConsentScope.MARKETING if purpose in MARKETING else ConsentScope.SERVICE


def _start(
    session: Session, number: str, person: Person | None, heard: Heard, body: str, sid: str, now: datetime
) -> bool:
    """A yes. The word YES is one only from a number that has said no, as at Twilio; otherwise it answers something."""
    scope = ConsentScope.PAGING if person else ConsentScope.SERVICE
    if plain(body) == "yes" and latest(session, number, Channel.TEXT, scope) is not False:
        return False
    source = "keyword" if heard.keyword else "asked_again"
    note(session, number, Channel.TEXT, ConsentScope.PAGING if person else ConsentScope.ALL, True, source, now, sid)
    if person is not None:
        note(session, number, Channel.CALL, ConsentScope.PAGING, True, source, now, sid)
    return True


def _join(session: Session, company: Company, number: str, person: Person | None, sid: str, now: datetime) -> None:
    """JOIN: staff agree to be paged by text and by an automated call; a customer agrees, in writing, to marketing."""
    if person is not None:
        for channel in (Channel.TEXT, Channel.CALL):
            note(session, number, channel, ConsentScope.PAGING, True, "keyword", now, sid, written=True)
        _answer(session, company, number, "joined_staff", sid, now)
        return
    if latest(session, number, Channel.TEXT, ConsentScope.SERVICE) is False:
        note(session, number, Channel.TEXT, ConsentScope.SERVICE, True, "asked_again", now, sid)
    note(session, number, Channel.TEXT, ConsentScope.MARKETING, True, "keyword", now, sid, written=True)
    _answer(session, company, number, "joined", sid, now)


def _events(number: str, channel: Channel, scope: ConsentScope) -> SelectOfScalar[Consent]:
    """Of a number on a channel, newest first; of one instant the no first."""
    mine = (Consent.number == number, Consent.channel == channel, col(Consent.scope).in_({scope, ConsentScope.ALL}))
    return select(Consent).where(*mine).order_by(col(Consent.at).desc(), col(Consent.granted))


def _answer(
    session: Session,
    company: Company,
    number: str,
    what: str,
    sid: str,
    now: datetime,
    purpose: Purpose = Purpose.REPLY,
) -> None:
    """The one answer, in the language of their last call; a machine that asks on and on has had enough."""
    if purpose is not Purpose.GOODBYE and answers.had_enough(session, number, now):
        return
    calls = select(Call.language).where(Call.caller == number).order_by(col(Call.received_at).desc()).limit(1)
    language = session.exec(calls).first() or "en"
    words = law().answers[what]
    outbox.enqueue(
        session,
        key=f"{'goodbye' if purpose is Purpose.GOODBYE else 'reply'}:{sid}",
        channel=Channel.TEXT,
        purpose=purpose,
        to=number,
        body=words.get(language, words["en"]).format(business=company.name, phone=company.phone),
        now=now,
    )
