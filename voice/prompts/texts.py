"""The words of every line: `lines.toml`, the safety scripts of `situations.json`, and the atoms."""

import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.company import Company
from models.enums import Language
from voice.prompts import atoms

LINES = Path(__file__).with_name("lines.toml")
SITUATIONS = Path(__file__).parents[2] / "triage" / "data" / "situations.json"


class BadLines(ValueError):
    """`lines.toml` says something we cannot use; the text names the line."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line in one language, with its placeholders still in it."""

    id: str
    language: Language
    template: str

    @property
    def key(self) -> str:
        """ "en/greeting": the line's place in manifests, recordings and reports."""
        return f"{self.language.value}/{self.id}"

    @property
    def of_company(self) -> bool:
        """Whether the line has placeholders, so that every company has its own."""
        return "{" in self.template

    def filled(self, company: Company) -> str:
        """The line as this company says it. Raises BadLines for a placeholder that no company has."""
        try:
            return self.template.format_map(_facts(company, self.language))
        except (KeyError, ValueError, IndexError) as error:
            raise BadLines(f"line {self.key}: no such placeholder: {error}") from error


_NAMELESS_ES = {
    Company.__dataclass_fields__["gas_utility"].default: "su compañía de gas",
    Company.__dataclass_fields__["electric_utility"].default: "su compañía de luz",
}
"""How a utility is spoken of in Spanish when the profile does not name it."""


def _facts(company: Company, language: Language) -> dict[str, str]:
    nameless = _NAMELESS_ES if language is Language.ES else {}
    return {
        "business": company.spoken_name,
        "assistant": company.assistant_name,
        "gas_utility": nameless.get(company.gas_utility, company.gas_utility),
        "elec_utility": nameless.get(company.electric_utility, company.electric_utility),
        "fee": company.visit_fee,
        "after_hours_note": company.after_hours_note,
    }


@cache
def texts(lines: Path = LINES, situations: Path = SITUATIONS) -> tuple[Text, ...]:
    """Every line there is, scripts first, then lines, then atoms. Raises BadLines."""
    scripts = json.loads(situations.read_text("utf-8"))["scripts"]
    found = [
        Text(script, language, wording[language.value])
        for script, wording in scripts.items()
        for language in Language
        if wording[language.value]
    ]
    for line, wordings in tomllib.loads(lines.read_text("utf-8")).items():
        for language, wording in wordings.items():
            if language not in set(Language) or not isinstance(wording, str) or not wording.strip():
                raise BadLines(f"line {line}: {language!r} is not a language with words")
            found.append(Text(line, Language(language), wording))
    found += [Text(atom, Language.EN, words) for atom, words in atoms.english().items()]
    found += [Text(atom, Language.ES, words) for atom, words in atoms.spanish().items()]
    keys = [text.key for text in found]
    doubled = {key for key in keys if keys.count(key) > 1}
    if doubled:
        raise BadLines(f"lines with an id that is taken: {', '.join(sorted(doubled))}")
    return tuple(found)


_SAY_AS: dict[Language, tuple[tuple[str, str], ...]] = {
    Language.EN: (
        (r"\b911\b", "nine one one"),
        (r"\b988\b", "nine eight eight"),
        (r"\bZIP\b", "zip"),
        (r"\bespañol\b", "espanyol"),
    ),
    Language.ES: ((r"\b911\b", "nueve uno uno"), (r"\b988\b", "nueve ocho ocho")),
}
"""Where a synthesiser would read the written line wrongly ("nine hundred eleven")."""


def spoken(text: str, language: Language) -> str:
    """What the synthesiser is given for a written line."""
    for written, said in _SAY_AS[language]:
        text = re.sub(written, said, text)
    return text
