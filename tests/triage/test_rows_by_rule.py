"""Rows by rule: what speaks of a home without heat or power, and what only has its words."""

import pytest

from triage.rules.book import Utterable
from triage.rules.hazards import find_hazards
from triage.rules.rows import find_rows
from triage.words.normalise import words_of


def rows(text: str) -> set[str]:
    heard = Utterable(words_of(text))
    return {found.row for found in find_rows(heard, find_hazards(heard))}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("la calefacción no prende", "H01"),
        ("el calentón ya no me calienta", "H01"),
        ("it doesn't put out any heat", "H01"),
        ("no prende la luz en toda la casa", "E06"),
        ("everything is out the whole house", "E06"),
        ("there is no electric at our house", "E06"),
        ("the furnace runs for a few seconds then quits", "H07"),
    ],
)
def test_what_is_out_is_heard(text: str, row: str) -> None:
    assert row in rows(text)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("el ventilador de la calefacción no es nada", "H01"),
        ("limpieza del calentón no tiene nada malo", "H01"),
        ("the plug doesn't charge no heat no spark", "H01"),
        ("el switch del porch ya no prende la luz", "E06"),
        ("everything's all dried out", "E06"),
        ("there'll be no electric on our street thursday", "E06"),
        ("is the furnace supposed to blow cool for a few seconds", "H07"),
    ],
)
def test_what_only_has_the_words_is_not(text: str, row: str) -> None:
    assert row not in rows(text)
