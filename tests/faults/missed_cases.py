"""The storms of missed callers: who calls when and hangs up when, whose news gets lost, who is killed when."""

from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.faults import WebhookFault
from tests.faults.cases import AFTER, BEFORE, LAG_S, LATE, Death, Trouble, deaths

NEWS_OF_CALLS: dict[WebhookFault, float] = {"drop": 0.08, "duplicate": 0.2, "swap": 0.1, ("delay", 20.0): 0.1}
"""What befalls the news that a call has ended; the late ones take two seconds of the wall's."""

TWICE_RUNG = 0.15
"""How often a ringing call is told to us twice."""

HANGS_UP_S = (1.0, 60.0)
"""Simulated seconds from the dialling to the end: in the greeting, or while the keys are explained."""

AGAIN_S = (5.0, 60.0)
"""Simulated seconds from the end of a call to the next of the same caller."""

DOOR_DEATH_S = 0.02
"""A web process dies at most so long after a request has left for it."""


@dataclass(frozen=True, slots=True)
class MissedCase(Trouble):
    """One storm of missed callers. `deaths` and `random` as ever; `doors` web processes die while they answer."""

    doors: int = 0
    callers: int = 150


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls at `at` seconds; for each call the simulated seconds before it and until it is hung up."""

    number: str
    at: float
    calls: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class MissedPlan:
    """All that will happen. `doors`: the ordinal of a request to our doors, and how soon after it death comes."""

    callers: tuple[Caller, ...]
    deaths: tuple[Death, ...]
    doors: tuple[tuple[int, float], ...]
    random: tuple[tuple[float, int], ...]  # time and seat
    ringing: tuple[WebhookFault, ...]
    ended: tuple[WebhookFault, ...]


def plan(case: MissedCase, seed: int) -> MissedPlan:
    """What happens in this case with this seed."""
    chance = Random(f"{seed}:{case.name}")
    callers = tuple(_caller(case, chance, place) for place in range(case.callers))
    calls = sum(len(one.calls) for one in callers)
    fates: dict[WebhookFault, float] = {**NEWS_OF_CALLS, None: 1 - sum(NEWS_OF_CALLS.values())}
    return MissedPlan(
        callers=callers,
        deaths=deaths(case, chance, case.callers // 2),
        doors=tuple(
            (at, chance.uniform(0, DOOR_DEATH_S)) for at in sorted(chance.sample(range(5, 2 * calls), case.doors))
        ),
        random=tuple(
            sorted(
                (chance.uniform(0.1, 1.0) * case.spread_s, chance.randrange(case.engines)) for _ in range(case.random)
            )
        ),
        ringing=tuple("duplicate" if chance.random() < TWICE_RUNG else None for _ in range(2 * calls)),
        ended=tuple(chance.choices([*fates], [*fates.values()], k=2 * calls)),
    )


def _caller(case: MissedCase, chance: Random, place: int) -> Caller:
    """Every third calls again, every ninth twice."""
    often = 1 + (place % 3 == 0) + (place % 9 == 0)
    calls = tuple((chance.uniform(*AGAIN_S) if one else 0.0, chance.uniform(*HANGS_UP_S)) for one in range(often))
    return Caller(f"+1512558{place:04d}", case.spread_s * place / case.callers, calls)


def _cases(name: str, **rest: Any) -> tuple[MissedCase, ...]:
    """On SQLite one process with its engine inside; on PostgreSQL a web process and two engines beside it."""
    return (
        MissedCase(f"missed-{name}-sqlite", "sqlite", 1, **rest),
        MissedCase(f"missed-{name}-postgres", "postgres", 3, **rest),
    )


MISSED: tuple[MissedCase, ...] = (
    *_cases("before", moments=(BEFORE, LATE), deaths=6, doors=4),
    *_cases("after", moments=(AFTER,), deaths=6, doors=4),
    *_cases("random", random=8, doors=4, news=True),
    *_cases("lagging", cuts=0.25, lag_s=LAG_S, doors=2),
    MissedCase("missed-unasked-postgres", "postgres", 3, moments=(AFTER,), deaths=6, unasked=True),
)
"""In the order in which they run, after those of pages."""
