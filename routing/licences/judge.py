"""May this person be sent? Yes, or no with the reason in words (docs/domain/intake.md section 9).

Where little is recorded: for a trade of which a person has no licence on record, their `trades` and `gas_qualified` in
the profile count, and `firstring check` warns. As soon as one licence of the trade is on record, a licence that is
missing, expired or of another state is a no. A licence that the shop's state does not have is never asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.company import Company, Credential, Person
from models.enums import Trade
from routing.licences.needs import CRAFTS, LICENCES, ROWS, Craft, Gas, needs_of

EVERYWHERE = "US"
"""The state of a licence that is good in all of them (EPA 608)."""

APPRENTICE = "apprentice"


class Errand(StrEnum):
    """What somebody is sent for."""

    MAKE_SAFE = "make_safe"  # paged: find the trouble, stop the damage
    WORK = "work"  # the work itself; where a permit is likely, by who may pull one


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of the place, each None when it is not."""

    dwelling: bool | None = None  # a one- or two-family home
    burns_gas: bool | None = None


ANYWHERE = Site()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody may be sent. A no always has its reasons, complete sentences that name person and licence."""

    allowed: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _No:
    """Why not as this craft. `far`: 0 a licence that fails, 1 gas, 2 none of the kind, 3 not their trade."""

    far: int
    why: str


@dataclass(frozen=True, slots=True)
class _Case:
    person: Person
    on: date
    company: Company
    site: Site


def may_be_sent(
    person: Person,
    situation: str | None,
    on: date,
    *,
    company: Company,
    purpose: Errand = Errand.MAKE_SAFE,
    trade: Trade | None = None,
    gas: bool = False,
    site: Site = ANYWHERE,
) -> Verdict:
    """Judge one person for one errand on a day of the shop's wall.

    `trade` and `gas` speak only where no situation is known. An apprentice is never sent: nobody is paged in pairs.
    """
    needs = needs_of(situation, trade)
    crafts = [CRAFTS[one] for one in (needs.page if purpose is Errand.MAKE_SAFE else needs.work)]
    if not crafts:
        return Verdict(False, (f"{person.name}: a matter for the office, nobody with tools is sent",))
    case = _Case(person, on, company, site)
    gas = (
        (gas and situation not in ROWS) or needs.gas is Gas.ALWAYS or (needs.gas is Gas.WORK and purpose is Errand.WORK)
    )
    gas = gas or (needs.gas is not Gas.NEVER and site.burns_gas is True)
    answers = [_as_craft(case, craft, gas=gas or craft.gas) for craft in crafts]
    noes = [one for one in answers if one is not None]
    if len(noes) < len(answers):
        return Verdict(True)
    nearest = min(one.far for one in noes)
    return Verdict(False, tuple(dict.fromkeys(one.why for one in noes if one.far == nearest)))


def _as_craft(case: _Case, craft: Craft, *, gas: bool) -> _No | None:
    """Why this person may not go as this craft, or None: they may."""
    person = case.person
    if craft.trade not in person.trades:
        return _No(3, f"{person.name}: {craft.trade.value} is not among their trades")
    if has_record(person, craft.trade):
        for kind, grades in craft.licences.items():
            if kind not in case.company.unlicensed and (no := _without(case, kind, grades)):
                return no
    return _not_for_gas(case) if gas else None


def has_record(person: Person, trade: Trade) -> bool:
    """Whether any licence of this trade is on record for the person; gas may hang on a licence of any trade."""
    return any(trade in {Trade.GAS, LICENCES[one.kind].trade} for one in person.credentials)


def _without(case: _Case, kind: str, grades: tuple[str, ...]) -> _No | None:
    held = [one for one in case.person.credentials if one.kind == kind]
    if not held:
        return _No(2, f"{case.person.name}: no {LICENCES[kind].says} on record")
    return _best(held, lambda one: _fails(case, one) or _too_low(case, one, grades) or _beyond(case, one))


def _not_for_gas(case: _Case) -> _No | None:
    """Gas: one good gas licence or endorsement; where none is on record, the profile's word."""
    held = [one for one in case.person.credentials if one.gas or one.kind == "gas"]
    if not held or "gas" in case.company.unlicensed:
        return None if case.person.gas_qualified else _No(1, f"{case.person.name}: not gas-qualified")
    return _best(held, lambda one: _fails(case, one) or _too_low(case, one, LICENCES[one.kind].grades))


def _best(held: Iterable[Credential], fault: Callable[[Credential], str | None]) -> _No | None:
    """None when one of them is good, else what is wrong with the highest of them."""
    highest = sorted(held, key=lambda one: LICENCES[one.kind].grades.index(one.grade), reverse=True)
    faults = [fault(one) for one in highest]
    return None if None in faults else _No(0, next(one for one in faults if one))


def _fails(case: _Case, one: Credential) -> str | None:
    state = case.company.state
    if one.expires is not None and one.expires < case.on:
        return f"{case.person.name}: {title(one)} expired {one.expires.isoformat()}"
    if state and one.state not in {state, EVERYWHERE}:
        return f"{case.person.name}: {title(one)} is not good in {state}"
    return None


def _too_low(case: _Case, one: Credential, grades: tuple[str, ...]) -> str | None:
    if one.grade == APPRENTICE:
        return f"{case.person.name}: {title(one)}, goes only beside a licensed person who supervises"
    if one.grade in grades:
        return None
    return f"{case.person.name}: {title(one)} is not enough, needs {' or '.join(map(in_words, grades))}"


def _beyond(case: _Case, one: Credential) -> str | None:
    """What the licence's grade does not reach (data/crafts.toml, homes_only)."""
    if one.grade in LICENCES[one.kind].homes_only and case.site.dwelling is not True:
        return f"{case.person.name}: {title(one)} is for one- and two-family homes only"
    return None


def in_words(grade: str) -> str:
    """A grade as people say it: class A, type II."""
    word, _, which = grade.partition("_")
    return f"{word} { ({'1': 'I', '2': 'II', '3': 'III'}.get(which) or which.upper()) }" if which else word


def title(one: Credential) -> str:
    """A licence as people say it: master electrician licence TX."""
    return " ".join(word for word in (in_words(one.grade), LICENCES[one.kind].says, one.state) if word)
