"""Which of Whisper's segments are a caller's words, and how its written text becomes spoken words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recogniser.whisper_rules import rejection
from voice.recogniser.whisper_text import plain


def segment(no_speech: float = 0.02, logprob: float = -0.3, compression: float = 1.2) -> dict[str, float]:
    return {"no_speech_prob": no_speech, "avg_logprob": logprob, "compression_ratio": compression}


def test_clear_speech_is_kept() -> None:
    assert rejection(segment(), support=0.8) is None


def test_a_short_yes_in_a_long_segment_is_kept() -> None:
    assert rejection(segment(), support=0.15) is None


def test_thank_you_made_up_over_silence_is_rejected_however_sure_whisper_is() -> None:
    assert "no voice" in (rejection(segment(no_speech=0.1, logprob=-0.2), support=0.0) or "")


def test_a_confident_text_that_whisper_itself_takes_for_silence_needs_more_voice_under_it() -> None:
    assert "no speech" in (rejection(segment(no_speech=0.8), support=0.2) or "")
    assert rejection(segment(no_speech=0.8), support=0.6) is None


def test_one_phrase_over_and_over_is_rejected() -> None:
    assert "repeats" in (rejection(segment(compression=5.0), support=0.9) or "")


def test_an_improbable_text_is_rejected() -> None:
    assert "improbable" in (rejection(segment(logprob=-1.4), support=0.9) or "")
    assert "no speech" in (rejection(segment(no_speech=0.9, logprob=-1.4), support=0.9) or "")


@given(
    st.floats(0, 1),
    st.floats(-3, 0),
    st.floats(0, 10),
    st.floats(0, 1),
    st.sampled_from(["voice", "logprob", "speech"]),
)
def test_better_evidence_never_turns_a_kept_segment_into_a_rejected_one(
    no_speech: float, logprob: float, compression: float, support: float, better: str
) -> None:
    kept = rejection(segment(no_speech, logprob, compression), support) is None
    match better:
        case "voice":
            after = rejection(segment(no_speech, logprob, compression), min(1.0, support + 0.2))
        case "logprob":
            after = rejection(segment(no_speech, min(0.0, logprob + 0.5), compression), support)
        case _:
            after = rejection(segment(max(0.0, no_speech - 0.3), logprob, compression), support)
    assert not kept or after is None


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("I smell GAS, hurry!", "i smell gas hurry"),
        ("It’s the A.C.", "it's the ac"),
        ("1205 Oak St.", "twelve oh five oak street"),
        ("235 Elm Ave., Apt. 3B", "two thirty five elm avenue apartment three b"),
        ("2000 West 43rd Street", "two thousand west forty third street"),
        ("ZIP 45202", "zip four five two oh two"),
        ("513-555-0139", "five one three five five five oh one three nine"),
        ("(513) 555-0139", "five thirteen five five five oh one three nine"),
        ("$1,250.50", "one thousand two hundred fifty dollars and fifty cents"),
        ("at 7:05 and 9:00", "at seven oh five and nine"),
        ("98.6 degrees, 50%", "ninety eight point six degrees fifty percent"),
        ("", ""),
    ],
)
def test_written_english_becomes_spoken_words(written: str, spoken: str) -> None:
    assert " ".join(plain(written)) == spoken


def test_a_dictated_number_is_read_digit_by_digit() -> None:
    assert " ".join(plain("513 555 0139", dictated=True)) == "five one three five five five oh one three nine"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("¡Huele a gas!", "huele a gas"),
        ("Tengo 35 años", "tengo treinta y cinco años"),
        ("Calle 235", "calle dos tres cinco"),
        ("Son las 9", "son las nueve"),
    ],
)
def test_written_spanish_becomes_spoken_words(written: str, spoken: str) -> None:
    assert " ".join(plain(written, "es")) == spoken


@given(st.text(), st.sampled_from(["en", "es"]), st.booleans())
def test_no_digit_capital_or_mark_is_ever_left(text: str, language: str, dictated: bool) -> None:
    for word in plain(text, language, dictated):
        assert word
        assert word == word.lower()
        assert all(letter.isalpha() or letter == "'" for letter in word)
