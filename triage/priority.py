"""From matched rows to one priority: rows, then answers, then temperature, then vulnerability (intake.md section 2)."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from models.enums import Priority
from triage.assessment import Context
from triage.normalise import data_file
from triage.situations import Situation
from triage.temperature import no_cool, no_heat

NO_HEAT = frozenset({"H01", "H07", "H13"})
"""Rows whose priority is that of a home without heat ("apply no_heat()"). H13 may only be raised by it."""

NO_COOL = frozenset({"H03", "H10", "H13", "H14"})
"""Rows whose priority is that of a home without cooling. All but H03 may only be raised by it."""

BY_TEMPERATURE_ALONE = frozenset({"H01", "H07", "H03"})
"""Rows that the temperature may also lower: their own priority is only a default."""

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
    """The facts of a call. What the caller says of the weather stands where the context knows nothing."""
    vulnerable = {"yes": True, "no": False}.get(answers.get("Q_VULN", ""))
    outdoor = context.outdoor_f if context.outdoor_f is not None else outdoor_f
    heat_index = context.heat_index_f if context.heat_index_f is not None else outdoor
    return Facts(answers, vulnerable, indoor_f, outdoor, heat_index, context.month)


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
    return row.priority if row.life_safety else priority


def _by_temperature(row: str, priority: Priority, facts: Facts) -> Priority:
    known = (facts.indoor_f, facts.outdoor_f, facts.heat_index_f, facts.month, facts.vulnerable)
    if all(fact is None for fact in known):
        return priority
    found = []
    if row in NO_HEAT and (row != "H13" or facts.month in _COLD_MONTHS):
        found.append(_heat(facts))
    if row in NO_COOL and (row != "H13" or facts.month not in _COLD_MONTHS):
        found.append(_cool(facts))
    if not found:
        return priority
    return min(found) if row in BY_TEMPERATURE_ALONE else min(priority, *found)


def _heat(facts: Facts) -> Priority:
    return no_heat(
        outdoor=facts.outdoor_f,
        indoor=facts.indoor_f,
        vulnerable=facts.vulnerable,
        other_heat=facts.holds("Q_ALT", "yes"),
        month=facts.month,
    )


def _cool(facts: Facts) -> Priority:
    return no_cool(
        heat_index=facts.heat_index_f,
        indoor=facts.indoor_f,
        vulnerable=facts.vulnerable,
        other_ac=facts.holds("Q_ALT", "yes"),
        month=facts.month,
    )
