"""What a customer reads. `say` fills any text by its key; the rest puts together those that are made of parts."""

import re
from datetime import datetime

from callbacks.texts.book import OURS, PARTS, placeholders, template
from callbacks.texts.septets import TWO, septets
from models.company import Company
from models.enums import Language
from routing.when import told
from routing.words import clock_time, gsm
from triage.situations import NO_SCRIPT, SCRIPTS


def spoken(language: str) -> Language:
    """The language of a call or a callback, as kept; anything but Spanish is English."""
    return Language.ES if language == Language.ES else Language.EN


def say(company: Company, key: str, language: str = Language.EN, /, **values: object) -> str:
    """The text `key` of templates.toml, filled: `values` are its own placeholders. In GSM-7. Raises KeyError."""
    tongue = spoken(language)
    words = template(company, key, tongue)
    known: dict[str, object] = {
        "company": company.name,
        "phone": company.phone,
        "gas_utility": company.gas_utility,
        "elec_utility": company.electric_utility,
    }
    known |= {part: say(company, part, tongue) for part in PARTS & placeholders(words)}
    return " ".join(words.format(**{name: gsm(str(value)) for name, value in (known | values).items()}).split())


def promised(
    company: Company, at: datetime | None, now: datetime, language: str = Language.EN, after: datetime | None = None
) -> str:
    """The sentence that gives the time: by when, between two times where the caller asked for one, or no time."""
    tongue = spoken(language)
    if at is None:
        return say(company, "promise_soon", tongue)
    by = told(company, at, now, tongue)
    if after is None:
        return say(company, "promise_by", tongue, time=by)
    return say(company, "promise_between", tongue, after=told(company, after, now, tongue), time=by)


def missed(
    company: Company, called_at: datetime, at: datetime | None, now: datetime, language: str = Language.EN
) -> str:
    """To a missed caller (docs/domain/intake.md section 10); with the way to the on-call technician unless we are open
    and they are called back today."""
    today = at is not None and at.astimezone(company.timezone).date() == now.astimezone(company.timezone).date()
    faster = "faster" if today and company.is_open(now) else "faster_closed"
    return say(
        company,
        "missed",
        language,
        at=clock_time(company, called_at),
        promise=promised(company, at, now, language),
        faster=say(company, faster, language),
    )


def agreed(
    company: Company, called_at: datetime, at: datetime | None, now: datetime, language: str = Language.EN
) -> str:
    """To a caller who was told on the telephone that a person will call."""
    promise = promised(company, at, now, language)
    return say(company, "agreed", language, at=clock_time(company, called_at), promise=promise)


def slipped(company: Company, before: datetime, at: datetime | None, now: datetime, language: str = Language.EN) -> str:
    """The time `before` will not be kept; `at` is the new one."""
    tongue = spoken(language)
    promise = promised(company, at, now, tongue)
    return say(company, "slipped", tongue, before=told(company, before, now, tongue), promise=promise)


def emergency_by_text(company: Company, script: str | None, language: str = Language.EN) -> str:
    """To a caller whose text holds an emergency: that the technician is being alerted, and its safety script.

    Two segments hold every script beside a name of usual length; beside a longer one its last sentences are left out.
    """
    if not script or script == NO_SCRIPT:
        return say(company, "emergency", language, script=say(company, "safety", language))
    words = SCRIPTS[script].text(spoken(language))
    words = words.format(gas_utility=company.gas_utility, elec_utility=company.electric_utility)
    sentences = re.split(r"(?<=[.:])\s+", words)
    for kept in range(len(sentences), 1, -1):
        text = say(company, "emergency", language, script=" ".join(sentences[:kept]))
        if (septets(text) or 0) <= TWO:
            return text
    return say(company, "emergency", language, script=sentences[0])


def question(company: Company, asked: str, language: str = Language.EN) -> str | None:
    """A question of the catalogue as it is put by text; None for those that are not asked so."""
    return say(company, asked, language) if asked in OURS else None
