"""How the shop answers its telephone, in figures: counted from the rows, with nobody's name or number in them.

`rows.read` gives one `CallFacts` a call, `count.figures` counts them, `count.grouped` by day or by hour of the day.
What each figure means is in docs/figures.md.
"""

from callbacks.figures.count import By, Figures, figures, grouped
from callbacks.figures.rows import CallFacts, days, read
from callbacks.figures.table import COLUMNS, to_csv, to_json

__all__ = ["COLUMNS", "By", "CallFacts", "Figures", "days", "figures", "grouped", "read", "to_csv", "to_json"]
