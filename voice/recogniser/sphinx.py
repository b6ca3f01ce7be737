"""PocketSphinx on telephone audio: the engine that works right after installation, with nothing to download."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pocketsphinx  # type: ignore[import-untyped,unused-ignore]

from voice.recogniser import acoustic
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k, Transcript, Word

DATA = Path(__file__).parent / "data"
FRAMES_A_SECOND = 100
PARTIAL_SAMPLES = SAMPLE_RATE * 150 // 1000  # a partial each 150 ms of speech: shorter than any word that matters
VARIANT = re.compile(r"\(\d+\)$")
FILLERS = ("<", "[", "+")


def decoder() -> pocketsphinx.Decoder:
    """A new decoder with the mapped model."""
    shipped = acoustic.shipped()
    config = pocketsphinx.Config(
        hmm=str(shipped),
        mean=str(DATA / "means"),
        var=str(DATA / "variances"),
        featparams=str(DATA / "feat.params"),
        lm=str(shipped.parent / "en-us.lm.bin"),
        dict=str(shipped.parent / "cmudict-en-us.dict"),
        samprate=SAMPLE_RATE,
        nfft=256,
        loglevel="ERROR",
    )
    return pocketsphinx.Decoder(config)


def _words(recogniser: pocketsphinx.Decoder) -> Iterator[Word]:
    for segment in recogniser.seg() or ():
        if not segment.word.startswith(FILLERS):
            yield Word(
                VARIANT.sub("", segment.word),
                segment.start_frame / FRAMES_A_SECOND,
                (segment.end_frame + 1) / FRAMES_A_SECOND,
                min(1.0, recogniser.get_logmath().exp(segment.prob)),
            )


class SphinxStream:
    """One utterance on a borrowed decoder."""

    def __init__(self, recogniser: pocketsphinx.Decoder, free: list[pocketsphinx.Decoder]) -> None:
        self._recogniser: pocketsphinx.Decoder | None = recogniser
        self._free = free
        self._fresh = 0
        self._text = ""
        recogniser.start_utt()

    def feed(self, pcm: Pcm8k) -> str | None:
        """Take the next samples; give the text so far. Raises ValueError after `close`."""
        if self._recogniser is None:
            raise ValueError("this stream is closed")
        self._recogniser.process_raw(pcm.tobytes())
        self._fresh += len(pcm)
        if self._fresh >= PARTIAL_SAMPLES:
            self._fresh = 0
            self._text = " ".join(word.text for word in _words(self._recogniser))
        return self._text

    def close(self) -> None:
        """Give the decoder back. Closing twice is harmless."""
        if self._recogniser is not None:
            self._recogniser.end_utt()
            self._free.append(self._recogniser)
            self._recogniser = None


class SphinxEngine:
    """One decoder for final texts and `streams` for partial ones."""

    name = "sphinx"

    def __init__(self, streams: int = 4) -> None:
        self._final = decoder()
        self._free = [decoder() for _ in range(streams)]

    def stream(self, topic: str = "general") -> SphinxStream | None:  # noqa: ARG002
        """Begin partial recognition; None when every streaming decoder is in use."""
        return SphinxStream(self._free.pop(), self._free) if self._free else None

    def decode(self, pcm: Pcm8k, topic: str = "general") -> Transcript:  # noqa: ARG002
        """Decode a whole utterance, its cepstral mean taken over all of it."""
        began = time.perf_counter()
        self._final.start_utt()
        self._final.process_raw(np.ascontiguousarray(pcm).tobytes(), full_utt=True)
        self._final.end_utt()
        words = tuple(_words(self._final)) if self._final.hyp() else ()
        return Transcript(
            text=" ".join(word.text for word in words),
            words=words,
            confidence=sum(word.confidence for word in words) / len(words) if words else 0.0,
            audio_s=len(pcm) / SAMPLE_RATE,
            decode_s=time.perf_counter() - began,
        )
