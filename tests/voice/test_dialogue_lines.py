"""The words of the house: complete, short, honest, and nothing in them that a caller should not hear."""

import re
import tomllib
from string import Formatter

import pytest

from models.enums import Language
from triage.rules.book import load_book
from triage.situations import QUESTIONS
from voice.dialogue.emergency import CONFIRMED_BY_NAME
from voice.dialogue.questions import SPANISH
from voice.prompts.texts import LINES, spoken

HOUSE = tomllib.loads(LINES.read_text("utf-8"))
WORDS = [(line, language, text) for line, texts in HOUSE.items() for language, text in texts.items()]
PLACEHOLDERS = {"business", "assistant", "gas_utility", "elec_utility", "fee", "after_hours_note"}


def test_every_question_of_the_catalogue_has_its_words() -> None:
    assert QUESTIONS.keys() <= HOUSE.keys()
    assert {line for line in HOUSE if line.startswith("Q_")} == set(QUESTIONS)


def test_every_line_has_english_words_and_no_language_but_two() -> None:
    for texts in HOUSE.values():
        assert "en" in texts
        assert texts.keys() <= {"en", "es"}


def test_a_spanish_call_is_asked_exactly_the_questions_that_have_spanish_words() -> None:
    spanish = {line for line, texts in HOUSE.items() if line in QUESTIONS and "es" in texts}
    assert spanish - {"Q_LANG"} == SPANISH  # Q_LANG is for whoever has not chosen a language


def test_every_other_line_a_spanish_call_can_reach_has_spanish_words() -> None:
    assert [line for line, texts in HOUSE.items() if line not in QUESTIONS and "es" not in texts] == []


def test_every_hazard_that_triage_can_doubt_has_its_own_question() -> None:
    names = {rule.hazard for rule in load_book("hazards.toml").rules if rule.hazard}
    assert names <= CONFIRMED_BY_NAME
    confirmations = {line.removeprefix("confirm_") for line in HOUSE if line.startswith("confirm_")}
    assert confirmations == CONFIRMED_BY_NAME | {"emergency", "smell_elsewhere"}


@pytest.mark.parametrize(("line", "language", "text"), WORDS, ids=[f"{line}-{lang}" for line, lang, _ in WORDS])
def test_a_line_is_sayable(line: str, language: str, text: str) -> None:
    assert {name for _, name, _, _ in Formatter().parse(text) if name} <= PLACEHOLDERS
    assert not re.search(r"[()/\[\]|]", text), "a note to developers, not words"
    sentences = [sentence for sentence in re.split(r"[.?!]\s*", text) if sentence]
    assert max(len(sentence.split()) for sentence in sentences) <= 14


def test_the_greeting_discloses_who_what_and_that_it_is_recorded() -> None:
    greeting = HOUSE["greeting"]["en"]
    assert "{business}" in greeting
    assert "automated assistant" in greeting
    assert "recorded and transcribed" in greeting
    assert HOUSE["greeting_spanish"]["es"] == "Para español, diga español."
    # Eight seconds at 180 words a minute, a business of three words included.
    opening = " ".join(HOUSE[line]["en"] for line in ("greeting", "greeting_question")) + " Para español, diga español."
    assert len(opening.split()) + 2 <= 28


def test_the_page_is_told_of_in_words_that_are_true_by_day_too() -> None:
    assert not re.search(r"\bwak(e|ing)\b", " ".join(text for _, _, text in WORDS))


def test_a_caller_in_crisis_is_given_both_numbers_in_both_languages() -> None:
    assert all("911" in text and "988" in text for text in HOUSE["dial_911_now"].values())
    assert spoken("988", Language.EN) == "nine eight eight"
    assert spoken("988", Language.ES) == "nueve ocho ocho"


@pytest.mark.parametrize(("line", "language", "text"), WORDS, ids=[f"{line}-{lang}" for line, lang, _ in WORDS])
def test_no_line_promises_an_arrival_or_a_booking(line: str, language: str, text: str) -> None:
    arrival = r"\b(booked|on (his|her|the|their) way|will arrive|arrive at|within|minutes?|hours? away)\b"
    assert not re.search(arrival, text, re.IGNORECASE)
    assert not re.search(r"\b(open (a |the )?windows?|find the leak|llega a las)\b", text, re.IGNORECASE)
