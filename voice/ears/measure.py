"""What a call's hearing costs: `python -m voice.ears.measure`. The figures in `docs/ears.md` are its output."""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from voice import media
from voice.ears import mulaw
from voice.ears.activity import WINDOW, Activity, Model
from voice.ears.ear import Ear
from voice.recogniser.protocol import SAMPLE_RATE
from voice.tuning import Tuning

_FRAME = SAMPLE_RATE // 50  # 20 ms, as Twilio sends it
_SECONDS = 60
_ROUNDS = 5


def _microseconds(work: Callable[[], object], times: int) -> float:
    """The median, over some rounds, of the time of one."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times * 1e6)
    return statistics.median(rounds)


def main() -> None:
    """Print the cost of each part, in processor time, and of a call's whole way in."""
    model, noise = Model(), np.random.default_rng(1)
    pcm = noise.normal(0, 1500, _SECONDS * SAMPLE_RATE).astype(np.int16)
    ulaw = mulaw.encode(pcm)
    frames = [ulaw[at : at + _FRAME] for at in range(0, len(ulaw), _FRAME)]
    texts = [media.media("MZ", frame) for frame in frames]
    activity = Activity(model)

    def call() -> None:
        ear = Ear(model, Tuning())
        for at, text in enumerate(texts):
            message = media.parse(text)
            if isinstance(message, media.Media):
                ear.feed(message.payload, 20 * at)

    a_call = _microseconds(call, 1)
    figures = {
        "voice activity, a window of 32 ms": _microseconds(lambda: activity.probability(pcm[:WINDOW]), 2000),
        "µ-law to samples, 20 ms": _microseconds(lambda: mulaw.decode(frames[0]), 20_000),
        "message to payload, 20 ms": _microseconds(lambda: media.parse(texts[0]), 20_000),
        "message to ear events, 20 ms": a_call / len(frames),
    }
    for what, cost in figures.items():
        sys.stdout.write(f"| {what} | {cost:.1f} µs |\n")
    sys.stdout.write(f"| the receive path of one call | {a_call / _SECONDS / 1e4:.2f} % of a core |\n")


if __name__ == "__main__":
    main()
