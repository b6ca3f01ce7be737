"""The settings table."""

from dataclasses import replace
from pathlib import Path

import pytest

from voice.dialogue.moves import Topic
from voice.tuning import Tuning, rows, samples

DOCS = Path(__file__).parents[2] / "docs" / "ears.md"


def test_people_get_longer_for_a_name_and_longest_for_digits() -> None:
    tuning = Tuning()
    silences = {topic: tuning.end_silence(topic) / 8000 for topic in Topic}
    assert silences == {
        Topic.GENERAL: 0.5,
        Topic.YES_NO: 0.5,
        Topic.NAME: 0.8,
        Topic.ADDRESS: 0.8,
        Topic.PHONE: 1.2,
    }


def test_the_ring_holds_what_one_message_can_end() -> None:
    tuning = Tuning()
    assert tuning.max_frame_s >= 64 * 1024 * 3 / 4 / 8000  # the longest message of media.py, base64 taken off


def test_the_page_shows_every_number_with_its_source() -> None:
    page = DOCS.read_text()
    for name, value, source in rows(Tuning()):
        assert f"| `{name}` | {value:g} | {source} |" in page


@pytest.mark.parametrize(
    ("nonsense", "why"),
    [
        ({"stop_probability": 0.6}, "stop_probability"),
        ({"start_probability": 1.0}, "start_probability"),
        ({"pre_roll_s": -0.1}, "negative"),
        ({"end_silence_s": 0.2}, "post_roll"),
        ({"end_silence_digits_s": 3.0}, "end_unsure_s"),
        ({"ring_s": 30.0}, "ring_s"),
        ({"max_utterance_s": 4.0}, "max_utterance_s"),
    ],
)
def test_nonsense_is_refused_by_name(nonsense: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(Tuning(), **nonsense)


def test_seconds_become_samples() -> None:
    assert samples(0.3) == 2400
