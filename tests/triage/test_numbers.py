"""Numbers as people say them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.learning import speaking
from triage.words.normalise import words_of
from triage.words.numbers import ordinal, read_digits, read_ordinal, read_value
from triage.words.times import read_date, read_time

chances = st.integers(0, 10**6).map(random.Random)


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("four twelve", "412"),
        ("four one two", "412"),
        ("four hundred twelve", "412"),
        ("four hundred and twelve", "412"),
        ("four twenty two", "422"),
        ("eighteen oh four", "1804"),
        ("thirty three fifty", "3350"),
        ("one twenty five", "125"),
        ("twelve hundred", "1200"),
        ("twelve hundred and four", "1204"),
        ("twelve hundred oh four", "1204"),
        ("a hundred and ten", "110"),
        ("hundred and ten", "110"),
        ("one oh five", "105"),
        ("one twenty three", "123"),
        ("two thousand ten", "2010"),
        ("two thousand and six", "2006"),
        ("two thousand four hundred twelve", "2412"),
        ("twenty two oh one", "2201"),
        ("nine hundred", "900"),
        ("double five", "55"),
        ("triple seven", "777"),
        ("seven eight seven oh four", "78704"),
        ("seven eight seven owe four", "78704"),
        ("seven ate seven oh four", "78704"),
        ("seven eight for oh two", "78402"),
        ("412", "412"),
        ("cuatro uno dos", "412"),
        ("cuatrocientos veintidós", "422"),
        ("doscientos", "200"),
        ("ciento veinte", "120"),
        ("treinta y cinco", "35"),
        ("tres cuarenta y uno", "341"),
        ("veintidós catorce", "2214"),
        ("mil doscientos tres", "1203"),
        ("dos mil cuarenta", "2040"),
        ("calle once", None),
        ("ciento once", "111"),
    ],
)
def test_digits_are_read(spoken: str, digits: str | None) -> None:
    words = words_of(spoken)
    number = read_digits(words, 0)
    assert (number.digits, number.end) == (digits, len(words)) if number else digits is None


def test_a_run_ends_where_words_begin() -> None:
    number = read_digits("eighteen oh four oak avenue".split(), 0)
    assert number is not None and (number.digits, number.end) == ("1804", 3)
    assert read_digits(["oak"], 0) is None


def test_a_phone_does_not_add_hundreds() -> None:
    number = read_digits("eight hundred five five five".split(), 0, adds=False)
    assert number is not None and number.digits == "800555"


@pytest.mark.parametrize(
    "spoken", ["oh no wait", "oh my god", "once a minute", "mil gracias", "for two days", "hundreds", "a few", "sex"]
)
def test_what_only_sounds_like_a_number_is_none(spoken: str) -> None:
    assert read_digits(spoken.split(), 0) is None


def test_two_to_four_holds_no_digit_to() -> None:
    number = read_digits("between two to four".split(), 1)
    assert number is not None and (number.digits, number.end) == ("2", 2)


def test_the_tens_of_a_numbered_street_are_not_the_house_number() -> None:
    words = "four twenty two forty third street".split()
    number = read_digits(words, 0)
    assert number is not None and (number.digits, number.end) == ("422", 3)
    assert read_ordinal(words, 3) == (43, 5)


@given(st.integers(1, 99_999).map(str), chances)
def test_a_house_number_written_spoken_and_written_again(digits: str, chance: random.Random) -> None:
    words = words_of(speaking.house_number(digits, chance))
    number = read_digits(words, 0)
    assert number is not None and (number.digits, number.end) == (digits, len(words))


@given(st.integers(0, 99_999))
def test_a_number_said_in_spanish_is_read(value: int) -> None:
    words = words_of(speaking.cardinal_spanish(value))
    assert read_value(words, 0) == (value, len(words)) or value == 11  # "once" alone is English


@given(st.integers(1, 199))
def test_an_ordinal_written_spoken_and_written_again(value: int) -> None:
    words = speaking.ordinal(value).split()
    assert read_ordinal(words, 0) == (value, len(words))
    assert ordinal(value).startswith(str(value))


@pytest.mark.parametrize("digits", ["1234567", "9" * 5000])
def test_digits_beyond_counting_are_no_quantity_and_no_hour(digits: str) -> None:
    assert read_value(["999999"], 0) == (999_999, 1)
    assert read_value([digits], 0) is None
    assert read_time(["at", digits, "pm"], 1) is None
    assert read_date([digits, "de", "mayo"], 0) is None


@given(st.integers(0, 99))
def test_quantities(number: int) -> None:
    words = speaking.below_hundred(number).split()
    assert read_value(words, 0) == (number, len(words))


@given(
    st.lists(st.sampled_from("oh o once mil hundred thousand y and a double twenty third for to five 5 ² x".split()))
)
def test_no_words_are_too_strange(words: list[str]) -> None:
    for start in range(len(words)):
        number = read_digits(words, start)
        assert number is None or start == number.start < number.end <= len(words)
        read_value(words, start)
        read_ordinal(words, start)
