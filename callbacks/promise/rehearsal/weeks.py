"""What a week brings: callers, how long each takes, who is missed, who is ill. Drawn once, the same for every rule.

Arrivals are Poisson with a random rate of the day, talks log-normal (Brown et al. 2005; Gans, Koole and Mandelbaum
2003). The day's shape, the share that is missed (27 %, Invoca) and of no-answers are the trade's; see docs/promise.md.
"""

from dataclasses import dataclass
from functools import cache
from random import Random

HOUR, DAY = 3600.0, 86_400.0
OPENS, CLOSES = 7.5 * HOUR, 18 * HOUR
SATURDAY = 9 * HOUR, 14 * HOUR

SHAPE = (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.4, 2.0, 1.9, 1.7, 1.5, 1.3, 1.3, 1.3, 1.2, 1.2, 1.1, 0.6, 0.5, 0.4, 0.3)
BY_HOUR = (*SHAPE, 0.2, 0.1)
"""Calls in an hour of the day, 1 = the mean of the open hours: up at eight, down after lunch, a few at night."""

BY_DAY = (1.35, 1.1, 1.0, 1.0, 1.0, 0.6, 0.35)
"""Monday is the heaviest."""

DAY_CV = 0.3
MISSED = 0.27
HANDED = 0.4
"""Of the others, by day: those whom the assistant hands to the desk. It settles the rest by itself."""

LEAVES_WORD = 0.5
"""Of the others, by night: those who are promised a call."""

URGENT = 0.08
NO_ANSWER = 0.3
GRACE_S = 1200.0
"""As in `callbacks.promise.staff`."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Two CSRs, as in the example profile; `calls` an open hour at the usual rate; talks of a mean of six minutes."""

    csrs: int = 2
    calls: float = 10.0
    mean_s: float = 360.0
    sigma: float = 0.75


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of week: `storm` days with `times` the calls, `ill` mornings on which one CSR does not come."""

    name: str
    storm: tuple[int, ...] = ()
    times: float = 5.0
    ill: tuple[int, ...] = ()


KINDS = (
    Kind("ordinary"),
    Kind("one ill", ill=(0, 2)),
    Kind("storm", storm=(1, 2)),
    Kind("storm, one ill", storm=(1, 2), ill=(2,)),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A call that comes at `at`: live to the desk, or missed. The rest is what will turn out."""

    at: float
    missed: bool  # or, by night, promised a call
    urgent: bool
    talk: float
    tries: int  # the try on which somebody answers; beyond 4 nobody ever does


@dataclass(frozen=True, slots=True)
class Week:
    """Callers in order, everybody's hours day by day, and how long the desk needs around each call."""

    shop: Shop
    callers: tuple[Caller, ...]
    shifts: tuple[tuple[tuple[float, float], ...], ...]  # by CSR, as they turn out
    ill: tuple[int, ...]
    seed: int


@cache
def hours() -> tuple[tuple[float, float], ...]:
    """The shop's hours of three weeks, in seconds from Monday midnight: what the first leaves over is done after it."""
    week = [(day, OPENS, CLOSES) for day in range(5)] + [(5, *SATURDAY)]
    days = ((day + 7 * later, opens, closes) for later in range(3) for day, opens, closes in week)
    return tuple((day * DAY + opens, day * DAY + closes) for day, opens, closes in days)


def draw(kind: Kind, shop: Shop, seed: int) -> Week:
    """A week of that kind."""
    dice = Random(f"{kind.name}:{seed}")
    callers: list[Caller] = []
    for day in range(7):
        factor = dice.gammavariate(1 / DAY_CV**2, DAY_CV**2) * BY_DAY[day] * (kind.times if day in kind.storm else 1)
        for hour in range(24):
            callers += _hour(dice, shop, day * DAY + hour * HOUR, shop.calls * BY_HOUR[hour] * factor / 1.4)
    shifts = []
    for csr in range(shop.csrs):
        spans = [(a, b) for a, b in hours() if csr or int(a // DAY) not in kind.ill]
        shifts.append(tuple((a + dice.uniform(0, 300), b) for a, b in spans))
    return Week(shop, tuple(sorted(callers, key=lambda one: one.at)), tuple(shifts), kind.ill, seed)


def believed(week: Week, now: float) -> list[list[tuple[float, float]]]:
    """The hours of everybody from now on, as the shop knows them: who is ill is missed when the grace is over."""
    everybody = [(a, b) for a, b in hours() if b > now]
    gone = [(a, b) for a, b in everybody if not (int(a // DAY) in week.ill and now > a + GRACE_S)]
    return [gone, *([everybody] * (week.shop.csrs - 1))]


def _hour(dice: Random, shop: Shop, begin: float, rate: float) -> list[Caller]:
    """Those of an hour who concern the desk at all."""
    found, at = [], begin
    while (at := at + dice.expovariate(rate / HOUR)) < begin + HOUR:
        missed = dice.random() < MISSED
        opened = any(a <= at < b for a, b in hours())
        if missed or dice.random() < (HANDED if opened else LEAVES_WORD):
            found.append(_caller(dice, shop, at, missed or not opened))
    return found


def _caller(dice: Random, shop: Shop, at: float, missed: bool) -> Caller:
    tries = 1
    while tries < 5 and dice.random() < NO_ANSWER:
        tries += 1
    talk = dice.lognormvariate(0, shop.sigma) * shop.mean_s / 2.718281828 ** (shop.sigma**2 / 2)
    return Caller(at, missed, dice.random() < URGENT, talk, tries)
