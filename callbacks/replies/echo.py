"""Our own words, sent back to us: reactions, quoted replies and other machines repeat what we wrote.

"Reply STOP to opt out" and "if this is a gas smell" are ours then, nobody's wish and nobody's danger. Cut is what only
a machine repeats: eight words in a row of what we sent or send, a whole text, and the line that says how to stop. Seven
words of ours can be a caller's own: "idk if this is a gas smell".
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlmodel import Session, col, select

from callbacks.texts import book
from carrier.law import law
from models.company import Company
from models.enums import Channel, Language
from models.tables import Message
from routing.paging.customer_words import WORDS
from triage.situations import SCRIPTS

Words = tuple[str, ...]

RUN = 8
"""Words in a row that a person does not write as we do."""

SHORTEST = 3
"""Words of a whole text that counts as repeated, or of what stands behind a quote."""

LOOKING_BACK = timedelta(days=14)
LOOKED_AT = 40
"""The last texts to one number that are held against what it writes."""

_CUT = "\0"
_WORD = re.compile(r"[a-z0-9]+")
_QUOTE = "\"'\u2018\u2019\u201c\u201d\u00ab\u00bb"
_SIGN = r"[^\w\s!-~]+"
_VERB = (
    r"(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? [\w ]{1,20} from|(?:no )?le gust[aó]|"
    rf"le encant[aó]|le dio risa|se r[ií][oó] de|enfatiz[oó]|destac[oó]|cuestion[oó]|"
    rf"reacted {_SIGN} to|reaccion[oó] (?:con )?{_SIGN} a|{_SIGN} (?:to|a))"
)
_THING = r"(?:an?|una?|el|la) (?:\w+ )?(?:image|photo|picture|video|message|sticker|imagen|foto|mensaje)"
_REACTION = re.compile(
    rf"\s*{_VERB}\s*(?:{_THING}|[{_QUOTE}{_CUT}](?P<quoted>.*?)[{_QUOTE}]?)\s*", re.IGNORECASE | re.DOTALL
)
_LOUDER = re.compile(rf"\s*(?:emphasi|enfatiz|destac|[^{_QUOTE}]*\u203c)", re.IGNORECASE)
_CLOSED = re.compile(r"[^\"\u201d\u00bb]*[\"\u201d\u00bb](.*)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\w+\}")


def without_ours(session: Session, company: Company, number: str, body: str, now: datetime) -> str:
    """What of a text its writer has written; empty where all of it is a reaction, or ours."""
    mine = select(Message.body).where(
        Message.to == number, Message.channel == Channel.TEXT, col(Message.created_at) > now - LOOKING_BACK
    )
    sent = session.exec(mine.order_by(col(Message.created_at).desc()).limit(LOOKED_AT)).all()
    return own_words(body, sent, company)


def own_words(body: str, sent: Iterable[str], company: Company) -> str:
    """The words of `body` that stand neither in `sent` nor in what we send to everybody. Pure."""
    whole = [words for text in sent if len(words := _words(text)) >= SHORTEST]
    runs, lines = _everybodys(company.texts)
    runs = runs | frozenset(run for words in whole for run in _runs(words))
    left = _cut(body, runs, lines | frozenset(words for words in whole if len(words) < RUN))
    if (reaction := _REACTION.fullmatch(left)) is not None:
        again = _LOUDER.match(left) is not None  # their own words, more loudly
        left = _behind(left) if _CUT in left else (reaction["quoted"] or "") if again else ""
    elif _CUT in left and not _words(left):
        left = ""
    return re.sub(f"{_CUT}+", " ", left).strip()


def _behind(left: str) -> str:
    """What somebody has written behind a quote of ours: a quote that was cut short leaves a word or a time."""
    tail = left.rpartition(_CUT)[2]
    closed = _CLOSED.match(tail)
    return closed[1] if closed else tail if len(_words(tail)) >= SHORTEST else ""


def _cut(body: str, runs: frozenset[Words], lines: frozenset[Words]) -> str:
    """The text with a mark in the place of every run and line of ours."""
    found = list(_WORD.finditer(_folded(body)))
    said = [one[0] for one in found]
    ours = bytearray(len(said))
    for length, known in ((RUN, runs), *((size, lines) for size in sorted({len(one) for one in lines}))):
        for at in range(len(said) - length + 1):
            if tuple(said[at : at + length]) in known:
                ours[at : at + length] = b"\1" * length
    left, end = "", 0
    for one, cut in zip(found, ours, strict=True):
        left += _CUT if cut else body[end : one.end()]
        end = one.end()
    return left + body[end:]


@cache
def _everybodys(own: tuple[tuple[str, str, str], ...]) -> tuple[frozenset[Words], frozenset[Words]]:
    """Runs of all our texts, between what is filled in; and the lines that say how to stop, in both languages.

    `own`: the company's own texts.
    """
    theirs = [words for _, _, words in own]
    ours = [words for one in book.OURS.values() for words in one.words.values()]
    scripts = [script.text(one) for script in SCRIPTS.values() for one in Language]
    news = [words for each in WORDS.values() for words in each.values()]
    answers = [words for each in law().answers.values() for words in each.values()]
    texts = (*theirs, *ours, *scripts, *news, *answers)
    pieces = (_words(piece) for text in texts for piece in _PLACEHOLDER.split(text))
    stops = [words for key, _, words in own if key == "stop"]
    lines = frozenset(_words(one) for one in (*stops, *book.OURS["stop"].words.values()))
    return frozenset(run for piece in pieces for run in _runs(piece)), lines


def _runs(words: Sequence[str]) -> Iterable[Words]:
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _words(text: str) -> Words:
    return tuple(_WORD.findall(_folded(text)))


def _folded(text: str) -> str:
    """Lower case without marks, letter by letter: a word stands where it stood."""
    return "".join(unicodedata.normalize("NFKD", one)[0].lower()[:1] for one in text)
