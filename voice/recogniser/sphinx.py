"""PocketSphinx on telephone audio: the engine that works right after installation, with nothing to download."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pocketsphinx

from voice.recogniser import acoustic
from voice.recogniser.confidence import Calibration, Heard
from voice.recogniser.protocol import SAMPLE_RATE, Pcm8k, Transcript, Word

DATA = Path(__file__).parent / "data"
GENERAL = "general"
FRAMES_A_SECOND = 100
PARTIAL_SAMPLES = SAMPLE_RATE * 150 // 1000  # a partial each 150 ms of speech: shorter than any word that matters
FINAL: dict[str, int | bool] = {"topn": 8}
"""Gaussians scored a frame: 8 instead of 4 takes a tenth longer and gets 17.9 instead of 18.8 % of words wrong (a third
of the development lines)."""

PARTIAL: dict[str, int | bool] = {"fwdflat": False, "bestpath": False}
"""Partial texts come from the first pass; the two passes after it cost 40 % of the time and are not asked."""

TELEPHONE_MEAN = "45.4,7.7,12.0,2.5,-1.3,-1.0,-3.8,1.3,-0.8,3.6,1.3,-0.1,2.0"
"""Where a stream's cepstral mean begins: that of whole telephone utterances. Partial texts of a seventh of the
development lines: 27 % of words wrong from here, 35 % from sphinx's own beginning (made for 16 kHz), and 30 % when the
mean of the speaker before is kept."""

STREAMS = 8
"""Utterances that can have partial texts at once in one process: each costs 15 MB, and 5 % of a core in speech."""

CALIBRATION = Calibration(base=2.963, own=0.576, mean=0.717, drawl=-1.694)
"""Fitted to 4,143 words of the development lines, 300 clean recordings and 75 under noise (docs/recogniser.md):
`firstring speech render calls && firstring speech calibrate calls/develop.tsv`."""

SHORTEST = SAMPLE_RATE // 20
"""Fewer samples than two of sphinx's frames hold no word and cannot be decoded."""

VARIANT = re.compile(r"\(\d+\)$")
FILLERS = ("<", "[", "+")


class _Decoder:
    """A decoder with a language model for each topic; or, `everyday`, with the shipped one alone."""

    def __init__(self, data: Path, everyday: bool = False, **settings: int | bool) -> None:
        shipped = acoustic.shipped()
        config = pocketsphinx.Config(
            hmm=str(shipped),
            mean=str(data / "means"),
            var=str(data / "variances"),
            featparams=str(data / "feat.params"),
            dict=str(shipped.parent / "cmudict-en-us.dict" if everyday else data / "trades.dict"),
            lm=None,
            samprate=SAMPLE_RATE,
            nfft=acoustic.FFT,
            loglevel="ERROR",
            **settings,
        )
        self._decoder = pocketsphinx.Decoder(config)
        trades = {path.name.split(".")[0]: path for path in sorted(data.glob("*.lm.bin"))}
        self._models = {GENERAL: shipped.parent / "en-us.lm.bin"} if everyday else trades
        self._loaded: set[str] = set()

    def begin(self, topic: str) -> None:
        """Begin an utterance about a topic; a topic without a model of its own is taken for general."""
        topic = topic if topic in self._models else GENERAL
        if topic not in self._loaded:
            self._decoder.add_lm_file(topic, str(self._models[topic]))
            self._loaded.add(topic)
        self._decoder.activate_search(topic)
        self._decoder.set_cmn(TELEPHONE_MEAN)
        self._decoder.start_utt()

    def hear(self, pcm: Pcm8k, whole: bool = False) -> None:
        """Take samples; `whole` says that these are the entire utterance."""
        self._decoder.process_raw(np.ascontiguousarray(pcm, dtype=np.int16).tobytes(), full_utt=whole)

    def end(self) -> None:
        """End the utterance."""
        self._decoder.end_utt()

    def heard(self) -> Iterator[Heard]:
        """The words so far, without silence, noises and the numbers of pronunciation variants."""
        for segment in self._decoder.seg() or ():
            if not segment.word.startswith(FILLERS):
                start, end = segment.start_frame / FRAMES_A_SECOND, (segment.end_frame + 1) / FRAMES_A_SECOND
                yield Heard(VARIANT.sub("", segment.word), start, end, segment.prob)

    def text(self) -> str:
        """The words so far."""
        return " ".join(word.text for word in self.heard())


class SphinxStream:
    """One utterance on a borrowed decoder."""

    def __init__(self, decoder: _Decoder, free: list[_Decoder], topic: str) -> None:
        self._decoder: _Decoder | None = decoder
        self._free = free
        self._fresh = 0
        self._text = ""
        decoder.begin(topic)

    def feed(self, pcm: Pcm8k) -> str | None:
        """Take the next samples; give the text so far. Raises ValueError after `close`."""
        if self._decoder is None:
            raise ValueError("this stream is closed")
        self._decoder.hear(pcm)
        self._fresh += len(pcm)
        if self._fresh >= PARTIAL_SAMPLES:
            self._fresh = 0
            self._text = self._decoder.text()
        return self._text

    def close(self) -> None:
        """Give the decoder back. Closing twice is harmless."""
        if self._decoder is not None:
            self._decoder.end()
            self._free.append(self._decoder)
            self._decoder = None


class SphinxEngine:
    """One decoder for final texts and `streams` for partial ones.

    `everyday` leaves the trades' language model out and takes the shipped one, 126,000 words: for judging the acoustic
    model alone.
    """

    name = "sphinx"

    def __init__(self, streams: int = STREAMS, data: Path = DATA, everyday: bool = False) -> None:
        self._final = _Decoder(data, everyday, **FINAL)
        self._free = [_Decoder(data, everyday, **PARTIAL) for _ in range(streams)]

    def stream(self, topic: str = GENERAL) -> SphinxStream | None:
        """Begin partial recognition; None when every streaming decoder is in use."""
        return SphinxStream(self._free.pop(), self._free, topic) if self._free else None

    def decode(self, pcm: Pcm8k, topic: str = GENERAL) -> Transcript:
        """Decode a whole utterance, its cepstral mean taken over all of it."""
        began = time.perf_counter()
        heard = self.hear(pcm, topic)
        sure = CALIBRATION.confidences(heard)
        words = tuple(
            Word(word.text, word.start, word.end, confidence) for word, confidence in zip(heard, sure, strict=True)
        )
        return Transcript(
            text=" ".join(word.text for word in words),
            words=words,
            confidence=sum(sure) / len(sure) if sure else 0.0,
            audio_s=len(pcm) / SAMPLE_RATE,
            decode_s=time.perf_counter() - began,
        )

    def hear(self, pcm: Pcm8k, topic: str = GENERAL) -> list[Heard]:
        """The words of a whole utterance with sphinx's raw posteriors, which the confidence is made from."""
        if len(pcm) < SHORTEST:
            return []
        self._final.begin(topic)
        self._final.hear(pcm, whole=True)
        self._final.end()
        return list(self._final.heard())
