"""What customers read: in their language, in two segments, and nothing that switches our texts off."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from callbacks.texts import agreed, emergency_by_text, missed, promised, say, slipped, told
from callbacks.texts.book import OURS, placeholders
from callbacks.texts.faults import faults
from callbacks.texts.septets import TWO, not_gsm, segments, septets
from models.company import Company
from models.enums import Language
from routing.words import gsm
from tests.conftest import Clock
from triage.situations import SCRIPTS

FACTS = {
    "company": "N" * 44,
    "phone": "+15125550100",
    "gas_utility": "your gas company",
    "elec_utility": "your electric company",
}


def all_faults(**own: str) -> list[str]:
    return [f"{one.key}: {one.says}" for one in faults({(key, Language.EN): own[key] for key in own}, FACTS)]


def test_our_own_texts_are_without_fault() -> None:
    assert list(faults({}, FACTS)) == []
    ours = {(key, one): words for key, row in OURS.items() for one, words in row.words.items()}
    assert list(faults(ours, FACTS)) == []


def test_both_languages_of_a_text_say_the_same_things() -> None:
    for key, row in OURS.items():
        assert placeholders(row.words[Language.EN]) == placeholders(row.words[Language.ES]), key


def test_a_missed_caller_reads_who_what_when_the_danger_and_how_to_stop(shop: Company, wednesday: Clock) -> None:
    text = missed(shop, wednesday(), wednesday() + timedelta(minutes=20), wednesday())
    assert text == (
        "Hometown Plumbing, Heating & Electric: sorry we missed you at 10:15 AM. A person will call you back by "
        "10:35 AM. If this is a gas smell, CO alarm, sparks or fire, leave and call 911. Reply with what's wrong and "
        "your address to go faster. Reply STOP to opt out."
    )


def test_outside_hours_the_missed_caller_reads_how_to_reach_the_technician(shop: Company, night: Clock) -> None:
    opening = datetime.fromisoformat("2026-11-19T08:15:00-06:00")
    text = missed(shop, night(), opening, night())
    assert "by tomorrow 8:15 AM." in text and "Reply URGENT to reach on-call." in text


def test_who_spoke_spanish_reads_spanish(shop: Company, wednesday: Clock) -> None:
    text = missed(shop, wednesday(), wednesday() + timedelta(days=1), wednesday(), "es")
    assert "Una persona le llamara antes de: mañana 10:15 AM." in text and "STOP" in text and "911" in text
    assert "domingo 10:15 AM" in slipped(shop, wednesday(), wednesday() + timedelta(days=4), wednesday(), "es")


def test_where_no_time_can_be_given_none_is(shop: Company, wednesday: Clock) -> None:
    assert "A person will call you back. " in agreed(shop, wednesday(), None, wednesday())


def test_a_day_a_week_away_has_its_date(shop: Company, wednesday: Clock) -> None:
    now = wednesday()
    assert told(shop, now + timedelta(days=6), now, Language.EN) == "Tuesday 10:15 AM"
    assert told(shop, now + timedelta(days=7), now, Language.EN) == "Wednesday 11/25 10:15 AM"
    assert promised(shop, now + timedelta(minutes=30), now, after=now + timedelta(minutes=5)).endswith(
        "between 10:20 AM and 10:45 AM."
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_safety_script_is_two_texts_at_most_and_begins_as_it_should(
    shop: Company, script: str, language: Language
) -> None:
    for name in (shop.name, "N" * 60):
        text = emergency_by_text(replace(shop, name=name), script, language)
        assert (septets(text) or 999) <= TWO
        words = SCRIPTS[script].text(language).split(".")[0]
        assert len(words) < 20 or gsm(words.split("{")[0]) in text


def test_a_company_with_a_fancy_name_still_writes_gsm_7(shop: Company) -> None:
    text = say(replace(shop, name="Gómez “Frío” — HVAC"), "no_card")
    assert text.startswith('Gomez "Frio" - HVAC:') and not_gsm(text) == ""


def test_a_companys_own_words_stand_in_the_place_of_ours(shop: Company) -> None:
    own = replace(shop, texts=(("no_card", "en", "{company}: no cards by text, please."),))
    assert say(own, "no_card") == "Hometown Plumbing, Heating & Electric: no cards by text, please."
    assert "tarjeta" in say(own, "no_card", "es")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("key", "words", "fault"),
    [
        ("mised", "x", "there is no text of this name"),
        ("missed", "{company} {at} {promise} {faster} {stop}", "the safety line is missing: write {safety}"),
        ("missed", "{company} {at} {promise} {faster} {safety}", "how to stop is missing: write {stop}"),
        ("missed", "{at} {promise} {faster} {safety} {stop}", "the company's name is missing: write {company}"),
        ("promise_by", "A person will call soon.", "the time is missing: write {time}"),
        ("no_card", "{company}: no cards, {name}.", "nothing fills {name} here"),
        ("no_card", "{company}: no cards, {0}.", "nothing fills {0} here"),
        ("no_card", "{company}: no cards}", "a brace stands alone"),
        ("no_card", "{company}: no cards ✋", "'✋' is not a character of GSM-7"),
        ("no_card", "{company}: número", "'ú' is not a character of GSM-7: write 'u'"),
        ("no_card", "{company}: reply yes to go on", "asks for YES"),
        ("no_card", '{company}: reply "ok" or cancel', "asks for CANCEL"),
        ("no_card", "{company}: write END", "asks for END"),
        ("no_card", "{company}: STOP", "asks for STOP"),
        ("stop", "Tell us when you have enough.", "must say how to stop"),
        ("safety", "Be careful.", "must send people in danger to 911"),
        ("no_card", "{company}: " + "x" * 261, "takes more than two segments at its longest, by 1 characters"),
        ("faster", "x" * 120, "with it the text missed takes more than two segments"),
    ],
)
def test_a_mistake_in_a_companys_own_text_is_named(key: str, words: str, fault: str) -> None:
    assert any(fault in one for one in all_faults(**{key: words})), all_faults(**{key: words})


def test_a_name_beside_which_our_texts_are_too_long_is_a_mistake_of_the_name() -> None:
    found = [one.says for one in faults({}, FACTS | {"company": "N" * 60})]
    assert found and all(one.startswith("with it our text ") and "write your own [texts." in one for one in found)


def test_every_mistake_is_named_at_once() -> None:
    assert len(all_faults(missed="call me, reply YES ✋", nonsense="x")) >= 6


def test_the_page_on_texts_shows_every_text_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "texts.md").read_text("utf-8")
    missing = [key for key, row in OURS.items() for words in row.words.values() if words not in page]
    assert missing == []
