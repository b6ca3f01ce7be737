"""When will a person dial? The desk is played forward many times from what is known now; no database, no clock.

One play: whoever is free first takes somebody more urgent who has come, else the next of the queue. Callers on the line
are not in it: they are handed to the desk only while every promise can be kept beside them (`slack.py`). The draws are
always the same, so the same situation gives the same answer, and a longer queue never an earlier one.
"""

from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor, log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from callbacks.promise.handling import Arrivals, Handling
from callbacks.promise.hours import Spans

Floats = NDArray[np.float64]

PLAYS = 240
AIM = 0.93
"""For nine of ten in the end: what the plays know nothing of costs up to three of a hundred (docs/promise.md)."""

REACT_S = 40.0
"""From a free CSR to the caller's telephone ringing: the desk's own leg, the whisper, the key. Mean."""

RING_S = 35.0
AFTER_S = 60.0
"""What is written down after a call. Mean."""

LATE_S = 420.0
"""Nobody calls the minute the shop opens: at most so late."""

FLOOR_S = 600.0
AFTER_OPENING_S = 900.0
STEP_S = 300.0

ABSENT = 0.03
"""The chance that somebody does not come on a day that has not begun."""

STORM_STAYS = 0.3
"""The chance that the coming days' rate is as unusual as today's."""

CALM_SHAPE = 6.0
"""Of a day of which nothing is known yet: a gamma, standard deviation 40 %."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The desk as it is at `now`. All times in seconds since 1970."""

    now: float
    shifts: tuple[Spans, ...]  # a CSR each
    here: tuple[bool, ...]  # by CSR: has signed in, will not be missing today
    busy: tuple[float, ...]  # seconds that each talk which is going on has lasted
    ahead: int  # callers before this one, waiting now
    due: tuple[float, ...]  # callers before this one who come due later
    handling: Handling
    urgent: Arrivals  # callers of P1 who will be missed later
    first_hour: int  # of the week, on the company's wall, at `now`


def dialled(situation: Situation) -> Floats:
    """The plays: when this caller's telephone rings, sorted; infinite where no play reached it."""
    rows = np.arange(PLAYS)
    starts, ends = _desk(situation)
    free = _begin(situation, starts, ends)
    closing = _closing(free, ends)
    at, takes = _interruptions(situation, _horizon(situation))
    own = _services(situation.handling, situation.ahead + 1, seed=11)
    found = np.full(PLAYS, np.inf)
    done, seen = np.zeros(PLAYS, dtype=np.int64), np.zeros(PLAYS, dtype=np.int64)
    for _ in range(situation.ahead + 1 + len(at)):
        who = free.argmin(axis=1)
        when = free[rows, who]
        comes = at[seen, rows]
        waiting = (comes <= when) & np.isfinite(comes)
        mine = ~waiting & (done == situation.ahead)
        if mine.any():
            found[mine] = np.minimum(found[mine], when[mine])
            if np.isfinite(found).all():
                break
        lasts = np.where(waiting, takes[seen, rows], own[np.minimum(done, situation.ahead), rows])
        done += ~waiting
        seen += waiting
        ready = when + lasts
        over = ready >= closing[rows, who]
        free[rows, who] = ready
        if over.any():
            free[rows[over], who[over]] = _next_free(ready[over], who[over], rows[over], starts, ends)
            closing[over] = _closing(free[over], ends[over])
    react = np.random.default_rng(13).exponential(REACT_S, PLAYS)
    return np.sort(found + react)


def promised(situation: Situation) -> float | None:
    """The earliest full five minutes at which the caller will have been dialled with probability `AIM`.

    At least ten minutes from now, inside somebody's hours, a quarter of an hour after they begin; None without any.
    """
    open_spans = sorted({span for spans in situation.shifts for span in spans})
    if not open_spans:
        return None
    at = float(dialled(situation)[ceil(AIM * PLAYS) - 1])
    return settled(at, situation.now, open_spans)


