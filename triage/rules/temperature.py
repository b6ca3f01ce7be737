"""When no heat or no cooling is an emergency: temperature and vulnerability (docs/domain/intake.md section 4).

Every threshold is a setting of the company; the defaults carry their source. Degrees are Fahrenheit. None is unknown,
and unknown never lowers a priority.
"""

from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

from models.enums import Priority

P1, P2, P3 = Priority.P1, Priority.P2, Priority.P3

Months = tuple[tuple[int, Priority], ...]
"""Months (1 to 12) with their priority where nothing is known of the weather."""


class LooserThresholdError(ValueError):
    """A company's threshold that would page later than ours; the text says which, and how far it may go."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one priority ends and the next begins.

    A company may only be stricter than the defaults (someone can freeze or collapse by them), so making one that is
    looser anywhere, or no number at all, raises LooserThresholdError.
    """

    no_heat_p1_outdoor: float = 40  # Cinch policy: 40 F or lower; Mox Properties: below 40 F
    no_heat_p1_outdoor_vulnerable: float = 50  # RPM Solutions, Bridge of Lions Realty: below 50 F
    no_heat_p1_indoor: float = 64  # HUD NSPIRE: heating not working and inside below 64 F
    no_heat_p2_outdoor: float = 60  # the product's own default, no source
    no_cool_p1_any: float = 95  # Mox Properties: outside above 95 F
    no_cool_p1_vulnerable: float = 85  # Cinch: temperature or heat index of 85 F or more
    no_cool_p1_indoor: float = 90  # the product's own default, no source
    no_cool_p2_any: float = 80  # the product's own default, no source
    no_heat_by_month: Months = ((12, P1), (1, P1), (2, P1), (3, P2), (11, P2))
    no_cool_by_month: Months = ((6, P2), (7, P2), (8, P2), (9, P2))

    def __post_init__(self) -> None:
        """Compare every degree and month with its default."""
        for one in fields(self):
            value: Any = getattr(self, one.name)
            ours: Any = one.default
            if one.name.endswith("_by_month"):
                for month, priority in ours:
                    if dict(value).get(month, P3) > priority:
                        raise LooserThresholdError(f"{one.name}: month {month} may not be below {priority}")
            elif not isfinite(value):
                raise LooserThresholdError(f"{one.name} must be a number of degrees, and is {value}")
            elif value < ours if one.name.startswith("no_heat") else value > ours:
                side = "below" if one.name.startswith("no_heat") else "above"
                raise LooserThresholdError(f"{one.name} may not be {side} {ours}, and is {value}")


DEFAULTS = Thresholds()


def no_heat(
    *,
    outdoor: float | None = None,
    overnight_low: float | None = None,
    indoor: float | None = None,
    vulnerable: bool | None = None,
    other_heat: bool = False,
    month: int | None = None,
    thresholds: Thresholds = DEFAULTS,
) -> Priority:
    """The priority of a home without heat. `other_heat` is another source that works."""
    known = [degrees for degrees in (outdoor, overnight_low) if degrees is not None]
    low = min(known) if known else None
    cold_inside = indoor is not None and indoor < thresholds.no_heat_p1_indoor
    if cold_inside or (low is not None and low <= thresholds.no_heat_p1_outdoor):
        priority = P1
    elif vulnerable and (low is None or low <= thresholds.no_heat_p1_outdoor_vulnerable):
        priority = P1
    elif low is None:
        priority = dict(thresholds.no_heat_by_month).get(month or 0, P2)
    else:
        priority = P2 if low <= thresholds.no_heat_p2_outdoor else P3
    if priority is P1 and other_heat and not vulnerable and not cold_inside:
        return P2
    return priority


def no_cool(
    *,
    heat_index: float | None = None,
    indoor: float | None = None,
    vulnerable: bool | None = None,
    other_ac: bool = False,
    month: int | None = None,
    thresholds: Thresholds = DEFAULTS,
) -> Priority:
    """The priority of a home without cooling. `other_ac` is another zone or unit that works."""
    hot_outside = heat_index is not None and heat_index >= thresholds.no_cool_p1_any
    if hot_outside or (indoor is not None and indoor >= thresholds.no_cool_p1_indoor):
        priority = P1
    elif vulnerable and (heat_index is None or heat_index >= thresholds.no_cool_p1_vulnerable):
        priority = P1
    elif heat_index is None:
        priority = dict(thresholds.no_cool_by_month).get(month or 0, P3)
    else:
        priority = P2 if heat_index >= thresholds.no_cool_p2_any else P3
    return P2 if priority is P1 and other_ac and not vulnerable else priority
