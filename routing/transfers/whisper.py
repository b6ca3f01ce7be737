"""What a CSR hears before they take a call: who and what, in under eight seconds."""

from textwrap import shorten

from models.enums import Intent, Language
from routing import jobs
from triage.assessment import Assessment

KEYS = "Press 1 to take it, 2 to pass."

WHISPER_S = 8.0
"""The caller hears a telephone ring meanwhile."""

CHARACTERS_PER_SECOND = 15.0
"""How fast an unhurried voice reads English; the pretend exchange speaks at the same pace."""

LIMIT = int(WHISPER_S * CHARACTERS_PER_SECOND) - len(KEYS) - 1
"""Characters of a summary, so that it is over, keys and all, in time."""

SAID_BY_REASON = frozenset({"A22", "A24", "A26"})
"""Rows whose name says no more than the reason of the transfer does."""

WHY = {
    "person": "Asks for a person.",
    "spanish": "Speaks Spanish.",
    "silent": "The caller went silent.",
    "unclear": "We could not understand the caller.",
    "not_understood": "We could not understand the caller.",
    "recogniser_lost": "Our recogniser failed.",
    "recording_refused": "Does not want to be recorded.",
    "card_number": "Wants to pay; do not take a card by voice.",
}


def summary(assessment: Assessment | None, reason: str, *, paged: bool) -> str:
    """What matters of a call, the least important left out first until it fits: place, surname, reason."""
    why = WHY.get(reason, "")
    if assessment is None:
        return f"A caller for you. {why or 'Nothing is known yet.'}"
    name = assessment.entities.name.value if assessment.entities.name else "A caller"
    first = name.split()[0] if assessment.entities.name else name
    where = assessment.entities.address
    place = f" at {where.number} {where.street}" if where and where.complete else ""
    urgent = "Emergency, technician paged. " if paged else ""
    spanish = "Speaks Spanish. " if assessment.language is Language.ES and reason != "spanish" else ""
    what = _what(assessment, why)
    texts = [
        f"{urgent}{spanish}{_sentence(who, what, at, because)}"
        for who, at, because in ((name, place, why), (name, "", why), (first, "", why), (first, "", ""))
    ]
    return next((text for text in texts if len(text) <= LIMIT), shorten(texts[-1], LIMIT, placeholder="."))


def _what(assessment: Assessment, why: str) -> str:
    if assessment.situation and assessment.situation not in SAID_BY_REASON:
        return jobs.spoken_title(assessment.situation)
    return f"{assessment.intent.value} question" if assessment.intent != Intent.OTHER and not why else ""


def _sentence(who: str, what: str, place: str, why: str) -> str:
    if what:
        return f"{who}: {what}{place}. {why}".strip()
    return f"{who}{place}. {why or 'Nothing more is known.'}"
