"""Where an utterance begins and ends, decided window by window from the speech probability. Counted in samples only."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from voice.dialogue.moves import Topic
from voice.ears.activity import WINDOW
from voice.tuning import Tuning, samples


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Somebody speaks; the utterance begins at `sample`, pre-roll included. Its end will be an UtteranceEnded."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechAccepted:
    """By `sample` the utterance holds enough speech to talk over a prompt. At most once an utterance."""

    sample: int


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """Samples `start` up to, not including, `end` are one utterance; speech was last heard just before `spoken_until`.

    `cut`: it grew too long and was cut; the caller is still speaking, and the next one begins where this one ends.
    """

    start: int
    end: int
    spoken_until: int
    cut: bool = False


EarEvent = SpeechStarted | SpeechAccepted | UtteranceEnded


class _State(Enum):
    QUIET = auto()
    SPEAKING = auto()
    TRAILING = auto()  # silence after speech, too short yet to end the utterance


class Endpointer:
    """The state of one call. Utterances come in order and never overlap.

    Every window at or above `start_probability` lies in exactly one utterance, but for a click: less than
    `min_speech_s` of speech followed by an end silence is none.

    `topic` is what the caller was last asked for, and sets how long a pause may be; set it at any time.
    `quietest(start, end)` gives the sample between the two at which speech is best cut.
    """

    def __init__(self, tuning: Tuning, quietest: Callable[[int, int], int]) -> None:
        self.topic = Topic.GENERAL
        self._tuning = tuning
        self._quietest = quietest
        self._min_speech = samples(tuning.min_speech_s)
        self._pre_roll = samples(tuning.pre_roll_s)
        self._post_roll = samples(tuning.post_roll_s)
        self._unsure = samples(tuning.end_unsure_s)
        self._barge_in = samples(tuning.barge_in_s)
        self._longest = samples(tuning.max_utterance_s)
        self._search = samples(tuning.cut_search_s)
        self._state = _State.QUIET
        self._now = 0
        self._free_from = 0  # end of the utterance before: pre-roll must not reach behind it
        self._begin(0)

    def feed(self, probability: float) -> list[EarEvent]:
        """Take the next window's speech probability; what it tells, in order."""
        self._now += WINDOW
        before, self._state = self._state, self._next(probability)
        match self._state:
            case _State.QUIET:
                return []
            case _State.SPEAKING:
                if before is _State.QUIET:
                    first = self._now - WINDOW
                    self._begin(max(self._free_from, first - self._pre_roll))
                return self._voiced(sure=probability >= self._tuning.start_probability)
            case _State.TRAILING:
                return self._silent()

    def finish(self, heard: int) -> list[EarEvent]:
        """The call is over after `heard` samples: an utterance in progress ends, with all that was heard of it."""
        if not self._started:
            return []
        return self._end(heard if self._state is _State.SPEAKING else min(self._last + self._post_roll, heard))

    def _next(self, probability: float) -> _State:
        """Hysteresis: it takes `start_probability` to begin or resume, `stop_probability` to go on."""
        match self._state:
            case _State.SPEAKING if probability < self._tuning.stop_probability:
                return _State.TRAILING
            case _State.QUIET | _State.TRAILING if probability >= self._tuning.start_probability:
                return _State.SPEAKING
            case state:
                return state

    def _begin(self, start: int) -> None:
        self._start = start
        self._spoken = 0  # samples of speech in this utterance
        self._last = self._sure = start  # ends of the last window of speech, and of the last one at or above `start`
        self._started = self._accepted = False

    def _voiced(self, *, sure: bool) -> list[EarEvent]:
        self._spoken += WINDOW
        self._last = self._now
        if sure:
            self._sure = self._now
        events = self._announce()
        if self._started and self._too_long():
            return events + self._cut()
        if self._now - self._sure >= self._unsure:
            return events + self._end(self._now)
        return events

    def _announce(self) -> list[EarEvent]:
        events: list[EarEvent] = []
        if not self._started and self._spoken >= self._min_speech:
            self._started = True
            events.append(SpeechStarted(self._start))
        if self._started and not self._accepted and self._spoken >= self._barge_in:
            self._accepted = True
            events.append(SpeechAccepted(self._now))
        return events

    def _silent(self) -> list[EarEvent]:
        if self._now - self._last < self._tuning.end_silence(self.topic) and not self._too_long():
            return []
        return self._end(min(self._last + self._post_roll, self._now))

    def _too_long(self) -> bool:
        return self._now + WINDOW - self._start > self._longest

    def _end(self, end: int, *, cut: bool = False) -> list[EarEvent]:
        self._state = _State.QUIET
        if not self._started:
            return []
        ended = UtteranceEnded(self._start, end, min(self._last, end), cut)
        self._free_from = end
        self._begin(end)
        return [ended]

    def _cut(self) -> list[EarEvent]:
        at = self._quietest(self._now - self._search, self._now)
        sure = self._sure
        events = self._end(at, cut=True)
        self._state = _State.SPEAKING
        self._spoken = self._now - at
        self._last, self._sure = self._now, max(at, sure)
        self._started = True
        return [*events, SpeechStarted(at), *self._announce()]
