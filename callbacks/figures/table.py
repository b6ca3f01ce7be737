"""Figures as rows: for CSV and JSON, one a day or an hour, with the total last."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from callbacks.figures.count import Figures
from callbacks.missed import Missed

RULES = tuple(f"missed_{rule.value}" for rule in Missed)
COLUMNS = ("when", *(one.name for one in fields(Figures) if one.name != "missed_by"), *RULES)
"""Of the CSV file, in this order."""


def row(when: str, figures: Figures) -> dict[str, Any]:
    """One line; what was not measured is None."""
    plain = asdict(figures)
    by_rule = plain.pop("missed_by")
    return {"when": when, **plain, **{f"missed_{rule.value}": by_rule.get(rule.value, 0) for rule in Missed}}


def to_json(groups: Mapping[str, Figures], total: Figures) -> dict[str, Any]:
    """`rows` by time, and `total`."""
    return {"rows": [row(when, one) for when, one in groups.items()], "total": row("total", total)}


def to_csv(groups: Mapping[str, Figures], total: Figures) -> str:
    """The same as text: a heading, a line a group, and the total."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows([*(row(when, one) for when, one in groups.items()), row("total", total)])
    return out.getvalue()
