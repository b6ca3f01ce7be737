"""May a CSR take a caller who is on the line, without breaking a promise that was given? Pure.

The promises that were given come first: in a storm a caller on the line gets an honest time of their own instead of the
place of somebody who was told theirs. So what comes later cannot break a promise, except an emergency.
"""

from collections.abc import Sequence
from math import exp

import numpy as np

from callbacks.promise.estimate import AFTER_S, REACT_S, RING_S
from callbacks.promise.handling import Handling
from callbacks.promise.hours import Spans

SURE = 1.3
"""Standard deviations of the work that must fit in, beside its mean."""


def spare(now: float, shifts: Sequence[Spans], promised: Sequence[float], handling: Handling, urgent: float) -> bool:
    """Whether one more talk, begun now, leaves the desk the time it needs before each of these promises breaks.

    `shifts`: the hours of each CSR from now on; `promised`: when the promises of those who wait break. Seconds since
    1970. Work and time are compared in seconds of desk time: the night holds none. `urgent`: how many emergencies an
    hour are to be expected; they go before everybody.
    """
    if not promised:
        return True
    edges = np.array(sorted({now, *(max(edge, now) for spans in shifts for span in spans for edge in span)}))
    people = [sum(a <= edge < b for spans in shifts for a, b in spans) for edge in edges[:-1]]
    talk = exp(handling.mu + handling.sigma**2 / 2)
    spread = talk * (exp(handling.sigma**2) - 1) ** 0.5
    back = (1 - handling.no_answer) * (talk + AFTER_S) + handling.no_answer * RING_S + REACT_S
    given = np.maximum(np.array(people) - urgent * (talk + AFTER_S + REACT_S) / 3600, 0.0)
    time = np.concatenate([[0.0], np.cumsum(np.where(np.array(people) > 0, given, 0.0) * np.diff(edges))])
    before = np.arange(len(promised))
    needed = talk + AFTER_S + before * back + SURE * spread * np.sqrt(before + 1) + REACT_S * max(people, default=0)
    return bool((np.interp(np.sort(promised), edges, time) >= needed).all())
