"""The profile's `[texts.*]`: a company's own words in place of ours, by language (docs/texts.md)."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from callbacks.texts.faults import faults
from firstring.profile_reading import table
from models.company import Company
from models.enums import Language


class OwnText(BaseModel):
    """[texts.missed] and the like: a text in one language or in both; what is left out stays ours."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    en: str | None = None
    es: str | None = None


Texts = dict[str, OwnText]


def to_texts(texts: Texts) -> tuple[tuple[str, str, str], ...]:
    """The same, frozen: key, language, words."""
    return tuple(
        (key, one, words) for key, own in texts.items() for one, words in own.model_dump().items() if words is not None
    )


def across(data: dict[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """What is wrong with the texts: place in the file, sentence. Tolerant of data that is wrong in other ways."""
    tables = table(data, "texts")
    own = {
        (key, language): words
        for key, table in tables.items()
        if isinstance(table, dict)
        for language in Language
        if isinstance(words := table.get(language.value), str)
    }
    for fault in faults(own, _facts(data)):
        where = ("texts", fault.key, *((fault.language.value,) if fault.language else ()))
        yield where if fault.key else ("company", "name"), fault.says


def _facts(data: Mapping[str, Any]) -> dict[str, str]:
    """The company's placeholders; those that the file leaves out are said as ours are."""
    company, utilities = table(data, "company"), table(data, "utilities")
    return {
        "company": str(company.get("name", "")),
        "phone": str(company.get("phone", "")),
        "gas_utility": str(utilities.get("gas", Company.__dataclass_fields__["gas_utility"].default)),
        "elec_utility": str(utilities.get("electric", Company.__dataclass_fields__["electric_utility"].default)),
    }
