"""Whose hands are needed, where no row says so: by the things that are named."""

from functools import cache

from models.enums import Trade
from triage.patterns import Pattern, compile_pattern
from triage.rules import Utterable, named_words

_THINGS: dict[Trade, tuple[str, ...]] = {
    Trade.GAS: ("gas", "co"),
    Trade.PLUMBING: ("water", "pipe", "toilet", "drain", "faucet", "waterheater", "sewage", "sump"),
    Trade.HVAC: ("ac", "heat", "hvac_unit"),
    Trade.ELECTRICAL: ("outlet", "panel", "power", "spark"),
}
"""Named lists of data/words.toml."""


@cache
def _patterns() -> dict[Trade, Pattern]:
    lists = named_words()
    return {
        trade: compile_pattern("(" + "|".join(lists[name] for name in names) + ")", lists)
        for trade, names in _THINGS.items()
    }


def trade_of(heard: Utterable) -> Trade | None:
    """The trade whose things are named most; the first named where two are even; None where nothing is.

    "Gas" before a thing ("gas water heater") speaks of that thing.
    """
    counts = {
        trade: sum(heard.find(pattern, at) is not None for at in range(len(heard.words)))
        for trade, pattern in _patterns().items()
    }
    hands = {trade: count for trade, count in counts.items() if trade is not Trade.GAS}
    if any(hands.values()):
        return max(hands, key=lambda trade: hands[trade])
    return Trade.GAS if counts[Trade.GAS] else None
