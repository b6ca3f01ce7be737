"""What a storm did: counted from what Twilio accepted, what the rows say, and when people said yes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from models.enums import Purpose
from models.tables import Message
from tests.faults.cases import Case
from tests.faults.people import Escalation
from tests.faults.twilio import Accepted, Asked

STEP_LATE_S = 3.0
"""Promised: no step of a ladder is looked at later than this after its time."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One case. Times in seconds.

    `crashes`: engines that ended by themselves, and were started again. `lost`: pages of a run that nobody had taken,
    written and never accepted by Twilio, and runs that never came to their end. `doubled`: rows that Twilio accepted
    twice; `unmarked`: those of them that do not say that they are a repeat. `after_yes`: requests that left an engine
    after the acknowledgement had been written; `crossed`: pages that had left before it and were accepted after it.
    Lateness: from a page's due time to Twilio's acceptance; `step_late`: the oldest overdue timer that was ever seen.
    """

    case: str
    seed: int
    escalations: int
    pages: int
    deaths: int
    crashes: int
    lost: int
    doubled: int
    unmarked: int
    after_yes: int
    crossed: int
    late_p50: float
    late_p99: float
    late_max: float
    step_late: float
    seconds: float
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is counted: rows of the outbox, Twilio's books, the escalations, the watch over the timers."""

    rows: Sequence[Message]
    accepted: Sequence[Accepted]
    asked: Sequence[Asked]
    escalations: Sequence[Escalation]
    step_late: float
    deaths: int
    crashes: int
    seconds: float


def count(case: Case, seed: int, evidence: Evidence) -> Figures:
    """The figures, and which promises they break. Where nobody can look at Twilio, doubles are allowed if marked."""
    pages = {row.id: row for row in evidence.rows if row.purpose is Purpose.PAGE}
    accepted = [one for one in evidence.accepted if one.message in pages]
    times = Counter(one.message for one in accepted)
    doubled = [pages[id_] for id_, often in times.items() if often > 1]
    unmarked = [row for row in doubled if row.repeats < times[row.id] - 1]
    yes = {one.run: one.taken for one in evidence.escalations if one.taken}
    left_after = sum(_after(pages, yes, one.message, one.left) for one in evidence.asked)
    accepted_after = sum(_after(pages, yes, one.message, one.at) for one in accepted)
    lost = sum(len(_lost(one, pages.values(), times)) for one in evidence.escalations)
    late = sorted((at - pages[id_].due_at).total_seconds() for id_, at in _first(accepted).items())
    step = round(evidence.step_late, 2)
    broken = {
        "lost": lost > 0,
        "doubled": bool(doubled) and not case.unasked,
        "doubled and not marked": bool(unmarked),
        "left after the acknowledgement": left_after > 0,
        f"a step more than {STEP_LATE_S:g} s late": step > STEP_LATE_S,
    }
    return Figures(
        case=case.name,
        seed=seed,
        escalations=len(evidence.escalations),
        pages=len(accepted),
        deaths=evidence.deaths,
        crashes=evidence.crashes,
        lost=lost,
        doubled=len(doubled),
        unmarked=len(unmarked),
        after_yes=left_after,
        crossed=max(0, accepted_after - left_after),
        late_p50=share(late, 50),
        late_p99=share(late, 99),
        late_max=share(late, 100),
        step_late=step,
        seconds=round(evidence.seconds, 1),
        broken=tuple(promise for promise, is_so in broken.items() if is_so),
    )


def share(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of these do not exceed, to the millisecond; 0 of none."""
    if percent == 100 or len(values) < 2:
        return round(max(values, default=0.0), 3)
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 3)


def _after(pages: dict[str, Message], yes: dict[str, datetime], message: str, at: datetime) -> bool:
    taken = yes.get(pages[message].run_id or "") if message in pages else None
    return taken is not None and at > taken


def _first(accepted: Iterable[Accepted]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for one in accepted:
        first.setdefault(one.message, one.at)
    return first


def _lost(one: Escalation, pages: Iterable[Message], times: Counter[str]) -> list[str]:
    """What of an escalation never reached Twilio.

    Of one that climbed: the pages of its ladder. Of any that nobody could take: the run, and all its pages.
    """
    mine = [row for row in pages if row.run_id == one.run and not times[row.id]]
    if one.taken is None:
        return [one.run or str(one.planned.code), *(row.id for row in mine)]
    climbed = one.planned.taken_after is None
    return [row.id for row in mine if climbed and row.step is not None and row.step < one.rungs]
