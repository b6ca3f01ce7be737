"""The texts as they are written: ours (templates.toml), and the company's own in their place (`[texts]`)."""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from models.company import Company
from models.enums import Language

TEMPLATES = Path(__file__).parent / "templates.toml"

OF_THE_COMPANY = frozenset({"company", "phone", "gas_utility", "elec_utility"})
"""Placeholders that every text may hold: facts of the profile."""

PARTS = frozenset({"safety", "stop"})
"""Placeholders that stand for the text of the same name."""


@dataclass(frozen=True, slots=True)
class Template:
    """One text in both languages. `may_ask`: the carriers' words that it may ask for."""

    words: Mapping[Language, str]
    may_ask: frozenset[str] = frozenset()

    @property
    def needs(self) -> frozenset[str]:
        """The placeholders that it holds, in either language."""
        return frozenset().union(*(placeholders(text) for text in self.words.values()))


def placeholders(text: str) -> frozenset[str]:
    """The names between braces. Raises ValueError when a brace stands alone."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _read() -> Mapping[str, Template]:
    data = tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            key: Template({one: row[one.value] for one in Language}, frozenset(row.get("may_ask", ())))
            for key, row in data.items()
        }
    )


OURS = _read()
"""Key to text, as we ship them."""


def template(company: Company, key: str, language: Language) -> str:
    """The words of a text before anything is filled in: the company's, where it has its own. Raises KeyError."""
    own = (words for name, tongue, words in company.texts if name == key and tongue == language)
    return next(own, OURS[key].words[language])
