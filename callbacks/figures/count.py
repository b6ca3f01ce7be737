"""Counting: pure, from facts to figures. What each figure means: docs/figures.md."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from callbacks.figures.rows import CallFacts
from callbacks.missed import Missed

WITHIN_S = 60.0
"""A missed caller's text counts as in time when Twilio accepted it so soon after the call had ended."""


class By(StrEnum):
    """How figures are laid out in time, on the company's wall."""

    DAY = "day"
    HOUR = "hour"  # of the day, 00 to 23, over all days


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers are calls unless the name says otherwise; seconds are None where nothing was measured."""

    calls: int = 0
    answered: int = 0
    missed: int = 0
    missed_by: dict[str, int] = field(default_factory=dict)
    abandoned: int = 0
    texts_due: int = 0
    texted_within_60_s: int = 0
    promises: int = 0
    kept: int = 0
    broken: int = 0
    closed_before: int = (
        0  # by somebody, before the time and without ringing the caller; one who was helped is not in it
    )
    told_in_time: int = 0  # of the broken: told of the new time before the old one passed
    human_median_s: float | None = None
    human_p95_s: float | None = None
    missed_callers: int = 0
    recovered: int = 0
    emergencies: int = 0
    accepted: int = 0
    acceptance_median_s: float | None = None


def figures(calls: Iterable[CallFacts], now: datetime) -> Figures:
    """Count these calls as they stand at `now`: a promise whose time has not come is neither kept nor broken."""
    facts = list(calls)
    rules = Counter(one.missed for one in facts if one.missed)
    waits = [(one.human_at - one.received_at).total_seconds() for one in facts if one.human_at]
    owed = [one for one in facts if one.promised_at]
    broken = [one for one in owed if _broken(one, now)]
    urgent = [one for one in facts if one.emergency_at]
    answers = [
        (one.accepted_at - one.emergency_at).total_seconds() for one in urgent if one.accepted_at and one.emergency_at
    ]
    return Figures(
        calls=len(facts),
        answered=sum(one.streamed for one in facts),
        missed=rules.total(),
        missed_by=dict(sorted(rules.items())),
        abandoned=rules[Missed.ABANDONED.value],
        texts_due=sum(one.text_due for one in facts),
        texted_within_60_s=sum(one.text_due and _in_time(one) for one in facts),
        promises=len(owed),
        kept=sum(_kept(one) for one in owed),
        broken=len(broken),
        closed_before=sum(_closed_before(one) and not one.helped for one in owed),
        told_in_time=sum(
            bool(one.slipped_at and one.promised_at and one.slipped_at <= one.promised_at) for one in broken
        ),
        human_median_s=median(waits) if waits else None,
        human_p95_s=percentile(waits, 0.95),
        missed_callers=sum(one.begins_missed for one in facts),
        recovered=sum(one.begins_missed and one.recovered for one in facts),
        emergencies=len(urgent),
        accepted=len(answers),
        acceptance_median_s=median(answers) if answers else None,
    )


def grouped(calls: Sequence[CallFacts], by: By, zone: ZoneInfo, now: datetime) -> dict[str, Figures]:
    """Figures by the local day ('2026-11-20') or hour of the day ('07') in which the calls came in, in order."""
    pattern = "%Y-%m-%d" if by is By.DAY else "%H"
    groups: dict[str, list[CallFacts]] = {}
    for one in calls:
        groups.setdefault(one.received_at.astimezone(zone).strftime(pattern), []).append(one)
    return {name: figures(groups[name], now) for name in sorted(groups)}


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed; None of nothing."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None


def _in_time(call: CallFacts) -> bool:
    if call.texted_at is None or call.ended_at is None:
        return False
    return (call.texted_at - call.ended_at).total_seconds() <= WITHIN_S


def _kept(call: CallFacts) -> bool:
    return bool(call.tried_at and call.promised_at and call.tried_at <= call.promised_at)


def _closed_before(call: CallFacts) -> bool:
    if call.closed_at is None or call.promised_at is None or _kept(call):
        return False
    return call.closed_at <= call.promised_at


def _broken(call: CallFacts, now: datetime) -> bool:
    if call.promised_at is None or _kept(call) or _closed_before(call):
        return False
    return call.promised_at < now
