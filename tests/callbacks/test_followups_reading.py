"""What an answer says: ratings where they are ratings, blame wherever it stands, praise only alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.followups.reading import Heard, read

RATED = {
    "5": 5, " 4 ": 4, "5!!": 5, "3.": 3, "five": 5, "Five stars": 5, "5 stars!": 5, "4 out of 5": 4, "4/5": 4, "4.5": 4,
    "a 5 out of 5": 5, "5 thank you so much": 5, "5, Marcus was great": 5, "4 good work": 4, "cinco estrellas": 5,
    "5 gracias": 5, "(5)": 5, "5 👍": 5, "I'd say 4 out of 5": 4,
}  # fmt: skip
NO_ANSWER = [
    "", "ok thanks", "thank you", "1204 Maple Street", "2 bathrooms flooded", "call me after 5", "10 am works", "5pm",
    "$5 off?", "great, can you come Friday?", "good morning, my sink is clogged", "3 pm", "5 guys came", "512-555-0199",
    "1-2", "R", "one of my toilets runs",
]  # fmt: skip
UNHAPPY = [
    "terrible", "He was rude", "they left a mess", "not happy at all", "it still leaks", "wasn't good",
    "never showed up", "did not fix it", "Not fixed!", "worst company ever", "bad",
    "the toilet is still not working", "overcharged me",
    "muy malo", "llegaron tarde", "no funciona", "sigue goteando", "4 but he was late",
]  # fmt: skip
HAPPY = [
    "great job", "All good, thank you!", "excellent work", "Perfect", "very happy with everything", 
    "no problems, great work", "10/10", "muy bien gracias", "excelente servicio", "todo perfecto",
]  # fmt: skip


@pytest.mark.parametrize(("words", "rating"), RATED.items())
def test_a_rating(words: str, rating: int) -> None:
    assert read(words) == Heard(rating, rating <= 3, alone=True)


@pytest.mark.parametrize("words", NO_ANSWER)
def test_no_answer(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize("words", UNHAPPY)
def test_blame(words: str) -> None:
    heard = read(words)
    assert heard is not None and heard.unhappy


@pytest.mark.parametrize("words", HAPPY)
def test_praise(words: str) -> None:
    assert read(words) == Heard(None, False, alone=True)


def test_what_looks_like_blame_and_is_none() -> None:
    for words in ("5, no problems at all", "5 can't complain", "5 not bad!", "4, nothing wrong", "5 sin problemas"):
        heard = read(words)
        assert heard is not None and not heard.unhappy, words


def test_an_answer_that_also_asks_for_something_is_read_on() -> None:
    for words in ("5. Can you come back for the heater?", "2, please call me", "1. When will you come?"):
        heard = read(words)
        assert heard is not None and not heard.alone, words


@given(st.text(max_size=80))
def test_any_text_can_be_read(words: str) -> None:
    heard = read(words)
    assert heard is None or heard.rating in (None, 1, 2, 3, 4, 5)


@given(st.integers(1, 5), st.sampled_from(["", "!", " stars", "/5", " out of 5", " estrellas", "."]))
def test_low_ratings_are_unhappy_and_high_ones_are_not(rating: int, after: str) -> None:
    heard = read(f"{rating}{after}")
    assert heard == Heard(rating, rating <= 3, alone=True)
