"""The Whisper engine, end to end with a checkpoint in Whisper's own format that always says the same two words."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.recogniser import choose
from voice.recogniser.measure import load_pcm
from voice.recogniser.protocol import SAMPLE_RATE, Engine
from voice.recogniser.whisper_engine import LONGEST, doubled, marked, pieces, words_of

SPEECH = Path(__file__).resolve().parents[2] / "fixtures" / "audio" / "utterances" / "gas_leak_short.wav"
SIZE = 64  # of the hidden state

needs_whisper = pytest.mark.skipif(
    importlib.util.find_spec("whisper") is None,
    reason="openai-whisper is not installed (pip install 'firstring[whisper]')",
)


def write_checkpoint(path: Path) -> None:
    """A random multilingual Whisper of one narrow layer, whose decoder's positions are bent to say "gas leak"."""
    import torch
    from whisper.model import ModelDimensions, Whisper
    from whisper.tokenizer import get_tokenizer

    torch.manual_seed(7)
    dims = ModelDimensions(80, 1500, SIZE, 2, 1, 51865, 64, SIZE, 2, 1)
    state = Whisper(dims).state_dict()
    spell = get_tokenizer(True, language="en", task="transcribe")
    meant = [spell.to_language_token("en"), spell.transcribe, spell.timestamp_begin, *spell.encode(" gas leak")]
    meant += [spell.timestamp_begin + 50, spell.eot]
    embedding = torch.randn(dims.n_vocab, SIZE)
    embedding -= embedding.mean(dim=1, keepdim=True)
    embedding /= embedding.norm(dim=1, keepdim=True)
    positions = torch.zeros(dims.n_text_ctx, SIZE)
    for at, token in enumerate(meant):
        positions[at] = 100.0 * embedding[token]
    state["decoder.token_embedding.weight"] = embedding * 5.0
    state["decoder.positional_embedding"] = positions
    torch.save({"dims": vars(dims), "model_state_dict": state}, path)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whisper") / "tiny.pt"
    write_checkpoint(path)
    return path


@pytest.fixture
def engine(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv(choose.MODEL_SETTING, str(checkpoint))
    return choose.load("whisper")


@needs_whisper
@pytest.mark.filterwarnings("ignore")  # torch and numba warn of their own affairs
def test_a_spoken_utterance_is_decoded_with_word_times_and_confidence(engine: Engine) -> None:
    pcm = load_pcm(SPEECH)
    heard = engine.decode(pcm)
    assert (heard.text, heard.rejected) == ("gas leak", None)
    assert [word.text for word in heard.words] == ["gas", "leak"]
    assert all(0 <= word.start <= word.end <= heard.audio_s and 0 < word.confidence <= 1 for word in heard.words)
    assert heard.audio_s == pytest.approx(len(pcm) / SAMPLE_RATE)
    assert engine.stream() is None


@needs_whisper
@pytest.mark.filterwarnings("ignore")
def test_what_whisper_makes_up_over_silence_is_rejected(engine: Engine) -> None:
    heard = engine.decode(np.zeros(2 * SAMPLE_RATE, np.int16))
    assert heard.text == ""
    assert heard.words == ()
    assert "no voice" in (heard.rejected or "")


@needs_whisper
@pytest.mark.filterwarnings("ignore")
def test_a_long_monologue_is_decoded_in_pieces(engine: Engine) -> None:
    pcm = np.tile(load_pcm(SPEECH), 30)[: 40 * SAMPLE_RATE]
    heard = engine.decode(pcm)
    assert heard.text == "gas leak gas leak"
    assert heard.words[2].start > 20


@needs_whisper
@pytest.mark.filterwarnings("ignore")
def test_auto_takes_whisper_once_its_weights_are_here(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choose.MODEL_SETTING, str(checkpoint))
    assert choose.pick("auto").name == "whisper"
    monkeypatch.setenv(choose.MODEL_SETTING, str(checkpoint.with_name("absent.pt")))
    assert choose.pick("auto").name == "sphinx"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 4 * LONGEST), st.integers(0, 2**32 - 1))
def test_pieces_are_all_of_the_audio_in_order_and_none_is_too_long(length: int, seed: int) -> None:
    pcm = np.random.default_rng(seed).integers(-3000, 3000, length).astype(np.int16)
    edges = list(pieces(pcm))
    assert all(0 < end - start <= LONGEST for start, end in edges)
    assert [start for start, _ in edges] == [0, *(end for _, end in edges)][: len(edges)]
    assert (edges[-1][1] if edges else 0) == length


def test_long_audio_is_cut_in_the_pause_not_in_a_word() -> None:
    pcm = np.full(35 * SAMPLE_RATE, 4000, np.int16)
    pause = slice(int(24.1 * SAMPLE_RATE), int(24.3 * SAMPLE_RATE))
    pcm[pause] = 3
    (_, cut), _ = pieces(pcm)
    assert pause.start <= cut <= pause.stop


@pytest.mark.parametrize("hertz", [250, 1000, 3200])
def test_doubling_the_rate_keeps_a_tone_as_it_is(hertz: int) -> None:
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    twice = np.arange(2 * SAMPLE_RATE) / (2 * SAMPLE_RATE)
    out = doubled((8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16))
    assert len(out) == 2 * SAMPLE_RATE
    assert np.abs(out - 8000 / 32768 * np.sin(2 * np.pi * hertz * twice)).max() < 1e-3


def test_time_marks_divide_the_tokens() -> None:
    assert list(marked([100, 1, 2, 150, 150, 3, 200], 100, 9.0)) == [(0.0, 1.0, [1, 2]), (1.0, 2.0, [3])]
    assert list(marked([1, 2], 100, 4.0)) == [(0.0, 4.0, [1, 2])]
    assert list(marked([100, 1, 400], 100, 4.0)) == [(0.0, 4.0, [1])]


def test_a_number_written_together_shares_its_time_among_its_words() -> None:
    written: list[dict[str, Any]] = [
        {"word": " at", "start": 0.0, "end": 0.2, "probability": 0.9},
        {"word": " 2", "start": 0.2, "end": 0.5, "probability": 0.8},
        {"word": "35", "start": 0.5, "end": 0.8, "probability": 0.6},
        {"word": " Oak", "start": 0.8, "end": 1.0, "probability": 1.2},
    ]
    words = words_of({"words": written}, "en", offset=10.0)
    assert [(word.text, word.start, word.end) for word in words] == [
        ("at", 10.0, 10.2), ("two", 10.2, 10.4), ("thirty", 10.4, 10.6), ("five", 10.6, 10.8), ("oak", 10.8, 11.0)
    ]  # fmt: skip
    assert [word.confidence for word in words] == pytest.approx([0.9, 0.7, 0.7, 0.7, 1.0])
