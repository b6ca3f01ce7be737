"""Telephone numbers as people dictate them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.entities.phone import BLURRED, LOCAL, SURE, find_phone, runs, telephones
from triage.learning import speaking
from triage.words.normalise import words_of

DUVAL = "9045550123"
chances = st.integers(0, 10**6).map(random.Random)
dialled = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)


def heard(spoken: str, *, asked: bool = True) -> str | None:
    found = find_phone(words_of(spoken), asked=asked, caller=None, area_code="904")
    return found.value.removeprefix("+1") if found else None


@pytest.mark.parametrize(
    "spoken",
    [
        "nine oh four five five five oh one two three",
        "area code nine oh four five five five oh one twenty three",
        "nine zero four triple five zero one two three",
        "nine oh four uh five five five and then oh one two three",
        "it's nine oh four dash five five five hyphen oh one two three ok",
        "one nine oh four that's five five five okay and the rest is oh one two three",
        "nueve cero cuatro cinco cinco cinco cero uno veintitrés",
        "es el nueve cero cuatro cinco cincuenta y cinco cero uno veintitrés",
        "904-555-0123",
        "five five five oh one two three",
        "five five five oh one two three five five five oh one two three",
        "nine oh four five five five oh one two three again nine oh four five five five oh one two three",
        "nine oh four five five five oh one two three that's oh one two three",
        "nine oh four five five five oh one two three nine oh four like jacksonville",
        "nine oh four five five five oh one two four no sorry two three",
        "nine oh four five five five no wait nine oh four five five five oh one two three",
        "nine oh five scratch that nine oh four five five five oh one two three",
        "nine oh four five five six make that five five five oh one two three",
        "five five five oh one two four i mean two three",
        "the last digits are oh one twenty four wait no twenty three nine oh four five five five oh one twenty three",
        "five five five oh one two three seven digits that's all we dial here",
        "nine oh four five five five oh one too three",
        "nine oh four five fifty five oh one two three",
        "it's five five five oh one two three area code nine oh four",
        "nine oh four five five five oh one two three no wait yes that one",
        "i said twenty four but wait twenty three nine oh four five five five oh one twenty three",
    ],
)
def test_the_callback_number_is_heard(spoken: str) -> None:
    assert heard(spoken) == DUVAL


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("call eight hundred five five five twelve twelve", "8005551212"),
        ("one eight hundred five five five twelve twelve is the number", "8005551212"),
        ("nine hundred five five five oh one hundred", "9005550100"),
        ("nine twenty five five five oh one double four", "9205550144"),
        ("area code six oh two quinientos cincuenta y cinco oh one three eight", "6025550138"),
    ],
)
def test_round_hundreds_and_what_follows_them(spoken: str, digits: str) -> None:
    assert heard(spoken) == digits


def test_other_numbers_in_the_sentence_are_not_part_of_it() -> None:
    between = "could someone come between two and four number is nine oh four five five five oh one two three"
    assert heard(between, asked=False) == DUVAL
    assert heard("meridian street twelve nineteen nine oh four five five five oh one two three", asked=False) == DUVAL
    assert heard("account zero zero one two call nine oh four five five five oh one two three", asked=False) == DUVAL


@pytest.mark.parametrize(
    "spoken",
    [
        "my account number is two two seven six eight four one",
        "claim number is five five five oh one two three",
        "the zip's seven eight seven oh five i mean seven eight seven oh four",
        "i'm at nine twenty eight fox run two seven five one nine",
        "between eight and ten on the twenty first",
    ],
)
def test_numbers_of_other_things_are_no_telephone(spoken: str) -> None:
    assert heard(spoken, asked=False) is None


def test_an_extension_stays_beside_the_number() -> None:
    (told,) = telephones(words_of("five one three five five five oh one eight five extension two"), asked=False)
    assert (told.digits, told.extension, str(told)) == ("5135550185", "2", "(513) 555-0185 ext. 2")


def test_how_sure_we_are_depends_on_how_it_was_heard() -> None:
    def sure(spoken: str) -> float:
        found = find_phone(words_of(spoken), asked=True, caller="+19045550111")
        assert found is not None and found.value == "+1" + DUVAL
        return found.confidence

    assert sure("nine oh four five five five oh one two three") == SURE
    assert sure("five five five oh one two three") == LOCAL
    assert sure("nine oh four five live five oh one two tree") == BLURRED


def test_a_guess_by_sound_needs_every_digit_in_its_place() -> None:
    assert heard("nine oh four live five oh one two three", asked=True) is None


def test_a_run_keeps_every_digit_said() -> None:
    (run,) = runs(words_of("four one one one uh one one one one"))
    assert run == ("41111111", 0, 9)


@given(dialled, chances)
@settings(max_examples=300, deadline=None)
def test_a_number_written_spoken_and_written_again(digits: str, chance: random.Random) -> None:
    assert heard(f"my number is {speaking.phone(digits, chance)}", asked=False) == digits


@given(dialled.map(lambda digits: digits[3:]), chances)
@settings(max_examples=200, deadline=None)
def test_seven_digits_get_the_companys_area_code(digits: str, chance: random.Random) -> None:
    assert heard(speaking.phone(digits, chance)) == "904" + digits
