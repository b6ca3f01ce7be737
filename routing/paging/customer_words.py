"""What the customer reads of a run, English or Spanish: customer.toml, filled. GSM-7, two segments."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from models.company import Company, Person
from models.enums import Language
from routing.when import told
from routing.words import clock_time, gsm

WORDS: Mapping[str, Mapping[Language, str]] = tomllib.loads(
    (Path(__file__).parent / "customer.toml").read_text(encoding="utf-8")
)
"""Key to the text in each language."""


def accepted(company: Company, person: Person, by: datetime, language: Language, *, able: bool = True) -> str:
    """Somebody has taken the job; not `able`: a head who must send another. No arrival time: nobody gave one."""
    key = "accepted_by_head" if person.is_head and not able else "accepted"
    return _say(company, key, language, name=_first(person), time=clock_time(company, by))


def on_way(company: Company, person: Person, minutes: int | None, language: Language) -> str:
    """The technician set out. Minutes only as the technician gave them."""
    key = "on_way_minutes" if minutes else "on_way"
    return _say(company, key, language, name=_first(person), minutes=minutes)


def held(company: Company, person: Person, language: Language) -> str:
    """To a caller who rang again and hung up: somebody has their job."""
    return _say(company, "held", language, name=_first(person))


def let_down(company: Company, language: Language) -> str:
    """The time we gave has passed and the technician is not coming after all."""
    return _say(company, "let_down", language)


def unreached(company: Company, language: Language) -> str:
    """The truth, and two other ways, when everybody was paged and nobody has answered (intake.md section 10)."""
    return _say(company, "unreached", language)


def given_up(company: Company, by: datetime | None, now: datetime, language: Language) -> str:
    """The truth when the ladder has ended; `by` is when a person calls, None when no time was given."""
    if by is None:
        return _say(company, "given_up", language)
    return _say(company, "given_up_by", language, time=told(company, by, now, language))


def _say(company: Company, key: str, language: Language, **values: object) -> str:
    facts = {
        "company": company.name,
        "gas_utility": company.gas_utility,
        "elec_utility": company.electric_utility,
        "danger": WORDS["danger"][language],
    }
    facts = {name: gsm(str(value)) for name, value in (facts | values).items()}
    elsewhere = WORDS["elsewhere"][language].format(**facts)
    return WORDS[key][language].format(elsewhere=elsewhere, **facts)


def _first(person: Person) -> str:
    return person.name.split()[0]
