"""The rules that are compared: ours, the naive one, and the oracle, who looks at how it turned out."""

from math import ceil

from callbacks.promise.estimate import FLOOR_S, STEP_S, Situation, promised, settled
from callbacks.promise.handling import URGENT_PER_HOUR, Arrivals, learn_handling, learn_today, usual_rates
from callbacks.promise.history import CALLS_PER_HOUR
from callbacks.promise.rehearsal.desk import Desk, Owed, Rule
from callbacks.promise.rehearsal.weeks import HOUR, Shop, Week, believed, hours

AVERAGE_S = 360.0
HISTORY_WEEKS = 4.0
OPEN_HOURS = 58


class Ours:
    """The estimator of the product. Before this week the shop has had `past`: talks, calls, urgent calls."""

    def __init__(self, week: Week, past: Desk) -> None:
        self.week, self.past = week, past
        self.calls = usual_rates(past.calls, HISTORY_WEEKS, hour_of_week, 168, CALLS_PER_HOUR)
        self.urgent = usual_rates(past.urgent, HISTORY_WEEKS, hour_of_week, OPEN_HOURS, URGENT_PER_HOUR)

    def __call__(self, desk: Desk, owed: Owed) -> float:
        """The promise, as `callbacks.promise.give` would make it."""
        now = desk.now
        first = [one for one in desk.waiting if one.caller.urgent or not owed.caller.urgent]
        first = [one for one in first if not one.tried or (one.caller.urgent and not owed.caller.urgent)]
        at = promised(
            Situation(
                now=now,
                shifts=tuple(shift for shift in believed(self.week, now) if shift),
                here=(False,) * self.week.shop.csrs,
                busy=tuple(now - since for since in desk.talking.values()),
                ahead=sum(one.next_try <= now for one in first),
                due=tuple(sorted(one.next_try for one in first if one.next_try > now)),
                handling=learn_handling(
                    [(lasts, now - ended) for lasts, ended in [*self.past.talks, *desk.talks][-400:]],
                    self.past.tried + desk.tried,
                    self.past.unanswered + desk.unanswered,
                ),
                urgent=Arrivals(self.urgent, *learn_today(desk.calls, self.calls, now, hour_of_week)),
                first_hour=hour_of_week(now),
            )
        )
        assert at is not None
        return at


def hour_of_week(at: float) -> int:
    """Which hour of the week."""
    return int(at // HOUR) % 168


def naive(shop: Shop) -> Rule:
    """Position times average by staff, rounded up to 5, floor 10; outside hours from the opening (intake.md 10)."""

    def rule(desk: Desk, owed: Owed) -> float:
        del owed
        wait = max(FLOOR_S, (len(desk.waiting) + 1) * AVERAGE_S / shop.csrs)
        opens = next(max(a, desk.now) for a, b in hours() if b > desk.now + wait)
        return ceil((opens + wait) / STEP_S) * STEP_S

    return rule


def oracle(owed: Owed) -> float:
    """The shortest time that may be said and would have been kept: the dialling, by the same floors and hours."""
    assert owed.dialled is not None
    overtime = [closes for _, closes in hours() if 0 < owed.dialled - closes < STEP_S]  # begun a moment before
    return settled(min([owed.dialled, *overtime]), owed.at, [(a, b) for a, b in hours() if b > owed.at])
