"""What a situation asks of the person who goes: data/crafts.toml and data/needs.toml, typed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from models.enums import Trade

NOTHING_KNOWN = "unknown"
"""The row of needs.toml for a job without a trade."""


class Gas(StrEnum):
    """When only somebody gas-qualified may go."""

    NEVER = "never"
    IF_GAS = "if_gas"  # when the equipment is known to burn gas
    WORK = "work"  # for the work, not to make it safe
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Licence:
    """A kind of licence: its name in a sentence, whose trade it belongs to, its grades lowest first.

    `homes_only` are the grades that work in one- and two-family homes alone.
    """

    kind: str
    says: str
    trade: Trade
    grades: tuple[str, ...]
    homes_only: frozenset[str]


@dataclass(frozen=True, slots=True)
class Craft:
    """What somebody is: of a trade, with each of these licences (kind to the grades that will do)."""

    id: str
    trade: Trade
    licences: Mapping[str, tuple[str, ...]]
    gas: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """Who may be paged to make it safe, and who is to be sent for the work: one of these crafts, ids of CRAFTS."""

    page: tuple[str, ...]
    work: tuple[str, ...]
    gas: Gas


def table(name: str) -> dict[str, Any]:
    """A file of this package's data. Raises FileNotFoundError."""
    return tomllib.loads((files("routing.licences") / "data" / name).read_text("utf-8"))


def _needs(row: dict[str, Any]) -> Needs:
    return Needs(tuple(row["page"]), tuple(row["work"]), Gas(row.get("gas", Gas.NEVER)))


_CRAFTS = table("crafts.toml")
_NEEDS = table("needs.toml")

LICENCES: Mapping[str, Licence] = MappingProxyType(
    {
        kind: Licence(
            kind, row["says"], Trade(row["trade"]), tuple(row["grades"]), frozenset(row.get("homes_only", []))
        )
        for kind, row in _CRAFTS["licence"].items()
    }
)
"""Kind to licence."""

CRAFTS: Mapping[str, Craft] = MappingProxyType(
    {
        name: Craft(
            name,
            Trade(row["trade"]),
            MappingProxyType({kind: tuple(grades) for kind, grades in row["licences"].items()}),
            row.get("gas", False),
        )
        for name, row in _CRAFTS["craft"].items()
    }
)
"""Id to craft."""

ROWS: Mapping[str, Needs] = MappingProxyType({name: _needs(row) for name, row in _NEEDS["row"].items()})
"""Situation id (G01, ...) to what it needs."""

TRADES: Mapping[str, Needs] = MappingProxyType({name: _needs(row) for name, row in _NEEDS["trade"].items()})
"""Trade, or `unknown`, to what a job of it needs when no situation is known."""


def needs_of(situation: str | None, trade: Trade | None = None) -> Needs:
    """What a job needs: by its situation; without one (or one that we do not know) by its trade."""
    return ROWS.get(situation or "") or TRADES[trade or NOTHING_KNOWN]
