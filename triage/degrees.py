"""Temperatures that callers tell: "it is fifty eight in here", "twenty out", the answer to Q_TIN."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.numbers import read_value
from triage.rules import Utterable

_INSIDE = frozenset("inside indoors house here thermostat room bedroom living home apartment upstairs casa".split())
_OUTSIDE = frozenset("out outside outdoors afuera".split())
_LEADS = frozenset("is at reads says reading about around like says hits under below over above showing to".split())
_REACH = 6
_POSSIBLE = range(-40, 131)


@dataclass(frozen=True, slots=True)
class Degrees:
    """Fahrenheit, None where nothing was said."""

    indoor_f: float | None = None
    outdoor_f: float | None = None


def read_degrees(turns: Sequence[tuple[Utterable, str | None]]) -> Degrees:
    """The last temperatures told, inside and outside. Each turn is its words and the question it answered."""
    indoor = outdoor = None
    for heard, asked in turns:
        words, at = heard.words, 0
        while at < len(words):
            value = read_value(words, at)
            if value is None:
                at += 1
                continue
            degrees, end = _signed(words, at, value[0]), value[1]
            place = _place(words, at, end, asked)
            if place == "inside" and degrees in _POSSIBLE:
                indoor = float(degrees)
            elif place == "outside" and degrees in _POSSIBLE:
                outdoor = float(degrees)
            at = end
    return Degrees(indoor, outdoor)


def _signed(words: Sequence[str], at: int, degrees: int) -> int:
    return -degrees if at and words[at - 1] in ("minus", "negative") else degrees


def _place(words: Sequence[str], start: int, end: int, asked: str | None) -> str | None:
    """Where a number is a temperature of: beside "degrees", after "it's", or as the answer; None when it is not one."""
    told = end < len(words) and words[end].startswith(("degree", "grado", "fahrenheit"))
    led = bool(start) and words[start - 1] in _LEADS
    after = words[end : end + _REACH]
    if not (told or asked == "Q_TIN" or (led and set(after[:3]) & (_INSIDE | _OUTSIDE))):
        return None
    around = (*after, *reversed(words[max(0, start - _REACH) : start]))
    for word in around:
        if word in _OUTSIDE:
            return "outside"
        if word in _INSIDE:
            return "inside"
    return "inside" if asked == "Q_TIN" else "outside" if told and led else None
