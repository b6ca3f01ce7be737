"""Where utterances begin and end, told from probabilities alone."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.dialogue.moves import Topic
from voice.ears.activity import WINDOW
from voice.ears.endpoint import EarEvent, Endpointer, SpeechAccepted, SpeechStarted, UtteranceEnded
from voice.tuning import Tuning, samples

TUNING = Tuning()
SHORT = replace(TUNING, max_utterance_s=6.0, end_unsure_s=1.5, cut_search_s=1.0)


def middle(start: int, end: int) -> int:
    return (start + end) // 2


def windows(seconds: float) -> int:
    return -(-samples(seconds) // WINDOW)


def speech(seconds: float, probability: float = 0.9) -> list[float]:
    return [probability] * windows(seconds)


def silence(seconds: float) -> list[float]:
    return [0.02] * windows(seconds)


def hear(
    probabilities: Sequence[float], *, topic: Topic = Topic.GENERAL, tuning: Tuning = TUNING, hang_up: bool = False
) -> list[EarEvent]:
    endpointer = Endpointer(tuning, middle)
    endpointer.topic = topic
    events = [event for probability in probabilities for event in endpointer.feed(probability)]
    return events + endpointer.finish(len(probabilities) * WINDOW) if hang_up else events


def ended(events: Sequence[EarEvent]) -> list[UtteranceEnded]:
    return [event for event in events if isinstance(event, UtteranceEnded)]


def test_an_utterance_starts_is_accepted_and_ends_with_room_on_both_sides() -> None:
    events = hear(silence(1) + speech(1) + silence(1))
    first, last = windows(1) * WINDOW, windows(1) * WINDOW * 2
    start = first - samples(0.3)
    accepted = first + windows(0.5) * WINDOW
    assert events == [
        SpeechStarted(start),
        SpeechAccepted(accepted),
        UtteranceEnded(start, last + samples(0.3), spoken_until=last),
    ]


@pytest.mark.parametrize(
    ("topic", "pause"), [(Topic.GENERAL, 0.5), (Topic.YES_NO, 0.5), (Topic.ADDRESS, 0.8), (Topic.PHONE, 1.2)]
)
def test_a_pause_may_be_as_long_as_what_was_asked_for_wants(topic: Topic, pause: float) -> None:
    shorter, longer = windows(pause) - 1, windows(pause)
    said = speech(0.6)
    assert len(ended(hear(said + [0.0] * shorter + said + silence(2), topic=topic))) == 1
    assert len(ended(hear(said + [0.0] * longer + said + silence(2), topic=topic))) == 2


def test_a_question_asked_while_the_caller_pauses_counts_at_once() -> None:
    endpointer = Endpointer(TUNING, middle)
    for probability in speech(0.6) + silence(0.4):
        endpointer.feed(probability)
    endpointer.topic = Topic.PHONE
    assert not [event for probability in silence(0.6) for event in endpointer.feed(probability)]


def test_a_click_is_no_utterance() -> None:
    assert hear(silence(0.5) + speech(0.06) + silence(2), hang_up=True) == []


def test_a_cough_is_an_utterance_but_does_not_talk_over_a_prompt() -> None:
    assert [type(event) for event in hear(speech(0.3) + silence(2))] == [SpeechStarted, UtteranceEnded]


def test_soft_speech_goes_on_but_does_not_begin() -> None:
    assert hear(speech(2, 0.4)) == []
    (only,) = ended(hear(speech(0.5) + speech(0.8, 0.4) + silence(1)))
    assert only.spoken_until == (windows(0.5) + windows(0.8)) * WINDOW


def test_noise_between_speech_and_silence_ends_in_the_end() -> None:
    (only,) = ended(hear(speech(0.5) + speech(10, 0.4)))
    assert only.end == (windows(0.5) + windows(2.5)) * WINDOW


def test_a_caller_who_hangs_up_in_the_middle_of_a_sentence_is_heard_to_the_last_sample() -> None:
    endpointer = Endpointer(TUNING, middle)
    for probability in speech(1):
        endpointer.feed(probability)
    heard = windows(1) * WINDOW + 100
    assert endpointer.finish(heard) == [UtteranceEnded(0, heard, spoken_until=windows(1) * WINDOW)]


def test_somebody_who_never_pauses_is_cut_where_it_is_quietest_and_nothing_is_lost() -> None:
    events = hear(speech(60), hang_up=True)
    spans = ended(events)
    assert [span.cut for span in spans] == [True, True, False]
    assert all(before.end == after.start for before, after in pairwise(spans))
    assert spans[0].start == 0
    assert spans[-1].end == windows(60) * WINDOW
    assert spans[0].end == middle(samples(25), samples(28))


# Speech, silence and what lies between, in runs: as voice activity gives them.
runs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.34, 0.35, 0.4, 0.49, 0.5, 0.7, 1.0]), st.integers(1, 60)), max_size=30
).map(lambda spans: [probability for probability, length in spans for _ in range(length)])


@given(runs, st.sampled_from(Topic), st.sampled_from([TUNING, SHORT]))
def test_utterances_are_in_order_apart_and_within_what_was_heard(
    probabilities: list[float], topic: Topic, tuning: Tuning
) -> None:
    spans = ended(hear(probabilities, topic=topic, tuning=tuning, hang_up=True))
    assert all(0 <= span.start < span.spoken_until <= span.end <= len(probabilities) * WINDOW for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.end - span.start <= samples(tuning.max_utterance_s) for span in spans)


@given(runs, st.sampled_from(Topic), st.sampled_from([TUNING, SHORT]))
def test_every_window_of_speech_is_in_exactly_one_utterance_but_for_clicks(
    probabilities: list[float], topic: Topic, tuning: Tuning
) -> None:
    spans = ended(hear(probabilities, topic=topic, tuning=tuning, hang_up=True))
    sure = [at for at, probability in enumerate(probabilities) if probability >= tuning.start_probability]
    outside = [at for at in sure if sum(_shared(at, span) for span in spans) != WINDOW]
    most = windows(tuning.min_speech_s) - 1
    for click in _bursts(outside, tuning.end_silence(topic) // WINDOW):
        assert len(click) <= most


@given(runs, st.sampled_from([TUNING, SHORT]))
def test_every_utterance_is_announced_once_and_accepted_at_most_once(
    probabilities: list[float], tuning: Tuning
) -> None:
    open_at: int | None = None
    accepted = False
    for event in hear(probabilities, tuning=tuning, hang_up=True):
        match event:
            case SpeechStarted(sample):
                assert open_at is None
                open_at, accepted = sample, False
            case SpeechAccepted(sample):
                assert open_at is not None and not accepted
                assert sample - open_at >= samples(tuning.barge_in_s)
                accepted = True
            case UtteranceEnded(start):
                assert start == open_at
                open_at = None
    assert open_at is None


def _shared(window: int, span: UtteranceEnded) -> int:
    """Samples of the window that lie in the span; a cut may go through one."""
    return max(0, min((window + 1) * WINDOW, span.end) - max(window * WINDOW, span.start))


def _bursts(at: list[int], pause: int) -> list[list[int]]:
    """Windows grouped where less than `pause` lies between two."""
    groups: list[list[int]] = []
    for window in at:
        if groups and window - groups[-1][-1] <= pause:
            groups[-1].append(window)
        else:
            groups.append([window])
    return groups
