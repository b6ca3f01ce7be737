"""The one table of the numbers that the call's ears are set to: the unit is in the name, the source beside it.

`docs/ears.md` prints the same table; `python -m voice.tuning` writes it.
"""

import dataclasses
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voice.dialogue.moves import Topic
from voice.recogniser.protocol import SAMPLE_RATE

_MEASURED = "measured with Silero at 8 kHz on telephone speech, before the code"
_TWILIO = "Twilio Media Streams: captures of real calls"


def _number(value: float, source: str) -> Any:
    return dataclasses.field(default=value, metadata={"source": source})


def samples(seconds: float) -> int:
    """Seconds as a number of samples."""
    return round(seconds * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the ears are set to. `dataclasses.replace` makes a variant; nonsense raises ValueError."""

    start_probability: float = _number(0.5, f"speech begins at or above; {_MEASURED}")
    stop_probability: float = _number(0.35, f"speech goes on until below; {_MEASURED}")
    min_speech_s: float = _number(0.1, f"less than this is a click, not a word; {_MEASURED}")
    pre_roll_s: float = _number(0.3, "kept before the first sure window: soft first consonants")
    post_roll_s: float = _number(0.3, "kept after the last one: soft last consonants; below every end silence")
    end_silence_s: float = _number(0.5, f"ends an utterance; {_MEASURED}")
    end_silence_name_s: float = _number(0.8, f"after a name or an address was asked for: people think; {_MEASURED}")
    end_silence_digits_s: float = _number(1.2, f"while a number is dictated in groups; {_MEASURED}")
    end_unsure_s: float = _number(2.5, "ends what is neither speech nor silence: noise between stop and start")
    barge_in_s: float = _number(0.5, "speech that stops a prompt; shorter is a cough or 'mm-hm'")
    max_utterance_s: float = _number(28.0, "then cut: Whisper's encoder takes 30 s at most")
    cut_search_s: float = _number(3.0, "the cut is made in the quietest 20 ms of the last so many seconds")
    partial_every_s: float = _number(0.15, "audio handed on for partial text at a time; 100 to 200 ms measured good")
    gap_tolerance_s: float = _number(0.015, f"a timestamp later by more is a gap: under one frame of 20 ms; {_TWILIO}")
    gap_fill_max_s: float = _number(2.0, "most silence put in for one gap: ends any utterance, costs 3 ms")
    max_frame_s: float = _number(9.0, "longest frame taken at once: a message of 64 KiB holds 6.1 s of µ-law")
    filler_after_s: float = _number(
        1.5, "understanding takes longer: 'one moment'; dead air loses callers (lessons.md 9)"
    )
    goodbye_s: float = _number(
        30.0, "longest wait for last words to be played; the longest line takes 19 s (prompts.md)"
    )
    unclear_below: float = _number(0.3, "mean word confidence under which the caller is asked again (recogniser.md)")
    ring_s: float = _number(60.0, "audio kept for a call, 0.96 MB: two of the longest utterances")

    def __post_init__(self) -> None:
        if not 0 < self.stop_probability <= self.start_probability < 1:
            raise ValueError("stop_probability must be above 0 and at most start_probability, which must be below 1")
        if min(getattr(self, field.name) for field in dataclasses.fields(self)) < 0:
            raise ValueError("no number of the tuning may be negative")
        silences = (self.end_silence_s, self.end_silence_name_s, self.end_silence_digits_s)
        if not self.post_roll_s <= min(silences) <= max(silences) <= self.end_unsure_s:
            raise ValueError("end silences must lie between post_roll_s and end_unsure_s")
        if self.ring_s < self.max_utterance_s + self.end_unsure_s + self.gap_fill_max_s + 2 * self.max_frame_s:
            raise ValueError("ring_s must hold the longest utterance, its end, a filled gap and two frames")
        if self.max_utterance_s < self.cut_search_s + self.pre_roll_s + self.end_unsure_s:
            raise ValueError("max_utterance_s leaves no room to search for a cut")

    def end_silence(self, topic: Topic) -> int:
        """Samples of silence that end an utterance when `topic` was asked for."""
        match topic:
            case Topic.PHONE:
                return samples(self.end_silence_digits_s)
            case Topic.NAME | Topic.ADDRESS:
                return samples(self.end_silence_name_s)
            case Topic.GENERAL | Topic.YES_NO:
                return samples(self.end_silence_s)


def rows(tuning: Tuning) -> Iterator[tuple[str, float, str]]:
    """Name, value and source of every number."""
    for field in dataclasses.fields(tuning):
        yield field.name, getattr(tuning, field.name), field.metadata["source"]


if __name__ == "__main__":
    for name, value, source in rows(Tuning()):
        sys.stdout.write(f"| `{name}` | {value:g} | {source} |\n")