def settled(at: float, now: float, open_spans: Spans) -> float:
    """A time that may be said: whole five minutes, the floor, inside the hours (their end when `at` is later)."""
    at = _mark(max(at, now + FLOOR_S)) if np.isfinite(at) else np.inf
    for opens, closes in open_spans:
        first = _mark(opens + AFTER_OPENING_S) if opens > now else at
        if max(at, first) <= closes:
            return max(at, first)
    return floor(max(closes for _, closes in open_spans) / STEP_S) * STEP_S


def _mark(at: float) -> float:
    return ceil(at / STEP_S) * STEP_S


def _horizon(situation: Situation) -> float:
    """The moment until which others may come in: twice what the queue should take, at least two hours of desk time."""
    work = (situation.ahead + len(situation.due) + 4) * (np.exp(situation.handling.mu) * 1.3 + AFTER_S + REACT_S)
    left = max(2.5 * work, 7200.0 * max(1, len(situation.shifts)))
    marks = sorted(span for spans in situation.shifts for span in spans)
    for opens, closes in marks:
        begin = max(opens, situation.now)
        left -= max(0.0, closes - begin)
        if left <= 0:
            return float(closes)
    return float(marks[-1][1])


def _desk(situation: Situation) -> tuple[Floats, Floats]:
    """Starts and ends of everybody's hours in every play, some days missed: shape (plays, people, stretches)."""
    people, most = len(situation.shifts), max(len(spans) for spans in situation.shifts)
    starts = np.full((PLAYS, people, most), np.inf)
    ends = np.full((PLAYS, people, most), np.inf)
    draw = np.random.default_rng(5)
    for index, spans in enumerate(situation.shifts):
        for position, (opens, closes) in enumerate(spans):
            coming = opens > situation.now
            late = draw.uniform(0, LATE_S, PLAYS) if coming else 0.0
            missing = coming & (draw.random(PLAYS) < ABSENT)
            sure = situation.here[index] and position == 0
            starts[:, index, position] = np.where(missing & (not sure), np.inf, opens + late)
            ends[:, index, position] = np.where(missing & (not sure), np.inf, closes)
    return np.sort(starts, axis=2), np.sort(ends, axis=2)


def _begin(situation: Situation, starts: Floats, ends: Floats) -> Floats:
    """When each of the desk is free first: those who are talking, when they will have finished."""
    rows, people = np.arange(PLAYS), len(situation.shifts)
    draw = np.random.default_rng(7)
    free = np.empty((PLAYS, people))
    there = [any(a <= situation.now < b for a, b in spans) for spans in situation.shifts]
    talking = list(situation.busy)
    for index in range(people):
        ready = np.full(PLAYS, situation.now)
        if there[index] and talking:
            ready += _residual(situation.handling, talking.pop(0), draw)
        free[:, index] = _next_free(ready, np.full(PLAYS, index), rows, starts, ends)
    return free


def _closing(free: Floats, ends: Floats) -> Floats:
    """The end of the hours in which each of them is free, shape (plays, people)."""
    closing: Floats = np.where(ends > free[:, :, None], ends, np.inf).min(axis=2)
    return closing


def _next_free(ready: Floats, who: NDArray[np.int64], rows: NDArray[np.int64], starts: Floats, ends: Floats) -> Floats:
    """The first moment from `ready` on that lies in that person's hours."""
    over = (ends[rows, who] <= ready[:, None]).sum(axis=1)
    begins: Floats = starts[rows, who, np.minimum(over, starts.shape[2] - 1)]
    return np.where(over < starts.shape[2], np.maximum(ready, begins), np.inf)


@cache
def _normal() -> tuple[Floats, Floats]:
    """A table of the normal distribution: probability, deviations."""
    points = np.linspace(-5, 5, 501)
    return np.array([NormalDist().cdf(point) for point in points]), points


def _residual(handling: Handling, lasted: float, draw: np.random.Generator) -> Floats:
    """How much longer a talk goes on that has lasted so long, with what is written down after it."""
    odds, points = _normal()
    passed = NormalDist().cdf((log(max(lasted, 1.0)) - handling.mu) / handling.sigma)
    deviations = np.interp(passed + (1 - passed) * draw.random(PLAYS), odds, points)
    total = np.exp(handling.mu + handling.sigma * deviations)
    return np.maximum(total - lasted, 0.0) + draw.exponential(AFTER_S, PLAYS)


