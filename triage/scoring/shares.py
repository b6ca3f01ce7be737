"""Shares of a count, with how far they can be trusted."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
"""Standard deviations to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`; `share` with the Wilson interval of 95 % from `low` to `high`; None where there was nothing.

    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", JASA 22.
    """

    hits: int
    of: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


def share(hits: int, of: int) -> Share:
    """The share and its interval. Raises ValueError unless 0 <= hits <= of."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    if of == 0:
        return Share(hits, of)
    point = hits / of
    middle = (point + Z * Z / (2 * of)) / (1 + Z * Z / of)
    reach = Z * sqrt(point * (1 - point) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return Share(hits, of, point, min(point, max(0.0, middle - reach)), max(point, min(1.0, middle + reach)))


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """How much of what was found is right, how much of what is there was found, and both in one (no interval)."""

    precision: Share
    recall: Share
    f1: float | None


def precision_recall(right: int, found: int, there: int) -> PrecisionRecall:
    """Precision, recall and F1; F1 is None where nothing was there and nothing was found."""
    f1 = 2 * right / (found + there) if found + there else None
    return PrecisionRecall(share(right, found), share(right, there), f1)
