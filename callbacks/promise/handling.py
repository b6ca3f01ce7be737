"""What the company's own history says: how long a call takes, how often nobody answers, how unusual today is.

Service times of call centres are log-normal, arrivals Poisson with a rate that is itself random from day to day
(Brown, Gans, Mandelbaum et al., "Statistical Analysis of a Telephone Call Center", JASA 2005; Gans, Koole and
Mandelbaum, "Telephone Call Centers", MSOM 2003).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

PRIOR_CALLS = 20.0
HALF_LIFE_S = 14 * 86_400.0
"""A fortnight ago counts half: the desk changes with the season."""

MEDIAN_S, SIGMA = 290.0, 0.65
"""Day one: a median just under five minutes, a mean of six."""

NO_ANSWER = 0.3
"""Day one: the share of calls back that nobody answers."""

MAD_TO_SD = 1.4826
SHORTEST_S, LONGEST_S = 10.0, 7_200.0

PRIOR_WEEKS = 1.0
URGENT_PER_HOUR = 0.1
RECENT_S = 10_800.0
MARK_S = 600.0
DAY_SHAPE = 3.0
"""The rate of a day is the usual one times a gamma of this shape, storms with it: standard deviation 58 %."""


@dataclass(frozen=True, slots=True)
class Handling:
    """Log-normal seconds with a person, and the share of calls back that nobody answers."""

    mu: float = log(MEDIAN_S)
    sigma: float = SIGMA
    no_answer: float = NO_ANSWER


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Events an hour by hour of the week (0 = Monday midnight), and how unusual today is: a gamma's shape and rate."""

    by_hour: tuple[float, ...] = (URGENT_PER_HOUR,) * 168
    shape: float = DAY_SHAPE
    rate: float = DAY_SHAPE


def learn_handling(lasted: Sequence[tuple[float, float]], tried: int = 0, unanswered: int = 0) -> Handling:
    """From (seconds with the caller, seconds ago): weighted median and MAD of the logarithms, with the prior.

    A forgotten receiver of two hours or a wrong number of five seconds moves neither.
    """
    kept = [(log(min(lasts, LONGEST_S)), 0.5 ** (ago / HALF_LIFE_S)) for lasts, ago in lasted if lasts >= SHORTEST_S]
    weight = sum(share for _, share in kept)
    no_answer = (PRIOR_CALLS * NO_ANSWER + unanswered) / (PRIOR_CALLS + tried)
    if not kept:
        return Handling(no_answer=no_answer)
    middle = _median(kept)
    spread = MAD_TO_SD * _median([(abs(value - middle), share) for value, share in kept])
    total = weight + PRIOR_CALLS
    mu = (weight * middle + PRIOR_CALLS * log(MEDIAN_S)) / total
    variance = (weight * spread**2 + PRIOR_CALLS * SIGMA**2) / total
    return Handling(mu, variance**0.5, no_answer)


def _median(weighted: list[tuple[float, float]]) -> float:
    ordered = sorted(weighted)
    half, passed = sum(share for _, share in ordered) / 2, 0.0
    for value, share in ordered:
        passed += share
        if passed >= half:
            return value
    return ordered[-1][0]


def usual_rates(
    times: Sequence[float], weeks: float, hour_of_week: Callable[[float], int], hours: int, prior: float
) -> tuple[float, ...]:
    """Events an hour, by hour of the week, from the times of those of the last `weeks` (seconds since 1970).

    `hours` is in how many hours of a week they can come; `prior` an hour is what is taken on day one.
    """
    counted = Counter(hour_of_week(at) for at in times)
    mean = (PRIOR_WEEKS * prior + len(times) / hours) / (PRIOR_WEEKS + weeks)
    return tuple((PRIOR_WEEKS * mean + counted[hour]) / (PRIOR_WEEKS + weeks) for hour in range(168))


def learn_today(
    calls: Sequence[float], usual: Sequence[float], now: float, hour_of_week: Callable[[float], int]
) -> tuple[float, float]:
    """How unusual today is, as shape and rate of a gamma of mean 1 on a usual day, from all calls of the last hours.

    A storm brings more of everything, so that everything tells of it; by night too.
    """
    recent = sum(now - RECENT_S < at <= now for at in calls)
    marks = (now - RECENT_S + MARK_S * (step + 0.5) for step in range(int(RECENT_S // MARK_S)))
    expected = sum(usual[hour_of_week(at)] * MARK_S / 3600 for at in marks)
    return DAY_SHAPE + recent, DAY_SHAPE + expected
