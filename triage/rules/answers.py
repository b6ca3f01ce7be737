"""An utterance read as the answer to the question before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from triage.assessment import Evidence
from triage.rules.book import Match, Utterable, load_book
from triage.rules.hazards import silenced
from triage.rules.scope import Reading, reading
from triage.situations import QUESTIONS

CONFIRM = "Q_CONFIRM_HAZARD"
"""The one question about a danger that is in doubt ("Did you say you smell gas?")."""

OUTSIDE = "Q_OUTSIDE"
"""Q_INSIDE asked the other way round ("Are you outside now?"); its answer is kept as Q_INSIDE."""

YES_NO = frozenset(
    "Q_SAFE Q_INSIDE Q_CB Q_FLOW Q_SHUT Q_NEARELEC Q_SMOKE Q_BREAKER Q_COPAT Q_SYMP Q_VULN Q_ALT Q_CLEANOUT Q_SEPTIC "
    "Q_WELL Q_NEIGH Q_HIST Q_MEMBER Q_PERMIT Q_IMPACT Q_FEE Q_PHOTO Q_INSUR Q_FIX Q_ACCESS Q_PO".split()
) | {CONFIRM}
"""Questions whose answer is yes, no or unsure. Q_FLOW yes: still running; Q_COPAT yes: a real alarm, no: a chirp; Q_FIX
yes: several; Q_CB yes: the number they call from."""

TOLD = frozenset("Q_ACCESS Q_PO Q_HIST Q_INSUR Q_SEPTIC Q_WELL Q_PERMIT Q_IMPACT Q_CLEANOUT".split())
"""Yes/no questions that ask for more besides: anything said to them answers them."""

_NO_ANSWER = frozenset({"what", "huh", "hello", "pardon", "sorry", "um", "uh", "hm", "hmm"})
_OPPOSITE = {"yes": "no", "no": "yes", "unsure": "unsure"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What one utterance answers: question id to yes, no, unsure (Q_OWN, Q_TYPE: a word), and the words it rests on."""

    given: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    spoken_to: str | None = None  # the question that got any answer at all, open questions too
    yes_no: str | None = None  # how it answers a yes/no question, of ours or of the dialogue ("Is that right?")


def read_answers(heard: Utterable, asked: str | None) -> Answers:
    """What this utterance answers: first what was asked, then what is said unasked."""
    given: dict[str, str] = {}
    evidence: list[Evidence] = []
    question = "Q_INSIDE" if asked == OUTSIDE else asked
    generic: Match | None = None
    unsettling: Match | None = None
    for match in load_book("answers.toml").matches(heard):
        target, _, value = match.rule.stands_for.partition("=")
        if target == "*":
            generic = generic or match
        elif "unsettles" in match.rule.flags:
            unsettling = unsettling or (match if target == question else None)
        elif target not in given and (target == question or "volunteer" in match.rule.flags):
            if not silenced(match, heard) and _meant(match, heard):
                given[target] = value
                evidence.append(_evidence(match))
    plain = generic.rule.stands_for.partition("=")[2] if generic else None
    if question in YES_NO and question not in given and generic is not None and plain is not None:
        given[question] = _OPPOSITE[plain] if asked == OUTSIDE else plain
        evidence.append(_evidence(generic))
    if unsettling and question and given.get(question) == "no":
        given[question] = "unsure"
        evidence.append(_evidence(unsettling))
    answered = question in given or (question in QUESTIONS and question not in YES_NO - TOLD)
    said_something = bool(set(heard.words) - _NO_ANSWER)
    return Answers(
        given,
        tuple(evidence),
        spoken_to=question if answered and said_something else None,
        yes_no=given.get(asked) if asked in YES_NO else plain if asked and asked not in QUESTIONS else None,
    )


def _meant(match: Match, heard: Utterable) -> bool:
    return reading(heard, match.start, match.end) not in (Reading.DENIED, Reading.OVER)


def _evidence(match: Match) -> Evidence:
    return Evidence(f"answer:{match.rule.id}", match.words, match.start, match.end)
