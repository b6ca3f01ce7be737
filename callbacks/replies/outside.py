"""What a caller writes who was sent outside: whatever does not clearly say that all are out is a cry for help.

Source: docs/domain/intake.md section 3.
"""

import re
from datetime import datetime, timedelta

from sqlmodel import Session

from callbacks import safety
from callbacks.replies import reading, record
from callbacks.texts import say
from carrier import revoking
from models.company import Company
from models.once import insert_once
from models.tables import Call, Seen
from routing import jobs, paging

LISTENING = timedelta(hours=1)
"""So long after the question every text is taken for its answer; later only a 2 or a plain cry is."""

CRIES = frozenset({"help", "help me", "help us", "please help", "ayuda", "ayudame", "ayudenos", "auxilio", "socorro"})
"""What somebody in danger writes in place of a 2. Some are the carriers' words too (L5): then both are answered."""

_TWO = re.compile(r"2(?! ?(?:am|pm|\d|o ?clock|de la|por la|h(?:ou)?rs?|horas?|min|days?|dias?|weeks?|semanas?)\b)\b")
"""A 2 before anything else, but for a time of day or a count."""

_OUT = frozenset("1 yes yeah yep si out outside safe salimos salieron afuera fuera".split())
_SAFE = _OUT | frozenset(
    "y ya we were are im i am is everyone everybody all us whole family kids now ok okay thanks thank you gas company "
    "called 911 fire department and has have been todos todo estamos estan los bien gracias llamamos llame al a de la "
    "casa the house waiting".split()
)


def all_are_out(words: str) -> bool:
    """Whether plain words say that everybody is out, and nothing besides. Pure."""
    said = set(words.split())
    return bool(said & _OUT) and said <= _SAFE


def cries(words: str) -> bool:
    """Whether plain words ask for help by themselves, at any time. Pure."""
    return words in CRIES or _TWO.match(words) is not None


def answer(session: Session, call: Call, text: record.Text, company: Company, now: datetime) -> str | None:
    """The reply to somebody who was sent outside in `call`; None when their text is of something else.

    Whoever cries for help is paged for and rung about. Once they have said that all are out, only a 2 or a plain cry
    counts, until one comes; before, and for an hour after the question, so does everything but thanks and a bare STOP.
    """
    job = jobs.of_call(session, call.id)
    if job is None:
        return None
    said, key = revoking.plain(text.body), f"all_are_out:{call.id}"
    if all_are_out(said) and (said == "1" or _listening(call, now)):
        insert_once(session, Seen(key=key, at=now))
        return say(company, "stay_out", call.language)
    told = session.get(Seen, key)
    if not cries(said):
        if told is not None or not _listening(call, now) or _says_nothing(text):
            return None
    if told is not None:
        session.delete(told)  # not all, after all
    paging.call_for_help(session, job, company, text.sid, now)
    return say(company, "help_told", call.language)


def _listening(call: Call, now: datetime) -> bool:
    return now - (call.ended_at or call.received_at) <= safety.ASK_AFTER + LISTENING


def _says_nothing(text: record.Text) -> bool:
    """Thanks, no words, or a word of the carriers' that stands alone: the question stays open."""
    heard = revoking.hear(text.body, text.opt_out)
    carriers = heard is not None and heard.alone and heard.wish is not revoking.Wish.HELP
    return carriers or not text.body.strip() or reading.only_thanks(text.body)