def _services(handling: Handling, count: int, seed: int) -> Floats:
    """What calls back cost the desk, shape (count, plays): talk and afterwards, or the ringing of nobody."""
    draw = np.random.default_rng(seed)
    drawn = draw.random((count, 4, PLAYS))  # row by row: a longer queue begins with the same draws
    odds, points = _normal()
    talk = np.exp(handling.mu + handling.sigma * np.interp(drawn[:, 0], odds, points))
    talk -= AFTER_S * np.log1p(-drawn[:, 1])
    cost = np.where(drawn[:, 2] < handling.no_answer, RING_S, talk)
    return cost - REACT_S * np.log1p(-drawn[:, 3])


def _interruptions(situation: Situation, until: float) -> tuple[Floats, Floats]:
    """Who goes before the queue when they come: (when, what they cost), shape (most, plays)."""
    urgent = _poisson(situation, situation.urgent, until)
    due = np.repeat(np.array(situation.due, dtype=np.float64)[:, None], PLAYS, axis=1)
    at = np.concatenate([urgent, due.reshape(-1, PLAYS), np.full((1, PLAYS), np.inf)])
    takes = np.concatenate(
        [
            _services(replace(situation.handling, no_answer=0.0), len(urgent), seed=29),  # called until they answer
            _services(situation.handling, len(due) + 1, seed=31),
        ]
    )
    order = np.argsort(at, axis=0, kind="stable")
    return np.take_along_axis(at, order, axis=0), np.take_along_axis(takes, order, axis=0)


def _poisson(situation: Situation, arrivals: Arrivals, until: float) -> Floats:
    """Times of events in staffed hours until then, shape (most, plays); each play has its own day's rate."""
    draw = np.random.default_rng(19)
    today = draw.gamma(arrivals.shape, 1 / arrivals.rate, PLAYS)
    later = np.where(draw.random(PLAYS) < STORM_STAYS, today, draw.gamma(CALM_SHAPE, 1 / CALM_SHAPE, PLAYS))
    edges, rates = _rates(situation, arrivals, until)
    midnight = situation.now - situation.now % 3600 + 3600 * (24 - situation.first_hour % 24)
    day = edges[:-1, None] < midnight
    mass = rates[:, None] * np.diff(edges)[:, None] / 3600 * np.where(day, today, later)
    total = np.concatenate([np.zeros((1, PLAYS)), np.cumsum(mass, axis=0)])
    count = int(total[-1].max() + 4 * total[-1].max() ** 0.5 + 4) if total[-1].max() > 0 else 0
    events = np.cumsum(draw.exponential(1.0, (count, PLAYS)), axis=0)
    found = np.full((count, PLAYS), np.inf)
    for play in range(PLAYS if count else 0):
        found[:, play] = np.interp(events[:, play], total[:, play], edges, right=np.inf)
    return found


def _rates(situation: Situation, arrivals: Arrivals, until: float) -> tuple[Floats, Floats]:
    """Edges of stretches from now until then, and the usual rate an hour in each: nothing where nobody is there."""
    spans = [span for each in situation.shifts for span in each]
    hours = situation.now - situation.now % 3600 + 3600 * np.arange(1, int((until - situation.now) // 3600) + 2)
    inner = [*hours.tolist(), *(edge for span in spans for edge in span)]
    edges = np.array(sorted({situation.now, until, *(edge for edge in inner if situation.now < edge < until)}))
    rates = np.empty(len(edges) - 1)
    begun = situation.now - situation.now % 3600
    for index, edge in enumerate(edges[:-1]):
        hour = (situation.first_hour + int((edge - begun) // 3600)) % 168
        rates[index] = arrivals.by_hour[hour] if any(a <= edge < b for a, b in spans) else 0.0
    return edges, rates
