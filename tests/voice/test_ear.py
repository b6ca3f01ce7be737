"""The ear as a whole: frames of any size in, utterances out, every sample accounted for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.dialogue.moves import Topic
from voice.ears import mulaw
from voice.ears.activity import WINDOW, Activity, Model
from voice.ears.ear import Ear
from voice.ears.endpoint import EarEvent, SpeechStarted, UtteranceEnded
from voice.ears.ring import Overwritten
from voice.recogniser.protocol import Pcm8k
from voice.tuning import Tuning

TUNING = Tuning()
SHORT = replace(TUNING, max_utterance_s=6.0, end_unsure_s=1.5, cut_search_s=1.0)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.fixture(autouse=True)
def loud_is_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is tested by itself; here what is loud is speech, so that a test can say what is spoken."""
    monkeypatch.setattr(Activity, "probability", lambda _, window: float(np.abs(window).mean() > 1000))


def line(*runs: tuple[float, int]) -> bytes:
    """µ-law of a voice: seconds and loudness, one after another, no two samples alike for long."""
    noise = np.random.default_rng(7)
    parts = [
        noise.normal(0, size, round(seconds * 8000)) if size else np.zeros(round(seconds * 8000))
        for seconds, size in runs
    ]
    return mulaw.encode(np.concatenate(parts).clip(-32000, 32000).astype(np.int16))


def frames(ulaw: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield ulaw[at : at + size]
        at += size
    for rest in range(at, len(ulaw), 40_000):
        yield ulaw[rest : rest + 40_000]


def hear(ear: Ear, parts: Iterable[bytes]) -> list[tuple[EarEvent, Pcm8k]]:
    """Every event, with the audio of an utterance fetched as it ends."""
    heard: list[tuple[EarEvent, Pcm8k]] = []
    for events in (*map(ear.feed, parts), ear.flush()):
        for event in events:
            audio = np.empty(0, np.int16)
            if isinstance(event, UtteranceEnded):
                audio = ear.utterance(event.start, event.end)
            heard.append((event, audio))
    return heard


SAYINGS = st.lists(st.tuples(st.floats(0, 4), st.sampled_from([0, 0, 4000, 9000])), min_size=1, max_size=8)
SIZES = st.lists(st.sampled_from([0, 1, 7, 80, 159, 160, 161, 255, 256, 257, 1000, 5333, 40_000]), max_size=200)


@settings(max_examples=60, deadline=None)
@given(SAYINGS, SIZES, st.sampled_from([TUNING, SHORT]))
def test_however_the_audio_is_framed_no_sample_is_lost_or_doubled(
    model: Model, saying: list[tuple[float, int]], sizes: list[int], tuning: Tuning
) -> None:
    ulaw = line(*saying)
    pcm = mulaw.decode(ulaw)
    ear = Ear(model, tuning)
    heard = hear(ear, frames(ulaw, sizes))
    assert ear.heard_samples == len(pcm)
    spans = [(event, audio) for event, audio in heard if isinstance(event, UtteranceEnded)]
    for span, audio in spans:
        assert audio.tolist() == pcm[span.start : span.end].tolist()
    assert all(before.end <= after.start for (before, _), (after, _) in pairwise(spans))
    whole = hear(Ear(model, tuning), frames(ulaw, [160] * (len(ulaw) // 160)))
    assert [event for event, _ in heard] == [event for event, _ in whole]


def test_speech_is_heard_with_what_came_before_it_and_until_the_last_sample(model: Model) -> None:
    ear = Ear(model, TUNING)
    ulaw = line((2, 0), (1.01, 9000))
    (started, _), *_, (ended, audio) = hear(ear, frames(ulaw, [160] * 120))
    assert isinstance(ended, UtteranceEnded)
    assert started == SpeechStarted(ended.start)
    assert len(audio) == len(ulaw) - ended.start
    assert 2 * 8000 - ended.start >= 0.3 * 8000 - WINDOW


def test_somebody_who_never_stops_is_cut_in_the_quietest_twenty_milliseconds(model: Model) -> None:
    ulaw = line((26.5, 9000), (0.02, 1500), (5, 9000))
    spans = [
        event for event, _ in hear(Ear(model, TUNING), frames(ulaw, [160] * 2000)) if isinstance(event, UtteranceEnded)
    ]
    assert [span.cut for span in spans] == [True, False]
    assert abs(spans[0].end - 26.51 * 8000) <= 160
    assert spans[0].end == spans[1].start


def test_partial_audio_runs_from_the_utterances_first_sample_to_now(model: Model) -> None:
    ear = Ear(model, TUNING)
    ulaw = line((1, 0), (1, 9000))
    (started,) = (event for event in ear.feed(ulaw) if isinstance(event, SpeechStarted))
    assert ear.since(started.sample).tolist() == mulaw.decode(ulaw)[started.sample :].tolist()
    assert len(ear.since(ear.heard_samples)) == 0


def test_partial_audio_of_long_ago_begins_where_the_ring_does(model: Model) -> None:
    ear = Ear(model, TUNING)
    for _ in range(62):
        ear.feed(line((1, 0)))
    assert len(ear.since(0)) == 60 * 8000
    with pytest.raises(Overwritten):
        ear.utterance(0, 8000)


def test_a_gap_in_the_line_is_silence_and_ends_an_utterance(model: Model) -> None:
    ear = Ear(model, TUNING)
    said = line((0.8, 9000))
    events: list[EarEvent] = []
    for at in range(0, len(said), 160):
        events += ear.feed(said[at : at + 160], at // 8)
    events += ear.feed(mulaw.SILENCE * 160, 2000)
    (ended,) = (event for event in events if isinstance(event, UtteranceEnded))
    assert ended.spoken_until == len(said)
    assert ear.heard_samples == 2000 * 8 + 160
    assert not ear.utterance(ended.spoken_until, ended.end).any()


def test_what_the_caller_was_asked_sets_how_long_a_pause_may_be(model: Model) -> None:
    ear = Ear(model, TUNING)
    ear.topic = Topic.PHONE
    assert ear.topic is Topic.PHONE
    ulaw = line((1, 9000), (1, 0), (1, 9000), (2, 0))
    assert sum(isinstance(event, UtteranceEnded) for event in ear.feed(ulaw)) == 1


def test_nothing_is_heard_after_the_end(model: Model) -> None:
    ear = Ear(model, TUNING)
    ear.feed(line((1, 9000)))
    assert len(ear.flush()) == 1
    assert ear.flush() == ear.feed(line((1, 9000))) == []
    assert ear.heard_samples == 8000


def test_a_frame_that_the_ring_could_not_serve_is_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="longest taken is 72000"):
        Ear(model, TUNING).feed(mulaw.SILENCE * 72_001)
