"""The embedded recogniser on real telephone samples."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from voice.recogniser.measure import items, load_pcm, score, word_error_rate
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k
from voice.recogniser.sphinx import SphinxEngine

ROOT = Path(__file__).resolve().parents[2]
AUDIO = ROOT / "fixtures" / "audio"
PEOPLE = ROOT.parent / "shared" / "speech" / "people.tsv"
FRAME = SAMPLE_RATE // 50


@pytest.fixture(scope="module")
def engine() -> SphinxEngine:
    return SphinxEngine(streams=2)


@pytest.fixture(scope="module")
def leak() -> Pcm8k:
    return load_pcm(AUDIO / "utterances" / "gas_leak_short.wav")


def frames(pcm: Pcm8k) -> Iterator[Pcm8k]:
    return (pcm[at : at + FRAME] for at in range(0, len(pcm), FRAME))


def test_a_gas_leak_is_heard(engine: SphinxEngine, leak: Pcm8k) -> None:
    assert "gas leak" in engine.decode(leak).text


def test_words_have_times_inside_the_utterance_and_confidences(engine: SphinxEngine, leak: Pcm8k) -> None:
    heard = engine.decode(leak)
    assert heard.text == " ".join(word.text for word in heard.words)
    assert heard.audio_s == len(leak) / SAMPLE_RATE
    assert heard.decode_s > 0
    assert heard.confidence == pytest.approx(np.mean([word.confidence for word in heard.words]))
    for word in heard.words:
        assert word.text.replace("'", "").isalpha()
        assert 0 <= word.start < word.end <= heard.audio_s + 0.05
        assert 0 < word.confidence < 1
    assert all(before.end <= after.start for before, after in pairwise(heard.words))


def test_the_same_audio_gives_the_same_text_whatever_was_decoded_before(engine: SphinxEngine, leak: Pcm8k) -> None:
    first = engine.decode(leak)
    engine.decode(load_pcm(AUDIO / "utterances" / "burst_pipe.wav"), "address")
    again = engine.decode(leak)
    assert [(word.text, word.start, word.end) for word in again.words] == [
        (word.text, word.start, word.end) for word in first.words
    ]  # confidences wander by a hundredth: sphinx begins with the Gaussians that scored best in the last frame before
    assert again.confidence == pytest.approx(first.confidence, abs=0.02)


def test_noise_lowers_the_confidence(engine: SphinxEngine) -> None:
    dice = np.random.default_rng(3)
    for name in ("burst_pipe", "sewage_shower", "no_hot_water"):
        pcm = load_pcm(AUDIO / "utterances" / f"{name}.wav")
        noisy = np.clip(pcm + dice.normal(0, 1500, len(pcm)), -32768, 32767).astype(np.int16)
        assert engine.decode(noisy).confidence < engine.decode(pcm).confidence - 0.1


@pytest.mark.parametrize("samples", [0, 1, 100, 399, 401])
def test_next_to_no_audio_is_no_text(engine: SphinxEngine, samples: int) -> None:
    heard = engine.decode(np.zeros(samples, np.int16))
    assert heard.audio_s == samples / SAMPLE_RATE
    assert len(heard.words) <= 1


def test_partials_grow_while_the_caller_speaks(engine: SphinxEngine, leak: Pcm8k) -> None:
    stream = engine.stream()
    assert stream is not None
    texts = [stream.feed(frame) for frame in frames(leak)]
    stream.close()
    assert texts[0] == ""
    assert "gas leak" in (texts[-1] or "")
    first_heard = next(at for at, text in enumerate(texts) if text and "gas" in text)
    assert first_heard < len(texts) * 0.8


def test_a_reused_decoder_remembers_nothing_of_the_utterance_before(engine: SphinxEngine, leak: Pcm8k) -> None:
    def spoken(pcm: Pcm8k) -> str | None:
        stream = engine.stream()
        assert stream is not None
        *_, last = [stream.feed(frame) for frame in frames(pcm)]
        stream.close()
        return last

    fresh = SphinxEngine(streams=1).stream()
    assert fresh is not None
    *_, expected = [fresh.feed(frame) for frame in frames(leak)]
    for other in ("burst_pipe", "sewage_shower"):
        spoken(load_pcm(AUDIO / "utterances" / f"{other}.wav"))
    assert spoken(leak) == expected


def test_streams_are_bounded_and_come_back_when_closed(engine: SphinxEngine) -> None:
    held = [engine.stream(), engine.stream("phone")]
    assert all(held)
    assert engine.stream() is None
    for stream in held:
        assert stream is not None
        stream.close()
        stream.close()  # twice is harmless: the decoder is given back once
    again = [engine.stream(), engine.stream()]
    assert all(again)
    assert engine.stream() is None
    for stream in again:
        assert stream is not None
        stream.close()
    with pytest.raises(ValueError, match="closed"):
        held[0].feed(np.zeros(FRAME, np.int16)) if held[0] else None


def test_any_topic_can_be_asked_for(engine: SphinxEngine, leak: Pcm8k) -> None:
    for topic in ("general", "phone", "address", "yes_no", "name", "never heard of"):
        assert "gas" in engine.decode(leak, topic).text or topic in {"phone", "address", "yes_no", "name"}


def test_a_number_is_heard_better_when_it_was_asked_for(engine: SphinxEngine) -> None:
    spoken = [item for item in items(AUDIO / "calls.toml") if item.topic in {"phone", "address"}]
    assert spoken
    asked = word_error_rate(score(engine, spoken))
    unasked = word_error_rate(score(engine, [type(item)(item.path, item.reference, "") for item in spoken]))
    assert asked <= unasked


def test_fixture_utterances_are_mostly_heard(engine: SphinxEngine) -> None:
    clean = [item for item in items(AUDIO / "utterances.toml") if "+" not in item.speaker]
    assert word_error_rate(score(engine, clean[::6])) < 35.0


def test_real_people_are_heard_at_all(engine: SphinxEngine) -> None:
    if not PEOPLE.exists():
        pytest.skip("the recordings of real people are not on this machine")
    # audio books, far outside the trades' language model: the acoustic model alone carries it
    assert word_error_rate(score(engine, items(PEOPLE)[::4])) < 70.0
