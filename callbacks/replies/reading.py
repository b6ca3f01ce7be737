"""What a short text means of itself, before anything is understood of what is wrong. Pure."""

import re

from callbacks.replies.wish_words import plain

_THANKS = frozenset(
    "ok okay k kk thanks thank thx ty you u so much very great perfect good cool nice awesome sounds got it will do "
    "see then np no problem appreciate that bye have a day evening night the for your help everyone all gracias "
    "muchas mil bueno bien perfecto vale listo esta de "
    "acuerdo hasta luego muy amable understood sure alright right".split()
)
_SAYS_SO = frozenset(
    "ok okay k kk thanks thank thx ty great perfect cool nice awesome bye gracias vale listo perfecto understood "
    "alright appreciate".split()
)
_FIX = re.compile(r"(?:r|fix|corregir|wrong address)(?:[\s:.,!-]+(.*))?", re.IGNORECASE | re.DOTALL)
_BARE_URGENT = re.compile(
    r"(?:its |it is |this is |very |es |muy )?(?:urgente?|(?:an )?emergency|(?:una )?emergencia)(?: please| por favor)?"
)
_URGENT = re.compile(r"\b(?:urgente?(?:ly|mente)?|emergenc(?:y|ia)|911|sos)\b")
_NOT_URGENT = re.compile(
    r"\b(?:not?|isnt|wasnt|never|nada|ninguna|sin)(?: \w+){0,3}? (?:urgente?|emergency|emergencia)\b"
    r"|\b(?:for|during|after|handled|handling)(?: \w+){0,2} emergency\b"
    r"|\bemergency (?:fees?|rates?|charges?|contacts?|shut ?offs?|valves?|lights?|lighting|exits?|generators?)\b"
    r"|\bless urgent\b"
)

CHOICES = {"1": "yes", "2": "no"}
"""Answers by a digit: YES is a carrier's word (docs/domain/legal.md L5)."""

BY_DIGIT = frozenset({"Q_FLOW", "Q_NEARELEC", "Q_SMOKE", "Q_VULN"})
"""Questions that are put so (templates.toml)."""


def only_thanks(body: str) -> bool:
    """ "Ok thanks": nothing is told and nothing is asked."""
    words = plain(body).split()
    if not words:
        return bool(body.strip())  # a thumb up
    return set(words) <= _THANKS and bool(set(words) & _SAYS_SO)


def wants_fix(body: str) -> str | None:
    """R: the address that we read back is wrong. What stands behind it, perhaps the right one; None for other texts."""
    found = _FIX.fullmatch(body.strip())
    return (found[1] or "").strip() if found else None


def only_urgent(body: str) -> bool:
    """URGENT and nothing else: what is wrong nobody has said yet."""
    return _BARE_URGENT.fullmatch(plain(body)) is not None


def says_urgent(body: str) -> bool:
    """URGENT, an emergency, 911 or SOS somewhere in the words, and not to say that it is none."""
    return _URGENT.search(_NOT_URGENT.sub(" ", plain(body))) is not None


def tells_since(body: str, asked: str | None) -> bool:
    """ "Monday" after "when did it start?" is no wish for a call, unless it speaks of one."""
    return asked == "Q_WHEN" and not re.search(r"\b(?:call|llam)", plain(body))


def as_spoken(body: str, asked: str | None) -> str:
    """The words that an answer stands for: 1 and 2 after a question that was put so."""
    return CHOICES.get(plain(body), body) if asked in BY_DIGIT else body
