"""What is wrong with a company's own texts: found at the start, every mistake at once, before a caller reads it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from callbacks.texts.book import OF_THE_COMPANY, OURS, PARTS, placeholders
from callbacks.texts.septets import TWO, not_gsm, plainly, segments, septets
from models.enums import Language
from routing.words import gsm

CARRIERS = (
    "YES NO STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START UNSTOP HELP INFO SI BAJA PARE CANCELAR".split()
)
"""Words by which carriers, or we, switch texts off and on, or that are near enough (docs/domain/legal.md L4, L5)."""

_ASKS = r"(?:reply|text|answer|respond|send|write|responda|conteste|escriba|mande|envie)"
_OR = r"(?:[\w'\"]+,? (?:or|o|/) )*"
_ASKED = re.compile(rf"\b{_ASKS} (?:with |back |just |con )?{_OR}['\"]?({'|'.join(CARRIERS)})\b", re.IGNORECASE)
_SHOUTED = re.compile(rf"\b({'|'.join(word for word in CARRIERS if word not in {'NO', 'SI', 'INFO', 'HELP'})})\b")

_MISSING = {
    "company": "the company's name",
    "safety": "the safety line",
    "stop": "how to stop",
    "time": "the time",
}
"""What a reader would miss, in words."""

LONGEST = {
    "at": "11:55 AM",
    "time": "Wednesday 11:55 AM",
    "after": "Wednesday 11:55 AM",
    "before": "Wednesday 11:55 AM",
    "place": "12345 Martin Luther King Jr Boulevard, unit 1204, San Antonio, 78704",
    "link": "https://" + "x" * 52,
    "times": "3",
    "minutes": "5",
}
"""What a placeholder holds at its longest."""

_MADE_OF: Mapping[str, Callable[[str], bool]] = {
    "promise": lambda key: key.startswith("promise_"),
    "faster": lambda key: key.startswith("faster"),
    "question": lambda key: key.startswith("Q_"),
    "more": lambda key: key.startswith(("Q_", "promise_")),
    "script": lambda key: key == "safety",  # the scripts themselves are cut to fit
    **{part: part.__eq__ for part in PARTS},
}
"""Placeholders that hold other texts: the longest of these counts."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: in which text, in which language (None: in both), and what it is, as a sentence.

    Without a `key` it is the company's name, beside which a text of ours is too long.
    """

    key: str
    language: Language | None
    says: str


Own = Mapping[tuple[str, Language], str]


def faults(own: Own, facts: Mapping[str, str]) -> Iterable[Fault]:
    """All mistakes of a company's own texts. `facts` holds the values of the company's own placeholders."""
    fit = {place: words for place, words in own.items() if place[0] in OURS}
    for key in dict.fromkeys(key for key, _ in own if key not in OURS):
        yield Fault(key, None, f"there is no text of this name; there are: {', '.join(OURS)}")
    wrong = {place: list(_of_words(*place, words)) for place, words in fit.items()}
    for (key, language), sentences in wrong.items():
        yield from (Fault(key, language, says) for says in sentences)
    sound = {place: words for place, words in fit.items() if not wrong[place]}
    yield from _too_long(sound, facts)


def _of_words(key: str, language: Language, words: str) -> Iterable[str]:
    """What is wrong with the words of one text, however long."""
    try:
        has = placeholders(words)
    except ValueError:
        yield "a brace stands alone: placeholders are written {time}"
        return
    needs = placeholders(OURS[key].words[language])
    for name in sorted(needs - has - (OF_THE_COMPANY - {"company"})):
        yield f"{_MISSING.get(name, 'a placeholder')} is missing: write {{{name}}}"
    for name in sorted(has - needs - OF_THE_COMPANY):
        yield f"nothing fills {{{name}}} here; this text may hold {', '.join(sorted(needs | OF_THE_COMPANY))}"
    for one in not_gsm(words):
        yield f"{one!r} is not a character of GSM-7" + (f": write {plainly(one)!r}" if plainly(one) else "")
    asked = {found[1].upper() for each in (_ASKED, _SHOUTED) for found in each.finditer(words)}
    for word in sorted(asked - OURS[key].may_ask):
        yield f"asks for {word}, which carriers take for an opt-out or an opt-in: ask for another word or a digit"
    if key == "stop" and "STOP" not in words:
        yield "must say how to stop: Reply STOP"
    if key == "safety" and "911" not in words:
        yield "must send people in danger to 911"


def _too_long(own: Own, facts: Mapping[str, str]) -> Iterable[Fault]:
    for language in Language:
        for key in OURS:
            text = _longest(key, language, own, facts)
            if segments(text) > 2:
                over = f"takes more than two segments at its longest, by {(septets(text) or 0) - TWO} characters"
                if (key, language) in own:
                    yield Fault(key, language, over)
                    continue
                parts = list(_parts(key, language, own))
                yield from (Fault(part, language, f"with it the text {key} {over}") for part in parts)
                if not parts:
                    yield Fault(
                        "", language, f"with it our text {key} ({language}) {over}: write your own [texts.{key}]"
                    )


def _parts(key: str, language: Language, own: Own) -> Iterable[str]:
    """The company's own parts of a text of ours."""
    needs = OURS[key].needs if (key, language) not in own else frozenset()
    return (part for part, tongue in own if tongue == language and any(_is(name, part) for name in needs))


def _is(name: str, key: str) -> bool:
    """Whether a placeholder may hold the text of this key."""
    return name in _MADE_OF and _MADE_OF[name](key)


def _longest(key: str, language: Language, own: Own, facts: Mapping[str, str]) -> str:
    """A text filled with the longest that can be."""
    words = own.get((key, language), OURS[key].words[language])
    values = {**LONGEST, **{name: gsm(value) for name, value in facts.items()}}
    for name in placeholders(words) & _MADE_OF.keys():
        parts = [_longest(each, language, own, facts) for each in OURS if _is(name, each)]
        values[name] = max(parts, key=len)
    return words.format(**values)
