"""Our own words come back: reactions, quoted replies and other machines say nothing of their own with them."""

import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from callbacks.replies.echo import own_words
from callbacks.texts import book
from callbacks.texts.faults import LONGEST
from carrier import revoking
from carrier.law import law
from models.company import Company
from models.enums import Language, Priority
from models.tables import Callback, Consent, Job, Message, PageRun
from routing.paging.customer_words import WORDS
from tests.callbacks.callers import CALLER
from tests.callbacks.test_replies import Line, line, shop_area, triage  # noqa: F401  fixtures
from triage.assessment import Context
from triage.situations import SCRIPTS
from triage.triage import Triage, Utterance

FORMS = (
    "Liked \u201c{}\u201d", 'Loved "{}"', "Emphasized \u201c{}\u201d", "Questioned \u201c{}\u201d",
    "Laughed at \u201c{}\u201d", "\U0001f44d to \u201c {} \u201d", 'Reacted \U0001f44d to "{}"',
    "Le gusta \u201c{}\u201d", "Le encant\u00f3 \u201c{}\u201d", "Removed a like from \u201c{}\u201d",
    "> {}\n", "{}", "Liked {}",
)  # fmt: skip

BY_ITSELF = ("missed", "please_call", "agreed", "slipped", "wish", "on_it", "noted", "asked", "not_reached")
"""What a shop sends without being asked, or answers to anything."""


def full(company: Company, words: str, tongue: str) -> str:
    """A text filled with something."""
    facts = {"company": company.name, "phone": company.phone, "business": company.name, "danger": "In danger call 911"}
    facts |= {"gas_utility": company.gas_utility, "elec_utility": company.electric_utility, "name": "Marcus"} | LONGEST
    names = {name for _, name, _, _ in string.Formatter().parse(words) if name}
    parts = {one: full(company, book.OURS[one].words[Language(tongue)], tongue) for one in names & book.PARTS}
    return words.format(**{one: facts.get(one, "something of theirs") for one in names} | parts)


def every_text(company: Company) -> list[str]:
    """All that customers are sent."""
    tables: list[Mapping[Any, str]] = [one.words for one in book.OURS.values()]
    tables += [*WORDS.values(), *law().answers.values()]
    texts = [full(company, words[tongue], str(tongue)) for words in tables for tongue in words]
    return texts + [full(company, script.text(one), one) for script in SCRIPTS.values() for one in Language]


@pytest.mark.parametrize("form", FORMS)
def test_none_of_our_texts_sent_back_is_anybodys_wish_or_danger(shop: Company, form: str) -> None:
    for body in every_text(shop):
        if len(body.split()) < 3:
            continue
        left = own_words(form.format(body), [body], shop)
        assert revoking.hear(left) is None and left.lower() in ("", ">", "liked"), left


@pytest.mark.parametrize("key", BY_ITSELF)
@pytest.mark.parametrize("language", list(Language))
def test_what_another_shop_of_ours_or_an_old_text_says_is_no_wish_and_no_danger(
    shop: Company,
    triage: Triage,  # noqa: F811
    key: str,
    language: Language,
) -> None:
    body = full(replace(shop, name="Other Plumbing"), book.OURS[key].words[language], language)
    left = own_words(body, [], shop)
    assert revoking.hear(left) is None
    assert triage.assess([Utterance(left)], Context(caller=CALLER, month=11)).priority != Priority.P1


@pytest.mark.parametrize(
    "own",
    [
        "idk if this is a gas smell", "this is a gas smell, help", "CO alarm, sparks or fire", "leave and call 911?",
        "is a person going to call me back", "STOP", "stop texting me", "opt me out", "Loved ones are still inside",
        "Liked it but now there is water everywhere", "- a leak", "le gusta el servicio", "\U0001f44d", "5",
    ],
)  # fmt: skip
def test_what_people_write_themselves_stays(shop: Company, own: str) -> None:
    assert own_words(own, every_text(shop), shop) == own


def test_words_before_and_behind_a_quote_are_their_writers(shop: Company) -> None:
    ours = (
        "Hill Country: sorry we missed you at 10:15 AM. A person will call you back by 10:45 AM. Reply STOP to opt out."
    )
    assert own_words(f"STOP\n> {ours}", [ours], shop).split()[0] == "STOP"
    assert own_words(f"{ours} gas smell here!", [ours], shop) == ". gas smell here!"
    assert own_words(f"Disliked \u201c{ours}\u201d gas leak", [ours], shop) == "gas leak"
    assert own_words(f"Liked \u201c{ours[:70]}...\u201d", [ours], shop) == ""


def test_somebodys_own_words_made_louder_are_said_again_and_liked_are_not(shop: Company) -> None:
    assert own_words("Emphasized \u201cwater is pouring in\u201d", [], shop) == "water is pouring in"
    assert own_words("\u203c\ufe0f to \u201cwater is pouring in\u201d", [], shop) == "water is pouring in"
    assert own_words("Liked \u201cwater is pouring in\u201d", [], shop) == "" == own_words("Loved an image", [], shop)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_thumb_up_on_our_text_wakes_nobody_and_opts_nobody_out(line: Line, language: str) -> None:  # noqa: F811
    line.missed(language=language)
    ours = line.rows(Message)[0].body
    assert "STOP" in ours and "911" in ours
    line.clock.turn(minutes=1)
    for form in FORMS:
        assert line.writes(form.format(ours)) in ("", line.rows(Message)[-1].body)
    assert [line.rows(one) for one in (PageRun, Consent, Job)] == [[], [], []]
    assert line.rows(Callback)[0].status == "open"
    assert line.writes("gas smell in the kitchen") and len(line.rows(PageRun)) == 1


def test_staff_who_react_to_our_texts_stay_on_duty(line: Line) -> None:  # noqa: F811
    dana = line.company.person("dana").phone
    line.writes("JOIN", dana)
    ours = line.rows(Message, Message.to == dana)[0].body
    assert "STOP" in ours
    line.writes(f"Liked \u201c{ours}\u201d", dana)
    assert [one.granted for one in line.rows(Consent)] == [True, True]
