"""Temperatures that callers tell: "fifty eight in here", "twenty below", "mid forties out", the answer to Q_TIN."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.rules.book import Utterable
from triage.words.numbers import is_number_word, read_value

_INSIDE = frozenset(
    "inside indoors house here thermostat room bedroom living home apartment upstairs downstairs hallway parlor "
    "kitchen nursery crib casa adentro cuarto trailer den office shop".split()
)
_OUTSIDE = frozenset("out outside outdoors afuera today tonight high low overnight weather forecast".split())
_PLACES = _INSIDE | _OUTSIDE
_COPULAS = (["is"], ["already"], ["reading"], ["reads"], ["says"], ["at"])
_SMALL = 12
"""Below this a bare number is no temperature ("one room", "two inside")."""

_CELSIUS = 45
"""Up to here "grados" may be Celsius: not known, so it lowers nothing."""

_LEADS = frozenset(
    "is at reads reading says saying about around like says hits hit under below over above showing shows to only "
    "already still of as a estamos esta anda hace drizzly warm cool cold nice lovely got just low high "
    "have near".split()
)
_DEGREE_WORDS = ("degree", "grado", "fahrenheit")
_REACH = 6
_POSSIBLE = range(-40, 131)

_DECADES = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
            "eighties": 80, "nineties": 90}  # fmt: skip
_PART = {"low": 2, "lower": 2, "mid": 5, "middle": 5, "high": 8, "upper": 8}
"""Where in its decade a temperature lies: "mid fifties" is 55."""

_NOT_DEGREES = frozenset(
    "minutes minute hours hour days day years year old dollars percent o street avenue road drive court lane boulevard "
    "way apartment unit weeks week months month people inches gallons miles tenants by five five's".split()
)
"""After these a number is no temperature."""


@dataclass(frozen=True, slots=True)
class Degrees:
    """Fahrenheit, None where nothing was said."""

    indoor_f: float | None = None
    outdoor_f: float | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """A number that may be a temperature; `sure`: its own words say that it is one ("mid fifties", "twenty below")."""

    degrees: int
    start: int
    end: int
    sure: bool


def read_degrees(turns: Sequence[tuple[Utterable, str | None]]) -> Degrees:
    """The last temperatures told, inside and outside. Each turn is its words and the question it answered."""
    indoor = outdoor = None
    for heard, asked in turns:
        words, at = heard.words, 0
        while at < len(words):
            told = _told(words, at)
            if told is None:
                at += 1
                continue
            place = _place(words, told, asked) if told.degrees in _POSSIBLE else None
            if place == "inside":
                indoor = float(told.degrees)
            elif place == "outside":
                outdoor = float(told.degrees)
            at = told.end
    return Degrees(indoor, outdoor)


def _told(words: Sequence[str], at: int) -> _Told | None:
    if words[at] in _DECADES and at:
        before = words[at - 1]
        return _Told(_DECADES[words[at]] + _PART.get(before, 5), at, at + 1, before in _PART or before == "the")
    value = _number(words, at)
    if value is None:
        return None
    degrees, end = value
    minus = at > 0 and words[at - 1] in ("minus", "negative")
    below = words[end : end + 1] == ("below",) and words[end + 1 : end + 2] != ("the",)
    sure = minus or below or (degrees >= 100 and words[at] == "a")
    return _Told(-degrees if minus or below else degrees, at, end + below, sure)


def _number(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """A quantity and where it ends: also "one oh five"."""
    value = read_value(words, at)
    if value is None or value[0] != 1 or words[value[1] : value[1] + 1] != ("oh",):
        return value
    ones = read_value(words, value[1] + 1) if value[1] + 1 < len(words) else None
    return (100 + ones[0], ones[1]) if ones and ones[0] in range(1, 10) else value


def _place(words: Sequence[str], told: _Told, asked: str | None) -> str | None:
    """Where a number is a temperature of: beside "degrees", "ninety inside", "it is fifty out", or as the answer."""
    after = [word.removesuffix("'s") for word in words[told.end : told.end + _REACH]]
    before = [word.removesuffix("'s") for word in words[max(0, told.start - _REACH) : told.start]]
    named = bool(after) and after[0].startswith(_DEGREE_WORDS)
    if any(map(is_number_word, (*after[:1], *before[-1:]))):
        return None  # one of several numbers: a year, a street, a telephone
    if after and not named and (after[0] in _NOT_DEGREES or told.degrees in range(_SMALL)) and asked != "Q_TIN":
        return None
    if named and after[0].startswith("grado") and told.degrees <= _CELSIUS:
        return None
    led = bool(before) and before[-1] in _LEADS
    meant = (
        told.sure
        or named
        or asked == "Q_TIN"
        or bool(set(after[:1]) & _PLACES)
        or (after[:1] == ["in"] and bool(set(after[1:3]) & _PLACES))
        or (led and bool(set(after[:3]) & _PLACES))
        or (before[-1:] in _COPULAS and bool(set(before[-4:]) & _PLACES))
    )
    if not meant:
        return None
    for word in (*after, *reversed(before)):
        if word in _PLACES:
            return "outside" if word in _OUTSIDE else "inside"
    return "inside" if asked == "Q_TIN" else "outside" if told.sure or led else None
