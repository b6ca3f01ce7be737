"""The cases of the storm, and the plan of each: who rings when, who takes it when, who is killed when.

A plan is drawn from the seed and the case's name alone: the same seed gives the same plan.
"""

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from tests import pg

HURRY = 10
"""How many times shorter the carrier's times are than in production: leases, request timeouts, backoffs; and how many
times faster the pretend Twilio delivers and rings. Their proportions stay."""

BEFORE, LATE, AFTER = "before", "late", "after"
"""The moment of a death, told by the request under way: Twilio never acts on it; Twilio acts on it a while after the
engine died; Twilio has acted on it and has not answered."""

RUNGS_S = (180, 60, 240, 240)
"""The waits of the ladder before its last rung (routing/oncall.py), for technicians who answer as a rung is due."""


@dataclass(frozen=True, slots=True)
class Case:
    """One storm. `deaths` are spread over `moments`, and as many `random` ones come at any time."""

    name: str
    database: pg.Kind
    engines: int = 1
    moments: tuple[str, ...] = ()
    deaths: int = 0
    random: int = 0
    upgrades: int = 0
    restarts: int = 0  # of PostgreSQL
    leaves: bool = False  # one of the engines dies and nobody starts it again
    ill: bool = False  # Twilio is ill for six seconds: a minute, compressed
    unasked: bool = False  # Twilio's lists cannot be read, so that nobody can look for a page
    news: bool = False  # status callbacks arrive; otherwise every one is lost
    escalations: int = 150
    spread_s: float = 20.0
    ladder: int = 60  # how many times shorter the ladder's waits are


@dataclass(frozen=True, slots=True)
class Planned:
    """One escalation: begins at `at` seconds and is taken `taken_after` seconds after the first text that arrives.

    None: nobody takes it before every rung of its ladder was paged.
    """

    code: int
    at: float
    taken_after: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that will happen. Times in seconds from the start; `deaths` by the ordinal of a request to Twilio."""

    escalations: tuple[Planned, ...]
    deaths: tuple[tuple[int, str], ...]
    random: tuple[tuple[float, int], ...]  # time and seat
    leaves: tuple[float, ...]
    upgrades: tuple[float, ...]
    restarts: tuple[float, ...]
    ill: tuple[float, float] | None


def plan(case: Case, seed: int) -> Plan:
    """What happens in this case with this seed."""
    chance = Random(f"{seed}:{case.name}")
    busy = case.spread_s + sum(RUNGS_S[:2]) / case.ladder  # while there is certainly something to send

    def moments(count: int) -> tuple[float, ...]:
        return tuple(sorted(chance.uniform(0.1 * busy, busy) for _ in range(count)))

    ordinals = sorted(chance.sample(range(3, 3 + 2 * case.escalations), case.deaths))
    return Plan(
        escalations=tuple(_planned(case, chance, number) for number in range(case.escalations)),
        deaths=tuple((ordinal, case.moments[i % len(case.moments)]) for i, ordinal in enumerate(ordinals)),
        random=tuple((at, chance.randrange(case.engines)) for at in moments(case.random)),
        leaves=moments(1) if case.leaves else (),
        upgrades=moments(case.upgrades),
        restarts=moments(case.restarts),
        ill=(0.2 * busy, 0.2 * busy + 6.0) if case.ill else None,
    )


def _planned(case: Case, chance: Random, number: int) -> Planned:
    """A third is taken soon, a third just as the next rung is due, a third climbs."""
    rungs = [sum_ / case.ladder for sum_ in accumulate(RUNGS_S)]
    taken = (
        chance.uniform(0.0, 1.0),
        chance.choice(rungs[:3]) + chance.uniform(-0.15, 0.15),
        None,
    )[number % 3]
    return Planned(1001 + number, case.spread_s * number / case.escalations, taken)


def _both(name: str, engines: tuple[int, ...], **rest: Any) -> tuple[Case, ...]:
    kinds: tuple[pg.Kind, ...] = ("sqlite", "postgres")
    return tuple(Case(f"{name}-{kind}-{count}", kind, count, **rest) for kind in kinds for count in engines)


CASES: tuple[Case, ...] = (
    *_both("before", (1, 2), moments=(BEFORE, LATE), deaths=10),
    *_both("after", (1, 2), moments=(AFTER,), deaths=10),
    *_both("random", (1, 2), random=10, news=True),
    *_both("leaves", (2,), moments=(AFTER, LATE), deaths=4, leaves=True),
    *_both("twilio", (2,), ill=True, news=True),
    *_both("upgrade", (1,), upgrades=3),
    Case("restart-postgres-2", "postgres", 2, restarts=2),
    Case("unasked-postgres-2", "postgres", 2, moments=(AFTER,), deaths=8, unasked=True),
)
"""In the order in which they run."""
