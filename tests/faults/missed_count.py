"""What a storm of missed callers did: counted from what Twilio accepted, and from what it told us of the calls."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.enums import Purpose
from models.tables import Message
from tests.faults.count import share
from tests.faults.missed_cases import MissedCase
from tests.faults.twilio import Accepted


@dataclass(frozen=True, slots=True)
class Episode:
    """A caller within half an hour. `ended`: the first call; `told`: its news came; `heard`: any of theirs did."""

    number: str
    ended: datetime
    told: bool
    heard: bool


@dataclass(frozen=True, slots=True)
class MissedFigures:
    """One case. Times in seconds.

    `unheard`: callers of whose calls we answered no request of Twilio's, so that we know of them by its list at most.
    `lost`: callers to whom no text was accepted; `doubled`: callers to whom two were; `unmarked`: those whose row does
    not say that it went again. Lateness: from the end of a caller's first call to the acceptance of the text, where
    Twilio told us of that end. Of `untold` callers it did not, and somebody has to look: `untold_max`.
    """

    case: str
    seed: int
    callers: int
    calls: int
    texts: int
    deaths: int
    crashes: int
    unheard: int
    lost: int
    doubled: int
    unmarked: int
    late_p50: float
    late_p99: float
    late_max: float
    untold: int
    untold_max: float
    seconds: float
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissedEvidence:
    """What is counted."""

    rows: Sequence[Message]
    accepted: Sequence[Accepted]
    episodes: Sequence[Episode]
    calls: int
    deaths: int
    crashes: int
    seconds: float


def count(case: MissedCase, seed: int, evidence: MissedEvidence) -> MissedFigures:
    """The figures, and which promises they break. Where nobody can look at Twilio, doubles are allowed if marked."""
    rows = {row.id: row for row in evidence.rows if row.purpose is Purpose.MISSED}
    texts = [(rows[one.message], one.at) for one in evidence.accepted if one.message in rows]
    first: dict[str, datetime] = {}
    for row, at in texts:
        first.setdefault(row.to, at)
    often = Counter(row.to for row, _ in texts)
    again = Counter[str]()
    for row in rows.values():
        again[row.to] += row.repeats
    lost = len({one.number for one in evidence.episodes} - first.keys())
    doubled = [to for to, times in often.items() if times > 1]
    unmarked = [to for to in doubled if again[to] < often[to] - 1]
    reached = [one for one in evidence.episodes if one.number in first]
    late = [(one.told, max(0.0, (first[one.number] - one.ended).total_seconds())) for one in reached]
    told = sorted(seconds for was_told, seconds in late if was_told)
    untold = [seconds for was_told, seconds in late if not was_told]
    broken = {
        "lost": lost > 0,
        "doubled": bool(doubled) and not case.unasked,
        "doubled and not marked": bool(unmarked),
    }
    return MissedFigures(
        case=case.name,
        seed=seed,
        callers=len(evidence.episodes),
        calls=evidence.calls,
        texts=len(texts),
        deaths=evidence.deaths,
        crashes=evidence.crashes,
        unheard=sum(not one.heard for one in evidence.episodes),
        lost=lost,
        doubled=len(doubled),
        unmarked=len(unmarked),
        late_p50=share(told, 50),
        late_p99=share(told, 99),
        late_max=share(told, 100),
        untold=len(untold),
        untold_max=round(max(untold, default=0.0), 3),
        seconds=round(evidence.seconds, 1),
        broken=tuple(promise for promise, is_so in broken.items() if is_so),
    )
