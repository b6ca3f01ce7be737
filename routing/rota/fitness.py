"""Who may be sent for a trade on a day: the rota's one question to the licences (docs/domain/intake.md section 9)."""

from collections.abc import Callable
from datetime import date
from functools import partial

from models.company import Company, Person
from models.enums import Trade
from routing.licences import may_be_sent

Fit = Callable[[Person, Trade, bool, date], str | None]
"""(person, trade, gas, day) to the reason why they may not be sent on that day, or None when they may."""


def by_licence(company: Company) -> Fit:
    """By trades and licences, as they are paged."""
    return partial(_reason, company)


def _reason(company: Company, person: Person, trade: Trade, gas: bool, on: date) -> str | None:
    verdict = may_be_sent(person, None, on, company=company, trade=trade, gas=gas)
    return None if verdict.allowed else verdict.reasons[0]
