"""Words that people spell."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.learning import speaking
from triage.words.spelled import read, read_code


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("s m y t h e", "smythe"),
        ("b as in boy a t e s", "bates"),
        ("b like boy a t e s", "bates"),
        ("z like zebra s i g m o n d", "zsigmond"),
        ("s as in sam m as in mary i t h", "smith"),
        ("p e double r y", "perry"),
        ("capital d e l i a", "delia"),
        ("h e w double u", "heww"),
        ("o apostrophe b r i e n", "o'brien"),
        ("bravo echo november", "ben"),
        ("b de burro u r g o s", "burgos"),
        ("ge o eme e zeta", "gomez"),
        ("s m i and then t h", "smith"),
        ("k are a m e r", "kramer"),
        ("b as in boy", "b"),
    ],
)
def test_a_spelled_word_is_read(said: str, word: str) -> None:
    assert read(said.split(), 0) == (word, len(said.split()))


@pytest.mark.parametrize("said", ["a c unit", "i have", "a leak", "double oh seven", "kilo of", "el gas", "de la casa"])
def test_letters_that_spell_nothing_are_left(said: str) -> None:
    assert read(said.split(), 0) is None


def test_the_speaker_is_no_letter() -> None:
    assert read("s m i t h i live".split(), 0) == ("smith", 5)


def test_an_account_has_letters_and_digits() -> None:
    assert read_code("c l four four oh nine please".split(), 0) == ("CL4409", 6)
    assert read_code("please".split(), 0) is None


@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True), st.integers(0, 10**6).map(random.Random))
def test_a_word_written_spelled_and_written_again(word: str, chance: random.Random) -> None:
    said = speaking.spelled(word, chance).split()
    assert read(said, 0) == (word, len(said))


@given(st.lists(st.sampled_from("a i b double capital u as in boy for de como en i griega hache y um bravo".split())))
def test_no_words_are_too_strange(words: list[str]) -> None:
    for start in range(len(words)):
        found = read(words, start)
        assert found is None or (found[0] and start < found[1] <= len(words))
        read_code(words, start)
