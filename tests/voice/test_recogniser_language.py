"""The texts, the language models made of them, and the acoustic mapping."""

import math
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.recogniser import acoustic, background, build, corpus, language, spoken
from voice.recogniser.sphinx import DATA

LINES = ["i smell gas", "i smell smoke", "the gas is on", "a pipe burst", "the pipe is leaking", "i smell gas"]
WORDS = {word for line in LINES for word in line.split()} | {"never"}


@pytest.fixture(scope="module")
def ours() -> language.Model:
    return language.kneser_ney(LINES, WORDS)


@pytest.fixture(scope="module")
def everyday() -> language.Model:
    return language.kneser_ney(["i know", "the gas is", "you know that"], {"you", "know", "that", "never", *WORDS})


def histories(model: language.Model) -> list[language.Gram]:
    return [(), *{gram[:-1] for gram in model.prob if len(gram) > 1}, ("never", "smell")]


def adds_up(model: language.Model) -> bool:
    words = model.words() - {language.START}
    return all(
        math.isclose(sum(model.p((*history, word)) for word in words), 1.0, abs_tol=1e-6)
        for history in histories(model)
    )


def test_probabilities_of_every_history_add_up_to_one(ours: language.Model, everyday: language.Model) -> None:
    assert adds_up(ours)
    assert adds_up(language.mix(ours, everyday, 0.5))
    assert adds_up(language.prune(language.mix(ours, everyday, 0.5), 1e-3))


def test_what_was_often_said_is_likelier_than_what_never_was(ours: language.Model) -> None:
    assert ours.p(("i", "smell", "gas")) > ours.p(("i", "smell", "smoke")) > ours.p(("i", "smell", "never")) > 0


def test_a_mixture_lies_between_its_parts(ours: language.Model, everyday: language.Model) -> None:
    mixed = language.mix(ours, everyday, 0.7)
    gram = ("i", "smell", "gas")
    assert mixed.prob[gram] == pytest.approx(0.7 * ours.p(gram) + 0.3 * everyday.p(gram), rel=1e-3)
    assert mixed.words() == ours.words()


def test_perplexity_is_lower_on_what_was_said_and_counts_missing_words(ours: language.Model) -> None:
    said, missing = language.perplexity(ours, ["i smell gas"])
    unsaid, absent = language.perplexity(ours, ["gas burst never zebra"])
    assert said < unsaid
    assert (missing, absent) == (0, 1)


def test_an_arpa_file_is_the_same_bytes_every_time(ours: language.Model, tmp_path: Path) -> None:
    for name in ("a", "b"):
        language.write_arpa(language.kneser_ney(LINES, sorted(WORDS)), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert f"ngram 1={len(ours.words())}" in (tmp_path / "a").read_text()


def test_no_training_line_shares_four_words_in_a_row_with_what_is_measured() -> None:
    known, measured = build.pronunciations(), corpus.held_out()
    secret = {gram for line in measured for gram in corpus.fourgrams(line)}
    assert len(measured) > 150
    for topic in corpus.LINES:
        lines, dropped = build.texts(topic, known, measured)
        assert dropped > 0
        assert not any(gram in secret for line in lines for gram in corpus.fourgrams(line))
        assert len(set(lines)) > 0.75 * corpus.LINES[topic]


def test_a_line_too_like_a_measured_one_is_dropped_and_a_short_answer_stays() -> None:
    lines = ["my basement is flooding now", "the basement is flooding", "gas leak", "yes"]
    assert corpus.unseen(lines, ["oh my basement is flooding", "yes", "gas leak"]) == lines[1:]


def test_drawn_lines_are_distinct_and_the_same_for_the_same_seed() -> None:
    once = corpus.draw("general", 300)
    assert once == corpus.draw("general", 300)
    assert once != corpus.draw("general", 300, seed=2)
    assert len(set(once)) == 300


def test_almost_every_word_of_the_texts_can_be_pronounced() -> None:
    known = build.pronunciations()
    words = {word for topic in corpus.LINES for line in corpus.draw(topic, 5000) for word in line.split()}
    assert sorted(words - known.keys()) == []


def test_hand_made_pronunciations_use_the_models_phones() -> None:
    shipped = background.dictionary().read_text().splitlines()
    phones = {phone for line in shipped for phone in line.split()[1:]}
    for line in build.LEXICON.read_text().splitlines():
        if not line.startswith("#"):
            assert set(line.split()[1:]) <= phones, line


def test_an_unknown_reference_in_the_texts_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("general =\n  hello {nobody}\n")
    monkeypatch.setattr(corpus, "TEXTS", tmp_path)
    with pytest.raises(ValueError, match=r"general.*nobody"):
        corpus.grammar(["bad"])


@given(st.integers(0, 99_999))
def test_cardinals_are_words_only(number: int) -> None:
    assert spoken.cardinal(number).replace(" ", "").isalpha()


@settings(max_examples=50)
@given(st.integers(0, 2**32))
def test_spoken_things_are_plain_words(seed: int) -> None:
    for say in spoken.SPOKEN.values():
        text = say(Random(seed))
        assert text.replace(" ", "").replace("'", "").isalpha()
        assert text == " ".join(text.split())


def test_checked_in_acoustic_model_is_what_the_shipped_one_maps_to(tmp_path: Path) -> None:
    acoustic.build(tmp_path)
    assert (tmp_path / "feat.params").read_bytes() == (DATA / "feat.params").read_bytes()
    for name in ("means", "variances"):
        built, checked_in = (acoustic.read_parameters(folder / name) for folder in (tmp_path, DATA))
        np.testing.assert_allclose(built, checked_in, rtol=1e-4, atol=1e-4)


def test_a_smooth_spectrum_is_the_same_sound_in_both_banks() -> None:
    def cepstra(bank: acoustic.Bank) -> np.ndarray:
        shape = np.sin(bank.centres() / 600.0) + bank.centres() / 1000.0
        return acoustic.cosine(bank.filters) @ shape

    mapped = acoustic.mapping() @ cepstra(acoustic.WIDE)
    np.testing.assert_allclose(mapped[:6], cepstra(acoustic.NARROW)[:6], atol=0.35)


def test_unused_gaussians_stay_unused(tmp_path: Path) -> None:
    acoustic.build(tmp_path)
    shipped = acoustic.read_parameters(acoustic.shipped() / "variances")
    mapped = acoustic.read_parameters(tmp_path / "variances")
    assert ((shipped == 0) == (mapped == 0)).all()


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "means").write_bytes(b"s3\nendhdr\n" + bytes(64))
    with pytest.raises(ValueError, match="not a little-endian"):
        acoustic.read_parameters(tmp_path / "means")
