"""From matched rows to one priority: rows, then answers, temperature, vulnerability, account (intake.md section 2)."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite

from models.enums import Priority
from triage.assessment import Context
from triage.rules.temperature import DEFAULTS, Thresholds, no_cool, no_heat
from triage.situations import Situation
from triage.words.normalise import data_file

NO_HEAT = frozenset({"H01", "H07", "H13"})
"""Rows whose priority is that of a home without heat ("apply no_heat()")."""

NO_COOL = frozenset({"H03", "H10", "H13", "H14"})
"""Rows whose priority is that of a home without cooling. H10 and H14 may only be raised by it."""

BY_TEMPERATURE_ALONE = frozenset({"H01", "H07", "H03"})
"""Rows that the temperature may also lower: their own priority is only a default."""

EITHER = "H13"
"""A dead thermostat: no heat or no cooling, whichever the season wants."""

BACKUP_HEAT = "H15"
"""A heat pump that heats by its backup alone: P1 where the heat is lost, P3 where it is warm inside."""

WARM_INSIDE = 68
"""Degrees at which a home counts as warm (New York City by day, New Jersey: intake.md section 4)."""

_COLD_MONTHS = frozenset({10, 11, 12, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True)
class Facts:
    """What bears on the priority beside the rows: answers, who is there, how warm it is (Fahrenheit)."""

    answers: Mapping[str, str] = field(default_factory=dict)
    vulnerable: bool | None = None
    indoor_f: float | None = None
    outdoor_f: float | None = None
    heat_index_f: float | None = None
    month: int | None = None
    account: Priority | None = None  # what the account's contract promises at least
    thresholds: Thresholds = DEFAULTS

    @property
    def weather_known(self) -> bool:
        """Whether more is known than the month: how warm it is, or who is there."""
        told = (self.indoor_f, self.outdoor_f, self.heat_index_f, self.vulnerable)
        return any(fact is not None for fact in told)

    @property
    def comfort_known(self) -> bool:
        """Whether anything is known that decides how urgent it is to be without heat or cooling."""
        return self.weather_known or self.month is not None

    def holds(self, key: str, value: str) -> bool:
        """Whether an answer, or `vulnerable`, is known to be so."""
        if key == "vulnerable":
            return self.vulnerable is (value == "yes") and self.vulnerable is not None
        return self.answers.get(key) == value


@dataclass(frozen=True, slots=True)
class Modifier:
    """One line of data/modifiers.toml."""

    rows: frozenset[str]
    when: Mapping[str, str]
    unless: Mapping[str, str]
    to: Priority | None
    adds: str | None

    def applies(self, facts: Facts) -> bool:
        """Whether the facts are all as the modifier wants them."""
        wanted = all(facts.holds(key, value) for key, value in self.when.items())
        return wanted and not any(facts.holds(key, value) for key, value in self.unless.items())


@cache
def load_modifiers() -> tuple[Modifier, ...]:
    """The modifiers of data/modifiers.toml."""
    return tuple(
        Modifier(
            rows=frozenset(row["rows"]),
            when=row["when"],
            unless=row.get("unless", {}),
            to=Priority(row["to"]) if "to" in row else None,
            adds=row.get("adds"),
        )
        for row in tomllib.loads(data_file("modifiers.toml").decode())["modifier"]
    )


def facts_of(context: Context, answers: Mapping[str, str], indoor_f: float | None, outdoor_f: float | None) -> Facts:
    """The facts of a call. What the caller says of the weather stands where the context knows nothing.

    Degrees that are no finite number are not known.
    """
    vulnerable = {"yes": True, "no": False}.get(answers.get("Q_VULN", ""))
    outdoor = _first_known(context.outdoor_f, outdoor_f)
    heat_index = _first_known(context.heat_index_f, outdoor)
    return Facts(
        answers,
        vulnerable,
        _first_known(indoor_f),
        outdoor,
        heat_index,
        context.month,
        account=context.account_priority,
        thresholds=context.thresholds,
    )


def _first_known(*degrees: float | None) -> float | None:
    return next((one for one in degrees if one is not None and isfinite(one)), None)


def added_rows(rows: Iterable[str], facts: Facts) -> dict[str, str]:
    """Rows that the facts add to those matched, each with the row it comes from."""
    matched = set(rows)
    added = {
        modifier.adds: row
        for modifier in load_modifiers()
        if modifier.adds is not None and modifier.applies(facts)
        for row in sorted(modifier.rows & matched)
    }
    if facts.vulnerable and _heat(facts) is Priority.P1 and (cold := sorted(matched & {"H01", "H07"})):
        added["H02"] = cold[0]
    if facts.vulnerable and _cool(facts) is Priority.P1 and "H03" in matched:
        added["H04"] = "H03"
    return {row: source for row, source in added.items() if row not in matched}


def row_priority(row: Situation, facts: Facts, *, over: bool = False) -> Priority | None:
    """The priority of one row in the light of the facts. `over`: the caller says that it has passed or was repaired."""
    priority = row.priority
    if priority is None:
        return None
    if over and not row.life_safety:
        return Priority.P3
    for modifier in load_modifiers():
        if modifier.to is not None and row.id in modifier.rows and modifier.applies(facts):
            priority = modifier.to
    priority = _by_temperature(row.id, priority, facts)
    if facts.vulnerable and "Q_VULN" in row.questions and row.id not in BY_TEMPERATURE_ALONE:
        priority = {Priority.P3: Priority.P2}.get(priority, Priority.P1)
    if facts.account is not None and row.cls != "ADMIN":
        priority = min(priority, facts.account)
    return row.priority if row.life_safety else priority


def queue_place(priority: Priority, *, member: bool | None) -> tuple[Priority, bool]:
    """Sorts the queue: by priority, and inside it members first. Among P1 nobody goes before another."""
    return priority, priority is not Priority.P1 and not member


def _by_temperature(row: str, priority: Priority, facts: Facts) -> Priority:
    """What the weather makes of it. What is not known of the weather lowers nothing."""
    if row == BACKUP_HEAT:
        return _by_warmth(priority, facts)
    weather = any(fact is not None for fact in (facts.outdoor_f, facts.heat_index_f, facts.month))
    if not weather and facts.indoor_f is None and (facts.vulnerable is None or row == EITHER):
        return priority
    found = []
    if row in NO_HEAT and (row != EITHER or _season_may_be(facts, cold=True)):
        found.append(_heat(facts))
    if row in NO_COOL and (row != EITHER or _season_may_be(facts, cold=False)):
        found.append(_cool(facts))
    if not found:
        return priority
    cool_inside = facts.indoor_f is not None and facts.indoor_f < facts.thresholds.no_cool_p2_any
    alone = row in BY_TEMPERATURE_ALONE and (weather or row in NO_HEAT or cool_inside)
    return min(found) if alone or (row == EITHER and facts.outdoor_f is not None) else min(priority, *found)


def _season_may_be(facts: Facts, *, cold: bool) -> bool:
    """Whether it may be the cold (or warm) half of the year."""
    return facts.month is None or (facts.month in _COLD_MONTHS) is cold


def _by_warmth(priority: Priority, facts: Facts) -> Priority:
    if facts.indoor_f is None:
        return priority
    if facts.indoor_f < facts.thresholds.no_heat_p1_indoor:
        return Priority.P1
    return Priority.P3 if facts.indoor_f >= WARM_INSIDE else priority


def _heat(facts: Facts) -> Priority:
    return no_heat(
        outdoor=facts.outdoor_f,
        indoor=facts.indoor_f,
        vulnerable=facts.vulnerable,
        other_heat=facts.holds("Q_ALT", "yes"),
        month=facts.month,
        thresholds=facts.thresholds,
    )


def _cool(facts: Facts) -> Priority:
    return no_cool(
        heat_index=facts.heat_index_f,
        indoor=facts.indoor_f,
        vulnerable=facts.vulnerable,
        other_ac=facts.holds("Q_ALT", "yes"),
        month=facts.month,
        thresholds=facts.thresholds,
    )
