"""Numbers as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.spoken import below_hundred, number_in_words
from triage.numbers import read_digits, read_value


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("four twelve", "412"),
        ("four one two", "412"),
        ("four hundred twelve", "412"),
        ("four hundred and twelve", "412"),
        ("eighteen oh four", "1804"),
        ("thirty three fifty", "3350"),
        ("twelve hundred", "1200"),
        ("one oh five", "105"),
        ("one twenty three", "123"),
        ("two thousand ten", "2010"),
        ("two thousand four hundred twelve", "2412"),
        ("twenty two oh one", "2201"),
        ("nine hundred", "900"),
        ("double five", "55"),
        ("triple seven", "777"),
        ("seven eight seven oh four", "78704"),
        ("412", "412"),
        ("cuatro uno dos", "412"),
    ],
)
def test_digits_are_read(spoken: str, digits: str) -> None:
    number = read_digits(spoken.split(), 0)
    assert number is not None and number.digits == digits
    assert number.end == len(spoken.split())


def test_a_run_ends_where_words_begin() -> None:
    number = read_digits("eighteen oh four oak avenue".split(), 0)
    assert number is not None and (number.digits, number.end) == ("1804", 3)
    assert read_digits(["oak"], 0) is None


def test_a_phone_does_not_add_hundreds() -> None:
    number = read_digits("eight hundred five five five".split(), 0, adds=False)
    assert number is not None and number.digits == "800555"


@given(st.integers(0, 9999))
def test_written_spoken_and_written_again(number: int) -> None:
    spoken = number_in_words(number) if number % 100 or number < 100 else f"{below_hundred(number // 100)} hundred"
    if number >= 100 and 0 < number % 100 < 10:
        spoken = f"{below_hundred(number // 100)} oh {below_hundred(number % 10)}"
    if number and number % 1000 == 0:
        spoken = f"{below_hundred(number // 1000)} thousand"
    found = read_digits(spoken.split(), 0)
    assert found is not None and int(found.digits) == number


@given(st.integers(0, 99))
def test_quantities(number: int) -> None:
    assert read_value(below_hundred(number).split(), 0) == (number, len(below_hundred(number).split()))
