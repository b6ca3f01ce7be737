"""Utterances as a person would write them down."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.learning import speaking
from triage.words.normalise import normalise, with_sources, words_of
from triage.words.written import Kind, write

chances = st.integers(0, 10**6).map(random.Random)


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("my number is nine oh four five five five oh one two three", "my number is (904) 555-0123"),
        ("i'm at four twenty two oak street apartment two b", "i'm at 422 oak street apartment 2B"),
        ("unit b four building c", "unit B4 building C"),
        ("come at three thirty p m", "come at 3:30 pm"),
        ("half past three or a quarter to five", "3:30 or a 4:45"),
        ("since about five a m", "since about 5 am"),
        ("between eight and ten tomorrow", "between 8 and 10 tomorrow"),
        ("at four twelve maple street", "at 412 maple street"),
        ("on november third", "on November 3"),
        ("the third of november twenty twenty six", "November 3, 2026"),
        ("next tuesday the twenty first", "next tuesday the 21st"),
        ("el tres de noviembre a las tres y media", "el 3 de noviembre a las 3:30"),
        ("that's s m y t h e", "that's Smythe"),
        ("the g f c i outlet", "the GFCI outlet"),
        ("it's fifty eight degrees in here", "it's 58 degrees in here"),
        ("minus five degrees", "-5 degrees"),
        ("you charged me a hundred fifty dollars", "you charged me $150"),
        ("two thousand dollars and fifty cents", "$2,000.50"),
        ("four twenty two forty third street", "422 43rd street"),
        ("fifth avenue", "5th avenue"),
        ("zip code seven eight seven oh four", "ZIP code 78704"),
        ("the second one of my two kids", "the second one of my two kids"),
        ("twenty thirty minutes ago", "20 30 minutes ago"),
        ("call eight hundred five five five twelve twelve extension forty two", "call (800) 555-1212 ext. 42"),
        ("I don't have p.m. slots — really", "I don't have p.m. slots — really"),
    ],
)
def test_it_reads_as_a_person_would_write_it(spoken: str, written: str) -> None:
    assert str(write(spoken)) == written


def test_every_written_word_knows_its_spoken_words() -> None:
    told = write("uh it doesn't work call five five five uh oh one two three please")
    phone = next(word for word in told.words if word.kind is Kind.PHONE)
    assert (phone.text, phone.start, phone.end) == ("555-0123", 5, 13)
    assert [word.text for word in told.words][-1] == "please"


def test_normalised_words_know_the_spoken_ones() -> None:
    told = with_sources("the a.c. doesn't — work")
    assert told.words == ("the", "ac", "does", "not", "work")
    assert told.sources == (0, 1, 2, 2, 4)


def only(spoken: str, kind: Kind) -> str | None:
    """The one written word of a kind; it must stand for all that was said after the words that lead to it."""
    found = [word for word in write(spoken).words if word.kind is kind]
    return found[0].text if len(found) == 1 and found[0].end == len(spoken.split()) else None


@given(st.integers(10, 99_999).map(str), chances)
def test_house_numbers_come_back(digits: str, chance: random.Random) -> None:
    assert only(f"it is number {speaking.house_number(digits, chance)}", Kind.NUMBER) == digits


@given(st.integers(501, 99_950).map("{:05}".format), chances)
def test_zip_codes_come_back(digits: str, chance: random.Random) -> None:
    assert only(f"zip code {speaking.zip_code(digits, chance)}", Kind.ZIP) == digits


@given(st.from_regex(r"[1-9][0-9]{0,2}[b-hj-np-z]?|[b-hj-np-z][1-9]", fullmatch=True), chances)
def test_units_come_back(value: str, chance: random.Random) -> None:
    assert only(speaking.unit(value, chance), Kind.UNIT) == value.upper()


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(["am", "pm"]), chances)
def test_times_come_back(hour: int, minute: int, half: str, chance: random.Random) -> None:
    expected = f"{hour}:{minute:02} {half}" if minute else f"{hour} {half}"
    assert only(f"come at {speaking.time(hour, minute, half, chance)}", Kind.TIME) == expected


@given(st.integers(1, 12), st.sampled_from(range(0, 60, 5)), chances)
def test_times_without_am_or_pm_come_back(hour: int, minute: int, chance: random.Random) -> None:
    told = speaking.time(hour, minute, "", chance).removeprefix("a ")
    assert only(f"come at {told}", Kind.TIME) == f"{hour}:{minute:02}"


@given(st.integers(1, 12), st.integers(1, 31), chances)
def test_dates_come_back(month: int, day: int, chance: random.Random) -> None:
    expected = f"{speaking.MONTHS[month - 1].title()} {day}"
    assert only(f"on {speaking.date(month, day, chance)}", Kind.DATE) == expected


@given(st.integers(10, 199))
def test_ordinals_come_back(value: int) -> None:
    told = only(f"on {speaking.ordinal(value)}", Kind.ORDINAL)
    assert told is not None and told.rstrip("stndrh") == str(value)


anything = st.one_of(
    st.text(max_size=120),
    st.lists(
        st.sampled_from(
            "zip code five oh one hundred thousand mil once y a p m a.m. p. m. half quarter past to twenty third of "
            "may november degrees dollars and cents minus apartment unit b double as in boy — ... don't 3:30 ² "
            "no wait the extension call las media doscientos".split(" ")
        ),
        max_size=30,
    ).map(" ".join),
)


@given(anything)
@settings(max_examples=500, deadline=None)
def test_written_words_stand_for_all_spoken_words_in_order(text: str) -> None:
    place = 0
    for word in write(text).words:
        assert word.start == place < word.end
        place = word.end
    assert place == len(text.split())


@given(anything)
@settings(max_examples=500, deadline=None)
def test_sources_are_of_the_normalised_words(text: str) -> None:
    told = with_sources(text)
    assert told.words == words_of(text)
    assert list(told.sources) == sorted(told.sources)
    assert all(0 <= source < len(text.split()) for source in told.sources)
    assert normalise(normalise(text)) == normalise(text)
