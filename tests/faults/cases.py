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

LAG_S = 8.0
"""How far Twilio's lists lag, where they do: "some seconds", and less than the engine waits for a page
(`carrier.delivery.LOOK_SECONDS` and then ABSENT_SECONDS)."""

BEFORE, LATE, AFTER = "before", "late", "after"
"""The moment of a death, told by the request under way: Twilio never acts on it; Twilio acts on it a while after the
engine died; Twilio has acted on it and has not answered."""

RUNGS_S = (180, 60, 240, 240)
"""The waits of the ladder before its last rung (routing/oncall.py), for technicians who answer as a rung is due."""


Death = tuple[int, str]
"""The ordinal of a request to Twilio, and the moment of it at which whoever asks dies."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong in any storm. `deaths` are spread over `moments`, and as many `random` ones come at any time."""

    name: str
    database: pg.Kind
    engines: int = 1
    moments: tuple[str, ...] = ()
    deaths: int = 0
    random: int = 0
    unasked: bool = False  # Twilio's lists cannot be read, so that nobody can look for what was sent
    lag_s: float = 0.0  # Twilio's lists lag behind by so much, simulated
    cuts: float = 0.0  # so many of the requests to Twilio are carried out and never answered
    news: bool = False  # status callbacks of what we sent arrive; otherwise every one is lost
    spread_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Case(Trouble):
    """One storm of pages."""

    upgrades: int = 0
    restarts: int = 0  # of PostgreSQL
    leaves: bool = False  # one of the engines dies and nobody starts it again
    ill: bool = False  # Twilio is ill for six seconds: a minute, compressed
    escalations: int = 150
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
    deaths: tuple[Death, ...]
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

    return Plan(
        escalations=tuple(_planned(case, chance, number) for number in range(case.escalations)),
        deaths=deaths(case, chance, 2 * case.escalations),
        random=tuple((at, chance.randrange(case.engines)) for at in moments(case.random)),
        leaves=moments(1) if case.leaves else (),
        upgrades=moments(case.upgrades),
        restarts=moments(case.restarts),
        ill=(0.2 * busy, 0.2 * busy + 6.0) if case.ill else None,
    )


def deaths(case: Trouble, chance: Random, requests: int) -> tuple[Death, ...]:
    """Which of the first so many requests to Twilio are somebody's last, each at the next of the case's moments."""
    ordinals = sorted(chance.sample(range(3, 3 + requests), case.deaths))
    return tuple((ordinal, case.moments[place % len(case.moments)]) for place, ordinal in enumerate(ordinals))


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
    *_both("lagging", (2,), cuts=0.25, lag_s=LAG_S),
    *_both("upgrade", (1,), upgrades=3),
    Case("restart-postgres-2", "postgres", 2, restarts=2),
    Case("unasked-postgres-2", "postgres", 2, moments=(AFTER,), deaths=8, unasked=True),
)
"""In the order in which they run."""
