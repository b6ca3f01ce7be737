"""Card numbers are heard, and nothing of them is kept. The numbers here are the schemes' public test numbers."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.spoken import ONES
from triage.entities.cards import card_turns, holds_card, passes_luhn
from triage.rules.book import Utterable
from triage.words.normalise import words_of

VISA, AMEX, VISA_13 = "4111111111111111", "378282246310005", "4222222222222"


def spoken(digits: str) -> str:
    return " ".join(ONES[int(digit)] for digit in digits)


def turns(*texts: str) -> frozenset[int]:
    return card_turns([Utterable(words_of(text)) for text in texts])


@pytest.mark.parametrize("number", [VISA, AMEX, VISA_13, "6011000990139424", "5555555555554444"])
def test_a_card_number_is_heard_spoken_and_written(number: str) -> None:
    assert turns(spoken(number)) == {0}
    assert turns(f"it's {number}") == {0}
    assert turns(" ".join(number[at : at + 4] for at in range(0, len(number), 4))) == {0}


def test_a_card_number_is_heard_across_utterances() -> None:
    assert turns("okay", spoken(VISA[:8]), f"um {spoken(VISA[8:])}", "expires soon") == {1, 2}


def test_the_words_are_enough_and_so_are_the_first_digits_after_them() -> None:
    assert turns("my card number is four one one one") == {0}
    assert turns("do you want my credit card number", "four one one one one") == {0, 1}


def test_phone_numbers_addresses_and_zips_are_no_cards() -> None:
    phone = spoken("5125550142")
    assert turns(f"my number is {phone} again that's {phone}") == frozenset()
    assert turns(phone, "four twelve maple street austin seven eight seven oh four") == frozenset()
    assert turns("do you want my card number", f"call me at {phone}") == {0}


def test_a_pause_does_not_part_a_card_number() -> None:
    first, second = spoken(VISA[:8]), spoken(VISA[8:])
    assert turns(first, "uh hold on", second) == {0, 2}
    assert turns(first, "uh hold on", "where is it", second) == {0, 3}
    assert turns(first, "uh hold on", "where is it", "ah", second) == frozenset()


@pytest.mark.parametrize("number", ["4111111111111121", "340000000000019", "6011000990139425"])
def test_a_card_number_with_a_digit_misheard_is_one(number: str) -> None:
    assert not passes_luhn(number)
    assert turns(spoken(number)) == {0}


def test_a_phone_number_beside_other_digits_is_no_misheard_card() -> None:
    assert not holds_card("5125550142" + "41229")
    assert not holds_card("41229" + "5125550142")


def test_a_phone_number_that_was_asked_for_is_the_beginning_of_nothing() -> None:
    rest = next(f"00000{check}" for check in "0123456789" if passes_luhn(f"512555014200000{check}"))
    heard = [Utterable(words_of(text)) for text in (spoken("5125550142"), spoken(rest))]
    assert card_turns(heard) == {0, 1}
    assert card_turns(heard, frozenset({0})) == frozenset()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (["my social security number is one two three four five six seven eight nine"], {0}),
        (["my social is", "one two three four five six seven eight nine"], {1}),
        (["the last four of my social is six seven eight nine"], {0}),
        (["my social media page is four one one two"], set()),
        (
            ["i saw you at the social security office", "my number is five one two five five five oh one four two"],
            set(),
        ),
    ],
)
def test_a_social_security_number_is_treated_like_a_card(said: list[str], found: set[int]) -> None:
    assert turns(*said) == found


def test_no_digit_of_it_is_in_the_assessment(hear) -> None:
    heard = hear(f"i want to pay my bill my card number is {spoken(VISA)}", f"call me at {spoken('5125550142')}")
    assert heard.intent == "billing"
    assert "four one one one" not in str(asdict(heard))
    assert heard.entities.callback is not None and heard.entities.callback.value == "+15125550142"
    assert "card_number" in hear(f"it is {VISA}").signals
    assert VISA not in str(asdict(hear(f"it is {VISA}")))


def test_a_danger_said_beside_a_card_number_is_heard(hear) -> None:
    assert hear(f"{spoken(VISA)} oh no i smell gas").hazards[0].name == "gas"


@given(st.text("0123456789", min_size=12, max_size=18))
def test_every_number_with_its_check_digit_is_a_card(digits: str) -> None:
    complete = next(digits + check for check in "0123456789" if passes_luhn(digits + check))
    assert holds_card(complete)
