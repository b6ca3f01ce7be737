"""What somebody's text says of texts and calls: no, yes, help, or nothing of the kind. Pure: words in, meaning out.

Sources: docs/domain/legal.md L4 and L5; the phrases are in `gate/law.toml`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from carrier.law import law

POLITE = frozenset(
    "please pls plz thanks thank you hi hello hey ok okay now it this just me us i said and again ever anymore "
    "por favor gracias hola ya mas".split()
)
"""Words that add nothing to a no."""

STOPS = frozenset({"stop", "stopall", "unsubscribe", "quit", "alto"})


class Wish(StrEnum):
    """What is wished; the words of Twilio's OptOutType, and JOIN."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    JOIN = "JOIN"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text wishes. `keyword`: Twilio knows the word too, and answers it itself."""

    wish: Wish
    keyword: bool = False
    about_calls: bool = False  # the telephone must not ring either
    alone: bool = True  # the text says nothing else


def folded(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    simple = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode()
    return simple.lower().replace("'", "")


def plain(text: str) -> str:
    """The same without signs: words with one blank between."""
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", folded(text)).split())


def hear(text: str, twilio_type: str | None = None) -> Heard | None:
    """What a text wishes; None when it speaks of other things. `twilio_type`: Twilio's OptOutType, if it sent one."""
    words = plain(text)
    if twilio_type in (Wish.STOP, Wish.START, Wish.HELP):
        return Heard(Wish(twilio_type), keyword=True)
    lists = law().words
    if words in lists["twilio_stop"]:
        return Heard(Wish.STOP, keyword=True)
    if words in lists["stop"] or _only_stops(words):
        return Heard(Wish.STOP)
    if words in lists["start"]:
        return Heard(Wish.START, keyword=True)
    if words in lists["join"]:
        return Heard(Wish.JOIN)
    if words in lists["help"]:
        return Heard(Wish.HELP, keyword=words in lists["twilio_help"])
    return _free_text(words)


def _only_stops(words: str) -> bool:
    """ "Please stop", "STOP STOP now": a no, and nothing else."""
    said = set(words.split())
    return bool(said & STOPS) and said <= STOPS | POLITE


def _free_text(words: str) -> Heard | None:
    about, rest = set(), words
    for one in law().revokes:
        not_meant = [match.span() for match in one.unless.finditer(words)]
        for match in one.say.finditer(words):
            if not any(match.start() < end and start < match.end() for start, end in not_meant):
                about.add(one.about)
                rest = rest.replace(match[0], " ")
    if not about:
        return None
    return Heard(Wish.STOP, about_calls="calls" in about, alone=set(rest.split()) <= STOPS | POLITE)
