"""What holds for every text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triage.spoken import DOWNPLAYING
from triage.assessment import Context
from triage.rules.book import load_book
from triage.rules.patterns import TURNS
from triage.rules.scope import BARE, NEGATORS
from triage.situations import SITUATIONS
from triage.triage import Triage, Utterance
from triage.words.normalise import normalise, with_sources, words_of

ENGINE = Triage.load()
NOW = Context()
DANGERS = [phrase for row in SITUATIONS.values() if row.life_safety for phrase in row.phrases]
PHRASES = [phrase for row in SITUATIONS.values() for phrase in row.phrases]
TRADE_WORDS = sorted({word for phrase in PHRASES for word in words_of(phrase)})
QUESTIONS = [None, "Q_CB", "Q_ADDR", "Q_NAME", "Q_INSIDE", "Q_CONFIRM_HAZARD", "Q_TIN", "Q_ADDR_OK", "anything_else"]
DENYING = NEGATORS | BARE | frozenset(TURNS)

long_runs = st.builds(
    lambda piece, times: piece * times,
    st.sampled_from(["9", "'", "'d", "'s", "x", "a.", "a. ", "\u200b", "\u00ad", "\u202e", "\ufeff", "no ", "5 "]),
    st.sampled_from([1, 7, 50, 2000]),
)
any_text = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([*TRADE_WORDS, "no", "not", "four", "twelve", "five"]), max_size=40).map(" ".join),
    st.lists(long_runs | st.sampled_from(["it's", "at", " ", "dollars", "pm", "zip"]), max_size=6).map("".join),
)


@given(any_text, st.sampled_from(QUESTIONS), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_strange(text: str, asked: str | None, confidence: float) -> None:
    ENGINE.listen(text, NOW)
    heard = ENGINE.assess([Utterance(text, asked, confidence), Utterance(text)], NOW)
    assert 0 <= heard.confidence <= 1
    assert heard.version == ENGINE.version


@given(any_text)
@settings(max_examples=200)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(any_text)
@settings(max_examples=200, deadline=None)
def test_words_and_their_sources_are_the_same_words(text: str) -> None:
    plain = with_sources(text)
    assert plain.words == words_of(text)
    assert list(plain.sources) == sorted(plain.sources)
    assert all(source < len(text.split()) for source in plain.sources)


@pytest.mark.parametrize("unheard", ["\u200b", "\u00ad", "\u202e", "\u2060", "\ufeff", "\ufe0f"])
def test_what_is_not_heard_in_a_word_does_not_part_it(unheard: str) -> None:
    text = f"{unheard}i sm{unheard}ell g{unheard}as {unheard} now"
    assert normalise(text) == "i smell gas now"
    assert with_sources(text).sources == (0, 1, 2, text.split().index("now"))


@pytest.mark.parametrize("text", ["he" + "'d" * 2000, "at " + "9" * 5000 + " pm", "it's " + "9" * 5000 + " dollars"])
def test_a_long_strange_word_ends_no_call(text: str) -> None:
    assert ENGINE.assess([Utterance(text)], NOW).hazards == ()


@given(st.sampled_from(PHRASES), st.sampled_from(DOWNPLAYING), st.booleans(), st.sampled_from(["", " but ", " and "]))
@settings(max_examples=150, deadline=None)
def test_playing_down_never_lowers_a_priority(phrase: str, words: str, before: bool, link: str) -> None:
    def urgency(text: str) -> str:
        return ENGINE.assess([Utterance(text)], NOW).priority or "P9"

    played_down = f"{words}{link or ' '}{phrase}" if before else f"{phrase}{link or ' '}{words}"
    assert urgency(played_down) <= urgency(phrase)


@given(st.sampled_from(DANGERS), st.lists(st.sampled_from(TRADE_WORDS), max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_danger_heard_early_is_still_there_at_the_end(phrase: str, more: list[str]) -> None:
    """Unless the words that follow deny it, or a rule says that with them it means something else."""
    early = ENGINE.listen(phrase, NOW)
    whole = words_of(f"{phrase} {' '.join(more)}")
    later = {hazard.name for hazard in ENGINE.listen(" ".join(whole), NOW)}
    if DENYING & set(words_of(" ".join(more))):
        return
    for hazard in early:
        assert hazard.name in later or _explained(hazard.evidence.rule, whole)


def _explained(rule: str, whole: tuple[str, ...]) -> bool:
    """Whether another danger stands in for this one, or one of the rule's own `unless` or `never` is in the words."""
    from triage.rules.book import Utterable, found_near

    book = load_book("hazards.toml")
    heard = Utterable(whole)
    mine = next(one for one in book.rules if f"hazard:{one.id}" == rule)
    found = {match.rule for match in book.matches(heard)}
    silencing = (*mine.unless, *mine.never)
    return found_near(silencing, heard, 0, len(whole), 0) or any(mine.id in other.instead_of for other in found)


@pytest.mark.parametrize("phrase", PHRASES)
def test_more_words_of_the_call_never_lower_its_priority(phrase: str) -> None:
    """A second utterance about something small takes nothing from the first."""
    alone = ENGINE.assess([Utterance(phrase)], NOW).priority or "P9"
    more = ENGINE.assess([Utterance(phrase), Utterance("also my kitchen faucet drips")], NOW).priority or "P9"
    assert more <= alone
